"""All that a function can reach, and what of it may become another: the guards of a recording.

They are found by walking from the function through what it closes over, the globals and the members
of modules that it names, its defaults, the objects whose methods it is, their classes, containers.
"""

import random
import sys
from array import array
from collections import deque
from collections.abc import Container, Iterator
from contextvars import ContextVar
from functools import cache, partial
from pickle import dumps
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any
from weakref import ref

from ..backend.select import BACKENDS, HOST
from ..engine.cells import Cell
from .guards import (
    BYTES,
    CODE,
    CONTENTS,
    CURRENT,
    DEFAULTS,
    ELEMENTS,
    LENGTH,
    PLAIN,
    TEXT,
    WANTING,
    Guard,
    Key,
    look,
    slot,
)

Holding = Iterator[tuple[Any, Any, str]]  # (container, key, path)
STATEFUL = (["nn"], ["optim"])  # rooms of gpugrad whose objects hold what a program sets
DRAWING = ("random", "numpy", "numpy.random")  # modules
ARRAY: Any = HOST.array_types[0]
LONG = 100  # elements of a list from which plain ones are compared together
SMALL = 2**16  # bytes up to which an array's elements are compared
FOREIGN = {*sys.stdlib_module_names, "gpugrad"}  # whose modules and classes stay as they are
BY_PYTHON = Key(lambda source: source.getstate(), "")
BY_NUMPY = Key(lambda source: dumps(source), "")


class State:
    """All guards of one function and what is reached with it.

    drawn: guards of sources of random numbers, of interest while the function is recorded.
    iterators: paths of those that the function names.  apart: arrays that are read at every call.
    """

    def __init__(self, *roots: Any, apart: Container[int] = ()) -> None:
        self.guards: list[Guard] = []
        self.drawn: list[Guard] = []
        self.iterators: list[str] = []
        self._seen: set[int] = set()
        self._pending: list[tuple[Any, str]] = [(root, _name(root)) for root in roots]
        while self._pending:
            value, path = self._pending.pop()
            if id(value) not in self._seen and type(value) not in PLAIN:
                self._seen.add(id(value))
                self._note(value, path, apart)

    def _note(self, value: Any, path: str, apart: Container[int]) -> None:
        if (state := _random_state(value)) is not None:
            self.drawn.append(Guard(value, state, look(value, state), path))
        elif isinstance(value, Iterator) and _foreign(type(value)):
            self.iterators.append(path)
        elif id(value) not in apart:
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


def _random_state(value: Any) -> Key | None:
    """The key of the state of a source of random numbers."""
    if isinstance(value, random.Random) and not isinstance(value, random.SystemRandom):
        return BY_PYTHON
    return BY_NUMPY if type(value).__module__.startswith("numpy.random") else None


def _holds(value: Any, path: str) -> Holding:
    """(container, key, path) of everything that a value holds and that may become another."""
    if isinstance(value, FunctionType):
        yield from () if _ours(value) else _of_function(value, path)
    elif isinstance(value, list | tuple | deque):
        yield from _of_sequence(value, path)
    elif isinstance(value, set | frozenset):
        yield value, ELEMENTS, path
    elif isinstance(value, dict):
        yield value, LENGTH, f"len({path})"
        yield from ((value, key, f"{path}[{_shown(key)}]") for key in value)
    elif isinstance(value, ContextVar):
        yield value, CURRENT, path
    elif isinstance(value, bytearray):
        yield value, TEXT, path
    elif isinstance(value, array) or _is_small(value):
        yield value, BYTES, path
    elif isinstance(value, Cell):
        yield value, WANTING, f"{path}.requires_grad"
    elif isinstance(value, type):
        yield from () if _foreign(value) else _of_class(value, path)
    elif _has_attributes(value):
        yield from _of_object(value, path)


def _of_sequence(value: Any, path: str) -> Holding:
    if len(value) > LONG and all(type(one) in PLAIN for one in value):
        yield value, ELEMENTS, path
        return
    if not isinstance(value, tuple):
        yield value, LENGTH, f"len({path})"
        yield from ((value, i, f"{path}[{i}]") for i in range(len(value)))


def _of_function(function: FunctionType, path: str) -> Holding:
    yield function, CODE, f"code of {path}"
    yield function, DEFAULTS, f"defaults of {path}"
    for name in vars(function):
        yield vars(function), name, f"{path}.{name}"
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        yield cell, CONTENTS, name
    names = set(_names(function.__code__))
    for name in names & function.__globals__.keys():
        yield function.__globals__, name, name
    seen: set[int] = set()
    for name, module in _modules(function, names).items():
        yield from _of_module(module, names, name, seen)


def _modules(function: FunctionType, names: set[str]) -> dict[str, ModuleType]:
    """The modules that a function names."""
    closed = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
    found = {name: look(cell, CONTENTS) for name, cell in closed}
    found |= {name: function.__globals__[name] for name in names & function.__globals__.keys()}
    return {name: value for name, value in found.items() if isinstance(value, ModuleType)}


def _of_module(module: Any, names: set[str], path: str, seen: set[int]) -> Holding:
    """What a function that uses ``names`` may read of a module that it names."""
    if not isinstance(module, ModuleType) or _foreign(module) or id(module) in seen:
        return
    seen.add(id(module))
    for name in names & vars(module).keys():
        yield vars(module), name, f"{path}.{name}"
        yield from _of_module(vars(module)[name], names, f"{path}.{name}", seen)


def _of_class(kind: type, path: str) -> Holding:
    for name, member in vars(kind).items():
        if callable(member) or not name.startswith("__"):
            yield vars(kind), name, f"{path}.{name}"


def _of_object(value: Any, path: str) -> Holding:
    own = _ours(type(value))
    for name in getattr(value, "__dict__", ()):
        if not (own and name.startswith("_")):
            yield vars(value), name, f"{path}.{name}"
    if hasattr(value, "__dict__"):
        yield vars(value), LENGTH, f"number of attributes of {path}"
    for kind in type(value).__mro__:
        names = () if _foreign(kind) else vars(kind).get("__slots__", ())
        for name in (names,) if isinstance(names, str) else names:
            yield value, slot(name), f"{path}.{name}"


def _names(code: Any) -> Iterator[str]:
    """The names that a function's code, and functions within it, may look up."""
    yield from code.co_names
    for constant in code.co_consts:
        if hasattr(constant, "co_names"):
            yield from _names(constant)


def _leads_to(value: Any, path: str) -> list[tuple[Any, str]]:
    """What else belongs to a value."""
    if isinstance(value, MethodType):
        return [(value.__self__, path), (value.__func__, path)]
    if isinstance(value, BuiltinFunctionType):
        return [] if isinstance(value.__self__, ModuleType) else [(value.__self__, path)]
    if isinstance(value, FunctionType):
        return [] if _ours(value) else _of_names(value, path)
    if isinstance(value, tuple):
        return [(one, f"{path}[{i}]") for i, one in enumerate(value)]
    if isinstance(value, partial):
        return [(value.func, path), (value.args, path), (value.keywords, path)]
    if isinstance(value, staticmethod | classmethod):
        return [(value.__func__, path)]
    if isinstance(value, property):
        return [(value.fget, path)]
    if isinstance(value, ref):
        return [(value(), path)]
    if isinstance(value, set | frozenset):
        return [(one, path) for one in value]
    if hasattr(value, "__wrapped__") and not isinstance(value, type):
        return [(value.__wrapped__, path)]
    if _has_attributes(value):
        return [(kind, kind.__name__) for kind in type(value).__mro__]
    return []


def _of_names(function: FunctionType, path: str) -> list[tuple[Any, str]]:
    """Defaults by keyword, and sources of random numbers in Python's and NumPy's modules."""
    names = set(_names(function.__code__))
    found = [(function.__kwdefaults__, f"defaults of {path}")]
    modules: list[Any] = list(_modules(function, names).values())
    for module in modules:
        if module.__name__ in DRAWING:
            members = [getattr(module, name, None) for name in names]
            modules += [one for one in members if getattr(one, "__name__", "") in DRAWING]
            sources = [getattr(one, "__self__", None) for one in members]
            found += [(one, module.__name__) for one in sources if _random_state(one)]
    return found


def _is_small(value: Any) -> bool:
    """Whether a value is an array of the host's with few elements."""
    return type(value) is ARRAY and value.nbytes <= SMALL


def _has_attributes(value: Any) -> bool:
    """Whether a value is an object of somebody's class, not of C's or Python's own."""
    if isinstance(value, type | ModuleType | BuiltinFunctionType | FunctionType | MethodType):
        return False
    if type(value) in BACKENDS or isinstance(value, Cell):
        return False
    parts = type(value).__module__.split(".")
    stateful = parts[0] != "gpugrad" or parts[1:2] in STATEFUL
    return stateful and (hasattr(value, "__dict__") or hasattr(value, "__slots__"))


def _foreign(value: Any) -> bool:
    """Whether a module or a class is a library's, which no program changes."""
    name = value.__name__ if isinstance(value, ModuleType) else value.__module__
    return _is_library(name.partition(".")[0])


@cache
def _is_library(name: str) -> bool:
    file = getattr(sys.modules.get(name), "__file__", None) or ""
    return name in FOREIGN or "site-packages" in file


def _ours(value: Any) -> bool:
    """Whether gpugrad defines it."""
    return (getattr(value, "__module__", None) or "").split(".")[0] == "gpugrad"
