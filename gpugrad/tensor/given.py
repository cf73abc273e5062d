"""Functions that take a function: what they are given in place of one."""

from typing import Any


def check_function(name: str, given: Any) -> None:
    """TypeError, by ``name``, unless ``given`` can be called: at once, not where the result is."""
    if not callable(given):
        what = type(given).__name__
        raise TypeError(f"{name}: the first argument is a function, not {what}; give f, not f(x)")
