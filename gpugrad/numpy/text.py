"""NumPy's functions that write numbers and arrays as text: of a Tensor its values."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from ..backend.numpy_rules import numpys
from .concrete import plain

__all__ = [
    "array2string",
    "array_repr",
    "array_str",
    "base_repr",
    "binary_repr",
    "format_float_positional",
    "format_float_scientific",
]


def _saying(name: str) -> Callable[..., str]:
    theirs = numpys(name)

    @wraps(theirs)
    def text(x: Any, *given: Any, **settings: Any) -> str:
        return theirs(plain(x, name), *given, **settings)

    return text


def _of_number(name: str) -> Callable[..., str]:
    theirs = numpys(name)

    @wraps(theirs)
    def text(x: Any, *given: Any, **settings: Any) -> str:
        value = plain(x, name)
        return theirs(value if value is x else value[()], *given, **settings)

    return text


array2string = _saying("array2string")
array_repr, array_str = _saying("array_repr"), _saying("array_str")
base_repr, binary_repr = _of_number("base_repr"), _of_number("binary_repr")
format_float_positional = _of_number("format_float_positional")
format_float_scientific = _of_number("format_float_scientific")
