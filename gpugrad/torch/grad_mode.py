"""What records and what does not: contexts that are decorators too."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import wraps
from typing import Any

from ..engine import levels

__all__ = ["enable_grad", "inference_mode", "is_grad_enabled", "no_grad", "set_grad_enabled"]


class _Mode:
    """A context of recording; ``@no_grad()`` and ``@no_grad`` decorate a function."""

    on = True

    def __init__(self, function: Callable | None = None) -> None:
        self.function = function
        self.entered: list[AbstractContextManager] = []

    def _context(self) -> AbstractContextManager:
        return levels.enable_grad() if self.on else levels.no_grad()

    def __enter__(self) -> None:
        self.entered.append(self._context())
        self.entered[-1].__enter__()

    def __exit__(self, *error: Any) -> None:
        self.entered.pop().__exit__(*error)

    def __call__(self, *arguments: Any, **settings: Any) -> Any:
        if self.function is not None:
            with self._context():
                return self.function(*arguments, **settings)
        function = arguments[0]

        @wraps(function)
        def run(*inner: Any, **named: Any) -> Any:
            with self._context():
                return function(*inner, **named)

        return run


class no_grad(_Mode):
    """Context in which nothing is recorded."""

    on = False


class inference_mode(no_grad):
    """Context in which nothing is recorded, as ``no_grad``."""

    def __init__(self, mode: Any = True) -> None:
        super().__init__(mode if callable(mode) else None)
        self.on = mode is False


class enable_grad(_Mode):
    """Context in which operations are recorded."""


class set_grad_enabled:
    """Record from now on, or no longer; as a ``with``, until its end."""

    def __init__(self, mode: bool) -> None:
        self.token = levels._recording.set(bool(mode))

    def __enter__(self) -> None:
        pass

    def __exit__(self, *error: Any) -> None:
        levels._recording.reset(self.token)


def is_grad_enabled() -> bool:
    """Whether operations are recorded."""
    return levels.recording()
