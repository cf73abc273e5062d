"""NumPy's functions of the bits of integers, which are counted and packed on the host."""

from typing import Any

from ..backend.numpy_rules import numpys
from ..tensor.cell import Tensor
from .concrete import plain, sent
from .reading import array, no_out

__all__ = ["bitwise_count", "packbits", "unpackbits"]


def bitwise_count(x: Any, /, out: Any = None) -> Tensor:
    """Number of bits that are 1 in the size of each integer, as numpy.bitwise_count."""
    no_out("bitwise_count", out)
    return _on_host("bitwise_count", x)


def packbits(a: Any, /, axis: int | None = None, bitorder: str = "big") -> Tensor:
    """Truth values along ``axis``, eight in a byte, as numpy.packbits."""
    return _on_host("packbits", a, axis, bitorder)


def unpackbits(
    a: Any, /, axis: int | None = None, count: int | None = None, bitorder: str = "big"
) -> Tensor:
    """The bits of bytes along ``axis``, as numpy.unpackbits."""
    return _on_host("unpackbits", a, axis, count, bitorder)


def _on_host(name: str, x: Any, *settings: Any) -> Tensor:
    x = array(x)
    return sent(numpys(name)(plain(x, name), *settings), x)
