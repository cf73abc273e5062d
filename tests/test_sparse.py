"""Sparse matrices against dense ones: values, derivatives, devices; a graph network trains."""

import numpy as np
import pytest

import gpugrad as gg
from gpugrad import sparse
from gpugrad.scipy import sparse as scipy_sparse
from gpugrad.testing import gradcheck

DEVICES = ["cpu", pytest.param("simulated", marks=pytest.mark.needs_compiler)]
ROWS, COLUMNS = np.array([0, 2, 2, 4, 1, 1]), np.array([1, 0, 3, 2, 3, 0])
VALUES = np.array([1.5, -2.0, 0.5, 3.0, 1.0, -1.0])
D = np.zeros((5, 4))
D[ROWS, COLUMNS] = VALUES
X, LEFT = np.arange(12.0).reshape(4, 3) / 3, np.arange(10.0).reshape(2, 5) - 4


def matrix(values=VALUES, device="cpu"):
    return sparse.csr_array((values, (ROWS, COLUMNS)), shape=(5, 4)).to(device)


def close(a, b):
    np.testing.assert_allclose(gg.asarray(a).to("cpu").numpy(), b, rtol=1e-12, atol=1e-15)


RESULTS = {
    "matrix": (lambda a, x, y: a @ x, D @ X),
    "vector": (lambda a, x, y: a @ x[:, 0], D @ X[:, 0]),
    "from the left": (lambda a, x, y: y @ a, LEFT @ D),
    "row": (lambda a, x, y: y[1] @ a, LEFT[1] @ D),
    "transposed": (lambda a, x, y: a.T @ y.T, D.T @ LEFT.T),
    "whole": (lambda a, x, y: a.toarray(), D),
    "sparse product": (lambda a, x, y: (a @ a.T).toarray(), D @ D.T),
    "sum": (lambda a, x, y: a.sum(), D.sum()),
    "sums of columns": (lambda a, x, y: a.sum(axis=0), D.sum(0)),
    "sums of rows": (lambda a, x, y: a.sum(axis=-1), D.sum(1)),
    "diagonal": (lambda a, x, y: a.diagonal(), np.diagonal(D)),
    "number": (lambda a, x, y: (2.0 * a / 4.0).toarray(), D / 2),
    "columns": (lambda a, x, y: (a * x[:, 0]).toarray(), D * X[:, 0]),
    "rows": (lambda a, x, y: (a / (y[0][:, None] + 9)).toarray(), D / (LEFT[0][:, None] + 9)),
    "negative": (lambda a, x, y: (-a).power(2).toarray(), D**2),
    "added": (lambda a, x, y: (a + (a @ a.T) @ a - a * 2.0).toarray(), D @ D.T @ D - D),
    "same places": (lambda a, x, y: (a + a.multiply(a)).toarray(), D + D * D),
}


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("name", RESULTS)
def test_results_are_those_of_dense_matrices(name, device):
    function, wanted = RESULTS[name]
    a = matrix(device=device)
    found = function(a, *[gg.asarray(x).to(device) for x in (X, LEFT)])
    assert found.device == device == a.device
    close(found, wanted)


@pytest.mark.parametrize("name", RESULTS)
def test_derivatives_are_those_of_differences(name):
    function, _ = RESULTS[name]
    gradcheck(lambda v, x, y: function(matrix(v), x, y), (VALUES, X, LEFT), order=1)


def test_second_derivatives_and_batches():
    gradcheck(lambda v, x: gg.tanh(matrix(v) @ x), (VALUES, X), order=2)
    close(gg.vmap(lambda x: matrix() @ x)(np.stack([X, 2 * X])), np.stack([D @ X, 2 * D @ X]))
    many = np.stack([VALUES, -VALUES])
    close(gg.vmap(lambda v: matrix(v) @ X)(many), np.stack([D @ X, -D @ X]))
    slopes = gg.vmap(gg.grad(lambda v: gg.sum((matrix(v) @ X) ** 2)))(many)
    close(slopes[1], -slopes[0])
    assert gg.hessian(lambda v: gg.sum((matrix(v) @ X) ** 2))(VALUES).shape == (6, 6)


def test_forms_in_which_a_matrix_is_given():
    by_rows = ([1.0, 2.0, 3.0], [1, 0, 0], [0, 1, 3])  # the last place twice
    wanted = [[0.0, 1.0], [5.0, 0.0]]
    for form in (by_rows, np.array(wanted), matrix_of_scipy(wanted)):
        assert sparse.csr_array(form).toarray().tolist() == wanted
    assert sparse.csr_array((3, 2)).toarray().tolist() == [[0.0, 0.0]] * 3
    a = matrix()
    assert (a.shape, a.ndim, a.nnz, a.dtype) == ((5, 4), 2, 6, np.float64)
    assert a.indptr.tolist() == [0, 1, 3, 5, 5, 6] and a.indices.tolist() == [1, 0, 3, 0, 3, 2]
    assert repr(a) == "<csr_array of shape (5, 4), 6 elements of float64, device='cpu'>"
    close(sparse.csr_array(a.tocoo(), shape=a.shape).toarray(), D)
    assert a.tocsr() is a and a.astype("float32").dtype == np.float32


def matrix_of_scipy(dense):
    scipy = pytest.importorskip("scipy.sparse")
    return scipy.coo_array(np.array(dense))


REFUSED = {
    "another length": (lambda a: a @ np.ones(3), ValueError, r"shape \(3,\).*that fits its 4"),
    "dense added": (lambda a: a + np.ones((5, 4)), ValueError, r"\+: \(5, 4\).*toarray"),
    "added to a Tensor": (lambda a: gg.ones((5, 4)) + a, TypeError, "add: a sparse matrix"),
    "function": (lambda a: gg.exp(a), TypeError, "exp: a sparse matrix; use its own methods"),
    "axis": (lambda a: a.sum(axis=2), ValueError, "sum: axis=2"),
    "two patterns": (lambda a: a.multiply(a @ a.T), NotImplementedError, "places of their own"),
    "sparse shapes": (lambda a: a @ a, ValueError, r"\(5, 4\) and \(5, 4\)"),
    "place outside": (lambda a: sparse.csr_array(([1.0], ([5], [0])), shape=(5, 4)), ValueError,
                      r"row 5 in a matrix of shape \(5, 4\)"),
    "no whole numbers": (lambda a: sparse.csr_array(([1.0], ([0.5], [0]))), TypeError, "float"),
    "values": (lambda a: sparse.csr_array(([1.0], ([0, 1], [0, 1]))), ValueError, "2 places"),
    "indptr": (lambda a: sparse.csr_array(([1.0], [0], [0, 2])), ValueError, "indptr"),
    "no matrix": (lambda a: sparse.csr_array(np.ones(3)), ValueError, "give a matrix"),
    "not square": (lambda a: sparse.spsolve(a, np.ones(5)), ValueError, "spsolve"),
    "segments": (lambda a: sparse.segment_sum(X, [0, 1], 2), ValueError, "segment_sum: segm"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(name):
    call, error, words = REFUSED[name]
    with pytest.raises(error, match=words):
        call(matrix())


@pytest.mark.parametrize("device", DEVICES)
def test_equations(device):
    square = D[[0, 1, 2, 4]] + 4 * np.eye(4)
    places = square.nonzero()
    b = gg.asarray(X).to(device)

    def solved(v, b):
        return sparse.spsolve(sparse.csr_array((v, places), shape=(4, 4)), b)

    values = gg.asarray(square[places]).to(device)
    close(solved(values, b), np.linalg.solve(square, X))
    close(solved(values, b[:, 0]), np.linalg.solve(square, X[:, 0]))
    found = gg.grad(lambda v: gg.sum(solved(v, b) ** 2))(values)
    wanted = gg.grad(lambda a: gg.sum(gg.linalg.solve(a, X) ** 2))(square)
    close(found, wanted[places])
    with pytest.raises(gg.linalg.LinAlgError, match=r"[Ss]ingular"):
        sparse.spsolve(gg.ones((2, 2)).to(device), gg.ones(2).to(device))


IDS = np.array([2, 0, 2, 0, 0, 3])
DATA = np.array([[1.0, -2.0], [0.5, 3.0], [2.5, -1.0], [0.0, 7.0], [4.0, 1.0], [-1.0, 2.0]])


@pytest.mark.parametrize("device", DEVICES)
def test_segments(device):
    data, ids = gg.asarray(DATA).to(device), gg.asarray(IDS).to(device)
    close(sparse.segment_sum(data, ids, 5)[2], DATA[[0, 2]].sum(0))
    highest = sparse.segment_max(data, ids, 5)
    close(highest, [[4, 7], [-np.inf, -np.inf], [2.5, -1], [-1, 2], [-np.inf, -np.inf]])
    close(sparse.segment_max(data[:, 0], ids, 4), highest[:4, 0].to("cpu").numpy())
    shares = sparse.segment_softmax(data, ids, 5)
    powers = np.exp(DATA[[0, 2]])
    close(shares[ids == 2], powers / powers.sum(0))
    if device == "cpu":
        gradcheck(lambda d: sparse.segment_softmax(d, IDS, 5), DATA)
        gradcheck(lambda d: sparse.segment_max(d, IDS, 4)[0], DATA)


# --- under SciPy's names


def test_scipys_matrices_and_arrays():
    a = scipy_sparse.csr_matrix(([1, 2], ([0, 1], [1, 0])), shape=(2, 2))
    assert a.dtype == np.int64 and scipy_sparse.issparse(a) and not scipy_sparse.issparse(D)
    assert (a * np.array([3, 4])).tolist() == [4, 6] == (np.array([4, 3]) * a).tolist()[::-1]
    assert (2 * a).toarray().tolist() == [[0, 2], [4, 0]]
    assert a.sum(axis=1).tolist() == [[1], [2]] and a.sum(0).shape == (1, 2)
    b = scipy_sparse.coo_array(D)
    close((b * np.arange(4)).toarray(), D * np.arange(4))
    assert type(b.T) is scipy_sparse.csr_array


def test_scipys_constructions():
    scipy = pytest.importorskip("scipy.sparse")
    lines, offsets = [[1.0, 2.0, 3.0], [4.0, 5.0]], [0, -1]
    for build in (
        lambda s: s.diags(lines, offsets),
        lambda s: s.diags_array([7.0, 8.0], offsets=1),
        lambda s: s.eye(3, 4, k=1),
        lambda s: s.eye_array(3),
        lambda s: s.identity(2),
        lambda s: s.vstack([s.identity(2), s.identity(2)]),
        lambda s: s.hstack([s.identity(2), s.eye(2, 3)]),
        lambda s: s.block_diag([s.identity(2), s.eye(1, 3)]),
    ):
        close(build(scipy_sparse).toarray(), build(scipy).toarray())
    a = scipy_sparse.csr_matrix([[2, 1], [0, 4]])
    close(scipy_sparse.linalg.spsolve(a, [4, 8]), [1.0, 2.0])


# --- a graph convolution network


def graph():
    """Two groups of nodes, each node tied to others of its own, and the group of each."""
    random = np.random.RandomState(0)
    groups = np.arange(40) % 2
    ties = np.triu(random.rand(40, 40) < np.where(groups[:, None] == groups, 0.25, 0.02), 1)
    adjacency = ties + ties.T + np.eye(40)
    scale = adjacency.sum(1) ** -0.5
    return sparse.csr_array(scale[:, None] * adjacency * scale).astype("float32"), groups


@pytest.mark.parametrize("device", DEVICES)
def test_a_graph_convolution_network_trains(device):
    """With the group known of four nodes only."""
    a, groups = graph()
    a = a.to(device)
    gg.random.seed(0)
    weights = [gg.random.normal(0.0, 0.4, s).to(device) for s in ((40, 8), (8, 2))]
    weights = [w.requires_grad_() for w in weights]
    optimizer = gg.optim.Adam(weights, lr=0.1)
    labels = gg.asarray(groups[:4]).to(device)

    def logits():
        return a @ (gg.relu(a @ weights[0]) @ weights[1])  # the features of nodes are one-hot

    for _ in range(30):
        optimizer.zero_grad()
        gg.cross_entropy(logits()[:4], labels).backward()
        optimizer.step()
    right = logits().detach().to("cpu").numpy().argmax(1) == groups
    assert right.mean() > 0.9


@pytest.mark.parametrize("device", DEVICES)
def test_attention_over_edges(device):
    """A layer of graph attention has the same values and gradients on every device."""
    a, _ = graph()
    _, (rows, columns) = a.to(device).tocoo()
    h = gg.asarray(np.random.RandomState(1).randn(40, 3)).to(device)

    def layer(h):
        scores = gg.leaky_relu(gg.sum(h[rows] * h[columns], axis=1), 0.2)
        shares = sparse.segment_softmax(scores, rows, 40)
        return sparse.csr_array((shares, (rows, columns)), shape=(40, 40)) @ h

    def dense(h):
        scores = gg.where(np.asarray(whole) != 0, gg.leaky_relu(h @ h.T, 0.2), -np.inf)
        return gg.softmax(scores, axis=1) @ h

    whole = a.toarray()
    wanted = gg.grad(lambda h: gg.sum(dense(h) ** 2))(h.to("cpu").numpy())
    found = gg.grad(lambda h: gg.sum(layer(h) ** 2))(h).to("cpu").numpy()
    np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("device", DEVICES)
def test_a_compiled_function_follows_its_elements(device):
    """The matrix is first used while the function is recorded."""
    a, x = matrix(device=device), gg.asarray(X).to(device)
    product = gg.compile(lambda x: a @ x)
    close(product(x), D @ X)
    close(a @ (2 * x), 2 * D @ X)
    a.data *= 3.0
    close(product(x), 3 * D @ X)


def test_products_need_no_order_of_places():
    """Their gradients have rows, columns or neither in order; one place is there twice."""
    order = np.array([3, 0, 5, 1, 1, 4, 2])

    def product(values, x):
        y = gg.asarray(x)
        rows, columns = (gg.asarray(p[order]) for p in (ROWS, COLUMNS))
        return sparse.matrix._product(values, y, rows, columns, count=5)

    wanted = np.zeros((5, 4))
    np.add.at(wanted, (ROWS[order], COLUMNS[order]), VALUES[order])
    close(product(VALUES[order], X), wanted @ X)
    gradcheck(product, (VALUES[order], X), order=2)
