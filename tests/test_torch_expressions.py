"""Expressions mean in gpugrad.torch what they mean in PyTorch, to the shape and dtype."""

from pathlib import Path

import numpy as np
import pytest

import gpugrad.torch as ours

LINES = Path(__file__).with_name("torch_expressions.txt").read_text(encoding="utf-8").splitlines()
EXPRESSIONS = [line for line in LINES if line and not line.startswith("#")]
RNG = np.random.default_rng(0)
ARRAYS = {
    **{name: RNG.normal(size=(3, 4)).astype("f4") for name in "xy"},
    "v": RNG.normal(size=4).astype("f4"),
    "b": RNG.normal(size=(2, 3, 4)).astype("f4"),
    "n": RNG.permuted(np.tile(np.arange(4), (3, 1)), axis=1),
    "p": RNG.uniform(0.1, 0.9, (3, 4)).astype("f4"),
    "m": RNG.random((3, 4)) < 0.5,
    "s": (lambda a: (a @ a.T + 3 * np.eye(3)).astype("f4"))(RNG.normal(size=(3, 3))),
    "z": np.array(2.5),
}


def evaluated(torch, text, **tensors):
    """The value of an expression; of a statement after ``name;`` what the Tensor then is."""
    names = {name: torch.tensor(array.copy()) for name, array in ARRAYS.items()} | tensors
    first, _, statement = text.partition("; ")
    if not statement:
        return eval(text, {"torch": torch, **names})
    exec(statement, {"torch": torch}, names)
    return names[first]


def plain(value):
    """A value in NumPy's arrays and Python's numbers, sequences as tuples."""
    if hasattr(value, "detach"):
        return np.asarray(value.detach().resolve_conj().numpy())
    if isinstance(value, tuple | list):
        return tuple(map(plain, value))
    return value


def agree(mine, theirs):
    if isinstance(theirs, tuple):
        assert isinstance(mine, tuple) and len(mine) == len(theirs)
        for one, other in zip(mine, theirs, strict=True):
            agree(one, other)
    elif isinstance(theirs, np.ndarray):
        assert mine.dtype == theirs.dtype and mine.shape == theirs.shape
        np.testing.assert_allclose(mine, theirs, rtol=2e-5, atol=2e-6)
    else:
        assert mine == theirs


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_an_expression_means_what_it_means_in_torch(text):
    mine = plain(evaluated(ours, text))
    torch = pytest.importorskip("torch")
    agree(mine, plain(evaluated(torch, text)))
