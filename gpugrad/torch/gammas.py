"""Functions of the gamma function's kin, at the top and as methods."""

from typing import Any

from ..scipy import special
from .both import in_place
from .tensor import Tensor, owned

__all__ = ["igamma", "igammac", "mvlgamma", "polygamma"]


@in_place
def igamma(input: Any, other: Any) -> Any:
    """Regularised lower incomplete gamma function of ``input`` at ``other``."""
    return owned(special.gammainc(input, other))


@in_place
def igammac(input: Any, other: Any) -> Any:
    """Regularised upper incomplete gamma function of ``input`` at ``other``."""
    return owned(special.gammaincc(input, other))


@in_place
def mvlgamma(input: Any, p: int) -> Any:
    """Logarithm of the gamma function of ``p`` dimensions."""
    return owned(special.multigammaln(input, p))


def polygamma(n: int, input: Any) -> Any:
    """Derivative number ``n`` of digamma."""
    return owned(special.polygamma(n, input))


def _method(self: Any, n: int) -> Any:
    """Derivative number ``n`` of digamma."""
    return polygamma(n, self)


def _written(self: Any, n: int) -> Any:
    """polygamma in place."""
    return self._become(polygamma(n, self))


Tensor.polygamma, Tensor.polygamma_ = _method, _written  # type: ignore[attr-defined]
