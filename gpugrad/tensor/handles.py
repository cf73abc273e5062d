"""Handle: a registered hook, of a Module or of an optimizer."""

from itertools import count
from typing import Any


class Handle:
    """A registered hook; ``remove()`` takes it away, and so does the end of a ``with`` over it."""

    numbers = count()

    def __init__(self, hooks: dict[int, Any], hook: Any, first: bool = False) -> None:
        self.hooks, self.number = hooks, next(self.numbers)
        others = dict(hooks) if first else {}
        for number in others:
            del hooks[number]
        hooks |= {self.number: hook, **others}

    def remove(self) -> None:
        """Do not call the hook again."""
        self.hooks.pop(self.number, None)

    def __enter__(self) -> "Handle":
        return self

    def __exit__(self, *error: object) -> None:
        self.remove()
