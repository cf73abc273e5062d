"""Settings of layers and losses, checked where they are given.

Errors name the layer, the setting and the way out.  Data in the place of a setting are refused too,
as in ``CrossEntropyLoss(scores, labels)``.
"""

from math import inf
from numbers import Real
from typing import Any

from .functional.reading import refuse_older

REDUCTIONS = ("mean", "sum", "none")


def number(value: Any, layer: Any, setting: str, least: float = -inf, most: float = inf) -> float:
    """``value``, a real number from ``least`` to ``most``."""
    real = isinstance(value, Real) and not isinstance(value, bool)
    if real and least <= value <= most:
        return value
    limits = f" from {least:g}" + (f" to {most:g}" if most < inf else " on")
    raise _refusal(value, layer, setting, f"a number{limits if least > -inf else ''}")


def choice(value: Any, layer: Any, setting: str, known: tuple[str, ...]) -> str:
    """``value``, one of the ``known`` texts."""
    if isinstance(value, str) and value in known:
        return value
    raise _refusal(value, layer, setting, f"one of {', '.join(map(repr, known))}")


def reduction_of(
    layer: Any,
    reduction: Any,
    size_average: Any = None,
    reduce: Any = None,
    known: tuple[str, ...] = REDUCTIONS,
) -> str:
    """``reduction``, one of the ``known``; torch's older words for it are refused."""
    if hasattr(size_average, "shape"):
        raise _refusal(size_average, layer, "reduction", f"one of {', '.join(map(repr, known))}")
    refuse_older(type(layer).__name__, size_average, reduce)
    return choice(reduction, layer, "reduction", known)


def integer(value: Any, layer: Any, setting: str) -> int:
    """``value``, a whole number of either sign."""
    if hasattr(value, "__index__") and not hasattr(value, "shape"):
        return value.__index__()
    raise _refusal(value, layer, setting, "a whole number")


def refuse_data(value: Any, layer: Any, setting: str, rank: int) -> None:
    """TypeError for an array of more than ``rank`` axes where a setting stands."""
    if hasattr(value, "shape") and len(value.shape) > rank:
        raise _refusal(value, layer, setting, f"an array of {rank} axis, or None")


def _refusal(value: Any, layer: Any, setting: str, wanted: str) -> Exception:
    name = type(layer).__name__
    if hasattr(value, "shape"):
        what = f"{type(value).__name__} of shape {tuple(value.shape)}"
        way = f"; data come after the settings, {name}()(...)"
        return TypeError(f"{name}: {setting} is {wanted}, not a {what}{way}")
    kind = ValueError if isinstance(value, Real | str) else TypeError
    return kind(f"{name}: {setting} is {value!r:.80}; give {wanted}")
