"""Names of PyTorch and CuPy that are not here say what to write instead, and that runs."""

import pickle

import numpy as np
import pytest

import gpugrad as gg
import gpugrad.numpy as gnp
from gpugrad import nn, optim
from gpugrad.nn import functional as F
from gpugrad.tensor.absent import CUPY, FUNCTIONAL, GPUGRAD, NN, OPTIM, Others

TABLES = [(gg, GPUGRAD), (nn, NN), (F, FUNCTIONAL), (optim, OPTIM), (gnp, CUPY)]
NAMES = [
    (module, name, way)
    for module, table in TABLES
    for way, names in table.items()
    for name in names.split()
]
METHODS = {name: way for name, way in vars(Others).items() if not name.startswith("__")}


@pytest.mark.parametrize(
    ("module", "name", "way"), NAMES, ids=[f"{module.__name__}.{name}" for module, name, _ in NAMES]
)
def test_a_name_of_a_module_says_what_to_write(module, name, way):
    with pytest.raises(AttributeError) as refused:
        getattr(module, name)
    assert str(refused.value) == f"{module.__name__}.{name} is not here: use {way}"
    assert name not in dir(module)


@pytest.mark.parametrize("module", [module for module, _ in TABLES], ids=lambda m: m.__name__)
def test_a_name_of_nobodys_is_refused_as_python_does(module):
    with pytest.raises(AttributeError, match=r"^module '.*' has no attribute 'nonsense'"):
        _ = module.nonsense


@pytest.mark.parametrize("x", [gg.ones(2), nn.Parameter(gg.ones(2))], ids=["Tensor", "Parameter"])
@pytest.mark.parametrize("name", METHODS)
def test_a_method_of_others_says_what_to_write(name, x):
    with pytest.raises(AttributeError) as refused:
        getattr(x, name)
    assert str(refused.value) == f"there is no .{name} here: use {METHODS[name].way}"
    assert not hasattr(x, name) and name not in dir(x)
    assert repr(METHODS[name]) == f"not here: use {METHODS[name].way}"


def test_within_transforms_too():
    with pytest.raises(AttributeError, match=r"there is no \.long here: use x\.astype"):
        gg.grad(lambda x: gg.sum(x.long()))(np.ones(2))


X, Y, INDEX = gg.tensor([[1.0, 3.0], [2.0, 4.0]]), gg.ones((2, 2)), gg.tensor([[1], [0]])


def written(way):
    """X after ``way``, a statement."""
    space = {"gg": gg, "x": gg.tensor(X), "y": Y, "value": 5.0}
    exec(way, space)
    return space["x"].tolist()


WAYS = {  # what is written instead -> what it gives
    "zero_": lambda way: written(way.partition(";")[0]) == [[0.0, 0.0], [0.0, 0.0]],
    "fill_": lambda way: written(way) == [[5.0, 5.0], [5.0, 5.0]],
    "copy_": lambda way: written(way) == Y.tolist(),
    "add_": lambda way: written(way) == [[2.0, 4.0], [3.0, 5.0]],
    "sub_": lambda way: written(way) == [[0.0, 2.0], [1.0, 3.0]],
    "mul_": lambda way: written(way) == X.tolist(),
    "div_": lambda way: written(way) == X.tolist(),
    "cpu": lambda way: eval(way, {"x": X}).device == "cpu",
    "get": lambda way: type(eval(way, {"x": X})) is np.ndarray,
    "long": lambda way: eval(way, {"x": X}).dtype == np.int64,
    "int": lambda way: eval(way, {"x": X}).dtype == np.int32,
    "half": lambda way: eval(way, {"x": X}).dtype == np.float16,
    "bool": lambda way: eval(way, {"x": X}).dtype == np.bool_,
    "t": lambda way: eval(way, {"x": X}).tolist() == [[1.0, 2.0], [3.0, 4.0]],
    "mm": lambda way: eval(way, {"x": X, "y": Y}).tolist() == [[4.0, 4.0], [6.0, 6.0]],
    "numel": lambda way: eval(way, {"x": X}) == 4,
    "dim": lambda way: eval(way, {"x": X}) == 2,
    "expand": lambda way: eval(way, {"x": X, "shape": (3, 2, 2)}).shape == (3, 2, 2),
    "masked_fill": lambda way: (
        eval(way, {"gg": gg, "x": X, "mask": X > 2, "value": 0}).tolist()
        == [[1.0, 0.0], [2.0, 0.0]]
    ),
    "gather": lambda way: (
        eval(way, {"gg": gg, "x": X, "index": INDEX, "axis": 1}).tolist() == [[3.0], [2.0]]
    ),
    "index_select": lambda way: (
        eval(way, {"x": X, "index": [1], "axis": 0}).tolist() == [[2.0, 4.0]]
    ),
    "softmax": lambda way: eval(way, {"gg": gg, "x": X, "axis": 0}).shape == (2, 2),
    "log_softmax": lambda way: eval(way, {"gg": gg, "x": X, "axis": 0}).shape == (2, 2),
}


@pytest.mark.parametrize("name", WAYS)
def test_what_a_method_says_to_write_runs(name):
    assert WAYS[name](METHODS[name].way)


def test_what_modules_say_to_write_runs():
    """The ways of the tables, in their order where they are expressions."""
    assert gg.random.normal(0.0, 1.0, (2, 3)).shape == gg.random.uniform(0.0, 1.0, (2, 3)).shape
    assert gg.random.integers(0, 3, (2,)).shape == gg.random.permutation(2).shape
    for name in ("concat", "asarray", "grad", "use_device", "matmul", "no_grad", "compile"):
        assert callable(getattr(gg, name))
    for name in ("sort", "argsort", "take_along_axis", "elementwise", "equal", "where"):
        assert callable(getattr(gg, name))
    for name in ("dstack", "hstack", "vstack", "pad"):
        assert callable(getattr(gnp, name))
    state = pickle.loads(pickle.dumps(nn.Linear(2, 1).state_dict()))
    assert state["weight"].shape == (1, 2)
    assert {next(iter(OPTIM)).partition(":")[0]} < set(optim.__all__)
