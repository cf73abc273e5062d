"""How NumPy reads arguments: Python floats are float64, integers int64, dtypes mix as NumPy's.

Functions of this package read what they are given by one of these and go on with gpugrad's own
functions, which then find the dtypes that NumPy would have.  Casts are differentiable.

    array(x)                one argument as a Tensor: arrays, lists, numbers, Tensors in lists
    arrays(x, y)            several, lists and numbers on the device of the others
    in_float(x)             ... with integers and truth values as float64 (mean, std, median)
    alike(x, y)             several in the dtype that they have together (concatenate, where)
    numbers(axis)           a setting of whole numbers, given as an array, as Python's own
    whole("diag", "k", k)   a setting of one whole number; TypeError for anything else
    counts_first("ravel", order)  whether an order is Fortran's
    no_out("sum", out)      refuses ``out=``
"""

from operator import index
from typing import Any

from ..api import functions as gg
from ..backend.dtypes import (
    DTYPE_CLASSES,
    FREQUENT,
    INEXACT,
    float64,
)
from ..backend.numpy_rules import mixed, numpy_dtype
from ..backend.select import BACKENDS, HOST, backend, backend_of
from ..engine.cells import element_type, raw
from ..engine.promotion import NUMBERS
from ..tensor.cell import Tensor
from ..tensor.conversion import GIVE_NUMBERS, check_numbers
from .cell import Array

SCALARS = frozenset(HOST.array_types[1:])  # NumPy's numbers, which go where the arrays are


def array(x: Any, dtype: Any = None, near: Any = None) -> Any:
    """``x`` as a Tensor, in ``dtype`` if that is given; Tensors and transforms' boxes stay.

    Numbers and nested sequences get NumPy's dtypes and go to the device of the Tensor ``near``, or
    to the default one; sequences may hold Tensors, whose gradients pass.
    """
    if isinstance(x, Tensor):
        y = x
    elif (type(x) in BACKENDS and (near is None or type(x) not in SCALARS)) or _is_cupy(x):
        check_numbers("array", x)
        y = Array(_native(x))
    elif isinstance(x, list | tuple) and _holds_tensors(x):
        y = _stacked(x)
    else:
        y = Array(_home(near).asarray(_checked(x)))
    if dtype is None:
        return y
    dtype = numpy_dtype(dtype)
    if type(x) is int and dtype.kind in "iu":
        dtype.type(x)  # OverflowError, as NumPy's, for a number that has no room
    if type(x) is complex and dtype.kind not in "cb":
        raise TypeError(f"array: {x} for an array of {dtype}; give a real number")
    return gg.astype(y, dtype, copy=False)


def arrays(*arguments: Any) -> list:
    """Each argument as a Tensor; numbers and sequences on the device of the others."""
    near = next((x for x in arguments if own_dtype(x) is not None and type(x) not in SCALARS), None)
    return [array(x, near=near) for x in arguments]


def in_float(x: Any) -> Any:
    """``x`` as a Tensor whose integers and truth values are float64."""
    y = array(x)
    return y if y.dtype in INEXACT else gg.astype(y, float64)


def alike(*arguments: Any, floats: bool = False, weak: bool = True) -> list:
    """The arguments as Tensors in the dtype that NumPy gives them together.

    weak: Python numbers take part with their category only, as in ufuncs; other functions of NumPy
    make arrays of them.  floats: integers become float64.
    """
    own = own_dtype(arguments[0]) if arguments else None
    alone = own in FREQUENT and all(own_dtype(x) is own for x in arguments[1:])
    if alone and SCALARS.isdisjoint(map(type, arguments)):
        return [x if isinstance(x, Tensor) else Array(x) for x in arguments]
    read = arrays(*arguments)
    kinds = tuple(
        element_type(x if weak and type(x) in NUMBERS else y)
        for x, y in zip(arguments, read, strict=True)
    )
    dtype = mixed(kinds, floats)
    return [gg.astype(x, dtype, copy=False) for x in read]


def own_dtype(x: Any) -> Any:
    """The dtype of a Tensor or an array, None of anything else."""
    if isinstance(x, Tensor):
        return getattr(x.held, "dtype", None)
    return x.dtype if type(x) in BACKENDS else None


def no_out(name: str, out: Any) -> None:
    """TypeError if an array to write into is given."""
    if out is not None:
        raise TypeError(
            f"{name}: out= would write into an array, past its gradient; "
            f"use the result, y = np.{name}(...), or y[...] = np.{name}(...)"
        )


def counts_first(name: str, order: Any) -> bool:
    """Whether ``order`` counts the first axis fastest: "F" does; "A" and "K" ask how elements lie
    in memory, which is "C" here."""
    if not isinstance(order, str):
        raise TypeError(f"{name}: order={order!r}; it is a string, 'C' or 'F'")
    if order.upper() not in ("C", "F", "A", "K"):
        raise ValueError(f"{name}: order={order!r}; use 'C' or 'F'")
    return order.upper() == "F"


def numbers(setting: Any) -> Any:
    """Whole numbers, one or several, that may be given as an array or a Tensor, as Python's."""
    given = setting.tolist() if hasattr(setting, "tolist") else setting
    return tuple(map(numbers, given)) if isinstance(given, list | tuple) else given


def whole(name: str, what: str, value: Any) -> int:
    """A whole number, Python's; TypeError for anything else."""
    try:
        return index(value)
    except TypeError:
        raise TypeError(f"{name}: {what}={value!r}; give a whole number") from None


def _native(x: Any) -> Any:
    """An array whose bytes have the order of this machine."""
    return x if x.dtype.isnative else HOST.xp.astype(x, dtype=x.dtype.newbyteorder("="))


def _is_cupy(x: Any) -> bool:
    return type(x).__module__.partition(".")[0] == "cupy" and backend_of(x) is not None


def _home(near: Any) -> Any:
    array = raw(near)
    return backend_of(array) if hasattr(array, "dtype") else backend()


def _checked(x: Any) -> Any:
    """Numbers and sequences as a host array of a dtype that there is."""
    found = HOST.asarray(x)
    dtype = getattr(found, "dtype", None)  # of None and of a dict, NumPy gives them back
    if type(dtype) not in DTYPE_CLASSES:
        what = type(x).__name__ + (f" of {dtype}" if dtype is not None else "")
        raise TypeError(f"array: {what}; {GIVE_NUMBERS}")
    return _native(found)


def _holds_tensors(x: Any) -> bool:
    """Whether a sequence holds, at any depth, what NumPy could not read as it is."""
    return any(
        _holds_tensors(v)
        if isinstance(v, list | tuple)
        else isinstance(v, Tensor) or BACKENDS.get(type(v), HOST) is not HOST
        for v in x
    )


def _stacked(x: Any) -> Any:
    """A sequence in the dtype of its members; numbers among them have NumPy's, as in a list."""
    rows = [_stacked(v) if isinstance(v, list | tuple) else v for v in x]
    return gg.stack(alike(*rows, weak=False))
