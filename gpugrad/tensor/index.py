"""Indices as x[...] takes them, read into arrays and what stands around them."""

from numbers import Integral
from typing import Any

from ..backend.positions import ARRAY
from ..backend.select import backend_of
from ..engine.cells import Cell, raw, sequence
from .arguments import to_device


def index_parts(index: Any, x: Any) -> tuple[tuple, tuple]:
    """An index's arrays, on ``x``'s device, and its ``spec`` (see backend/positions.py)."""
    arrays: list[Any] = []
    spec: list[Any] = []
    for part in index if isinstance(index, tuple) else (index,):
        if part is None or part is Ellipsis or type(part) is int:
            spec.append(part)
        elif isinstance(part, Integral) and not isinstance(part, bool):  # NumPy's, an IntEnum's
            spec.append(int(part))
        elif isinstance(part, slice):
            spec.append((part.start, part.stop, part.step))
        elif isinstance(part, Integral) and not isinstance(part, bool):  # a number of NumPy's
            spec.append(int(part))
        else:
            spec.append(ARRAY)
            arrays.append(_index_array(part, backend_of(raw(x))))
    return tuple(arrays), tuple(spec)


def _index_array(part: Any, home: Any) -> Any:
    """An array of integers or truth values on the backend ``home``; sequences are arrays."""
    if isinstance(part, list | tuple | range | bool):
        made = sequence(home.asarray, part)
        part = made if made.size else home.asarray(part, dtype="int64")
    dtype = getattr(part, "dtype", None)
    if dtype is None or dtype.kind not in "iub":
        what = f"an array of {dtype}" if dtype is not None else f"{type(part).__name__} {part!r}"
        raise IndexError(f"index: {what}; use integers, truth values, slices, None or ...")
    if backend_of(raw(part)) is home:
        return part
    return to_device(part, home.name) if isinstance(part, Cell) else home.asarray(part)
