"""Sorting, and what is different, with NumPy's names and arguments.

Sorts are always stable, which every ``kind`` allows.  The gradient of a sorted element goes to the
element that it was.
"""

from collections.abc import Sequence
from typing import Any

from ..api import functions as gg
from ..tensor import arguments
from ..tensor.cell import Tensor
from .reading import array, arrays
from .sets import unique
from .shapes import atleast_1d, ravel

__all__ = [
    "argpartition",
    "argsort",
    "lexsort",
    "partition",
    "sort",
    "sort_complex",
    "unique_all",
    "unique_counts",
    "unique_inverse",
    "unique_values",
]

KINDS = {None, "quicksort", "mergesort", "heapsort", "stable"}


def sort(
    a: Any,
    axis: int | None = -1,
    kind: str | None = None,
    order: Any = None,
    *,
    stable: bool | None = None,
) -> Tensor:
    """The elements in ascending order along ``axis``, flattened without one, as numpy.sort."""
    x, axis = _ordered("sort", a, axis, kind, order, KINDS)
    return gg.sort(x, axis=axis)


def sort_complex(a: Any) -> Any:
    """The elements as complex numbers in ascending order along the last axis, by real parts first,
    as numpy.sort_complex."""
    x = sort(a)
    small = x.dtype.char in "bhBH"  # NumPy's rule: all but integers this small are complex128
    return x if x.dtype.kind == "c" else gg.astype(x, "complex64" if small else "complex128")


def argsort(
    a: Any,
    axis: int | None = -1,
    kind: str | None = None,
    order: Any = None,
    *,
    stable: bool | None = None,
) -> Tensor:
    """Indices that sort the array along ``axis``, as numpy.argsort."""
    a = atleast_1d(a)  # a number has a first place, too
    x, axis = _ordered("argsort", a, axis, kind, order, KINDS)
    return gg.argsort(x, axis=axis)


def partition(
    a: Any, kth: Any, axis: int | None = -1, kind: str = "introselect", order: Any = None
) -> Any:
    """Elements with the ``kth`` in its sorted place, smaller ones before and larger ones
    after, as numpy.partition; here they are all sorted."""
    x, axis = _ordered("partition", a, axis, kind, order, {"introselect"})
    _check_kth("partition", kth, x.shape[axis])
    return gg.sort(x, axis=axis)


def argpartition(
    a: Any, kth: Any, axis: int | None = -1, kind: str = "introselect", order: Any = None
) -> Any:
    """Indices that partition the array along ``axis``, as numpy.argpartition."""
    x, axis = _ordered("argpartition", a, axis, kind, order, {"introselect"})
    _check_kth("argpartition", kth, x.shape[axis])
    return gg.argsort(x, axis=axis)


def _ordered(name: str, a: Any, axis: int | None, kind: Any, order: Any, kinds: set) -> tuple:
    if order is not None:
        raise ValueError(f"{name}: order={order!r} names fields; arrays here have none")
    if kind not in kinds:
        raise ValueError(f"{name}: kind={kind!r}; use {', '.join(sorted(map(str, kinds)))}")
    x = ravel(a) if axis is None else array(a)
    axis = -1 if axis is None else axis
    if not -x.ndim <= axis < x.ndim:
        raise ValueError(f"{name}: axis {axis} of an array of {x.ndim} axes")
    return x, axis


def _check_kth(name: str, kth: Any, n: int) -> None:
    for k in kth if isinstance(kth, Sequence) else [kth]:
        if not -n <= k < n:
            raise ValueError(f"{name}: kth={k} of {n} elements")


def lexsort(keys: Any, axis: int = -1) -> Tensor:
    """Indices that sort by several keys, the last one first, as numpy.lexsort."""
    parts = list(gg.unstack(array(keys))) if hasattr(keys, "shape") else arrays(*keys)
    if not parts:
        raise TypeError("lexsort: no keys; give at least one")
    if not parts[0].ndim:
        return gg.argsort(gg.reshape(parts[0], shape=(1,)))[0]
    order = gg.argsort(parts[0], axis=axis)
    for key in parts[1:]:
        again = gg.argsort(gg.take_along_axis(key, order, axis=axis), axis=axis)
        order = gg.take_along_axis(order, again, axis=axis)
    return order


def unique_all(x: Any) -> arguments.UniqueAll:
    """Result of ``unique_all``: values, indices, inverse indices and counts."""
    return gg.unique_all(array(x))


def unique_counts(x: Any) -> arguments.UniqueCounts:
    """Result of ``unique_counts``: values and counts."""
    return gg.unique_counts(array(x))


def unique_inverse(x: Any) -> arguments.UniqueInverse:
    """Result of ``unique_inverse``: values, and for each element the index of its value."""
    return gg.unique_inverse(array(x))


def unique_values(x: Any) -> Tensor:
    """The different elements, as numpy.unique_values."""
    return unique(x, equal_nan=False)
