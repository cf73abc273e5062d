"""Functions that read their arguments before they apply an operation.

Several arrays in a list, a dtype to compute in, numbers or arrays as bounds: what users may write
in more than one way becomes an operation's arrays and settings here.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ..backend.dtypes import BY_NAME, as_dtype
from ..backend.select import backend, backend_of
from ..engine.calling import called, text_signature
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

if TYPE_CHECKING:
    from .cell import Tensor

NUMBER = (int, float)


def _data_dtype(x: Any) -> Any:
    return None if hasattr(x, "operands") else getattr(raw(x), "dtype", None)


def astype(x: Any, dtype: Any, copy: bool = True, device: str | int | None = None) -> "Tensor":
    """The elements of ``x`` in another dtype: a dtype, its name or a Python type.

    copy: False gives ``x`` itself back if it has the dtype.  Of complex elements in a real dtype
    the real parts stay.
    """
    wanted, own = getattr(x, "as_dtype", as_dtype)(dtype), _data_dtype(x)
    if copy or own is None or own != wanted:  # to NumPy, None is float64
        x = function_of(shapes.astype)(x, dtype=wanted)
    return x if device is None else to_device(x, device)


def to_device(x: Any, device: str | int, *, stream: Any = None) -> "Tensor":
    """``x`` on another device, by name; itself if it is there.  Gradients come back."""
    if stream is not None:
        raise ValueError("to_device: stream=; a copy waits for the device's own stream, give None")
    source, target = backend_of(raw(x)).name, backend(device).name
    return x if source == target else function_of(shapes.to_device)(x, source=source, target=target)


def destination(device: Any, dtype: Any) -> tuple[str | int | None, Any]:
    """The device and the dtype, None for what is to stay, of which the first argument of a ``to``
    may be either."""
    if device is None or type(device) is int or (isinstance(device, str) and device not in BY_NAME):
        return device, dtype
    if dtype is not None:
        raise TypeError(f"to: {device!r} and {dtype!r} are two dtypes; give a device and a dtype")
    return None, device


def _named_as(op: Op) -> Callable[[Callable], Callable]:
    """A decorator: a function with the name and the docstring of ``op``."""

    def name(function: Callable) -> Callable:
        function.__name__ = function.__qualname__ = op.name
        function.__doc__ = op.doc
        return function

    return name


def reducing(op: Op) -> "Callable[..., Tensor]":
    """``op``, a sum or product, with a ``dtype`` to compute in and to return."""
    function = function_of(op)

    @_named_as(op)
    def reduce(x: Any, *by_position: Any, dtype: Any = None, **settings: Any) -> "Tensor":
        if dtype is None:
            return function(x, *by_position, **settings)
        return astype(function(astype(x, dtype), *by_position, **settings), dtype, copy=False)

    taken = f"{text_signature(op)[:-1]}, *, dtype=None)"
    reduce.__text_signature__ = taken  # type: ignore[attr-defined]
    return reduce


def scanning(op: Op, flat: bool = False) -> "Callable[..., Tensor]":
    """``op``, a running sum or product, with a ``dtype``; ``flat``: without an axis, flattened."""
    function = function_of(op)

    @_named_as(op)
    def scan(
        x: Any, axis: Any = None, *, dtype: Any = None, include_initial: bool = False
    ) -> "Tensor":
        x = x if dtype is None else astype(x, dtype)
        if flat and axis is None:
            x = function_of(shapes.flatten)(x)
        y = function(x, axis=axis, include_initial=include_initial)
        return y if dtype is None else astype(y, dtype, copy=False)

    return scan


@called
def clip(x: Any, min: Any = None, max: Any = None) -> "Tensor":
    """Elements of ``x`` limited to the range from ``min`` to ``max``; None means no limit.

    min, max: numbers or arrays that broadcast; at a limit the gradient goes to ``x``.
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


@called
def frexp(x: Any) -> "tuple[Tensor, Tensor]":
    """Fractions and integer exponents with ``x`` = fraction * 2**exponent, as C's frexp.

    The absolute value of a fraction lies in [0.5, 1); gradients pass to the fractions.
    """
    exponents = function_of(rounding.binary_exponent)(x)
    return function_of(rounding.ldexp)(x, function_of(arithmetic.negative)(exponents)), exponents


def gelu(x: Any, approximate: str = "none") -> "Tensor":
    """GELU: x times the normal distribution function of x; approximate="tanh" approximates it.

    x: any shape; the result has the same shape.  Integers become floats.
    """
    if approximate not in ("none", "tanh"):
        raise ValueError(f"gelu: approximate={approximate!r}; use 'none' or 'tanh'")
    return function_of(activation.gelu if approximate == "none" else activation.gelu_tanh)(x)


@called
def vector_norm(x: Any, *, axis: Any = None, keepdims: bool = False, ord: float = 2) -> "Tensor":
    """Norm of order ``ord`` along ``axis``; its gradient at 0 is 0.

    ord: any number.  inf and -inf give the largest and smallest absolute value, and 0 gives
    the number of nonzero elements.  Norms of no elements are 0.  Order 2 sums
    squares as they are, as NumPy and torch do; float32 has those of 1e-19 to 1e19, so scale others.
    """
    if isinstance(ord, str):
        raise ValueError(f"vector_norm: ord={ord!r} is for matrices; a vector's is a number")
    if ord == 0:
        nonzero = function_of(comparison.not_equal)(x, 0)
        floats = astype(nonzero, function_of(rounding.absolute)(x).dtype)
        return function_of(reduction.sum)(floats, axis=axis, keepdims=keepdims)
    if ord in (1, float("inf"), -float("inf")):
        sizes = function_of(rounding.absolute)(x)
        added = ord == 1 or (ord > 0 and 0 in sizes.shape)
        op = reduction.sum if added else extremes.max_ if ord > 0 else extremes.min_
        return function_of(op)(sizes, axis=axis, keepdims=keepdims)
    return function_of(reduction.power_norm)(x, axis=axis, ord=ord, keepdims=keepdims)


def concat(arrays: Sequence, /, *, axis: int | None = 0) -> "Tensor":
    """Arrays joined along ``axis``; None flattens them first.

    All other axes must have equal lengths, else ValueError.
    """
    return function_of(joining.concat)(*_several("concat", arrays), axis=axis)


def stack(arrays: Sequence, /, *, axis: int = 0) -> "Tensor":
    """Arrays of one shape joined along a new ``axis``; other shapes raise ValueError."""
    return function_of(joining.stack)(*_several("stack", arrays), axis=axis)


def _several(name: str, arrays: Any) -> tuple:
    """The arrays in a list, a tuple or along an array's first axis; at least one."""
    found = () if getattr(arrays, "shape", None) == () else tuple(arrays)
    if not found:
        raise ValueError(f"{name}: no arrays; give at least one, in a list or a tuple")
    return found


def repeat(x: Any, repeats: Any, axis: int | None = None) -> "Tensor":
    """Each element repeated ``repeats`` times along ``axis``; None flattens the array.

    repeats: an integer, or one for each place on ``axis``.
    """
    repeats = repeats.tolist() if hasattr(repeats, "tolist") else repeats
    counts = tuple(repeats) if isinstance(repeats, list | tuple) else repeats
    return function_of(shapes.repeat)(x, repeats=counts, axis=axis)


@called
def diff(x: Any, n: int = 1, axis: int = -1, prepend: Any = None, append: Any = None) -> "Tensor":
    """Differences of neighbours along ``axis``, taken ``n`` times; each makes it one shorter.

    prepend, append: arrays to put before and after ``x`` first.
    """
    parts = [part for part in (prepend, x, append) if part is not None]
    whole = function_of(joining.concat)(*parts, axis=axis) if len(parts) > 1 else x
    return function_of(arrangement.differences)(whole, axis=axis, n=n)


def sort(x: Any, axis: int = -1, descending: bool = False, stable: bool = True) -> "Tensor":
    """Sorted elements along ``axis``, NaN last (first if ``descending``); the sort is stable."""
    return function_of(sorting.sort)(x, axis=axis, descending=descending)


def argsort(x: Any, axis: int = -1, descending: bool = False, stable: bool = True) -> "Tensor":
    """Indices (int64) that sort ``x`` along ``axis``; the sort is stable."""
    return function_of(sorting.argsort)(x, axis=axis, descending=descending)


def searchsorted(x: Any, v: Any, side: str = "left", sorter: Any = None) -> "Tensor":
    """Index (int64) at which each element of ``v`` keeps the ascending vector ``x`` in order.

    side: before equal elements ("left") or after ("right"); sorter: indices that sort ``x``.
    """
    if side not in ("left", "right"):
        raise ValueError(f"searchsorted: side={side!r}; use 'left' or 'right'")
    x = x if sorter is None else function_of(indexing.take)(x, sorter, axis=0)
    return function_of(sorting.searchsorted)(x, v, side=side)


class UniqueAll(NamedTuple):
    """Result of ``unique_all``."""

    values: "Tensor"
    indices: "Tensor"
    inverse_indices: "Tensor"
    counts: "Tensor"


class UniqueCounts(NamedTuple):
    """Result of ``unique_counts``."""

    values: "Tensor"
    counts: "Tensor"


class UniqueInverse(NamedTuple):
    """Result of ``unique_inverse``."""

    values: "Tensor"
    inverse_indices: "Tensor"


def unique_all(x: Any) -> UniqueAll:
    """Distinct values in ascending order, with three int64 arrays: the index of the first of each
    in the flattened array, for each element the index of its value, and the number of each."""
    _, indices, inverse, counts = function_of(sorting.unique_all)(x)
    values = function_of(indexing.take)(
        function_of(shapes.flatten)(x), indices, axis=0
    )  # with their gradients
    return UniqueAll(values, indices, inverse, counts)


def unique_counts(x: Any) -> UniqueCounts:
    """Distinct values in ascending order, and how often each occurs (int64)."""
    found = unique_all(x)
    return UniqueCounts(found.values, found.counts)


def unique_inverse(x: Any) -> UniqueInverse:
    """Distinct values in ascending order and, for each element, the index (int64) of its value."""
    found = unique_all(x)
    return UniqueInverse(found.values, found.inverse_indices)


def unique_values(x: Any) -> "Tensor":
    """Distinct values in ascending order, as a vector."""
    return unique_all(x).values


def einsum(spec: str, *operands: Any) -> "Tensor":
    """Einstein's sum of products, as numpy.einsum: ``einsum("bij,bjk->bik", x, y)``."""
    return function_of(contraction.einsum)(*operands, spec=spec)
