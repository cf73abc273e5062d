"""Functions that are methods too: ``torch.exp(x)`` and ``x.exp()`` are one declaration.

Settings may have NumPy's names, as in torch: ``axis`` for ``dim`` and ``keepdims`` for ``keepdim``.
"""

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any, TypeVar

from .tensor import Tensor

Function = TypeVar("Function", bound=Callable[..., Any])
NUMPYS = {"axis": "dim", "keepdims": "keepdim"}


def both(function: Function) -> Function:
    """``function``, which is a method of its first argument too."""
    made = numpys_words(function)
    setattr(Tensor, function.__name__, made)
    return made


def in_place(function: Function) -> Function:
    """``function``, a method too, and in place as the method of its name and an underscore."""
    made = both(function)

    @wraps(made)
    def write(self: Any, *arguments: Any, **settings: Any) -> Any:
        return self._become(made(self, *arguments, **settings))

    write.__name__ = write.__qualname__ = f"{function.__name__}_"
    setattr(Tensor, write.__name__, write)
    return made


def alias(name: str, function: Function) -> Function:
    """``function``, a method of another name too, and in place if it is."""
    setattr(Tensor, name, function)
    if (written := getattr(Tensor, f"{function.__name__}_", None)) is not None:
        setattr(Tensor, f"{name}_", written)
    return function


def method(function: Function) -> Function:
    """``function`` as a method alone."""
    setattr(Tensor, function.__name__, function)
    return function


def numpys_words(function: Function) -> Function:
    """``function``, which takes NumPy's names of its settings as well."""
    renamed = {a: b for a, b in NUMPYS.items() if b in signature(function).parameters}
    if not renamed:
        return function

    @wraps(function)
    def call(*arguments: Any, **settings: Any) -> Any:
        for given, name in renamed.items():
            if given in settings:
                settings[name] = settings.pop(given)
        return function(*arguments, **settings)

    return call  # type: ignore[return-value]
