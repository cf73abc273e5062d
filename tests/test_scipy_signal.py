"""Convolution and correlation against scipy.signal; axes by a sum over all pairs; derivatives."""

import numpy as np
import pytest
import scipy.fft
import scipy.signal
from sample import complexes, numbers

import gpugrad as gg
from gpugrad.scipy import fft, signal
from gpugrad.testing import gradcheck

MODES = ("full", "same", "valid")
SHAPES = [
    ((5,), (3,)),
    ((2,), (5,)),
    ((4,), (4,)),
    ((5, 4), (2, 3)),
    ((3, 3), (5, 4)),
    ((4, 3, 5), (2, 3, 2)),
    ((3, 2, 4, 3), (2, 2, 2, 2)),
    ((), ()),
]
# (shape of the first, of the second, axes, dot_axes)
AXES = [
    ((4, 5, 3), (2, 3, 6), ([0], [0]), ([2], [1])),
    ((2, 7, 3, 6), (3, 4, 2, 5), ([1, 3], [1, 3]), ([2], [0])),
    ((5, 3), (3, 4), ((0,), (1,)), ((), ())),
    ((5, 3), (4, 3), ((0,), (0,)), ((-1,), (-1,))),
    ((2, 3), (4, 3), ((), ()), ((1,), (1,))),
]


@pytest.mark.parametrize("method", signal.METHODS)
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", ["convolve", "correlate"])
def test_values_are_scipys(name, mode, method):
    for first, second in SHAPES:
        for a, b in [
            (numbers(*first), numbers(*second, seed=1)),
            (complexes(*first), numbers(*second, seed=1)),
            (complexes(*first), complexes(*second, seed=1)),
        ]:
            found = getattr(signal, name)(a, b, mode, method).numpy()
            expected = getattr(scipy.signal, name)(a, b, mode, method)
            assert found.dtype == expected.dtype
            np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("mode", MODES)
def test_fftconvolve_is_scipys(mode):
    for a, b, axes in [
        (numbers(3, 6), numbers(3, 4), 1),
        (numbers(3, 6), complexes(1, 4), (1,)),
        (numbers(3, 1, 4), numbers(2, 3, 4), (0, 2)),
        (np.arange(5), np.arange(3), None),
    ]:
        found = signal.fftconvolve(a, b, mode, axes).numpy()
        expected = scipy.signal.fftconvolve(a, b, mode, axes)
        assert found.dtype == expected.dtype
        np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)


def by_definition(a, b, mode, axes, dot_axes):
    """Each pair of rows convolved by SciPy and added up: independent of how axes are laid out."""
    dotted = [[i % a.ndim for i in dot_axes[0]], [i % b.ndim for i in dot_axes[1]]]
    alone = [
        [i for i in range(x.ndim) if i not in (*axes[k], *dotted[k])] for k, x in enumerate((a, b))
    ]
    a = a.transpose(*alone[0], *dotted[0], *axes[0])
    b = b.transpose(*alone[1], *dotted[1], *axes[1])
    outer = [x.shape[: len(which)] for x, which in zip((a, b), alone, strict=True)]
    inner = a.shape[len(alone[0]) : a.ndim - len(axes[0])]
    rows = {}
    for i in np.ndindex(outer[0]):
        for j in np.ndindex(outer[1]):
            rows[i + j] = sum(
                scipy.signal.convolve(a[i + k], b[j + k], mode, "direct") for k in np.ndindex(inner)
            )
    whole = np.array(list(rows.values()))
    return whole.reshape(*outer[0], *outer[1], *whole.shape[1:])


@pytest.mark.parametrize("method", ["direct", "fft"])
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("case", AXES, ids=str)
def test_axes_to_convolve_and_to_sum(case, mode, method):
    first, second, axes, dot_axes = case
    a, b = numbers(*first), numbers(*second, seed=1)
    found = signal.convolve(a, b, mode, method, axes=axes, dot_axes=dot_axes).numpy()
    expected = by_definition(a, b, mode, axes, dot_axes)
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)


def test_dtypes():
    whole = np.arange(5)
    for method in signal.METHODS:
        found = signal.convolve(whole, whole[:3], method=method)
        assert found.dtype == np.int64
        assert found.tolist() == scipy.signal.convolve(whole, whole[:3]).tolist()
    for dtype in ("float16", "bfloat16", "float32", "complex64"):
        x = gg.ones(4, dtype=dtype)
        for method in signal.METHODS:
            assert signal.convolve(x, x, method=method).dtype == x.dtype
    assert signal.convolve([1.0, 2.0], [3.0]).dtype == np.float64
    assert signal.convolve([], [1.0]).shape == (0,)


@pytest.mark.parametrize("method", ["direct", "fft"])
@pytest.mark.parametrize("mode", MODES)
def test_derivatives(mode, method):
    for a, b in [
        (numbers(4), numbers(3, seed=1)),
        (numbers(2, 3), numbers(3, 3, seed=1)),
        (complexes(3), complexes(2, seed=1)),
        (numbers(2, 2, 3), numbers(2, 1, 2, seed=1)),
    ]:
        gradcheck(lambda a, b: signal.convolve(a, b, mode, method), [a, b], order=2)


def test_derivatives_of_the_others():
    a, b = numbers(2, 3, 2), numbers(2, 2, seed=1)
    gradcheck(
        lambda a, b: signal.convolve(a, b, axes=([1], [0]), dot_axes=([2], [1])), [a, b], order=2
    )
    z, w = complexes(4), complexes(2, seed=1)
    gradcheck(lambda z, w: signal.correlate(z, w, "same"), [z, w], order=2)
    gradcheck(lambda a, b: signal.fftconvolve(a, b, "same", 1), [b, a[0, :2]], order=2)


def test_vmap_is_a_loop():
    a, b = numbers(3, 6), numbers(3, 2, seed=1)
    for method in ("direct", "fft"):
        batched = gg.vmap(lambda a, b, m=method: signal.convolve(a, b, "same", m))(a, b)
        rows = [signal.convolve(x, y, "same").numpy() for x, y in zip(a, b, strict=True)]
        np.testing.assert_allclose(batched, rows, rtol=1e-12, atol=1e-12)


@pytest.mark.needs_compiler
def test_device_agrees(device):
    got = []
    for where in ("cpu", device.name):
        with gg.use_device(where):
            a, b = (
                gg.tensor(x.astype("float32"), requires_grad=True)
                for x in (numbers(3, 6), numbers(2, 3, seed=1))
            )
            for method in ("direct", "fft"):
                gg.sum(signal.correlate(a, b, "same", method) ** 2).backward()
            got.append((a.grad.numpy(), b.grad.numpy()))
    for here, there in zip(*got, strict=True):
        np.testing.assert_allclose(there, here, rtol=1e-4)


def test_auto_takes_the_cheaper_way():
    a, small, large = (gg.zeros((1, 1, n)) for n in (100_000, 8, 5_000))
    for b, directly in ((small, True), (large, False)):
        ranges = ((0, 99_999 + b.shape[2]),)
        assert signal._directly("auto", a.dtype, a, b, ranges) == directly


@pytest.mark.parametrize(
    ("arguments", "settings", "message"),
    [
        ((numbers(3), numbers(3)), {"mode": "whole"}, "convolve: mode='whole'; use one of full"),
        ((numbers(3), numbers(3)), {"method": "fast"}, "method='fast'"),
        ((numbers(3), numbers(3, 2)), {}, "1 and 2 axes; say which"),
        ((numbers(3, 2), numbers(2, 3)), {"mode": "valid"}, r"\(3, 2\) and \(2, 3\)"),
        (
            (numbers(3, 2), numbers(3, 2)),
            {"axes": ((0,), (0,)), "dot_axes": ((0,), (1,))},
            "each axis once",
        ),
    ],
)
def test_what_does_not_fit_is_said(arguments, settings, message):
    with pytest.raises(ValueError, match=message):
        signal.convolve(*arguments, **settings)


def test_fast_lengths_are_scipys():
    for n in [*range(1, 100), 1021, 4099, 100_003]:
        for real in (False, True):
            assert fft.next_fast_len(n, real) == scipy.fft.next_fast_len(n, real)
