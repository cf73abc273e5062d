"""Functions that read their arguments before they apply an operation.

Several arrays in a list, a dtype to compute in, numbers or arrays as bounds: what users may write
in more than one way becomes an operation's arrays and settings here.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from ..backend.dtypes import as_dtype
from ..backend.select import backend, backend_of
from ..engine.cells import raw
from ..engine.functions import function_of
from ..ops import (
    activation,
    arithmetic,
    arrangement,
    comparison,
    contraction,
    extremes,
    indexing,
    joining,
    reduction,
    rounding,
    selection,
    sorting,
)
from ..ops import shape as shapes
from ..ops.declare import Op

NUMBER = (int, float)


def _data_dtype(x: Any) -> Any:
    return None if hasattr(x, "operands") else getattr(raw(x), "dtype", None)


def astype(x: Any, dtype: Any, copy: bool = True, device: str | None = None) -> Any:
    """The elements of ``x`` in another dtype: a dtype, its name or a Python type.

    copy: False gives ``x`` itself back if it has the dtype.  Of complex elements in a real dtype
    the real parts stay.
    """
    wanted, own = as_dtype(dtype), _data_dtype(x)
    if copy or own is None or own != wanted:  # to NumPy, None is float64
        x = function_of(shapes.astype)(x, dtype=wanted)
    return x if device is None else to_device(x, device)


def reshape(x: Any, shape: Any, *, copy: bool | None = None) -> Any:
    """The same elements in another shape; one length may be -1.

    copy: True gives an array of its own; no other value copies what need not be copied.
    """
    return function_of(shapes.reshape)(astype(x, x.dtype) if copy else x, shape=shape)


def to_device(x: Any, device: str, *, stream: Any = None) -> Any:
    """``x`` on another device, by name; itself if it is there.  Gradients come back."""
    if stream is not None:
        raise ValueError("to_device: stream=; a copy waits for the device's own stream, give None")
    source, target = backend_of(raw(x)).name, backend(device).name
    return x if source == target else function_of(shapes.to_device)(x, source=source, target=target)


def _named_as(op: Op) -> Callable[[Callable], Callable]:
    """A decorator: a function with the name and the docstring of ``op``."""

    def name(function: Callable) -> Callable:
        function.__name__ = function.__qualname__ = op.name
        function.__doc__ = op.doc
        return function

    return name


def reducing(op: Op) -> Callable[..., Any]:
    """``op``, a sum or product, with a ``dtype`` to compute in and to return."""
    function = function_of(op)

    @_named_as(op)
    def reduce(x: Any, *by_position: Any, dtype: Any = None, **settings: Any) -> Any:
        if dtype is None:
            return function(x, *by_position, **settings)
        return astype(function(astype(x, dtype), *by_position, **settings), dtype, copy=False)

    return reduce


def scanning(op: Op, flat: bool = False) -> Callable[..., Any]:
    """``op``, a running sum or product, with a ``dtype``; ``flat``: without an axis, flattened."""
    function = function_of(op)

    @_named_as(op)
    def scan(x: Any, axis: Any = None, *, dtype: Any = None, include_initial: bool = False) -> Any:
        x = x if dtype is None else astype(x, dtype)
        if flat and axis is None:
            x = function_of(shapes.flatten)(x)
        y = function(x, axis=axis, include_initial=include_initial)
        return y if dtype is None else astype(y, dtype, copy=False)

    return scan


def clip(x: Any, min: Any = None, max: Any = None) -> Any:
    """Elements of ``x`` no smaller than ``min`` and no larger than ``max``; None is no bound.

    Bounds are numbers or arrays that broadcast; at a bound the gradient goes to ``x``.
    """
    numbers = all(bound is None or type(bound) in NUMBER for bound in (min, max))
    if min is None and max is None:
        return function_of(arithmetic.positive)(x)
    if numbers and not (float in (type(min), type(max)) and _is_integer(x)):
        return function_of(selection.clip)(x, min=min, max=max)
    x = x if min is None else function_of(selection.at_least)(x, min)
    return x if max is None else function_of(selection.at_most)(x, max)


def _is_integer(x: Any) -> bool:
    return getattr(_data_dtype(x), "kind", "f") in "iub"


def frexp(x: Any) -> tuple:
    """Fractions and integer exponents: ``x`` is fraction * 2**exponent, the fraction's magnitude
    from [0.5, 1), as C's; gradients pass to the fractions."""
    exponents = function_of(rounding.binary_exponent)(x)
    return function_of(rounding.ldexp)(x, function_of(arithmetic.negative)(exponents)), exponents


def gelu(x: Any, approximate: str = "none") -> Any:
    """x times the probability that a normal number is below x; approximate "tanh": by a tanh."""
    if approximate not in ("none", "tanh"):
        raise ValueError(f"gelu: approximate={approximate!r}; use 'none' or 'tanh'")
    return function_of(activation.gelu if approximate == "none" else activation.gelu_tanh)(x)


def vector_norm(x: Any, *, axis: Any = None, keepdims: bool = False, ord: float = 2) -> Any:
    """The ``ord``-norm of the elements over ``axis``; its gradient at 0 is 0.

    ord: any number: inf and -inf are the largest and smallest magnitude, 0 how many are nonzero.
    """
    if isinstance(ord, str):
        raise ValueError(f"vector_norm: ord={ord!r} is for matrices; a vector's is a number")
    if ord == 0:
        nonzero = function_of(comparison.not_equal)(x, 0)
        floats = astype(nonzero, function_of(rounding.absolute)(x).dtype)
        return function_of(reduction.sum)(floats, axis=axis, keepdims=keepdims)
    if ord in (float("inf"), -float("inf")):
        extreme = extremes.max_ if ord > 0 else extremes.min_
        return function_of(extreme)(function_of(rounding.absolute)(x), axis=axis, keepdims=keepdims)
    if ord == 1:
        return function_of(reduction.sum)(
            function_of(rounding.absolute)(x), axis=axis, keepdims=keepdims
        )
    return function_of(reduction.power_norm)(x, axis=axis, ord=ord, keepdims=keepdims)


def concat(arrays: Sequence, /, *, axis: int | None = 0) -> Any:
    """The arrays one after another along ``axis``; axis None flattens them first."""
    return function_of(joining.concat)(*_several("concat", arrays), axis=axis)


def stack(arrays: Sequence, /, *, axis: int = 0) -> Any:
    """The arrays side by side along a new axis."""
    return function_of(joining.stack)(*_several("stack", arrays), axis=axis)


def _several(name: str, arrays: Any) -> tuple:
    """The arrays in a list, a tuple or along an array's first axis; at least one."""
    found = () if getattr(arrays, "shape", None) == () else tuple(arrays)
    if not found:
        raise ValueError(f"{name}: no arrays; give at least one, in a list or a tuple")
    return found


def repeat(x: Any, repeats: Any, axis: int | None = None) -> Any:
    """Every element ``repeats`` times: a number, or one for each place on ``axis``."""
    repeats = repeats.tolist() if hasattr(repeats, "tolist") else repeats
    counts = tuple(repeats) if isinstance(repeats, list | tuple) else repeats
    return function_of(shapes.repeat)(x, repeats=counts, axis=axis)


def diff(x: Any, n: int = 1, axis: int = -1, prepend: Any = None, append: Any = None) -> Any:
    """Differences of neighbours along ``axis``, ``n`` times over.

    prepend, append: arrays to put before and after ``x`` first.
    """
    parts = [part for part in (prepend, x, append) if part is not None]
    whole = function_of(joining.concat)(*parts, axis=axis) if len(parts) > 1 else x
    return function_of(arrangement.differences)(whole, axis=axis, n=n)


def meshgrid(*arrays: Any, indexing: str = "xy") -> list:
    """Coordinates of a grid: each vector laid out along an axis of its own.

    indexing: "xy" exchanges the first two axes, "ij" does not.
    """
    if indexing not in ("xy", "ij"):
        raise ValueError(f"meshgrid: indexing={indexing!r}; use 'xy' or 'ij'")
    order = list(range(len(arrays)))
    if indexing == "xy" and len(order) > 1:
        order[:2] = 1, 0
    lines = [
        function_of(shapes.reshape)(x, shape=tuple(-1 if i == place else 1 for i in order))
        for x, place in zip(arrays, range(len(arrays)), strict=True)
    ]
    return list(function_of(shapes.broadcast_arrays)(*lines))


def sort(x: Any, axis: int = -1, descending: bool = False, stable: bool = True) -> Any:
    """The elements in order along ``axis``, NaN last (descending: first); always stable."""
    return function_of(sorting.sort)(x, axis=axis, descending=descending)


def argsort(x: Any, axis: int = -1, descending: bool = False, stable: bool = True) -> Any:
    """Where the elements of the sorted array come from; always stable."""
    return function_of(sorting.argsort)(x, axis=axis, descending=descending)


def searchsorted(x: Any, v: Any, side: str = "left", sorter: Any = None) -> Any:
    """Where each element of ``v`` belongs in the ascending vector ``x``.

    side: before equal elements ("left") or after ("right"); sorter: indices that sort ``x``.
    """
    if side not in ("left", "right"):
        raise ValueError(f"searchsorted: side={side!r}; use 'left' or 'right'")
    x = x if sorter is None else function_of(indexing.take)(x, sorter, axis=0)
    return function_of(sorting.searchsorted)(x, v, side=side)


class UniqueAll(NamedTuple):
    """What ``unique_all`` gives."""

    values: Any
    indices: Any
    inverse_indices: Any
    counts: Any


class UniqueCounts(NamedTuple):
    """What ``unique_counts`` gives."""

    values: Any
    counts: Any


class UniqueInverse(NamedTuple):
    """What ``unique_inverse`` gives."""

    values: Any
    inverse_indices: Any


def unique_all(x: Any) -> UniqueAll:
    """The different values in ascending order, where each is first in the flattened array, for
    every element the number of its value, and how often each occurs."""
    _, indices, inverse, counts = function_of(sorting.unique_all)(x)
    values = function_of(indexing.take)(
        function_of(shapes.flatten)(x), indices, axis=0
    )  # with their gradients
    return UniqueAll(values, indices, inverse, counts)


def unique_counts(x: Any) -> UniqueCounts:
    """The different values in ascending order and how often each occurs."""
    found = unique_all(x)
    return UniqueCounts(found.values, found.counts)


def unique_inverse(x: Any) -> UniqueInverse:
    """The different values in ascending order and, for every element, the number of its own."""
    found = unique_all(x)
    return UniqueInverse(found.values, found.inverse_indices)


def unique_values(x: Any) -> Any:
    """The different values in ascending order."""
    return unique_all(x).values


def einsum(spec: str, *operands: Any) -> Any:
    """Einstein's sum of products, as numpy.einsum: ``einsum("bij,bjk->bik", x, y)``."""
    return function_of(contraction.einsum)(*operands, spec=spec)
