"""Polynomials from their roots and from points, and their roots."""

import warnings
from typing import Any

from .. import linalg
from ..api import functions as gg
from ..backend.numpy_rules import numpys
from ..tensor.cell import Tensor
from .concrete import on_host, readable
from .polynomials import vander
from .reading import array, in_float

__all__ = ["poly", "polyfit", "roots"]


def roots(p: Any) -> Tensor:
    """The roots of the polynomial with coefficients ``p``, as numpy.roots.

    They are eigenvalues: complex unless all are real, in no promised order; those that zeros at
    the end of ``p`` make are last.  Within vmap no zero is looked for at either end, and the roots
    are complex.  A multiple root has no derivative.
    """
    p = in_float(p)
    p = p if p.ndim else gg.reshape(p, (1,))
    if p.ndim != 1:
        raise ValueError(f"roots: coefficients of shape {p.shape}; use a vector")
    zeros = 0
    if readable(p):
        found = on_host(p, "roots", "p").nonzero()[0]
        if not found.size:
            return gg.real(p)[:0]
        zeros = p.shape[0] - 1 - int(found[-1])
        p = p[int(found[0]) : int(found[-1]) + 1]
    return gg.pad(_of_companion(p), ((0, zeros),))


def _of_companion(p: Any) -> Any:
    """The eigenvalues of the matrix whose characteristic polynomial is ``p``."""
    n = p.shape[0] - 1
    if n < 1:
        return gg.real(p)[:0]
    first = gg.reshape(-p[1:] / p[0], (1, n))
    below = array([[float(i == j) for j in range(n)] for i in range(n - 1)], p.dtype, near=p)
    matrix = gg.concat([first, gg.reshape(below, (n - 1, n))], axis=0)
    return _real_if_real(linalg.eigvals(matrix), matrix.dtype.kind == "c")


def _real_if_real(values: Any, stays: bool) -> Any:
    """Eigenvalues without imaginary parts that are all 0, as numpy.linalg.eigvals of a real matrix
    gives them."""
    if stays or not readable(values) or on_host(gg.imag(values), "roots", "p").any():
        return values
    return gg.real(values)


def poly(seq_of_zeros: Any) -> Tensor:
    """The coefficients of the polynomial with these roots, or of a matrix's characteristic
    polynomial, as numpy.poly; the first is 1.

    They are real where complex roots are conjugate in pairs, which within vmap is not looked for.
    """
    x = in_float(seq_of_zeros)
    x = x if x.ndim else gg.reshape(x, (1,))
    if x.ndim == 2 and x.shape[0] == x.shape[1] and x.size:
        x = _real_if_real(linalg.eigvals(x), x.dtype.kind == "c")
    elif x.ndim != 1:
        raise ValueError(f"poly: an array of shape {x.shape}; use a vector or a square matrix")
    if not x.size:
        return array(1.0, near=x)
    y = array([1], x.dtype, near=x)
    for i in range(x.shape[0]):
        y = gg.pad(y, ((0, 1),)) - gg.pad(y * x[i], ((1, 0),))
    return gg.real(y) if x.dtype.kind == "c" and _in_pairs(x) else y


def _in_pairs(x: Any) -> bool:
    """Whether with each complex number its conjugate is there too."""
    if not readable(x):
        return False
    values = on_host(x, "poly", "seq_of_zeros").tolist()
    pairs = [sorted((z.real, z.imag) for z in half) for half in (values, map(_conjugate, values))]
    return pairs[0] == pairs[1]


def _conjugate(z: complex) -> complex:
    return z.conjugate()


def polyfit(
    x: Any,
    y: Any,
    deg: int,
    rcond: float | None = None,
    full: bool = False,
    w: Any = None,
    cov: bool | str = False,
) -> Any:
    """The polynomial of degree ``deg`` closest to the points (``x``, ``y``), as numpy.polyfit.

    y: a vector, or a matrix with one set of points in each column.  w: weights of the distances.
    rcond, full: as ``linalg.lstsq``'s, whose other results ``full`` returns too.
    cov: also the covariance matrix of the coefficients, scaled so that chi squared over the degrees
    of freedom is 1, or "unscaled".  Differentiable in x, y and w.
    """
    order = int(deg) + 1
    x, y, w = _points(x, y, deg, w)
    powers, wanted = vander(x, order), y
    if w is not None:
        powers = powers * w[:, None]
        wanted = y * (w if y.ndim == 1 else w[:, None])
    scale = gg.sqrt(gg.sum(powers * powers, axis=0))
    powers = powers / scale
    rcond = float(x.shape[0] * numpys("finfo")(x.dtype).eps) if rcond is None else rcond
    found, left, rank, s = linalg.lstsq(powers, wanted, rcond)
    c = found / (scale if y.ndim == 1 else scale[:, None])
    if full:
        return c, left, rank, s, rcond
    _warn_of_rank(rank, order)
    return (c, _covariance(powers, scale, wanted - powers @ found, cov)) if cov else c


def _points(x: Any, y: Any, deg: int, w: Any) -> tuple[Any, Any, Any]:
    x, y = in_float(x), in_float(y)
    w = None if w is None else in_float(array(w, near=x))
    if deg < 0:
        raise ValueError(f"polyfit: deg={deg}; use 0 or more")
    if x.ndim != 1 or not x.size or y.ndim not in (1, 2) or y.shape[0] != x.shape[0]:
        raise TypeError(
            f"polyfit: points of shapes {x.shape} and {y.shape}; use vectors of one "
            "length above 0, or a matrix y with a row for each x"
        )
    if w is not None and w.shape != x.shape:
        raise TypeError(f"polyfit: weights of shape {w.shape} for {x.shape[0]} points")
    return x, y, w


def _warn_of_rank(rank: Any, order: int) -> None:
    if readable(rank) and int(rank) != order:
        warnings.warn(
            "polyfit: the points hardly determine the coefficients; give more, or a lower degree",
            numpys("exceptions.RankWarning"),
            stacklevel=3,
        )


def _covariance(powers: Any, scale: Any, off: Any, cov: bool | str) -> Any:
    """The covariance of the coefficients, for points that are ``off`` the polynomial."""
    count, order = powers.shape
    base = linalg.inv(gg.transpose(powers) @ powers) / (scale[:, None] * scale)
    if cov == "unscaled":
        return base if off.ndim == 1 else base[:, :, None]
    if count <= order:
        raise ValueError(
            f"polyfit: {count} points for {order} coefficients do not scale a "
            "covariance matrix; give more, or cov='unscaled'"
        )
    spread = gg.sum(off * off, axis=0) / (count - order)
    return base * spread if off.ndim == 1 else base[:, :, None] * spread
