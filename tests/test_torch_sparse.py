"""torch.sparse: values and gradients beside dense matrices, and beside torch."""

import numpy as np
import pytest

import gpugrad.torch as ours

EDGES = [[0, 2, 1, 2, 0], [1, 0, 2, 2, 1]]  # the first place twice
VALUES = [1.0, -2.0, 3.0, 0.5, 2.0]
X = np.arange(9, dtype="f4").reshape(3, 3) / 4


def results(torch):
    """What a program makes of a sparse matrix, as lists of numbers."""
    values = torch.tensor(VALUES, requires_grad=True)
    x = torch.tensor(X, requires_grad=True)
    a = torch.sparse_coo_tensor(torch.tensor(EDGES), values, (3, 3)).coalesce()
    products = [torch.sparse.mm(a, x), torch.spmm(a, x), a @ x, torch.mm(a, x), a.t() @ x]
    products += [torch.sparse.addmm(x, a, x, beta=0.5, alpha=2.0), a.matmul(x)]
    sum(y.cos().sum() for y in products).backward()
    row = torch.sparse_csr_tensor(
        torch.tensor([0, 1, 1, 2]), torch.tensor([1, 0]), torch.tensor([2.0, 3.0]), (3, 3)
    )
    dense = [a.to_dense(), torch.sparse.softmax(a, 1).to_dense(), row @ x]
    dense += [torch.sparse.softmax(a, dim=0).to_dense(), torch.eye(3).to_sparse().to_dense()]
    found = [*products, *dense, a.indices(), a.values(), values.grad, x.grad]
    return [*[y.detach().tolist() for y in found], tuple(a.size()), a.size(1), a.is_sparse]


def test_results_are_those_of_dense_matrices():
    found = results(ours)
    dense = np.zeros((3, 3))
    np.add.at(dense, tuple(EDGES), VALUES)
    for product in found[:4]:
        np.testing.assert_allclose(product, dense @ X)
    np.testing.assert_allclose(found[7], dense)


@pytest.mark.filterwarnings("ignore")
def test_results_are_torchs():
    torch = pytest.importorskip("torch")
    for mine, theirs in zip(results(ours), results(torch), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-5, atol=1e-6)


@pytest.mark.needs_compiler
def test_on_the_simulated_device():
    a = ours.sparse.FloatTensor(ours.tensor(EDGES), ours.tensor(VALUES), ours.Size([3, 3]))
    x = ours.tensor(X)
    y = a.to("simulated") @ x.to("simulated")
    assert y.device.type == "simulated" and type(y) is type(x)
    np.testing.assert_allclose(y.cpu().numpy(), (a @ x).numpy())
    assert a.to(ours.float64).dtype == ours.float64
    assert isinstance(ours.sparse.sum(a, 0), ours.Tensor)
