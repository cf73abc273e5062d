"""The dtypes that NumPy's own functions compute in, asked of NumPy itself.

A kind is a dtype, or the Python type of a number, which NumPy takes with its category only.
"""

from functools import lru_cache
from typing import Any

import ml_dtypes
import numpy as np

from .dtypes import HALVES, INEXACT, as_dtype, bfloat16, complex128, float64, promote

Kind = np.dtype | type


@lru_cache(4096)
def mixed(kinds: tuple[Kind, ...], floats: bool = False) -> np.dtype:
    """The dtype that arrays and numbers of ``kinds`` have together, as numpy.result_type; with
    ``floats`` integers and truth values become float64."""
    if bfloat16 in kinds:
        dtype = _with_bfloat16(kinds)
    else:
        dtype = np.result_type(*[kind(0) if isinstance(kind, type) else kind for kind in kinds])
    return float64 if floats and dtype not in INEXACT else dtype


def _with_bfloat16(kinds: tuple[Kind, ...]) -> np.dtype:
    """NumPy has no promotion for it beside numbers and halves; ours is used."""
    dtype = bfloat16
    for kind in kinds:
        if not isinstance(kind, type):
            dtype = promote(dtype, kind)
    if complex in kinds:
        return np.result_type(dtype if dtype not in HALVES else np.float32, 1j)
    return dtype


@lru_cache(4096)
def loop(name: str, kinds: tuple[Kind, ...], dtype: np.dtype | None = None) -> tuple:
    """The dtypes of the inputs and of the outputs with which the ufunc ``name`` runs.

    dtype: the one to compute in, if the caller asks for one.  TypeError where NumPy has no loop.
    """
    ufunc = getattr(np, name)
    if bfloat16 in kinds and all(kind in INEXACT or isinstance(kind, type) for kind in kinds):
        kinds = tuple(_with_bfloat16(kinds) for _ in kinds)
    alone = all(isinstance(kind, type) for kind in kinds)  # only numbers
    known = [np.dtype(kind) if alone or kind is bool else kind for kind in kinds]
    places = (*known, *[None] * ufunc.nout)
    if dtype is None:
        found = ufunc.resolve_dtypes(places)
    else:
        signature = (*[None] * ufunc.nin, *[dtype] * ufunc.nout)
        found = ufunc.resolve_dtypes(places, signature=signature)
    return found[: ufunc.nin], found[ufunc.nin :]


def numpy_dtype(value: Any) -> np.dtype:
    """A dtype as NumPy names it: ``float`` is float64, ``complex`` complex128."""
    if value is float or value is complex:
        return float64 if value is float else complex128
    return as_dtype(value)


def is_ufunc(name: str) -> bool:
    """Whether NumPy has a ufunc of that name."""
    return isinstance(getattr(np, name, None), np.ufunc)


def inputs(name: str) -> int:
    """How many arrays the ufunc ``name`` takes."""
    return getattr(np, name).nin


def numpys(name: str) -> Any:
    """NumPy's own object of that name, dots lead into its modules; None where there is none."""
    found: Any = np
    for part in name.split("."):
        found = getattr(found, part, None)
    return found


def lowest(dtype: np.dtype, largest: bool = False) -> Any:
    """The number of a real dtype that no element is below, or none above."""
    if dtype.kind == "b":
        return largest
    if dtype.kind in "iu":
        limits = np.iinfo(dtype)
        return limits.max if largest else limits.min
    return np.inf if largest else -np.inf


def largest_finite(dtype: np.dtype) -> tuple[Any, Any]:
    """The smallest and the largest finite number of a dtype of integers or floats."""
    if dtype.kind in "iu":
        return np.iinfo(dtype).min, np.iinfo(dtype).max
    limits = ml_dtypes.finfo(dtype)
    return float(limits.min), float(limits.max)


KINDS = {  # the array API standard's name of a kind -> NumPy's letters of the dtypes in it
    "bool": "b",
    "signed integer": "i",
    "unsigned integer": "u",
    "integral": "iu",
    "real floating": "f",
    "complex floating": "c",
    "numeric": "iufc",
}


def isdtype(dtype: Any, kind: Any) -> bool:
    """Whether a dtype is of a kind of the array API standard, or another dtype; or of one of
    several."""
    if isinstance(kind, tuple):
        return any(isdtype(dtype, one) for one in kind)
    own = np.dtype(dtype)
    if isinstance(kind, str):
        if kind not in KINDS:
            raise ValueError(f"isdtype: kind {kind!r}; known: {', '.join(KINDS)}")
        return ("f" if own == bfloat16 else own.kind) in KINDS[kind]
    return own == np.dtype(kind)


def finfo(dtype: Any) -> Any:
    """The limits of a float, of a complex dtype those of its parts."""
    return ml_dtypes.finfo(bfloat16) if dtype == bfloat16 else np.finfo(dtype)
