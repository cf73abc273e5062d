"""Dtypes: their names, the default one, and promotion.

Dtypes are NumPy's: gg.float32, float64, float16, complex64, complex128, int8 to int64, uint8 to
uint64 and bool; gg.bfloat16 is a NumPy dtype too.  A ``dtype=`` takes a dtype, its name, or one of
Python's types bool, int, float and complex.

Python floats become the default dtype, float32, and Python integers int64.  An array of NumPy or
CuPy keeps its dtype.  ``set_default_dtype`` changes the default of the whole process.

    import numpy as np
    import gpugrad as gg

    print(gg.tensor([1.0]).dtype, gg.tensor([1]).dtype, gg.tensor(np.ones(2)).dtype)
    # float32 int64 float64
    gg.set_default_dtype("float64")
    print(gg.tensor([1.0]).dtype)  # float64

Promotion is the same on every device: bool < integers < floats < complex, and within a category the
wider dtype wins.  float16 with bfloat16 gives float32.  A Python number takes part with its
category alone, so ``x * 2.0`` keeps the dtype of a float x.  gg.numpy promotes as NumPy does.

    x = gg.tensor([1.0], dtype="float16")
    print((x * 2.0).dtype, (x + gg.tensor([1])).dtype, (gg.tensor([3]) / 2).dtype)
    # float16 float16 float64

A dtype that is not in this list raises TypeError.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import ml_dtypes
import numpy as np

from ..settings import Change, settings

bfloat16 = np.dtype(ml_dtypes.bfloat16)
float16, float32, float64 = np.dtype("float16"), np.dtype("float32"), np.dtype("float64")
complex64, complex128 = np.dtype("complex64"), np.dtype("complex128")
int8, int16, int32, int64 = (np.dtype(f"int{bits}") for bits in (8, 16, 32, 64))
uint8, uint16, uint32, uint64 = (np.dtype(f"uint{bits}") for bits in (8, 16, 32, 64))
bool_ = np.dtype("bool")

HALVES = frozenset({float16, bfloat16})
FLOATS = frozenset({float16, bfloat16, float32, float64})
COMPLEX = frozenset({complex64, complex128})
INEXACT = FLOATS | COMPLEX
BY_NAME = {
    d.name: d
    for d in (
        bool_,
        int8,
        int16,
        int32,
        int64,
        uint8,
        uint16,
        uint32,
        uint64,
        float16,
        bfloat16,
        float32,
        float64,
        complex64,
        complex128,
    )
}
EXACT = frozenset(BY_NAME.values()) - INEXACT
FREQUENT = frozenset({float32, float64})  # a set: to a tuple's `in`, None equals float64
KNOWN = {dtype: dtype for dtype in BY_NAME.values()}
# The classes of those dtypes, for either order of bytes; int64 has two, C's long and long long.
DTYPE_CLASSES = frozenset(map(type, (*KNOWN, *map(np.dtype, np.typecodes["AllInteger"]))))
_on_default_change: list[Callable[[], None]] = []
_RANK = {"b": 0, "u": 1, "i": 1, "f": 2, "c": 3}


def as_dtype(value: Any) -> np.dtype:
    """The dtype that a name, a Python type, a NumPy type or a dtype means."""
    if isinstance(value, np.dtype) and value in KNOWN:  # what most calls give
        return KNOWN[value]
    if isinstance(value, str) and value in BY_NAME:
        return BY_NAME[value]
    if value is float:
        return default_float()
    if value is complex:
        return complex128 if default_float() == float64 else complex64
    try:
        return BY_NAME[np.dtype(value).name]
    except (KeyError, TypeError, ValueError):  # none of ours; no dtype; an array, say
        known = ", ".join(BY_NAME)
        raise TypeError(f"dtype {value!r:.80} is not supported; known: {known}") from None


def default_float() -> np.dtype:
    """The dtype of Python floats that become tensors."""
    return BY_NAME[settings.default_dtype]


def on_default_change(act: Callable[[], None]) -> None:
    """Call ``act()`` after every change of the default float."""
    _on_default_change.append(act)


def set_default_dtype(dtype: Any) -> Change:
    """Set the dtype of Python floats that become Tensors, for the whole process.

    dtype: float16, bfloat16, float32 or float64; another one raises TypeError and changes nothing.
    It holds from now on; in a ``with`` statement, until its end.
    """
    wanted = as_dtype(dtype)
    if wanted not in FLOATS:
        raise TypeError(
            f"set_default_dtype: {wanted} is not a float; use one of float16, bfloat16, "
            "float32, float64"
        )
    before, text = settings.default_dtype, f"set_default_dtype({wanted.name!r})"
    return Change(_write_default, before, wanted.name, text)


def _write_default(name: str) -> None:
    settings.default_dtype = name
    for act in _on_default_change:
        act()


def _rank(dtype: np.dtype) -> int:
    return 2 if dtype == bfloat16 else _RANK[dtype.kind]


@cache
def promote(a: np.dtype, b: np.dtype) -> np.dtype:
    """The dtype of an operation on ``a`` and ``b``."""
    if a == b:
        return a
    low, high = sorted((a, b), key=_rank)
    if _rank(low) < 2:  # beside a bool or an integer, a float or complex stays what it is
        if _rank(high) >= 2:
            return high
        both = np.promote_types(low, high)
        return both if both.kind != "f" else float64  # uint64 with a signed integer, as NumPy
    if {low, high} == HALVES:
        return float32
    if bfloat16 in (low, high):
        return high if low == bfloat16 else low
    return np.promote_types(low, high)


def with_number(dtype: np.dtype | None, number: type) -> np.dtype:
    """The dtype of an operation between an array's ``dtype`` (None: no array) and a number."""
    weak = {bool: bool_, int: int64, float: default_float(), complex: as_dtype(complex)}[number]
    if dtype is None or _rank(dtype) < _rank(weak):
        if number is complex and dtype == float64:
            return complex128
        return weak
    return dtype


def bounds(dtype: np.dtype) -> tuple[int, int]:
    """The smallest and the largest number that a dtype of integers holds."""
    info = np.iinfo(dtype)
    return int(info.min), int(info.max)
