"""gpugrad.scipy.fft against scipy.fft: dtypes of transforms, cosine and sine transforms."""

import numpy as np
import pytest
import scipy.fft
from sample import complexes, numbers

import gpugrad as gg
from gpugrad.scipy import fft
from gpugrad.testing import gradcheck

REAL = ["dct", "idct", "dst", "idst"]
TYPES = (1, 2, 3, 4)
TRANSFORMS = [
    "fft",
    "ifft",
    "fft2",
    "ifft2",
    "fftn",
    "ifftn",
    "rfft",
    "rfft2",
    "rfftn",
    "ihfft",
    "irfft",
    "irfft2",
    "irfftn",
    "hfft",
]


@pytest.mark.parametrize("name", TRANSFORMS)
def test_transforms_are_scipys(name):
    for x in (numbers(3, 4), numbers(3, 4).astype("float32"), [[1, 2, 3], [4, 5, 6]]):
        found, expected = (getattr(module, name)(x) for module in (fft, scipy.fft))
        assert found.dtype == expected.dtype
        np.testing.assert_allclose(found.numpy(), expected, rtol=1e-5, atol=1e-6)


def test_frequencies_and_shifts_are_scipys():
    for name, x in (
        ("fftshift", [1, 2, 3]),
        ("ifftshift", [1, 2, 3]),
        ("fftfreq", 5),
        ("rfftfreq", 5),
    ):
        found, expected = (getattr(module, name)(x) for module in (fft, scipy.fft))
        assert found.dtype == expected.dtype
        np.testing.assert_array_equal(found.numpy(), expected)


@pytest.mark.parametrize("type", TYPES)
@pytest.mark.parametrize("name", REAL)
def test_cosines_and_sines_are_scipys(name, type):
    for shape, axis in [((5,), -1), ((6,), 0), ((3, 4), 0), ((2,), -1)]:
        for norm in (None, "backward", "ortho", "forward"):
            for n in (None, 4, 7):
                for orthogonalize in (None, True, False):
                    how = {"n": n, "axis": axis, "norm": norm, "orthogonalize": orthogonalize}
                    found, expected = (
                        getattr(module, name)(numbers(*shape), type, **how)
                        for module in (fft, scipy.fft)
                    )
                    np.testing.assert_allclose(found.numpy(), expected, rtol=1e-12, atol=1e-12)
                z = complexes(*shape)  # SciPy forgets orthogonalize of complex numbers
                found = getattr(fft, name)(z, type, n, axis, norm).numpy()
                expected = getattr(scipy.fft, name)(z, type, n, axis, norm)
                np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", REAL)
def test_their_derivatives_and_dtypes(name):
    for type in TYPES:
        transform = lambda x, t=type: getattr(fft, name)(x, t, norm="ortho")  # noqa: E731
        gradcheck(transform, [numbers(2, 3)], order=2)
        gradcheck(lambda x, t=type: getattr(fft, name)(x, t, 4), [complexes(3)])
        matrix = gg.jacobian(transform)(numbers(5))
        np.testing.assert_allclose(matrix @ matrix.T, np.eye(5), atol=1e-14)
        for dtype in ("float16", "float32", "float64", "complex64"):
            assert transform(gg.ones(4, dtype=dtype)).dtype == gg.ones(1, dtype=dtype).dtype


@pytest.mark.needs_compiler
def test_device_agrees(device):
    x = numbers(2, 5).astype("float32")
    for name in REAL:
        for type in TYPES:
            with gg.use_device(device.name):
                found = getattr(fft, name)(gg.tensor(x), type)
            np.testing.assert_allclose(
                found.numpy(), getattr(scipy.fft, name)(x, type), rtol=1e-4, atol=1e-5
            )


def test_what_does_not_fit_is_said():
    with pytest.raises(ValueError, match="dct: type=5, norm=None; types are 1, 2, 3, 4"):
        fft.dct([1.0, 2.0], 5)
    with pytest.raises(ValueError, match="dst: type=2, norm='unit'"):
        fft.dst([1.0, 2.0], norm="unit")
    with pytest.raises(ValueError, match="dct: type 1 of one number"):
        fft.dct([1.0], 1)


def test_a_type_may_be_any_whole_number():
    x = numbers(2, 5)
    for name in REAL:
        expected = getattr(scipy.fft, name)(x, 3)
        for type in (np.int8(3), np.array(3), gg.tensor(3)):
            np.testing.assert_allclose(getattr(fft, name)(x, type).numpy(), expected, rtol=1e-12)
        with pytest.raises(TypeError, match=f"{name}: type=2.0; give a whole number"):
            getattr(fft, name)(x, 2.0)
