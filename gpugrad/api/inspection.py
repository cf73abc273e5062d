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
    """What ``finfo`` says of a float, or of a complex dtype's parts."""

    bits: int
    eps: float
    max: float
    min: float
    smallest_normal: float
    dtype: Any


class IntegerLimits(NamedTuple):
    """What ``iinfo`` says of an integer dtype."""

    bits: int
    max: int
    min: int
    dtype: Any


def finfo(type: Any, /) -> FloatLimits:
    """The limits of a float, of a complex dtype those of its parts; of an array, of its dtype."""
    found = numpy_rules.finfo(_dtype(type))
    numbers = (float(found.eps), float(found.max), float(found.min), float(found.smallest_normal))
    return FloatLimits(int(found.bits), *numbers, as_dtype(found.dtype))


def iinfo(type: Any, /) -> IntegerLimits:
    """The limits of an integer dtype; of an array, of its dtype."""
    dtype = _dtype(type)
    if dtype.kind not in "iu":
        raise ValueError(f"iinfo: {dtype} is no integer dtype; finfo knows floats")
    least, most = numpy_rules.largest_finite(dtype)
    return IntegerLimits(8 * dtype.itemsize, most, least, dtype)


def isdtype(dtype: Any, kind: Any) -> bool:
    """Whether a dtype is another one, of a kind ("bool", "signed integer", "unsigned integer",
    "integral", "real floating", "complex floating", "numeric"), or of one of several."""
    return numpy_rules.isdtype(dtype, kind)


def result_type(*arrays_and_dtypes: Any) -> Any:
    """The dtype of an operation on arrays, dtypes and Python numbers."""
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
    """Whether an operation on both dtypes has the second; ``from_`` may be an array."""
    target = _dtype(to)
    return promote(_dtype(from_), target) == target


def _dtype(x: Any) -> Any:
    return x.dtype if isinstance(x, Conversion) or type(x) in BACKENDS else as_dtype(x)


class Info:
    """What ``__array_namespace_info__`` gives: capabilities, devices, dtypes and defaults."""

    def capabilities(self) -> dict[str, Any]:
        """What not every library can."""
        return {"boolean indexing": True, "data-dependent shapes": True, "max dimensions": 64}

    def default_device(self) -> str:
        """Where new arrays are made."""
        return device_of_default()

    def default_dtypes(self, *, device: str | None = None) -> dict[str, Any]:
        """The dtypes of new arrays; the float is what ``set_default_dtype`` says."""
        return {
            "real floating": default_float(),
            "complex floating": as_dtype(complex),
            "integral": as_dtype("int64"),
            "indexing": as_dtype("int64"),
        }

    def devices(self) -> list[str]:
        """The devices that this machine has."""
        return device_names()

    def dtypes(self, *, device: str | None = None, kind: Any = None) -> dict[str, Any]:
        """The dtypes of the standard, all or those of a kind, by their names."""
        standard = {name: dtype for name, dtype in BY_NAME.items() if dtype not in HALVES}
        if kind is None:
            return standard
        return {name: dtype for name, dtype in standard.items() if isdtype(dtype, kind)}


def __array_namespace_info__() -> Info:
    """What can be asked of this namespace, as the array API standard has it."""
    return Info()
