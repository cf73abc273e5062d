"""Indices as x[...] takes them, read into arrays and what stands around them."""

from typing import Any

from ..backend.positions import ARRAY
from ..backend.select import backend_of
from ..engine.cells import raw


def index_parts(index: Any, x: Any) -> tuple[tuple, tuple]:
    """An index's arrays, on ``x``'s device, and its ``spec`` (see backend/positions.py)."""
    arrays: list[Any] = []
    spec: list[Any] = []
    for part in index if isinstance(index, tuple) else (index,):
        if part is None or part is Ellipsis or type(part) is int:
            spec.append(part)
        elif isinstance(part, slice):
            spec.append((part.start, part.stop, part.step))
        else:
            spec.append(ARRAY)
            arrays.append(_index_array(part, x))
    return tuple(arrays), tuple(spec)


def _index_array(part: Any, x: Any) -> Any:
    if isinstance(part, list | bool):
        home = backend_of(raw(x))
        part = home.asarray(part, dtype=None if part != [] else "int64")
    dtype = getattr(part, "dtype", None)
    if dtype is None or dtype.kind not in "iub":
        what = f"an array of {dtype}" if dtype is not None else f"{type(part).__name__} {part!r}"
        raise IndexError(f"index: {what}; use integers, truth values, slices, None or ...")
    return part
