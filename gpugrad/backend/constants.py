"""What is made of Python numbers beside arrays, kept for the next time."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any


def by_number(make: Callable[[Any, Any], Any], most: int) -> Callable[[Any, Any], Any]:
    """``make(number, dtype)`` with the last results kept.

    Python's 0.0 == -0.0, but they are different numbers: zeros, and complex numbers, whose parts
    may be zeros, are kept by their text.
    """
    by_value = lru_cache(most)(make)

    @lru_cache(most)
    def by_text(text: str, number: Any, dtype: Any) -> Any:
        return make(number, dtype)

    def made(number: Any, dtype: Any) -> Any:
        if number and type(number) is not complex:
            return by_value(number, dtype)
        return by_text(repr(number), number, dtype)

    return made
