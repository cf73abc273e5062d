"""numpy.linalg with gradients: gpugrad.linalg, whose names and arguments are NumPy's, read as NumPy
reads arguments.

Where a matrix has no result, LinAlgError is raised or NaN given: ``gpugrad.errstate`` decides.
"""

from collections.abc import Callable as _Callable
from functools import wraps as _wraps
from inspect import unwrap as _unwrap
from typing import Any

from .. import linalg as _linalg
from .products import tensordot as tensordot
from .products import vecdot as vecdot
from .reading import alike as _alike
from .reading import array as _array
from .reading import in_float as _in_float
from .reading import whole as _whole

__all__ = [
    "LinAlgError",
    "cholesky",
    "cond",
    "cross",
    "det",
    "diagonal",
    "eig",
    "eigh",
    "eigvals",
    "eigvalsh",
    "inv",
    "lstsq",
    "matmul",
    "matrix_norm",
    "matrix_power",
    "matrix_rank",
    "matrix_transpose",
    "multi_dot",
    "norm",
    "outer",
    "pinv",
    "qr",
    "slogdet",
    "solve",
    "svd",
    "svdvals",
    "tensordot",
    "tensorinv",
    "tensorsolve",
    "trace",
    "vecdot",
    "vector_norm",
]

LinAlgError = _linalg.LinAlgError


def _reading(function: _Callable, arrays: int = 1, floats: bool = True) -> _Callable[..., Any]:
    """``function`` whose first ``arrays`` arguments get the dtype that they have together, of
    integers float64 where it needs ``floats``."""
    names = _unwrap(function).__code__.co_varnames[:arrays]

    @_wraps(function)
    def apply(*arguments: Any, **settings: Any) -> Any:
        given = list(arguments[:arrays])
        given += [settings.pop(name) for name in names[len(given) :] if name in settings]
        if "keepdims" in settings:  # a truth value, as NumPy reads it
            settings["keepdims"] = bool(settings["keepdims"])
        return function(*_alike(*given, floats=floats), *arguments[arrays:], **settings)

    return apply


# decompositions

cholesky = _reading(_linalg.cholesky)
eig = _reading(_linalg.eig)
eigh = _reading(_linalg.eigh)
eigvals = _reading(_linalg.eigvals)
eigvalsh = _reading(_linalg.eigvalsh)
qr = _reading(_linalg.qr)
svd = _reading(_linalg.svd)
svdvals = _reading(_linalg.svdvals)

# equations

inv = _reading(_linalg.inv)
lstsq = _reading(_linalg.lstsq, 2)
pinv = _reading(_linalg.pinv)
solve = _reading(_linalg.solve, 2)
tensorinv = _reading(_linalg.tensorinv)
tensorsolve = _reading(_linalg.tensorsolve, 2)

# numbers of a matrix

cond = _reading(_linalg.cond)
det = _reading(_linalg.det)
matrix_norm = _reading(_linalg.matrix_norm)
matrix_rank = _reading(_linalg.matrix_rank)
norm = _reading(_linalg.norm)
slogdet = _reading(_linalg.slogdet)
trace = _reading(_linalg.trace, floats=False)
vector_norm = _reading(_linalg.vector_norm)

# products and parts

cross = _reading(_linalg.cross, 2, floats=False)
diagonal = _reading(_linalg.diagonal, floats=False)
matmul = _reading(_linalg.matmul, 2, floats=False)
matrix_transpose = _reading(_linalg.matrix_transpose, floats=False)
outer = _reading(_linalg.outer, 2, floats=False)


def matrix_power(a: Any, n: int) -> Any:
    """The product of ``n`` matrices, as numpy.linalg.matrix_power; inverses of integers, of a
    negative ``n``, are float64."""
    n = _whole("matrix_power", "n", n)
    return _linalg.matrix_power(_in_float(a) if n < 0 else _array(a), n)


def multi_dot(arrays: Any, *, out: Any = None) -> Any:
    """The matrix product of several matrices in the cheapest order, as numpy.linalg.multi_dot."""
    if out is not None:
        raise TypeError("multi_dot: out= would write into an array, past its gradient")
    return _linalg.multi_dot(_alike(*arrays))
