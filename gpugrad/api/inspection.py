"""What the array API standard asks of a namespace besides functions of arrays: its dtypes, their
limits and how they mix, its devices and its defaults.

Promotion is gpugrad's own table (backend/dtypes.py): the same on every device, Python numbers take
part with their category only, and the default float is float32.
"""

from typing import Any, NamedTuple

from ..backend import numpy_rules
from ..backend.dtypes import BY_NAME, HALVES, as_dtype, default_float, promote, with_number
from ..backend.select import BACKENDS, device_names, device_of_default
from ..engine.cells import raw
from ..engine.promotion import NUMBERS
from ..tensor.conversion import Conversion


class FloatLimits(NamedTuple):
    """Result of ``finfo``."""

    bits: int
    eps: float
    max: float
    min: float
    smallest_normal: float
    dtype: Any


class IntegerLimits(NamedTuple):
    """Result of ``iinfo``."""

    bits: int
    max: int
    min: int
    dtype: Any


def finfo(type: Any, /) -> FloatLimits:
    """Limits of a float dtype: bits, eps, max, min, smallest_normal; for an array, of its dtype.

    A complex dtype has the limits of its parts; another dtype raises TypeError.
    """
    found = numpy_rules.finfo(_dtype(type))
    numbers = (float(found.eps), float(found.max), float(found.min), float(found.smallest_normal))
    return FloatLimits(int(found.bits), *numbers, as_dtype(found.dtype))


def iinfo(type: Any, /) -> IntegerLimits:
    """Limits of an integer dtype: bits, max, min; for an array, of its dtype."""
    dtype = _dtype(type)
    if dtype.kind not in "iu":
        raise ValueError(f"iinfo: {dtype} is not an integer dtype; use finfo for floats")
    least, most = numpy_rules.largest_finite(dtype)
    return IntegerLimits(8 * dtype.itemsize, most, least, dtype)


def isdtype(dtype: Any, kind: Any) -> bool:
    """True if a dtype is equal to another one, is of a kind, or matches one of several of these.

    Kinds are "bool", "signed integer", "unsigned integer", "integral", "real floating", "complex
    floating" and "numeric".
    """
    return numpy_rules.isdtype(dtype, kind)


def result_type(*arrays_and_dtypes: Any) -> Any:
    """Dtype of an operation on arrays, dtypes and Python numbers."""
    dtype, numbers = None, []
    for one in arrays_and_dtypes:
        number = type(raw(one))
        if number in NUMBERS:
            numbers.append(number)
            continue
        own = _dtype(one)
        dtype = own if dtype is None else promote(dtype, own)
    if dtype is None and not numbers:
        raise ValueError("result_type: nothing given; give arrays, dtypes or numbers")
    for number in numbers:
        dtype = with_number(dtype, number)
    return dtype


def can_cast(from_: Any, to: Any, /) -> bool:
    """True if promotion of both dtypes gives the second one; ``from_`` may be an array."""
    target = _dtype(to)
    return promote(_dtype(from_), target) == target


def _dtype(x: Any) -> Any:
    return x.dtype if isinstance(x, Conversion) or type(x) in BACKENDS else as_dtype(x)


class Info:
    """Result of ``__array_namespace_info__``: capabilities, devices, dtypes and defaults."""

    def capabilities(self) -> dict[str, Any]:
        """Optional features of the standard that are here."""
        return {"boolean indexing": True, "data-dependent shapes": True, "max dimensions": 64}

    def default_device(self) -> str:
        """Default device of new arrays."""
        return device_of_default()

    def default_dtypes(self, *, device: str | int | None = None) -> dict[str, Any]:
        """Default dtypes of new arrays; ``set_default_dtype`` sets that of floats."""
        return {
            "real floating": default_float(),
            "complex floating": as_dtype(complex),
            "integral": as_dtype("int64"),
            "indexing": as_dtype("int64"),
        }

    def devices(self) -> list[str]:
        """Devices of this machine."""
        return device_names()

    def dtypes(self, *, device: str | int | None = None, kind: Any = None) -> dict[str, Any]:
        """The dtypes of the standard, all or those of a kind, by their names."""
        standard = {name: dtype for name, dtype in BY_NAME.items() if dtype not in HALVES}
        if kind is None:
            return standard
        return {name: dtype for name, dtype in standard.items() if isdtype(dtype, kind)}


def __array_namespace_info__() -> Info:
    """Description of this namespace, as in the array API standard."""
    return Info()
