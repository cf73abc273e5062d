"""gpugrad.fft against numpy.fft: values, lengths, dtypes, errors; derivatives by differences."""

import numpy as np
import pytest
from sample import complexes, numbers

import gpugrad as gg
from gpugrad import fft
from gpugrad.testing import gradcheck

NORMS = (None, "backward", "ortho", "forward")
COMPLEX = ["fft", "ifft", "hfft", "irfft"]
REAL = ["rfft", "ihfft"]
PLANE = {"fft2": complexes, "ifft2": complexes, "rfft2": numbers, "irfft2": complexes}
SEVERAL = {"fftn": complexes, "ifftn": complexes, "rfftn": numbers, "irfftn": complexes}


def assert_same(name, x, *arguments, **keywords):
    found = getattr(fft, name)(x, *arguments, **keywords)
    expected = getattr(np.fft, name)(x, *arguments, **keywords)
    assert found.dtype == expected.dtype
    assert found.shape == expected.shape
    np.testing.assert_allclose(found.numpy(), expected, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("norm", NORMS)
@pytest.mark.parametrize("n", [None, 1, 3, 4, 8])
@pytest.mark.parametrize("name", COMPLEX + REAL)
def test_along_one_axis_with_every_length(name, n, norm):
    make = numbers if name in REAL else complexes
    for shape, axis in [((5,), -1), ((6,), 0), ((3, 4), 0), ((2, 3, 3), 1)]:
        assert_same(name, make(*shape), n, axis, norm)
        assert_same(name, make(*shape).astype("f4" if name in REAL else "c8") * 0, n, axis)


@pytest.mark.parametrize("norm", NORMS)
@pytest.mark.parametrize("name", [*PLANE, *SEVERAL])
def test_over_several_axes(name, norm):
    x = {**PLANE, **SEVERAL}[name](3, 4, 5)
    assert_same(name, x, norm=norm)
    assert_same(name, x, (4, 3), (0, 2), norm)
    assert_same(name, x, (5, 2), (-1, 1), norm)
    assert_same(name, x, axes=(2, 0))


@pytest.mark.parametrize("name", ["fftn", "ifftn"])
def test_an_axis_named_twice_is_transformed_twice(name):
    assert_same(name, complexes(3, 4), axes=(0, 1, 0))
    assert_same(name, complexes(3, 4), (5, 4, 2), (0, 1, 0))
    assert_same("fft2", numbers(3, 4), axes=(1, 1))


def test_real_numbers_and_integers():
    assert_same("fft", numbers(3, 5))
    assert_same("ifft2", numbers(3, 5))
    assert fft.fft(np.arange(4)).dtype == np.complex64
    assert fft.rfft([1.0, 2.0]).dtype == np.complex64
    for half in ("float16", "bfloat16"):
        assert fft.fft(gg.ones(4, dtype=half)).dtype == np.complex64


def test_axes_without_elements():
    assert_same("fft", complexes(0, 3))
    assert_same("fft", complexes(2, 0), 3)
    with pytest.raises(ValueError, match="fft: a transform of 0 numbers"):
        fft.fft(complexes(2, 0))


@pytest.mark.parametrize("n", [1, 2, 5, 8])
def test_frequencies_and_shifts(n):
    for name in ("fftfreq", "rfftfreq"):
        for d in (1.0, 0.25):
            found = getattr(fft, name)(n, d, dtype="float64")
            np.testing.assert_array_equal(found.numpy(), getattr(np.fft, name)(n, d))
    assert fft.fftfreq(n).dtype == np.float32
    x = numbers(n, 3)
    for name in ("fftshift", "ifftshift"):
        for axes in (None, 0, (0, 1), (-1,)):
            np.testing.assert_array_equal(
                getattr(fft, name)(x, axes).numpy(), getattr(np.fft, name)(x, axes)
            )
    np.testing.assert_array_equal(fft.ifftshift(fft.fftshift(x)).numpy(), x)


CALLS = {
    "fft real, padded": (lambda x: fft.fft(x, 5), numbers(2, 3)),
    "fft cropped": (lambda x: fft.fft(x, 2, norm="ortho"), complexes(2, 3)),
    "ifft2": (lambda x: fft.ifft2(x, (2, 4)), complexes(3, 3)),
    "an axis twice": (lambda x: fft.fftn(x, axes=(1, 0, 1)), complexes(2, 3)),
    "rfft2": (lambda x: fft.rfft2(x, norm="forward"), numbers(2, 3)),
    "rfftn padded": (lambda x: fft.rfftn(x, (3, 5)), numbers(2, 4)),
    "irfftn odd": (lambda x: fft.irfftn(x, (2, 3)), complexes(2, 2)),
    "irfft cropped": (lambda x: fft.irfft(x, 2), complexes(4)),
    "irfft of real": (lambda x: fft.irfft(x), numbers(3)),
    "hfft": (lambda x: fft.hfft(x, 5), complexes(3)),
    "ihfft": (lambda x: fft.ihfft(x, norm="ortho"), numbers(4)),
    "there and back": (lambda x: fft.irfft(fft.rfft(x) * fft.rfft(x), 5), numbers(5)),
    "power": (lambda x: gg.abs(fft.fftshift(fft.fft(x))) ** 2, complexes(4)),
}


@pytest.mark.parametrize("name", CALLS)
def test_derivatives(name):
    function, x = CALLS[name]
    gradcheck(function, [x], order=2)


def test_gradient_in_both_conventions():
    """.grad of a loss |fft(x)|^2 is 2 n x (Parseval), and grad its conjugate."""
    z = complexes(6)
    leaf = gg.tensor(z, requires_grad=True)
    gg.sum(gg.abs(fft.fft(leaf)) ** 2).backward()
    np.testing.assert_allclose(leaf.grad.numpy(), 12 * z, rtol=1e-12)
    conjugate = gg.grad(lambda x: gg.sum(gg.abs(fft.fft(x)) ** 2))(z)
    np.testing.assert_allclose(conjugate, 12 * z.conj(), rtol=1e-12)


@pytest.mark.parametrize("norm", NORMS[1:])
@pytest.mark.parametrize("n", [1, 2, 5, 6])
def test_transposes(n, norm):
    """Re(g . A x) = Re(A^T g . x) for A = rfft and irfft, with what ``vjp`` gives for A^T."""
    x, half = numbers(n), complexes(n // 2 + 1)
    for function, inner, g in [
        (lambda x: fft.rfft(x, norm=norm), x, half),
        (lambda h: fft.irfft(h, n, norm=norm), half, x),
    ]:
        y, pull = gg.vjp(function, inner)
        (back,) = pull(g)
        moved, pulled = gg.sum(y * g), gg.sum(inner * back)
        assert complex(moved).real == pytest.approx(complex(pulled).real, rel=1e-12)


@pytest.mark.parametrize("name", [*COMPLEX, *REAL, *SEVERAL])
def test_vmap_is_a_loop(name):
    x = (numbers if name[0] == "r" or name == "ihfft" else complexes)(2, 3, 4)
    function = getattr(fft, name)
    batched = gg.vmap(lambda row: gg.sum(gg.abs(function(row)) ** 2, axis=0), in_axes=1)(x)
    rows = [gg.sum(gg.abs(function(x[:, i])) ** 2, axis=0).numpy() for i in range(3)]
    np.testing.assert_allclose(batched, rows, rtol=1e-12)


@pytest.mark.needs_compiler
def test_device_agrees(device):
    x = numbers(3, 6).astype("float32")
    got = []
    for where in ("cpu", device.name):
        with gg.use_device(where):
            leaf = gg.tensor(x, requires_grad=True)
            y = fft.irfft2(fft.rfft2(leaf, (4, 5)) * fft.rfftfreq(5), (4, 5))
            gg.sum(y**2).backward()
            got.append((y.detach().numpy(), leaf.grad.numpy()))
            assert fft.fft(gg.zeros((0, 3))).shape == (0, 3)
    for here, there in zip(*got, strict=True):
        np.testing.assert_allclose(there, here, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: fft.fft(numbers(3), norm="unit"), "fft: norm='unit'; use 'backward'"),
        (lambda: fft.fft(numbers(3), 0), "fft: a transform of 0 numbers"),
        (lambda: fft.fft(numbers(3), axis=1), "fft: axis 1 of an array of 1 axes"),
        (lambda: fft.fftn(numbers(3), (2, 2), (0,)), "fftn: 2 lengths"),
        (lambda: fft.rfftn(numbers(3), axes=()), "rfftn: no axes"),
        (lambda: fft.irfft(complexes(1)), "irfft: a transform of 0 numbers"),
    ],
)
def test_what_does_not_fit_is_said(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_real_transforms_take_no_complex_numbers():
    with pytest.raises(TypeError, match="rfft: takes no complex numbers"):
        fft.rfft(complexes(3))
