"""Polynomials as vectors of coefficients, the highest power first."""

from typing import Any

from ..api import functions as gg
from ..backend.dtypes import int64
from ..backend.numpy_rules import mixed
from ..tensor.cell import Tensor
from . import making as make
from .concrete import on_host, readable
from .convolution import convolve
from .reading import alike, array

__all__ = ["polyadd", "polyder", "polydiv", "polyint", "polymul", "polysub", "polyval", "vander"]


def vander(x: Any, N: int | None = None, increasing: bool = False) -> Tensor:
    """The powers of each element of ``x`` in a row, as numpy.vander: ``N`` of them, descending."""
    x = array(x)
    if x.ndim != 1:
        raise ValueError(f"vander: an array of shape {x.shape}; use a vector")
    count = x.shape[0] if N is None else N
    x = gg.astype(x, mixed((x.dtype, int64)), copy=False)
    if count < 1:
        return gg.reshape(x[:0], (x.shape[0], 0))
    powers = [make.ones_like(x)]
    while len(powers) < count:
        powers.append(powers[-1] * x)
    return gg.stack(powers if increasing else powers[::-1], axis=-1)


def polyval(p: Any, x: Any) -> Tensor:
    """The value at ``x`` of the polynomial with coefficients ``p``, as numpy.polyval."""
    p, x = alike(p, x) if array(p).size else (array(p), array(x))
    y = make.zeros_like(x)
    for i in range(p.shape[0]):
        y = y * x + p[i]
    return y


def polyadd(a1: Any, a2: Any) -> Tensor:
    """The sum of two polynomials."""
    return gg.add(*_of_one_length(a1, a2))


def polysub(a1: Any, a2: Any) -> Tensor:
    """The difference of two polynomials."""
    return gg.subtract(*_of_one_length(a1, a2))


def _of_one_length(*polynomials: Any) -> list:
    vectors = [_vector(p) for p in alike(*polynomials)]
    length = max(p.shape[0] for p in vectors)
    return [gg.pad(p, ((length - p.shape[0], 0),)) for p in vectors]


def _vector(p: Any) -> Any:
    return p if p.ndim else gg.reshape(p, (1,))


def polymul(a1: Any, a2: Any) -> Tensor:
    """The product of two polynomials, without leading zeros of either; within vmap with them."""
    return convolve(*(_without_leading_zeros(_vector(array(p))) for p in (a1, a2)))


def _without_leading_zeros(p: Any) -> Any:
    if p.ndim != 1:
        raise ValueError(f"polymul: coefficients of shape {p.shape}; use a vector")
    if not readable(p):
        return p
    found = on_host(p, "polymul", "coefficients").nonzero()[0]
    return p[int(found[0]) :] if found.size else gg.astype(array([0], near=p), p.dtype)


def polydiv(u: Any, v: Any) -> tuple[Any, Any]:
    """Quotient and remainder of two polynomials, as numpy.polydiv.

    The remainder has no leading coefficients that are close to zero, but one; within vmap it is
    as long as the divisor, less one.
    """
    u, v = (_vector(p) for p in alike(u, v, floats=True))
    steps = u.shape[0] - v.shape[0] + 1
    if steps < 1:
        return make.zeros_like(u[:1]), _without_small(u)
    quotient, left = [], u
    for _ in range(steps):
        quotient.append(left[:1] / v[0])
        taken = gg.pad(quotient[-1] * v[1:], ((0, left.shape[0] - v.shape[0]),))
        left = left[1:] - taken
    zero = left[:0] if left.shape[0] else quotient[-1] * 0
    return gg.concat(quotient), _without_small(gg.concat([zero, left]))


def _without_small(remainder: Any) -> Any:
    if not readable(remainder):
        return remainder
    large = ~(abs(on_host(remainder, "polydiv", "the remainder")) <= 1e-8)  # as numpy.allclose
    first = int(large.argmax()) if large.any() else remainder.shape[0] - 1
    return remainder[first:]


def polyder(p: Any, m: int = 1) -> Tensor:
    """The coefficients of the ``m``-th derivative of a polynomial."""
    if m < 0:
        raise ValueError(f"polyder: m={m}; use polyint for a negative number")
    p = array(p)
    for _ in range(m):
        p = gg.multiply(*alike(p[:-1], array(list(range(p.shape[0] - 1, 0, -1)), int64, near=p)))
    return p


def polyint(p: Any, m: int = 1, k: Any = None) -> Tensor:
    """The coefficients of the ``m``-th integral of a polynomial, as numpy.polyint.

    k: the constants of integration, in their order, or one for all; zero if None.
    """
    if m < 0:
        raise ValueError(f"polyint: m={m}; use polyder for a negative number")
    p = array(p)
    constants = _vector(array([0.0] if k is None else k, near=p))
    if constants.shape[0] == 1 and m > 1:
        constants = gg.broadcast_to(constants, (m,))
    if constants.shape[0] < m:
        raise ValueError(f"polyint: {constants.shape[0]} constants for {m} integrals")
    for i in range(m):
        powers = array(list(range(p.shape[0], 0, -1)), int64, near=p)
        p = gg.concat(alike(gg.divide(*alike(p, powers, floats=True)), constants[i : i + 1]))
    return p
