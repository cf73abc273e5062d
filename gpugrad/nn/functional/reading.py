"""Arguments of the functions, read."""

from typing import Any


def array(name: str, input: Any) -> Any:
    """``input``; TypeError, by the function's name, where it is neither a Tensor nor an array."""
    if not hasattr(input, "shape"):
        raise TypeError(f"{name}: input is {input!r}; give a Tensor or an array")
    return input


def refuse_older(name: str, size_average: Any, reduce: Any) -> None:
    """TypeError for torch's older ``size_average`` and ``reduce``, with what is written instead."""
    if size_average is None and reduce is None:
        return
    way: Any = "mean" if size_average in (None, True) else "sum"
    if reduce is not None and not reduce:
        way = "none"
    if isinstance(size_average, str):
        way = size_average
    raise TypeError(
        f"{name}: size_average={size_average!r:.80}, reduce={reduce!r:.80} are torch's older "
        f"words and not taken; give reduction={way!r}, by name"
    )
