"""Discrete Fourier transforms: complex, of real numbers, and back to real numbers.

Every matrix of exp(-2i pi jk / n) is its own transpose.  The other two are linear over the real
numbers only: half of a spectrum stands for the whole, and the gradient g of a complex result says
that the final value moves by Re(g * dy), so the numbers of the half count once on its edges and
twice between.
"""

from .axes import axes_of
from .batching import along
from .declare import linear, operation

OPPOSITE = {"backward": "forward", "ortho": "ortho", "forward": "backward"}
REAL_OF = {"complex64": "float32", "complex128": "float64"}


@linear(
    transpose=lambda xp, g, *, axes, inverse, norm: xp.fourier(
        g, axes=axes, inverse=inverse, norm=norm
    ),
    batch=along("axes"),
    floats=True,
)
def fourier(xp, x, *, axes, inverse=False, norm="backward"):
    """The discrete Fourier transform over the tuple ``axes``, or its inverse; complex.

    norm: which direction divides by the number of elements: "backward" (the inverse), "forward",
    or "ortho" (each by its square root).
    """
    axes = axes_of(axes, len(x.shape), "fourier")
    return xp.fourier(x, axes=axes, inverse=inverse, norm=norm)


def _at_edges(xp, half, n, axis):
    """1 where an element of half a spectrum stands for itself alone, 0 where for two."""
    axis = axis % len(half.shape)
    k = xp.arange_like(half, half.shape[axis])
    alone = xp.logical_or(k == 0, 2 * k == n)
    shape = tuple(-1 if i == axis else 1 for i in range(len(half.shape)))
    dtype = REAL_OF.get(half.dtype.name, half.dtype)
    return xp.astype(xp.reshape(alone, shape=shape), dtype=dtype)


def _to_signal(xp, g, x_shape, *, axis, norm):
    n = x_shape[axis]
    counted = xp.conj(g) * (0.5 + 0.5 * _at_edges(xp, g, n, axis))
    return xp.hermitian_fourier(counted, n=n, axis=axis, norm=OPPOSITE[norm])


@operation(
    to_x=_to_signal,
    tangent=lambda xp, tx, *, axis, norm: xp.real_fourier(tx, axis=axis, norm=norm),
    batch=along("axis"),
    floats=True,
)
def real_fourier(xp, x, *, axis=-1, norm="backward"):
    """The first half of the Fourier transform of real numbers, n // 2 + 1 of n along ``axis``."""
    if x.dtype.kind == "c":
        raise TypeError("takes no complex numbers; use fft, or give it gg.real(x)")
    return xp.real_fourier(x, axis=axes_of(axis, len(x.shape), "real_fourier")[0], norm=norm)


def _to_half(xp, g, *, n, axis, norm):
    half = xp.conj(xp.real_fourier(g, axis=axis, norm=OPPOSITE[norm]))
    return half * (2 - _at_edges(xp, half, n, axis))


@operation(
    to_x=_to_half,
    tangent=lambda xp, tx, *, n, axis, norm: xp.hermitian_fourier(tx, n=n, axis=axis, norm=norm),
    batch=along("axis"),
    floats=True,
)
def hermitian_fourier(xp, x, *, n, axis=-1, norm="backward"):
    """The ``n`` real numbers whose inverse transform has ``x``, n // 2 + 1 along ``axis``, as its
    first half; imaginary parts on the edges of the half count for nothing."""
    axis = axes_of(axis, len(x.shape), "hermitian_fourier")[0]
    return xp.hermitian_fourier(x, n=n, axis=axis, norm=norm)
