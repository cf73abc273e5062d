"""Indices outside of an axis: an IndexError on the host; a device, which is not waited for, reads
NaN there (0 and False in other dtypes) and drops what is written, added or differentiated."""

import numpy as np
import pytest

import gpugrad as gg
import gpugrad.numpy as gnp

X = np.random.default_rng(0).normal(size=(3, 4, 2))
ROWS = np.array([0, 3, -1, -3, -4, 0, 100, 0])
COLUMNS = np.array([3, 1, 4, -4, 0, 3, 0, -9])
ALL = slice(None)
CASES = {  # an index, and the axes of X that its integers are of
    "rows": ((ROWS,), (0,)),
    "one row": ((np.array(5),), (0,)),
    "columns": ((ALL, COLUMNS), (1,)),
    "last": ((..., COLUMNS), (2,)),
    "grid": ((ROWS.reshape(2, 4), COLUMNS.reshape(2, 4)), (0, 1)),
    "broadcast": ((ROWS[:, None], COLUMNS), (0, 1)),
    "apart": ((ROWS, ALL, COLUMNS), (0, 2)),
    "apart by a new axis": ((ALL, COLUMNS, None, ROWS), (1, 2)),
    "apart by an ellipsis of no axes": ((ALL, COLUMNS, ..., ROWS), (1, 2)),
    "a number beside": ((ALL, -1, ROWS), (2,)),
    "a number apart": ((1, ALL, ROWS), (2,)),
    "a slice": ((slice(1, 3), COLUMNS), (1,)),
    "backwards": ((slice(None, None, -2), ALL, ROWS), (2,)),
    "a mask beside": ((np.array([True, False, True]), COLUMNS[2:4]), (1,)),
    "a mask of no axes": ((True, ROWS), (0,)),
    "everywhere": ((ROWS, COLUMNS, ROWS), (0, 1, 2)),
    "small integers": ((ROWS.astype("int8"),), (0,)),
}
per_case = pytest.mark.parametrize("case", CASES.values(), ids=CASES)


@pytest.fixture(autouse=True)
def used(device):
    with gg.use_device(device.name):
        yield


def with_room(x, axes, value):
    """``x`` with one more place at the end of ``axes``, where all that is outside lies."""
    return np.pad(x, [(0, int(i in axes)) for i in range(x.ndim)], constant_values=value)


def in_room(index, axes):
    """The index of what ``with_room`` makes: integers outside are the last place."""
    lengths = iter([X.shape[i] for i in axes])
    found = []
    for part in index:
        if isinstance(part, np.ndarray) and part.dtype.kind == "i":
            n = next(lengths)
            inside = (part >= -n) & (part < n)
            part = np.where(inside, np.where(part < 0, part + n, part), n).astype(int)
        found.append(part)
    return tuple(found)


def inside(x):
    return x[tuple(map(slice, X.shape))]


def on_device(index):
    return tuple(gg.tensor(part) if isinstance(part, np.ndarray) else part for part in index)


def weights(like):
    return np.random.default_rng(1).normal(size=like.shape)


@per_case
@pytest.mark.parametrize("dtype", ["float32", "complex64", "int32", "bool"])
def test_reading_gives_nan_or_nothing(case, dtype):
    index, axes = case
    x = (4 * X).astype(dtype)
    missing = np.nan if x.dtype.kind in "fc" else 0
    expected = with_room(x, axes, missing)[in_room(*case)]
    found = gg.tensor(x)[on_device(index)]
    np.testing.assert_array_equal(found.numpy(), expected)
    assert found.dtype == dtype


@per_case
def test_writing_is_left_out_and_the_last_one_stays(case):
    index, axes = case
    room = with_room(X, axes, 0)
    v = weights(room[in_room(*case)])
    room[in_room(*case)] = v
    y = gg.tensor(X)
    y[on_device(index)] = v
    np.testing.assert_array_equal(y.numpy(), inside(room))
    y[on_device(index)] = 7  # a number, everywhere
    room[in_room(*case)] = 7
    np.testing.assert_array_equal(y.numpy(), inside(room))


@per_case
def test_gradients_are_left_out(case):
    index, axes = case
    room = with_room(np.zeros_like(X), axes, 0)
    g = weights(room[in_room(*case)])
    np.add.at(room, in_room(*case), g)
    x = gg.tensor(X, requires_grad=True)
    x[on_device(index)].backward(gg.tensor(g))
    np.testing.assert_allclose(x.grad.numpy(), inside(room), rtol=1e-12)


@per_case
def test_what_is_not_written_has_no_gradient(case):
    index, axes = case
    room, g = with_room(np.zeros_like(X), axes, 0), weights(X)
    v = gg.tensor(weights(room[in_room(*case)]), requires_grad=True)
    y = gg.tensor(X) + 0
    y[on_device(index)] = v
    y.backward(gg.tensor(g))
    writers = with_room(np.zeros(X.shape, int), axes, 0)
    writers[in_room(*case)] = np.arange(v.size).reshape(v.shape)
    stays = writers[in_room(*case)] == np.arange(v.size).reshape(v.shape)
    expected = with_room(g, axes, 0)[in_room(*case)] * stays
    np.testing.assert_array_equal(v.grad.numpy(), expected)


@per_case
def test_second_derivatives_are_finite_and_left_out(case):
    index, axes = case
    direction = weights(X)

    def cubes(x):
        return (x[on_device(index)] ** 3).sum()

    curved = gg.jvp(gg.grad(cubes), (gg.tensor(X),), (gg.tensor(direction),))[1]
    again = gg.grad(lambda x: (gg.grad(cubes)(x) * gg.tensor(direction)).sum())(gg.tensor(X))
    room = with_room(np.zeros_like(X), axes, 0)
    np.add.at(room, in_room(*case), 1)
    expected = inside(room) * 6 * X * direction
    np.testing.assert_allclose(curved.numpy(), expected, rtol=1e-12)
    np.testing.assert_allclose(again.numpy(), expected, rtol=1e-12)


def test_members_of_a_batch_do_not_reach_into_each_other():
    x, places = gg.tensor(X[..., 0]), gg.tensor([[0, 4], [-1, -5], [7, 1]])
    each = [x[i][places[i]].tolist() for i in range(3)]
    np.testing.assert_array_equal(gg.vmap(lambda v, i: v[i])(x, places).numpy(), each)
    np.testing.assert_array_equal(gg.vmap(lambda v, i: gg.take(v, i))(x, places).numpy(), each)
    ones = gg.ones(2, dtype="float64")
    added = gg.vmap(lambda v, i: gg.scatter_add(v, i, ones))(x, places).numpy()
    expected = X[..., 0].copy()
    for member, place in ((0, 0), (1, -1), (2, 1)):
        expected[member, place] += 1
    np.testing.assert_allclose(added, expected, rtol=1e-15)


def test_other_functions_of_indices():
    x, rows = gg.tensor(X[..., 0]), gg.tensor(ROWS)
    whole = with_room(X, (0,), np.nan)[in_room((ROWS,), (0,))][..., 0]
    np.testing.assert_array_equal(gg.take(x, rows, axis=0).numpy(), whole)
    lines = gg.tensor([[0, 5], [-1, 1], [-9, 9]])
    along = gg.take_along_axis(x, lines, axis=1).tolist()
    np.testing.assert_array_equal(
        along, [[X[0, 0, 0], np.nan], [X[1, 3, 0], X[1, 1, 0]], [np.nan] * 2]
    )
    y = gnp.array(x)
    gnp.put_along_axis(y, lines, 9.0, axis=1)
    expected = X[..., 0].copy()
    expected[[0, 1, 1], [0, 3, 1]] = 9
    assert y.tolist() == expected.tolist()
    gnp.put(y, [0, 12, -12, -13], [1.0, 2.0, 3.0, 4.0])
    assert y.tolist() == [[3, *expected[0, 1:]], *expected[1:].tolist()]


def test_scatter_add_and_the_gradient_of_what_it_leaves_out():
    x, updates = gg.zeros(3), gg.tensor([1.0, 2.0, 4.0, 8.0], requires_grad=True)
    y = gg.scatter_add(x, gg.tensor([0, 3, -1, -4]), updates)
    assert y.tolist() == [1, 0, 4]
    y.sum().backward()
    assert updates.grad.tolist() == [1, 0, 1, 0]


def test_places_of_a_flattened_array_stay_outside():
    assert gnp.choose(gg.tensor([0, 2, -1]), [[1, 2, 3], [4, 5, 6]]).tolist() == [1, 0, 0]
    whole = gnp.array(np.arange(12.0).reshape(3, 4))
    places = gnp.unravel_index(gg.tensor([11, 12, -1, 99]), (3, 4))
    np.testing.assert_array_equal(whole[places].numpy(), [11] + [np.nan] * 3)
    rows, columns = gg.tensor([2, 0, -1, 3]), gg.tensor([3, 4, 0, 0])
    joined = gnp.ravel_multi_index((rows, columns), (3, 4))
    np.testing.assert_array_equal(gg.take(whole, joined).numpy(), [11] + [np.nan] * 3)


def test_nothing_waits_for_the_indices(device):
    x, rows = gg.tensor(X), gg.tensor(ROWS)

    def run():
        y = x * 1
        y[rows] = x[rows] * 2
        return y, x[:, rows, rows]

    eager = run()
    with device.driver.capture() as graph:
        recorded = run()
    graph.launch()
    for found, expected in zip(recorded, eager, strict=True):
        np.testing.assert_array_equal(found.numpy(), expected.numpy())


@pytest.mark.parametrize(
    "call",
    [
        lambda x, i: x[gg.tensor([True, False])],
        lambda x, i: x[gg.tensor([True, False]), i],
        lambda x, i: x.compress(gg.tensor([True] * 5), axis=0),
        lambda x, i: gnp.compress([True] * 5, x, axis=0),
        lambda x, i: gnp.extract([True] * 25, x),
        lambda x, i: gnp.place(gnp.array(x), [True] * 25, [1.0]),
    ],
)
def test_truth_values_of_a_wrong_number_are_refused_at_once(call):
    with pytest.raises(IndexError):
        call(gg.tensor(X), gg.tensor([0, 0]))


HOST = gg.tensor(X[..., 0], device="cpu")
FIVE = gg.tensor([[5]], device="cpu")
EACH = gg.tensor([[0], [1], [5]], device="cpu")
REFUSED = [
    (lambda: HOST[5], r"x\[\.\.\.\]: index 5 is out of bounds for axis 0 with size 3"),
    (lambda: HOST[FIVE], r"x\[\.\.\.\]: index 5 is out of bounds for axis 0 with size 3$"),
    (lambda: HOST[:, [0, -7]], r"x\[\.\.\.\]: index -7 is out of bounds for axis 1 with size 4"),
    (lambda: gg.grad(lambda x: x[FIVE].sum())(HOST), r"x\[\.\.\.\]: index 5 .* size 3"),
    (lambda: gg.vmap(lambda x, i: x[i])(HOST, EACH), r"x\[\.\.\.\]: index 5 .* size 4"),
    (
        lambda: write(HOST, FIVE),
        r"x\[\.\.\.\] = v: index 5 is out of bounds for axis 0 with size 3",
    ),
    (lambda: gg.take(HOST, FIVE, axis=1), "take: index 5 is out of bounds for axis 1 with size 4"),
    (lambda: HOST.take(FIVE, axis=1), "take: index 5 is out of bounds for axis 1 with size 4"),
    (lambda: gnp.take(HOST, FIVE, axis=1), "take: index 5 is out of bounds for axis 1 with size 4"),
    (lambda: gnp.take_along_axis(HOST, FIVE, 1), "take_along_axis: index 5 .* 1 with size 4 "),
    (
        lambda: gnp.put_along_axis(gnp.array(HOST), FIVE, 1.0, 1),
        "put_along_axis: index 5 .* size 4",
    ),
    (lambda: gnp.put(gnp.array(HOST), [12], 1.0), "put: index 12 is out of bounds .* size 12"),
    (lambda: gnp.delete(HOST, 5, 0), "delete: index 5 is out of bounds for axis 0 with size 3"),
    (lambda: gnp.insert(HOST, 5, 0.0, 0), "insert: obj=5 is not within an axis of length 3"),
    (lambda: HOST.compress([False] * 3 + [True], axis=0), "compress: .* 4 truth values for 3 elem"),
    (lambda: gnp.extract([True] * 13, HOST), "extract: .* 13 truth values for 12 elements"),
    (
        lambda: gg.scatter_add(HOST, [5], HOST[:1]),
        "scatter_add: index 5 is out of bounds for 3 rows",
    ),
    (lambda: gg.vmap(scatter)(HOST, EACH), "scatter_add: index 5 .* size 4"),
]


def write(x, index):
    y = x + 0
    y[index] = 1.0


def scatter(x, indices):
    return gg.scatter_add(x, indices, x[:1])


@pytest.mark.parametrize(("call", "words"), REFUSED)
def test_the_host_names_what_was_called_the_index_and_the_length(call, words):
    with gg.use_device("cpu"), pytest.raises(IndexError, match=words):
        call()
