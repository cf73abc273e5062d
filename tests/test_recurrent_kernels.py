"""Recurrent layers by the host's kernel against NumPy's loop, with any number of threads."""

import numpy as np
import pytest
from kernel_checks import needs_compiler

from gpugrad.backend.host import recurrent, recurrent_plain
from gpugrad.settings import settings

SIZES = [(1, 1, 1), (4, 7, 5), (3, 2, 16), (2, 50, 17), (5, 20, 33), (0, 2, 3), (2, 0, 3)]


@pytest.fixture(params=[1, 3])
def threads(request, monkeypatch):
    """So many threads for work of any size."""
    monkeypatch.setattr(settings, "threads", request.param)
    monkeypatch.setattr(recurrent, "CHUNK", -1)


def alike(name, dtype, *given, **how):
    """The kernel's results, which are the loop's to rounding."""
    found = getattr(recurrent, name)(*given, **how)
    expected = getattr(recurrent_plain, name)(*given, **how)
    several = isinstance(found, tuple)
    for x, y in zip(*[r if several else (r,) for r in (found, expected)], strict=True):
        assert x.shape == y.shape and x.dtype == y.dtype == dtype
        scale = max(1.0, np.abs(y).max(initial=0))
        np.testing.assert_allclose(x, y, rtol=0, atol=200 * np.finfo(dtype).eps * scale)
    return found


@needs_compiler
@pytest.mark.usefixtures("threads")
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("sizes", SIZES)
def test_the_kernel_agrees_with_the_loop(sizes, dtype):
    steps, members, width = sizes
    rng = np.random.default_rng(0)

    def gates(n):
        return rng.normal(size=(steps, members, n * width)).astype(dtype)

    def weight(n):
        return (rng.normal(size=(n * width, width)) / width**0.5).astype(dtype)

    h0, c0, g = *rng.normal(size=(2, members, width)).astype(dtype), gates(1)
    w = weight(4).T.copy().T  # columns lie side by side
    h, c, a = alike("lstm", dtype, gates(4), h0, c0, w)
    for outer in ((g, None, None), (None, g, gates(4))):
        alike("lstm_gradient", dtype, *outer, c, a, c0, w)
    h, a = alike("gru", dtype, gates(3), h0, weight(3), weight(3)[:, 0])
    for outer in ((g, None), (None, gates(4))):
        alike("gru_gradient", dtype, *outer, h, a, h0, weight(3))
    for how in ({"nonlinearity": "tanh"}, {"nonlinearity": "relu"}):
        h = alike("rnn", dtype, gates(1), h0, weight(1), **how)
        alike("rnn_gradient", dtype, g, h, weight(1), **how)


def test_halves_are_computed_in_float32():
    rng = np.random.default_rng(0)
    given = [rng.normal(size=s).astype("float16") for s in ((3, 2, 4), (2, 4), (4, 4))]
    found = recurrent.rnn(*given, nonlinearity="tanh")
    wide = recurrent.rnn(*[x.astype("float32") for x in given], nonlinearity="tanh")
    assert found.dtype == "float16" and (found == wide.astype("float16")).all()
