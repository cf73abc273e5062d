"""Elements around an array, with torch's arguments: numbers for the last axis come first."""

from typing import Any

from ... import numpy as gnp
from ...api import functions as gg
from ...engine.calling import called
from ...tensor.cell import Tensor

__all__ = ["pad"]
MODES = {"constant": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}


@called
def pad(input: Any, pad: Any, mode: str = "constant", value: Any = None) -> Tensor:
    """``input`` with elements before and after its last axes.

    pad: pairs of numbers, that of the last axis first; negative ones cut elements off.  mode:
    "constant" puts ``value``, 0 by default; "reflect", "replicate", "circular" the input's own.
    """
    numbers = [int(n) for n in pad]
    if len(numbers) % 2 or len(numbers) > 2 * len(input.shape):
        raise ValueError(f"pad: {numbers} for {len(input.shape)} axes; give pairs, the last first")
    if mode not in MODES:
        raise ValueError(f"pad: mode {mode!r}; give one of {', '.join(map(repr, MODES))}")
    pairs = [(numbers[i], numbers[i + 1]) for i in range(0, len(numbers), 2)]
    whole = [(0, 0)] * (len(input.shape) - len(pairs)) + pairs[::-1]
    if any(n < 0 for pair in whole for n in pair):
        cut = tuple(
            slice(max(-a, 0), n - max(-b, 0)) for (a, b), n in zip(whole, input.shape, strict=True)
        )
        input, whole = input[cut], [(max(a, 0), max(b, 0)) for a, b in whole]
    if mode == "constant":
        if not value:
            return gg.pad(input, pad_width=tuple(whole))
        return gnp.pad(input, whole, constant_values=value)
    return gnp.pad(input, whole, mode=MODES[mode])
