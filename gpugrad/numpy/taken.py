"""What is NumPy's own and serves Tensors as it is: what it says of itself and of its types."""

from ..api.inspection import __array_namespace_info__
from ..backend.numpy_rules import numpys

__all__ = [
    "False_",
    "ScalarType",
    "True_",
    "__array_namespace_info__",
    "__version__",
    "get_include",
    "getbufsize",
    "geterrcall",
    "iterable",
    "little_endian",
    "mintypecode",
    "sctypeDict",
    "setbufsize",
    "seterrcall",
    "show_config",
    "show_runtime",
    "typecodes",
    "typename",
]

__version__ = numpys("__version__")
True_, False_, little_endian = numpys("True_"), numpys("False_"), numpys("little_endian")
ScalarType, sctypeDict, typecodes = numpys("ScalarType"), numpys("sctypeDict"), numpys("typecodes")
mintypecode, typename, iterable = numpys("mintypecode"), numpys("typename"), numpys("iterable")
getbufsize, setbufsize = numpys("getbufsize"), numpys("setbufsize")
geterrcall, seterrcall = numpys("geterrcall"), numpys("seterrcall")
show_config, show_runtime = numpys("show_config"), numpys("show_runtime")
get_include = numpys("get_include")
