"""Orthogonal polynomials of torch.special, by their recurrences.

Each takes x and the degree n, a number or a Tensor of whole numbers, which is read; a negative
degree gives 0.  Source: Abramowitz and Stegun, Handbook of Mathematical Functions, table 22.7.
"""

from collections.abc import Callable
from typing import Any

from ..api import functions as gg
from ..api.creation import ones_like, zeros_like
from .both import numpys_words
from .tensor import Tensor, owned

__all__ = [
    "chebyshev_polynomial_t",
    "chebyshev_polynomial_u",
    "chebyshev_polynomial_v",
    "chebyshev_polynomial_w",
    "hermite_polynomial_h",
    "hermite_polynomial_he",
    "laguerre_polynomial_l",
    "legendre_polynomial_p",
    "shifted_chebyshev_polynomial_t",
    "shifted_chebyshev_polynomial_u",
    "shifted_chebyshev_polynomial_v",
    "shifted_chebyshev_polynomial_w",
]

Next = Callable[[int, Any, Any, Any], Any]  # (k, x, p[k], p[k - 1]) to p[k + 1]


def _polynomial(name: str, first: Callable[[Any], Any], following: Next, shift: bool) -> Any:
    """The polynomials that begin with 1 and ``first(x)``; shift: of ``2 x - 1`` in place of x."""

    @numpys_words
    def polynomial(input: Any, n: Any) -> Any:
        x = input * 2 - 1 if shift else input
        degrees = n if isinstance(n, Tensor) else None
        most = int(n if degrees is None else degrees.max())
        below, here = zeros_like(x), ones_like(x)
        total = _at(degrees, most, 0, here, zeros_like(x))
        for k in range(most):
            below, here = here, (following(k, x, here, below) if k else first(x))
            total = _at(degrees, most, k + 1, here, total)
        return owned(total)

    polynomial.__name__ = polynomial.__qualname__ = name
    polynomial.__doc__ = f"{name.replace('_', ' ').capitalize()} of degree n at ``input``."
    return polynomial


def _at(degrees: Any, most: int, degree: int, value: Any, total: Any) -> Any:
    """``total`` with ``value`` where it is the polynomial of that degree that is asked for."""
    if degrees is None:
        return value if most == degree else total
    return gg.where(degrees == degree, value, total)


def _chebyshev(k: int, x: Any, p: Any, below: Any) -> Any:
    return 2 * x * p - below


FIRST: dict[str, Callable[[Any], Any]] = {
    "t": lambda x: x,
    "u": lambda x: 2 * x,
    "v": lambda x: 2 * x - 1,
    "w": lambda x: 2 * x + 1,
}
for _kind, _first in FIRST.items():
    for _name, _shift in (("chebyshev", False), ("shifted_chebyshev", True)):
        _full = f"{_name}_polynomial_{_kind}"
        globals()[_full] = _polynomial(_full, _first, _chebyshev, _shift)

hermite_polynomial_h = _polynomial(
    "hermite_polynomial_h", lambda x: 2 * x, lambda k, x, p, q: 2 * x * p - 2 * k * q, False
)
hermite_polynomial_he = _polynomial(
    "hermite_polynomial_he", lambda x: x, lambda k, x, p, q: x * p - k * q, False
)
laguerre_polynomial_l = _polynomial(
    "laguerre_polynomial_l",
    lambda x: 1 - x,
    lambda k, x, p, q: ((2 * k + 1 - x) * p - k * q) / (k + 1),
    False,
)
legendre_polynomial_p = _polynomial(
    "legendre_polynomial_p",
    lambda x: x,
    lambda k, x, p, q: ((2 * k + 1) * x * p - k * q) / (k + 1),
    False,
)
