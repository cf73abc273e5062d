"""NumPy's universal functions: read as NumPy reads them, computed by gpugrad's functions.

NumPy itself is asked which dtypes a ufunc runs in, so that integers become floats, mixtures are
promoted and dtypes are refused just as there.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol

from ..api import functions as gg
from ..backend.dtypes import FREQUENT, bool_, int64
from ..backend.numpy_rules import inputs, loop
from ..backend.select import HOST
from ..engine.cells import element_type
from ..engine.promotion import NUMBERS
from ..tensor.cell import Tensor
from .cell import Array
from .reading import array, arrays, no_out, numpy_dtype, own_dtype

DIRECT = FREQUENT | {int64}  # dtypes of most arrays, and of most indices
NO_EFFECT = {"casting", "order", "subok"}  # what NumPy's users may give: results are new arrays


class Ufunc(Protocol):
    """What a ufunc has: of two arrays ``outer``, and the others where it was made with them."""

    outer: Callable[..., Tensor]
    reduce: Callable[..., Tensor]
    accumulate: Callable[..., Tensor]

    def __call__(self, *arrays: Any, **settings: Any) -> Tensor: ...


def ufunc(
    name: str,
    function: Callable[..., Any],
    reduce: Callable | None = None,
    accumulate: Callable | None = None,
) -> Ufunc:
    """``function`` of gpugrad as NumPy's ufunc ``name``; of two arrays, with ``outer``.

    reduce, accumulate: what the ufunc makes of all elements along an axis, where there is that.
    """
    make = _unary if inputs(name) == 1 else _binary
    made = make(name, function)
    made.__name__ = made.__qualname__ = name
    made.__doc__ = function.__doc__
    if inputs(name) == 2:
        made.outer = _outer(made)
    if reduce is not None:
        made.reduce = _along_first(reduce)
    if accumulate is not None:
        made.accumulate = _along_first(accumulate)
    return made


def _direct(name: str, function: Callable, kinds: tuple) -> bool:
    """Whether the ufunc takes arguments of these kinds, dtypes or the types of numbers, as they
    are, and ``function`` gives its dtype: arrays of one frequent dtype, numbers beside them."""
    numbers = {kind for kind in kinds if isinstance(kind, type)}  # a dtype equals its type
    dtypes = set(kinds) - numbers
    if len(dtypes) != 1 or not dtypes < DIRECT:
        return False
    if not numbers <= ({int} if int64 in dtypes else {int, float}):
        return False
    try:
        taken, given = loop(name, kinds, None)
    except TypeError:
        return False
    if set(taken) != dtypes:
        return False
    # whether ours gives what NumPy's does is tried: of integers, reciprocal does not
    ones = [1 if kind is int else 1.0 if kind is float else HOST.asarray(1, kind) for kind in kinds]
    with HOST.quiet():  # of one, arctanh is infinite
        return getattr(function(*ones), "dtype", None) == given[0]


def _unary(name: str, function: Callable) -> Any:
    known: dict[Any, bool] = {}

    def apply(
        x: Any, /, out: Any = None, *, dtype: Any = None, where: Any = True, **more: Any
    ) -> Any:
        if out is None and dtype is None and where is True and not more:
            own = own_dtype(x)
            direct = known.get(own)
            if direct is None:
                direct = known[own] = _direct(name, function, (own,))
            if direct:
                return function(x if isinstance(x, Tensor) else Array(x))
        _refuse(name, out, where, more)
        return on_loop(name, function, (x,), dtype)

    return apply


def _binary(name: str, function: Callable) -> Any:
    known: dict[tuple, bool] = {}

    def apply(
        a: Any, b: Any, /, out: Any = None, *, dtype: Any = None, where: Any = True, **more: Any
    ) -> Any:
        if out is None and dtype is None and where is True and not more:
            kinds = own_dtype(a) or type(a), own_dtype(b) or type(b)
            direct = known.get(kinds)
            if direct is None:
                direct = known[kinds] = _direct(name, function, kinds)
            if direct:
                if not (isinstance(a, Tensor) or isinstance(b, Tensor)):
                    a, b = (a, Array(b)) if type(a) in NUMBERS else (Array(a), b)
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
    kinds = tuple(map(element_type, read))
    taken, given = loop(name, kinds, None if dtype is None else numpy_dtype(dtype))
    decided = {each for x, each in zip(read, taken, strict=True) if isinstance(x, Tensor)}
    values = [
        _in_dtype(x, each, each not in decided, given[0]) if own is not each else x
        for x, own, each in zip(read, kinds, taken, strict=True)
    ]
    y = function(*values)
    if isinstance(y, tuple):
        return tuple(gg.astype(part, to, copy=False) for part, to in zip(y, given, strict=True))
    return y if y.dtype is given[0] else gg.astype(y, given[0], copy=False)


def _in_dtype(x: Any, dtype: Any, alone: bool, result: Any) -> Any:
    """An argument in a loop's dtype; numbers stay beside arrays of it, which decide for them, and
    are checked unless they are compared, which any may be."""
    if type(x) not in NUMBERS:
        weak = isinstance(element_type(x), type)  # a number in a transform's box
        return x if weak else gg.astype(x, dtype, copy=False)
    typed = array(x, dtype) if alone or (dtype.kind in "iu" and result != bool_) else x
    return typed if alone else x
