"""Arguments of the functions, read."""

from typing import Any


def array(name: str, input: Any) -> Any:
    """``input``; TypeError, by the function's name, where it is neither a Tensor nor an array."""
    if not hasattr(input, "shape"):
        raise TypeError(f"{name}: input is {input!r}; give a Tensor or an array")
    return input
