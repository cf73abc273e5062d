"""RandomState draws NumPy's own numbers, on every device."""

import numpy as np
import pytest

import gpugrad as gg
from gpugrad.numpy import random

DRAWS = {
    "randn": lambda r: r.randn(2, 3),
    "rand": lambda r: r.rand(4),
    "randint": lambda r: r.randint(0, 9, size=(3,)),
    "random_sample": lambda r: r.random_sample((2, 2)),
    "normal": lambda r: r.normal(1.0, 2.0, size=3),
    "normal of arrays": lambda r: r.normal(np.arange(3.0), scale=2.0),
    "gamma": lambda r: r.gamma(2.0, size=3),
    "dirichlet": lambda r: r.dirichlet([1.0, 2.0], 3),
    "multivariate_normal": lambda r: r.multivariate_normal(np.zeros(2), np.eye(2), 3),
    "choice": lambda r: r.choice(9, 4, replace=False),
    "permutation": lambda r: r.permutation(7),
    "permutation of rows": lambda r: r.permutation(np.arange(12).reshape(6, 2)),
    "permutation of a vector": lambda r: r.permutation(np.arange(9.0)),
    "nothing": lambda r: r.randn(0, 2),
}
DEVICES = ["cpu", pytest.param("simulated", marks=pytest.mark.needs_compiler)]


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("name", DRAWS)
def test_arrays_are_numpys_as_tensors(name, device):
    with gg.use_device(device):
        drawn = DRAWS[name](random.RandomState(3))
        wanted = DRAWS[name](np.random.RandomState(3))
        assert isinstance(drawn, gg.Tensor) and drawn.dtype == wanted.dtype
        np.testing.assert_array_equal(drawn.numpy(), wanted)
        if not name.startswith("permutation of"):
            assert drawn.device == device


def test_single_numbers_are_pythons():
    ours, numpys = random.RandomState(1), np.random.RandomState(1)
    assert [ours.rand(), ours.randint(9)] == [numpys.rand(), numpys.randint(9)]
    ours.seed(1)
    assert ours.get_state()[0] == "MT19937" and ours.rand() == np.random.RandomState(1).rand()


def test_rows_are_shuffled_in_place():
    x, y = gg.tensor([[1.0], [2.0], [3.0], [4.0]]), np.array([[1.0], [2.0], [3.0], [4.0]])
    rows = [1, 2, 3, 4]
    random.RandomState(2).shuffle(x)
    random.RandomState(2).shuffle(y)
    random.RandomState(2).shuffle(rows)
    assert x.tolist() == y.tolist() and rows == y[:, 0].tolist()


def test_a_gradient_is_not_lost_without_a_word():
    loc = gg.tensor(1.0, requires_grad=True)
    with pytest.raises(RuntimeError, match="NumPy would drop its derivative"):
        random.RandomState(0).normal(loc, 1.0)
    x = gg.tensor([1.0, 2.0, 3.0], requires_grad=True)
    gg.sum(random.RandomState(0).permutation(x) * gg.tensor([1.0, 2.0, 3.0])).backward()
    assert sorted(x.grad.tolist()) == [1.0, 2.0, 3.0]


def test_an_unknown_method_is_refused_as_python_does():
    with pytest.raises(AttributeError, match="nonsense"):
        _ = random.RandomState(0).nonsense


def test_a_compiled_function_does_not_freeze_its_numbers():
    state = random.RandomState(0)
    with pytest.raises(Exception, match="random numbers of"):
        gg.compile(lambda x: x + state.randn(2))(gg.ones(2))
