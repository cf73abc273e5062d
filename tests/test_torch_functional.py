"""torch.autograd.functional, and torch's older spellings, beside PyTorch."""

import itertools

import numpy as np
import pytest

import gpugrad.torch as ours

A, B, V = np.random.default_rng(0).normal(size=(3, 3)).astype("f4")


def test_a_compiled_module_is_the_module():
    nn = ours.nn
    model = nn.Sequential(nn.Linear(3, 4), nn.Dropout(0.5), nn.Linear(4, 2))
    names, x = list(model.state_dict()), ours.tensor(A)
    compiled = ours.compile(model, mode="max-autotune", fullgraph=True)
    assert list(compiled.state_dict()) == names and len(list(compiled.parameters())) == 4
    drawn = [compiled(x).detach().numpy() for _ in range(2)]
    assert not np.array_equal(*drawn)
    compiled.eval()
    fixed = [compiled(x).detach().numpy() for _ in range(2)]
    np.testing.assert_array_equal(*fixed)
    compiled(x).sum().backward()
    assert all(p.grad is not None for p in model.parameters())
    assert ours.compile(model, disable=True) is model
    double = ours.compile(dynamic=True)(lambda x: x * 2)
    np.testing.assert_array_equal(double(x).numpy(), A * 2)


FUNCTIONS = {
    "one": lambda x: (x**3).sum(),
    "vector": lambda x: x**2 * x.flip(0),
    "two": lambda x, y: (x * y).sum() + (y**3).sum(),
    "pair": lambda x, y: (x * y, x.sum()),
}
SCALAR = ("hvp", "vhp", "hessian")  # of functions that give one number
CALLS = [
    (name, function)
    for name in ("vjp", "jvp", "jacobian", *SCALAR)
    for function in FUNCTIONS
    if name not in SCALAR or function in ("one", "two")
]


def called(torch, name, function, create_graph):
    x, y = (torch.tensor(a, requires_grad=create_graph) for a in (A, B))
    w = torch.tensor(V)
    inputs = (x, y) if function in ("two", "pair") else x
    settings = {"create_graph": create_graph}
    if name == "vjp" and function in ("vector", "pair"):
        settings["v"] = (w, torch.tensor(2.0)) if function == "pair" else w
    if name in ("jvp", "hvp", "vhp"):
        settings["v"] = (w, w * 2) if isinstance(inputs, tuple) else w
    return getattr(torch.autograd.functional, name)(FUNCTIONS[function], inputs, **settings)


def agree(mine, theirs):
    if isinstance(theirs, tuple):
        assert isinstance(mine, tuple)
        for one, other in zip(mine, theirs, strict=True):
            agree(one, other)
    else:
        assert mine.requires_grad == theirs.requires_grad and isinstance(mine, ours.Tensor)
        np.testing.assert_allclose(mine.detach().numpy(), theirs.detach().numpy(), 1e-5, 1e-6)


@pytest.mark.parametrize("create_graph", [False, True])
@pytest.mark.parametrize(("name", "function"), CALLS)
def test_products_and_jacobians_are_those_of_torch(name, function, create_graph):
    torch = pytest.importorskip("torch")
    agree(called(ours, name, function, create_graph), called(torch, name, function, create_graph))


def test_products_and_jacobians_by_hand():
    x = ours.tensor([1.0, 2.0])
    functional = ours.autograd.functional
    assert functional.jacobian(lambda x: x**2, x).tolist() == [[2, 0], [0, 4]]
    assert functional.hessian(lambda x: (x**3).sum(), x).tolist() == [[6, 0], [0, 12]]
    value, product = functional.hvp(lambda x: (x**3).sum(), x, ours.ones(2))
    assert (value.item(), product.tolist()) == (9, [6, 12])
    with pytest.raises(RuntimeError, match="vjp: v is None"):
        functional.vjp(lambda x: x**2, x)
    with pytest.raises(RuntimeError, match="hessian: strict=True"):
        functional.hessian(lambda x: x.sum(), x, strict=True)


WORDS = [*itertools.product((None, True, False), repeat=2)]


@pytest.mark.filterwarnings("ignore:size_average")
@pytest.mark.parametrize(("size_average", "reduce"), WORDS)
def test_the_older_words_for_a_reduction(size_average, reduce):
    x, y = ours.tensor(A), ours.tensor(B)
    given = {"size_average": size_average, "reduce": reduce}
    way = "none" if reduce is False else "sum" if size_average is False else "mean"
    wanted = ours.nn.functional.mse_loss(x, y, reduction=way)
    assert ours.nn.functional.mse_loss(x, y, **given).tolist() == wanted.tolist()
    assert ours.nn.MSELoss(**given)(x, y).tolist() == wanted.tolist()


def test_a_module_on_one_device_runs_as_it_is():
    linear = ours.nn.Linear(2, 3)
    model = ours.nn.DataParallel(linear)
    assert list(model.state_dict()) == ["module.weight", "module.bias"]
    x = ours.ones(4, 2)
    assert model(x).tolist() == ours.nn.parallel.data_parallel(linear, x).tolist()
    with pytest.raises(RuntimeError, match="several devices"):
        ours.nn.DataParallel(linear, device_ids=[0, 1])
    with pytest.raises(RuntimeError, match="DistributedDataParallel"):
        ours.nn.parallel.DistributedDataParallel(linear)


def test_flags_are_modules():
    import gpugrad.torch.backends.cudnn as cudnn

    cudnn.benchmark = True
    assert ours.backends.cudnn.benchmark and not ours.backends.mps.is_available()
    cudnn.benchmark = False
