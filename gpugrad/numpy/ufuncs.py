"""NumPy's universal functions: read as NumPy reads them, computed by gpugrad's functions.

NumPy itself is asked which dtypes a ufunc runs in, so that integers become floats, mixtures are
promoted and dtypes are refused just as there.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from .. import functions as gg
from ..backend.numpy_rules import inputs, loop
from ..tensor import Tensor
from .reading import FREQUENT, NUMBERS, array, arrays, kind, no_out, numpy_dtype, own_dtype

NO_EFFECT = {"casting", "order", "subok"}  # what NumPy's users may give: results are new arrays


def ufunc(
    name: str, function: Callable[..., Any], reduce: Callable | None = None,
    accumulate: Callable | None = None,
) -> Callable[..., Any]:  # fmt: skip
    """``function`` of gpugrad as NumPy's ufunc ``name``; of two arrays, with ``outer``.

    reduce, accumulate: what the ufunc makes of all elements along an axis, where there is that.
    """
    make = _unary if inputs(name) == 1 else _binary
    made = make(name, function, direct(name))
    made.__name__ = made.__qualname__ = name
    made.__doc__ = function.__doc__
    if inputs(name) == 2:
        made.outer = _outer(made)
    if reduce is not None:
        made.reduce = _along_first(reduce)
    if accumulate is not None:
        made.accumulate = _along_first(accumulate)
    return made


def direct(name: str) -> frozenset:
    """Those of the frequent dtypes in which the ufunc takes arrays as they are."""
    found = []
    for dtype in FREQUENT:
        try:
            taken, _ = loop(name, (dtype,) * inputs(name))
        except TypeError:
            continue
        if set(taken) == {dtype}:
            found.append(dtype)
    return frozenset(found)


def _unary(name: str, function: Callable, fast: frozenset) -> Any:
    def apply(x: Any, /, out: Any = None, *, dtype: Any = None, where: Any = True,
              **more: Any) -> Any:  # fmt: skip
        plain = out is None and dtype is None and where is True and not more
        if plain and own_dtype(x) in fast:
            return function(x if isinstance(x, Tensor) else Tensor(x))
        _refuse(name, out, where, more)
        return on_loop(name, function, (x,), dtype)

    return apply


def _binary(name: str, function: Callable, fast: frozenset) -> Any:
    def apply(a: Any, b: Any, /, out: Any = None, *, dtype: Any = None, where: Any = True,
              **more: Any) -> Any:  # fmt: skip
        if out is None and dtype is None and where is True and not more:
            own = own_dtype(b) if type(a) is float else own_dtype(a)
            if own in fast and (type(a) is float or type(b) is float or own_dtype(b) is own):
                return function(a, b)
        _refuse(name, out, where, more)
        return on_loop(name, function, (a, b), dtype)

    return apply


def _outer(binary: Callable) -> Callable[..., Any]:
    def outer(a: Any, b: Any, /, **settings: Any) -> Any:
        """The function of every pair of an element of ``a`` and one of ``b``."""
        a, b = arrays(a, b)
        return binary(gg.reshape(a, shape=(*a.shape, *(1,) * b.ndim)), b, **settings)

    return outer


def _along_first(function: Callable) -> Callable[..., Any]:
    """A reduction whose axis is the first where none is named, as of ufuncs' methods."""

    @wraps(function)
    def apply(array: Any, /, axis: Any = 0, **settings: Any) -> Any:
        return function(array, axis=axis, **settings)

    return apply


def _refuse(name: str, out: Any, where: Any, more: dict) -> None:
    """TypeError for what cannot be: an array to write into, a mask without one."""
    given = out if isinstance(out, tuple) else (out,)
    for one in given:
        no_out(name, one)
    if where is not True:
        raise TypeError(
            f"{name}: where= leaves elements without a value; choose one, "
            f"np.where(where, np.{name}(...), other)"
        )
    if unknown := more.keys() - NO_EFFECT:
        raise TypeError(f"{name}: unknown argument {', '.join(sorted(unknown))}")


def on_loop(name: str, function: Callable, arguments: tuple, dtype: Any = None) -> Any:
    """``function`` of the arguments in the dtypes with which NumPy's ufunc ``name`` runs.

    dtype: to compute in.  TypeError where NumPy has no such loop.
    """
    near = next((x for x in arguments if hasattr(x, "dtype")), None)
    read = [x if type(x) in NUMBERS else array(x, near=near) for x in arguments]
    kinds = tuple(map(kind, read))
    taken, given = loop(name, kinds, None if dtype is None else numpy_dtype(dtype))
    only_numbers = not any(isinstance(x, Tensor) for x in read)
    values = [
        _in_dtype(x, each, only_numbers)
        if own is not each else x
        for x, own, each in zip(read, kinds, taken, strict=True)
    ]  # fmt: skip
    y = function(*values)
    if isinstance(y, tuple):
        return tuple(gg.astype(part, to, copy=False) for part, to in zip(y, given, strict=True))
    return y if y.dtype is given[0] else gg.astype(y, given[0], copy=False)


def _in_dtype(x: Any, dtype: Any, only_numbers: bool) -> Any:
    """An argument in a loop's dtype; numbers stay beside arrays, which decide for them."""
    if type(x) not in NUMBERS:
        weak = isinstance(kind(x), type)  # a number in a transform's box
        return x if weak else gg.astype(x, dtype, copy=False)
    typed = array(x, dtype) if only_numbers or dtype.kind in "iu" else x
    return typed if only_numbers else x
