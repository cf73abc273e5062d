"""CTC by the kernels of the host and of the simulated device, against the composition."""

import numpy as np
import pytest
from kernel_checks import close, needs_compiler, numbers, per_dtype, per_order

from gpugrad.backend.device import ctc as device_ctc
from gpugrad.backend.host import ctc as host_ctc
from gpugrad.backend.maths import ctc as plain
from gpugrad.backend.select import HOST
from gpugrad.settings import settings

# (steps, members, classes); of each member its labels, how many of them count, and its steps; the
# blank.
LONG = [[1, 2, 3, 1], [1, 1, 2, 2], [1, 2, 3, 1], [1, 2, 2, 2]]
CASES = {
    "one step": ((1, 2, 3), [[1], [2]], [1, 1], [1, 1], 0),
    "no labels": ((4, 3, 3), np.zeros((3, 0)), [0, 0, 0], [4, 0, 2], 1),
    "no steps": ((0, 2, 3), [[1], [1]], [1, 0], [0, 0], 0),
    "no members": ((3, 0, 3), np.zeros((0, 2)), [], [], 0),
    "repeated labels": ((7, 2, 4), [[1, 1, 2, 2], [3, 1, 1, 1]], [4, 4], [7, 6], 0),
    "labels too long": ((3, 4, 4), LONG, [4, 3, 3, 5], [3, 3, 3, 3], 0),
    "unequal": ((9, 3, 5), [[0, 1, -9], [3, 99, 99], [1, 0, 3]], [2, 1, 3], [9, 2, 5], 2),
    "one member": ((6, 1, 3), [[0, 1, 0]], [3], [6], 2),
    "many classes": ((4, 2, 5_000), [[4_999, 17], [17, 3]], [2, 2], [4, 4], 4_000),
    "many states": ((130, 1, 3), [[1, 2] * 33], [66], [130], 0),
}
per_case = pytest.mark.parametrize("case", CASES.values(), ids=CASES)


def arrays(case, dtype):
    """Gradients of losses, logarithms of probabilities, and the numbers of a case."""
    sizes, *given, blank = case
    x = numbers(sizes, "float64", 1)
    x = (x - np.logaddexp.reduce(x, axis=-1, keepdims=True)).astype(numbers((), dtype).dtype)
    return numbers(sizes[1:2], dtype, 2), x, [np.array(a, np.int32) for a in given], blank


def expected(g, x, given, blank):
    """The losses and the gradient of x, of the same numbers in float64."""
    labels, counts, lengths = given
    wide = [a.astype("float64") for a in (g, x)]
    how = (labels, lengths, counts, blank)
    return plain.loss(HOST.xp, wide[1], *how), plain.gradient(HOST.xp, *wide, *how)


def found(backend, g, x, given, blank):
    """Both by a backend's own functions."""
    labels, counts, lengths = map(backend.asarray, given)
    g, x = backend.asarray(g), backend.asarray(x)
    losses = backend.natives["ctc"](x, labels, lengths, counts, blank=blank)
    return losses, backend.natives["ctc_gradient"](g, x, labels, lengths, counts, blank=blank)


def follows(backend, case, dtype, units):
    """Both as the composition gives them: inf at the same places, and else to rounding."""
    given = arrays(case, dtype)
    for ours, theirs in zip(found(backend, *given), expected(*given), strict=True):
        ours, endless = backend.to_host(ours).copy(), np.isinf(theirs)
        assert (ours[endless] == theirs[endless]).all()
        ours[endless] = theirs[endless] = 0
        close(HOST, ours, theirs, dtype, units)


@needs_compiler
@per_case
@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_hosts_kernel_follows_the_composition(case, dtype, threads, monkeypatch):
    monkeypatch.setattr(settings, "threads", threads)
    monkeypatch.setattr(host_ctc, "CHUNK", 1)
    follows(HOST, case, dtype, 32)


@needs_compiler
@per_order
@per_dtype
@per_case
def test_the_devices_kernel_follows_the_composition(ordered, case, dtype):
    follows(ordered, case, dtype, 32)


@needs_compiler
@per_order
def test_threads_take_several_states(ordered, monkeypatch):
    monkeypatch.setattr(device_ctc, "MOST_THREADS", 32)
    for name, native in device_ctc.ctc_natives(ordered).items():
        monkeypatch.setitem(ordered.natives, name, native)
    follows(ordered, CASES["many states"], "float32", 32)


@per_case
def test_without_a_compiler(case, monkeypatch):
    monkeypatch.setattr(host_ctc, "function", lambda *key: None)
    follows(HOST, case, "float64", 0)


@needs_compiler
def test_nan_and_infinity(device):
    g, x, given, blank = arrays(CASES["unequal"], "float64")
    x[1, 0, 1], x[1, 2, 4] = np.nan, np.inf  # of the second, a class that no state has
    x[:2, 1, 3] = -np.inf
    for backend in (HOST, device):
        losses, to_x = map(backend.to_host, found(backend, g, x, given, blank))
        assert np.isnan(losses[0]) and losses[1] == np.inf and np.isfinite(losses[2])
        assert np.isnan(to_x[:, 0]).any() and (to_x[:, 1] == 0).all()
        assert np.isfinite(to_x[:, 2]).all()


@needs_compiler
def test_a_label_that_is_no_class(device):
    g, x, given, blank = arrays(CASES["one member"], "float32")
    given[0][0, 1] = -1
    with pytest.raises(IndexError, match="ctc_loss: label -1 of 3 classes; give 0 to 2"):
        found(HOST, g, x, given, blank)
    losses, to_x = map(device.to_host, found(device, g, x, given, blank))
    assert np.isnan(losses).all() and np.isnan(to_x[:, 0, [0, 2]]).all()
    assert (to_x[:, 0, 1] == 0).all()
