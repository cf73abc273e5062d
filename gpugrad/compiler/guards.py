"""What a recording rests on outside of its arguments: Python values that the function can reach.

A number that a closure holds, a layer in a list, whether a module trains: a recording has decided
by them and holds only while they are the same.  They are found by walking from the function through
what it closes over, the globals that it names, the objects whose methods it is, and containers.
"""

from collections.abc import Iterator
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any, NamedTuple

from ..backend.select import BACKENDS
from ..engine.cells import Cell

PLAIN = (bool, int, float, complex, str, bytes, type(None))
ABSENT = object()
STATEFUL = (["nn"], ["optim"])  # rooms of gpugrad whose objects hold what a program sets
LONG = 100  # elements of a list from which plain ones are compared together


class Guard(NamedTuple):
    """That ``container[key]`` is what it was."""

    container: Any
    key: Any
    value: Any
    path: str

    def holds(self) -> bool:
        """Whether it is still so."""
        found = look(self.container, self.key)
        return found is self.value or (
            type(found) is type(self.value)
            and (type(found) in PLAIN or self.key is Elements)
            and found == self.value
        )


class Length:
    """The key of how many elements a container has."""


class Elements:
    """The key of all elements of a long list of plain values."""


class Contents:
    """The key of what a closure's cell holds."""


def look(container: Any, key: Any) -> Any:
    """What a container holds under a key; ABSENT if nothing."""
    if key is Length:
        return len(container)
    if key is Elements:
        return tuple(container)
    try:
        return container.cell_contents if key is Contents else container[key]
    except (KeyError, IndexError, ValueError):
        return ABSENT


class State:
    """All guards of one function and what is reached with it."""

    def __init__(self, *roots: Any) -> None:
        self.guards: list[Guard] = []
        self._seen: set[int] = set()
        self._pending: list[tuple[Any, str]] = [(root, _name(root)) for root in roots]
        while self._pending:
            value, path = self._pending.pop()
            if id(value) not in self._seen and type(value) not in PLAIN:
                self._seen.add(id(value))
                self._pending += _leads_to(value, path)
                for container, key, inner in _holds(value, path):
                    found = look(container, key)
                    self.guards.append(Guard(container, key, found, inner))
                    self._pending.append((found, inner))

    def holds(self) -> bool:
        """Whether everything is as it was."""
        return all(guard.holds() for guard in self.guards)

    def changed(self) -> list[Guard]:
        """The guards that do not hold."""
        return [guard for guard in self.guards if not guard.holds()]


def _shown(key: Any) -> str:
    """A key of a dict in a path; not the elements of a Tensor."""
    return repr(key) if type(key) in PLAIN else type(key).__name__


def _name(value: Any) -> str:
    return getattr(value, "__name__", type(value).__name__)


def _holds(value: Any, path: str) -> Iterator[tuple[Any, Any, str]]:
    """(container, key, path) of everything that a value holds and that may become another."""
    if isinstance(value, FunctionType):
        yield from _of_function(value, path)
    elif isinstance(value, list | tuple):
        if len(value) > LONG and all(type(one) in PLAIN for one in value):
            yield value, Elements, path
            return
        yield value, Length, f"len({path})"
        yield from ((value, i, f"{path}[{i}]") for i in range(len(value)))
    elif isinstance(value, dict):
        yield value, Length, f"len({path})"
        yield from ((value, key, f"{path}[{_shown(key)}]") for key in value)
    elif _has_attributes(value):
        attributes, own = vars(value), _ours(type(value))
        yield attributes, Length, f"number of attributes of {path}"
        for name in list(attributes):
            if not (own and name.startswith("_")):
                yield attributes, name, f"{path}.{name}"


def _of_function(function: FunctionType, path: str) -> Iterator[tuple[Any, Any, str]]:
    if _ours(function):
        return
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        yield cell, Contents, name
    for name in _names(function.__code__):
        if name in function.__globals__:
            yield function.__globals__, name, name


def _names(code: Any) -> Iterator[str]:
    """The names that a function's code, and functions within it, may look up as globals."""
    yield from code.co_names
    for constant in code.co_consts:
        if hasattr(constant, "co_names"):
            yield from _names(constant)


def _leads_to(value: Any, path: str) -> list[tuple[Any, str]]:
    """What else belongs to a value, for ever."""
    if isinstance(value, MethodType):
        return [(value.__self__, path), (value.__func__, path)]
    if isinstance(value, FunctionType) and not _ours(value):
        defaults = (*(value.__defaults__ or ()), *(value.__kwdefaults__ or {}).values())
        return [(default, f"default of {path}") for default in defaults]
    if _has_attributes(value) and not _ours(type(value)):
        methods = vars(type(value)).values()
        return [(m, f"{path}.{m.__name__}") for m in methods if isinstance(m, FunctionType)]
    return []


def _has_attributes(value: Any) -> bool:
    """Whether a value is an object of somebody's class, not of C's or Python's own."""
    if isinstance(value, type | ModuleType | BuiltinFunctionType | FunctionType | MethodType):
        return False
    parts = type(value).__module__.split(".")
    if type(value) in BACKENDS or isinstance(value, Cell) or not hasattr(value, "__dict__"):
        return False
    return parts[0] != "gpugrad" or parts[1:2] in STATEFUL


def _ours(value: Any) -> bool:
    """Whether gpugrad defines it."""
    return (getattr(value, "__module__", None) or "").split(".")[0] == "gpugrad"
