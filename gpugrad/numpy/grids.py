"""Coordinates and indices of grids and matrices, and arrays joined in brackets, as NumPy's."""

from typing import Any

from ..api import functions as gg
from ..backend.shapes import sizes
from .joining import concatenate
from .making import arange as whole_numbers
from .making import ones
from .ranges import arange, linspace
from .reading import alike, array, arrays, numpy_dtype

__all__ = [
    "c_",
    "diag_indices",
    "diag_indices_from",
    "index_exp",
    "indices",
    "ix_",
    "mask_indices",
    "meshgrid",
    "mgrid",
    "ogrid",
    "r_",
    "s_",
    "tril_indices",
    "tril_indices_from",
    "triu_indices",
    "triu_indices_from",
]


def meshgrid(*xi: Any, copy: bool = True, sparse: bool = False, indexing: str = "xy") -> tuple:
    """Coordinates of a grid, each vector along an axis of its own, as numpy.meshgrid.

    indexing: "xy" exchanges the first two axes, "ij" does not; sparse: axes of length one stay.
    """
    lines = [gg.ravel(x) for x in arrays(*xi)]
    if indexing not in ("xy", "ij"):
        raise ValueError(f"meshgrid: indexing={indexing!r}; use 'xy' or 'ij'")
    if not sparse:
        return tuple(gg.meshgrid(*lines, indexing=indexing)) if lines else ()
    order = list(range(len(lines)))
    if indexing == "xy" and len(order) > 1:
        order[:2] = 1, 0
    return tuple(_along(x, place, len(lines)) for x, place in zip(lines, order, strict=True))


def _along(x: Any, axis: int, ndim: int) -> Any:
    return gg.reshape(x, shape=tuple(-1 if i == axis else 1 for i in range(ndim)))


def indices(dimensions: Any, dtype: Any = int, sparse: bool = False) -> Any:
    """Index arrays of a grid, one for each axis, as numpy.indices."""
    shape = sizes(dimensions)
    lines = [
        _along(whole_numbers(n, dtype=numpy_dtype(dtype)), i, len(shape))
        for i, n in enumerate(shape)
    ]
    if sparse:
        return tuple(lines)
    if not lines:
        return whole_numbers(0)
    return gg.stack([gg.broadcast_to(line, shape=shape) for line in lines])


def ix_(*args: Any) -> tuple:
    """Indices for every combination of the given places, as numpy.ix_."""
    lines = []
    for i, places in enumerate(arrays(*args)):
        if places.ndim != 1:
            raise ValueError(f"ix_: an array of {places.ndim} axes; give vectors")
        chosen = gg.nonzero(places)[0] if places.dtype.kind == "b" else places
        chosen = gg.astype(chosen, "int64") if not chosen.size else chosen
        lines.append(_along(chosen, i, len(args)))
    return tuple(lines)


def tril_indices(n: int, k: int = 0, m: int | None = None) -> tuple:
    """The places on and below the diagonal number ``k``, as numpy.tril_indices."""
    return gg.nonzero(gg.tril(ones((n, n if m is None else m), dtype="bool"), k=k))


def triu_indices(n: int, k: int = 0, m: int | None = None) -> tuple:
    """The places on and above the diagonal number ``k``, as numpy.triu_indices."""
    return gg.nonzero(gg.triu(ones((n, n if m is None else m), dtype="bool"), k=k))


def mask_indices(n: int, mask_func: Any, k: Any = 0) -> tuple:
    """The places of an (n, n) matrix that a function such as ``triu`` leaves, as
    numpy.mask_indices."""
    return gg.nonzero(mask_func(ones((n, n), dtype="int64"), k) != 0)


def tril_indices_from(arr: Any, k: int = 0) -> tuple:
    """``tril_indices`` for a matrix, as numpy.tril_indices_from."""
    rows, columns = _matrix("tril_indices_from", arr)
    return tril_indices(rows, k, columns)


def triu_indices_from(arr: Any, k: int = 0) -> tuple:
    """``triu_indices`` for a matrix, as numpy.triu_indices_from."""
    rows, columns = _matrix("triu_indices_from", arr)
    return triu_indices(rows, k, columns)


def _matrix(name: str, arr: Any) -> tuple:
    shape = array(arr).shape
    if len(shape) != 2:
        raise ValueError(f"{name}: an array of {len(shape)} axes; give a matrix")
    return shape


def diag_indices(n: int, ndim: int = 2) -> tuple:
    """Indices of the diagonal of an array of ``ndim`` axes, as numpy.diag_indices."""
    return (whole_numbers(n),) * ndim


def diag_indices_from(arr: Any) -> tuple:
    """``diag_indices`` for an array, as numpy.diag_indices_from."""
    shape = array(arr).shape
    if len(shape) < 2 or len(set(shape)) != 1:
        raise ValueError(f"diag_indices_from: {shape}; give two or more axes of one length")
    return diag_indices(shape[0], len(shape))


def _line(part: slice) -> Any:
    """A slice as numbers; an imaginary step counts them, the last included."""
    start = 0 if part.start is None else part.start
    if isinstance(part.step, complex):
        return linspace(start, part.stop, int(abs(part.step)))
    return arange(start, part.stop, 1 if part.step is None else part.step)


class Grid:
    """``mgrid`` and ``ogrid``: slices in brackets become coordinates."""

    def __init__(self, sparse: bool) -> None:
        self.sparse = sparse

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, slice):
            return _line(key)
        lines = [_line(part) for part in key]
        dtype = concatenate([line[:0] for line in lines]).dtype
        lines = [
            _along(gg.astype(x, dtype, copy=False), i, len(lines)) for i, x in enumerate(lines)
        ]
        return tuple(lines) if self.sparse else gg.stack(gg.broadcast_arrays(*lines))


class Brackets:
    """``r_`` and ``c_``: arrays, numbers and slices in brackets are joined along an axis.

    A first string of up to three numbers says the axis, the least number of axes, and at which axis
    those of smaller arrays begin.
    """

    def __init__(self, axis: int, ndmin: int, start: int) -> None:
        self.directive = (axis, ndmin, start)

    def __getitem__(self, key: Any) -> Any:
        parts = list(key) if isinstance(key, tuple) else [key]
        axis, ndmin, start = self.directive
        if isinstance(parts[0], str):
            given = [int(number) for number in parts.pop(0).split(",")]
            axis, ndmin, start = (*given, *self.directive[len(given) :])
        read = alike(*[_line(x) if isinstance(x, slice) else x for x in parts])
        return concatenate([self._widened(x, ndmin, start) for x in read], axis)

    def _widened(self, x: Any, ndmin: int, start: int) -> Any:
        """``x`` with at least ``ndmin`` axes, its own from the axis ``start`` on."""
        x = x if x.ndim else gg.reshape(x, shape=(1,))
        missing = ndmin - x.ndim
        if missing <= 0:
            return x
        start = start + missing + 1 if start < 0 else start
        before = min(start, missing)
        return gg.reshape(x, shape=(*(1,) * before, *x.shape, *(1,) * (missing - before)))


class IndexExpression:
    """``s_`` and ``index_exp``: an index as it is written in brackets."""

    def __init__(self, always_tuple: bool) -> None:
        self.always_tuple = always_tuple

    def __getitem__(self, key: Any) -> Any:
        return (key,) if self.always_tuple and not isinstance(key, tuple) else key


r_, c_ = Brackets(0, 1, -1), Brackets(-1, 2, 0)
s_, index_exp = IndexExpression(False), IndexExpression(True)
mgrid, ogrid = Grid(sparse=False), Grid(sparse=True)
