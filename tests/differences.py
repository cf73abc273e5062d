"""What differs between the outcomes of a call in gpugrad and in NumPy, in words."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

import gpugrad as gg

ERRORS = (TypeError, ValueError, IndexError, ArithmeticError, NotImplementedError)
TOLERANCE = {"e": 4e-3, "f": 2e-5, "F": 2e-5, "d": 1e-9, "D": 1e-9}  # by the dtype's letter


class Known(NamedTuple):
    """A difference by decision: the functions, or all; a part of its text; why."""

    names: str
    text: str
    reason: str


DECIDED: list[Known] = []


def outcome(function: Callable[..., Any], arguments: list[Any], settings: dict[str, Any]) -> Any:
    """The result of a call, or its exception."""
    try:
        return function(*arguments, **settings)
    except Exception as error:
        return error


def compare(name: str, ours: Any, theirs: Any) -> str | None:
    """What differs between two outcomes of the function ``name``; None if they agree."""
    if isinstance(theirs, MemoryError):
        return None
    if isinstance(ours, Exception):
        return _compare_errors(name, ours, theirs)
    if isinstance(theirs, Exception):
        return f"accepts what is refused: {_said(theirs)}; gives {_shown(ours)}"
    return _compare_results(ours, theirs)


def _compare_errors(name: str, ours: Exception, theirs: Any) -> str | None:
    if not isinstance(ours, ERRORS):
        return f"a raw error: {_said(ours)}"
    called = name.rsplit(".", 1)[-1]
    if not str(ours).removeprefix("linalg.").startswith((f"{called}:", f"{called} ", f"{called}(")):
        return f"the error does not name {called}: {_said(ours)}"
    if not isinstance(theirs, Exception):
        return f"refuses what is accepted: {_said(ours)}; theirs {_shown(theirs)}"
    return None


def _compare_results(ours: Any, theirs: Any) -> str | None:
    if isinstance(theirs, tuple | list):
        if not isinstance(ours, tuple | list) or len(ours) != len(theirs):
            return f"{_shown(ours)} for {_shown(theirs)}"
        each = (_compare_results(*pair) for pair in zip(ours, theirs, strict=True))
        return next((text for text in each if text), None)
    if not isinstance(ours, gg.Tensor):
        return None if type(ours) is type(theirs) and ours == theirs else f"{ours!r} for {theirs!r}"
    found, expected = ours.detach().numpy(), np.asarray(theirs)
    if found.shape != expected.shape:
        return f"shape {found.shape} for {expected.shape}"
    if found.dtype != expected.dtype.newbyteorder("="):
        return f"dtype {found.dtype} for {expected.dtype}"
    return None if _close(found, expected) else f"values {_shown(found)} for {_shown(expected)}"


def _close(found: np.ndarray, expected: np.ndarray) -> bool:
    if expected.dtype.kind not in "fc":
        return np.array_equal(found, expected)
    if expected.dtype.kind == "c":
        return _close(found.real, expected.real) and _close(found.imag, expected.imag)
    tolerance = TOLERANCE[expected.dtype.char]
    finite = np.abs(expected[np.isfinite(expected)], dtype=np.float64)
    near = tolerance * min(finite.max(initial=0.0), 1.0)
    found, expected = found.astype(np.float64), expected.astype(np.float64)
    return np.allclose(found, expected, rtol=tolerance, atol=near, equal_nan=True)


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".split("\n")[0][:160]


def _shown(value: Any) -> str:
    text = (
        np.array2string(value.detach().numpy() if isinstance(value, gg.Tensor) else value)
        if (isinstance(value, gg.Tensor | np.ndarray))
        else repr(value)
    )
    return " ".join(text.split())[:160]
