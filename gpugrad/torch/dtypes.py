"""Dtypes, which are NumPy's: ``torch.float32`` is ``numpy.dtype("float32")``."""

from typing import Any

from ..api.inspection import can_cast, finfo, iinfo, result_type
from ..backend import dtypes as known
from ..backend.dtypes import as_dtype, default_float

# fmt: off
__all__ = [
    "bfloat16",
    "bool",
    "can_cast",
    "cdouble",
    "cfloat",
    "channels_last",
    "complex64",
    "complex128",
    "contiguous_format",
    "double",
    "dtype",
    "finfo",
    "float",
    "float16",
    "float32",
    "float64",
    "get_default_dtype",
    "half",
    "iinfo",
    "int",
    "int8",
    "int16",
    "int32",
    "int64",
    "long",
    "preserve_format",
    "promote_types",
    "result_type",
    "set_default_dtype",
    "short",
    "strided",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
]
# fmt: on

float16 = half = known.float16
bfloat16 = known.bfloat16
float32 = float = known.float32
float64 = double = known.float64
complex64 = cfloat = known.complex64
complex128 = cdouble = known.complex128
uint8, uint16, uint32, uint64 = known.uint8, known.uint16, known.uint32, known.uint64
int8 = known.int8
int16 = short = known.int16
int32 = int = known.int32
int64 = long = known.int64
bool = known.bool_
dtype = type(float32).__mro__[-2]
strided = "strided"
contiguous_format, channels_last, preserve_format = "contiguous", "channels_last", "preserve"


def set_default_dtype(d: Any) -> None:
    """Let Python floats be of this dtype from now on."""
    known.set_default_dtype(d)


def get_default_dtype() -> Any:
    """The dtype of Python floats."""
    return default_float()


def promote_types(type1: Any, type2: Any) -> Any:
    """The smallest dtype that holds the elements of two."""
    return known.promote(as_dtype(type1), as_dtype(type2))
