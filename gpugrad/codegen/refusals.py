"""What an elementwise function may not do, as errors."""

from typing import Any


class NotElementwise(TypeError):
    """A function of symbols did what is not defined on one element; ``symbol`` is on which."""

    def __init__(self, message: str, symbol: Any) -> None:
        super().__init__(message)
        self.symbol = symbol


class NoNumber(TypeError):
    """A function of symbols met what is neither a number nor a symbol: ``value``."""

    def __init__(self, value: Any) -> None:
        super().__init__(
            "met an array or Tensor that is none of the function's arguments; make it an argument; "
            "gg's functions of plain numbers give Tensors too, so take Python's math for constants"
            if hasattr(value, "shape")
            else f"computes with real numbers, not with {type(value).__name__}"
        )
        self.value = value
