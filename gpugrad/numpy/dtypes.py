"""NumPy's types of elements and what it says about them, for Tensors too."""

from math import e, inf, nan, pi
from typing import Any

from ..backend import numpy_rules
from ..backend.dtypes import bfloat16, promote
from ..backend.numpy_rules import mixed, numpys
from ..backend.select import BACKENDS, HOST
from ..engine.cells import element_type, raw
from ..engine.promotion import NUMBERS
from ..tensor.cell import Tensor

__all__ = [
    "bool",
    "bool_",
    "byte",
    "can_cast",
    "cdouble",
    "common_type",
    "complex64",
    "complex128",
    "complexfloating",
    "csingle",
    "double",
    "dtype",
    "e",
    "errstate",
    "euler_gamma",
    "finfo",
    "float16",
    "float32",
    "float64",
    "floating",
    "generic",
    "get_printoptions",
    "geterr",
    "half",
    "iinfo",
    "inexact",
    "inf",
    "int8",
    "int16",
    "int32",
    "int64",
    "int_",
    "intc",
    "integer",
    "intp",
    "isdtype",
    "issubdtype",
    "long",
    "longlong",
    "min_scalar_type",
    "nan",
    "ndarray",
    "ndindex",
    "newaxis",
    "number",
    "pi",
    "printoptions",
    "promote_types",
    "result_type",
    "set_printoptions",
    "seterr",
    "short",
    "signedinteger",
    "single",
    "ubyte",
    "uint",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "uintc",
    "uintp",
    "ulong",
    "ulonglong",
    "unsignedinteger",
    "ushort",
]

euler_gamma = 0.5772156649015329
newaxis = None
ndarray = Tensor  # what every function here gives

dtype = numpys("dtype")
generic, number, inexact = numpys("generic"), numpys("number"), numpys("inexact")
integer, floating = numpys("integer"), numpys("floating")
signedinteger, unsignedinteger = numpys("signedinteger"), numpys("unsignedinteger")
complexfloating = numpys("complexfloating")
bool_ = bool = numpys("bool_")
int8, int16, int32, int64 = numpys("int8"), numpys("int16"), numpys("int32"), numpys("int64")
uint8, uint16 = numpys("uint8"), numpys("uint16")
uint32, uint64 = numpys("uint32"), numpys("uint64")
intp, uintp, int_, uint = numpys("intp"), numpys("uintp"), numpys("int_"), numpys("uint")
byte, ubyte, short, ushort = numpys("byte"), numpys("ubyte"), numpys("short"), numpys("ushort")
intc, uintc, long, ulong = numpys("intc"), numpys("uintc"), numpys("long"), numpys("ulong")
longlong, ulonglong = numpys("longlong"), numpys("ulonglong")
half = float16 = numpys("float16")
single = float32 = numpys("float32")
double = float64 = numpys("float64")
csingle = complex64 = numpys("complex64")
cdouble = complex128 = numpys("complex128")

# how NumPy prints, and warns of what the host computes: these say it here too

errstate, geterr, seterr = numpys("errstate"), numpys("geterr"), numpys("seterr")
printoptions, get_printoptions = numpys("printoptions"), numpys("get_printoptions")
set_printoptions, ndindex = numpys("set_printoptions"), numpys("ndindex")


def result_type(*arrays_and_dtypes: Any) -> Any:
    """The dtype that arrays, numbers and dtypes have together, as numpy.result_type."""
    if not arrays_and_dtypes:
        raise ValueError("result_type: nothing given; give arrays, numbers or dtypes")
    return mixed(tuple(_kind(x) for x in arrays_and_dtypes))


def common_type(*arrays: Any) -> Any:
    """The type of floats or complex numbers that arrays have together, as numpy.common_type."""
    return numpys("common_type")(*[HOST.asarray([], dtype=_kind(x)) for x in arrays])


def promote_types(type1: Any, type2: Any) -> Any:
    """Common dtype of two dtypes, as numpy.promote_types."""
    first, second = dtype(type1), dtype(type2)
    if bfloat16 in (first, second):
        return promote(first, second)
    return numpys("promote_types")(first, second)


def can_cast(from_: Any, to: Any, casting: str = "safe") -> Any:
    """True if one dtype can be cast to another, as numpy.can_cast."""
    return numpys("can_cast")(_dtype_of(from_), to, casting)


def issubdtype(arg1: Any, arg2: Any) -> Any:
    """True if a dtype is of a kind, as numpy.issubdtype; bfloat16 is a float too."""
    if arg1 == bfloat16:
        return arg2 in (floating, inexact, number, generic) or arg2 == bfloat16
    return numpys("issubdtype")(arg1, arg2)


def isdtype(dtype: Any, kind: Any) -> Any:
    """True if a dtype is of one kind, or of one of several, as numpy.isdtype."""
    return numpy_rules.isdtype(dtype, kind)


def finfo(dtype: Any) -> Any:
    """The limits of floats, as numpy.finfo."""
    return numpy_rules.finfo(_dtype_of(dtype))


def iinfo(type: Any) -> Any:
    """The limits of integers, as numpy.iinfo."""
    return numpys("iinfo")(_dtype_of(type))


def min_scalar_type(a: Any) -> Any:
    """Smallest dtype that holds a number, as numpy.min_scalar_type; an array keeps its own."""
    return numpys("min_scalar_type")(raw(a))


def _dtype_of(x: Any) -> Any:
    """The dtype of an array; a dtype as it is."""
    return x.dtype if isinstance(x, Tensor) or type(x) in BACKENDS else x


def _kind(x: Any) -> Any:
    is_value = type(x) in NUMBERS or isinstance(x, Tensor) or type(x) in BACKENDS
    return element_type(x) if is_value else dtype(x)
