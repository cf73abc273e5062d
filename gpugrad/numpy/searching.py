"""Where elements are: places of what is not zero, places in what is sorted, elements at places."""

from typing import Any

from ..api import functions as gg
from ..engine.calling import called
from ..tensor.cell import Tensor
from .concrete import holds
from .reading import alike, array, arrays

__all__ = ["argwhere", "extract", "flatnonzero", "nonzero", "searchsorted", "take_along_axis"]


def nonzero(a: Any) -> tuple:
    """Indices of the nonzero elements: a tuple with one vector for each axis, as numpy.nonzero."""
    x = array(a)
    if not x.ndim:
        raise ValueError("nonzero: a number has no places; use np.atleast_1d(a)")
    return gg.nonzero(x)


def flatnonzero(a: Any) -> Tensor:
    """Indices of the nonzero elements of the flattened array, as numpy.flatnonzero."""
    return gg.nonzero(gg.flatten(array(a)))[0]


def argwhere(a: Any) -> Tensor:
    """Indices of the nonzero elements, one element in each row, as numpy.argwhere."""
    x = array(a)
    if not x.ndim:
        return argwhere(gg.reshape(x, (1,)))[:, :0]
    return gg.stack(gg.nonzero(x), axis=-1)


def searchsorted(a: Any, v: Any, side: str = "left", sorter: Any = None) -> Tensor:
    """Index at which each element of ``v`` keeps ``a`` in order, as numpy.searchsorted.

    side: before equal elements ("left") or after them ("right"); sorter: indices that sort ``a``.
    """
    a, v = alike(a, v)
    if a.ndim != 1:
        raise ValueError(f"searchsorted: an array of shape {a.shape} is searched; use a vector")
    return gg.searchsorted(a, v, side=side, sorter=None if sorter is None else array(sorter))


@called
def take_along_axis(arr: Any, indices: Any, axis: int | None = -1) -> Tensor:
    """Elements at ``indices``, which differ from line to line, as numpy.take_along_axis.

    indices: integers with as many axes as ``arr``; without an axis a vector, into the flattened
    array.
    """
    arr, indices = arrays(arr, indices)
    if indices.dtype.kind not in "iu":
        raise IndexError(f"take_along_axis: indices of {indices.dtype}; use integers")
    if axis is None:
        arr, axis = gg.flatten(arr), 0
    return gg.take_along_axis(arr, indices, axis=axis)


def places_of(name: str, condition: Any, n: int) -> Any:
    """Where a condition, flattened, holds among ``n`` elements; IndexError where it holds beyond,
    which is looked for on a device too: it waits for the number of places anyway."""
    x = gg.flatten(array(condition))
    if x.size > n and holds(x[n:]):
        raise IndexError(f"{name}: a condition of {x.size} truth values for {n} elements")
    return gg.nonzero(x)[0]


def extract(condition: Any, arr: Any) -> Tensor:
    """Elements of the flattened array where ``condition`` is true, as numpy.extract."""
    x = gg.flatten(array(arr))
    return gg.take(x, places_of("extract", condition, x.size))
