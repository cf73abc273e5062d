"""All that a function can reach, and what of it may become another: the guards of a recording.

They are found by walking from the function through what it closes over, the globals and the members
of modules that it names, its defaults, the objects whose methods it is, their classes, containers.
"""

import random
from array import array
from collections import deque
from collections.abc import Callable, Container, Iterator
from contextvars import ContextVar
from functools import partial
from pickle import dumps
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary, ref

from ..backend.select import BACKENDS, HOST
from ..engine.cells import Cell
from .guards import (
    BYTES,
    CURRENT,
    ELEMENTS,
    LENGTH,
    PLAIN,
    TEXT,
    WANTING,
    Guard,
    Holding,
    Key,
    Leading,
    look,
    slot,
)
from .naming import foreign, of_function, of_names, ours

STATEFUL = ("gpugrad.nn", "gpugrad.optim", "gpugrad.torch.nn")  # objects hold what a program sets
ARRAY: Any = HOST.array_types[0]
LONG = 100  # elements of a list from which plain ones are compared together
SMALL = 2**16  # bytes up to which an array's elements are compared
BY_PYTHON = Key(lambda source: source.getstate(), "")
BY_NUMPY = Key(lambda source: dumps(source), "")


class State:
    """All guards of one function and what is reached with it.

    drawn: guards of sources of random numbers, of interest while the function is recorded.
    iterators: paths of those that the function names.  apart: ids of what is read at every call.
    """

    def __init__(self, *roots: Any, apart: Container[int] = ()) -> None:
        self.guards: list[Guard] = []
        self.drawn: list[Guard] = []
        self.iterators: list[str] = []
        self._seen: set[int] = set()
        self._pending: list[tuple[Any, str]] = [(root, _name(root)) for root in roots]
        while self._pending:
            value, path = self._pending.pop()
            if type(value) not in PLAIN and id(value) not in self._seen:
                self._seen.add(id(value))
                self._note(value, path, apart)

    def _note(self, value: Any, path: str, apart: Container[int]) -> None:
        kind = _kind(type(value))
        if kind.drawn is not None:
            self.drawn.append(Guard(value, kind.drawn, look(value, kind.drawn), path))
        elif kind.is_iterator:
            self.iterators.append(path)
        elif id(value) not in apart:
            self._pending += kind.leads_to(value, path)
            for container, key, inner in kind.holds(value, path):
                found = look(container, key)
                self.guards.append(Guard(container, key, found, inner))
                self._pending.append((found, inner))

    def holds(self) -> bool:
        """Whether everything is as it was."""
        return all(guard.holds() for guard in self.guards)

    def changed(self) -> list[Guard]:
        """The guards that do not hold."""
        return [guard for guard in self.guards if not guard.holds()]


class Kind(NamedTuple):
    """How values of one type are walked through.

    holds: (container, key, path) of everything that may become another.  leads_to: what else
    belongs to a value.  drawn: the key of the state, of a source of random numbers.
    """

    holds: Callable[[Any, str], Holding]
    leads_to: Callable[[Any, str], Leading]
    drawn: Key | None = None
    is_iterator: bool = False


KINDS: WeakKeyDictionary[type, Kind] = WeakKeyDictionary()


def _kind(of: type) -> Kind:
    known = KINDS.get(of)
    if known is None:
        known = KINDS[of] = _read(of)
    return known


def _read(of: type) -> Kind:
    """The kind of a type: the first row of ``ROWS`` for it, else that of objects."""
    if issubclass(of, random.Random) and not issubclass(of, random.SystemRandom):
        return Kind(_nothing, _nowhere, drawn=BY_PYTHON)
    if of.__module__.startswith("numpy.random"):
        return Kind(_nothing, _nowhere, drawn=BY_NUMPY)
    if issubclass(of, Iterator) and foreign(of):
        return Kind(_nothing, _nowhere, is_iterator=True)
    known = next(((holds, leads) for kinds, holds, leads in ROWS if issubclass(of, kinds)), None)
    if known is not None:
        return Kind(*known)
    bare = of in BACKENDS or not (hasattr(of, "__dict__") or hasattr(of, "__slots__"))
    if bare or (ours(of) and not of.__module__.startswith(STATEFUL)):
        return Kind(_nothing, _wrapped)
    return Kind(_of_object, _of_classes)


def _shown(key: Any) -> str:
    """A key of a dict in a path; not the elements of a Tensor."""
    return repr(key) if type(key) in PLAIN else type(key).__name__


def _name(value: Any) -> str:
    return getattr(value, "__name__", type(value).__name__)


def _nothing(value: Any, path: str) -> Holding:
    return iter(())


def _nowhere(value: Any, path: str) -> Leading:
    return []


def _one(key: Key, suffix: str = "") -> Callable[[Any, str], Holding]:
    """Of a value ``key`` alone."""
    return lambda value, path: iter(((value, key, path + suffix),))


def _to(*names: str) -> Callable[[Any, str], Leading]:
    """To these attributes."""
    return lambda value, path: [(getattr(value, name), path) for name in names]


def _of_list(value: Any, path: str) -> Holding:
    if len(value) > LONG and all(type(one) in PLAIN for one in value):
        yield value, ELEMENTS, path
        return
    yield value, LENGTH, f"len({path})"
    yield from ((value, i, f"{path}[{i}]") for i in range(len(value)))


def _of_dict(value: Any, path: str) -> Holding:
    yield value, LENGTH, f"len({path})"
    yield from ((value, key, f"{path}[{_shown(key)}]") for key in value)


def _of_array(value: Any, path: str) -> Holding:
    return iter(((value, BYTES, path),) if value.nbytes <= SMALL else ())


def _of_class(kind: type, path: str) -> Holding:
    if foreign(kind):
        return
    for name, member in vars(kind).items():
        if callable(member) or not name.startswith("__"):
            yield vars(kind), name, f"{path}.{name}"


def _of_object(value: Any, path: str) -> Holding:
    own = ours(type(value))
    for name in getattr(value, "__dict__", ()):
        if not (own and name.startswith("_")):
            yield vars(value), name, f"{path}.{name}"
    if hasattr(value, "__dict__"):
        yield vars(value), LENGTH, f"number of attributes of {path}"
    for kind in type(value).__mro__:
        names = () if foreign(kind) else vars(kind).get("__slots__", ())
        for name in (names,) if isinstance(names, str) else names:
            yield value, slot(name), f"{path}.{name}"


def _wrapped(value: Any, path: str) -> Leading:
    return [(value.__wrapped__, path)] if hasattr(value, "__wrapped__") else []


def _of_classes(value: Any, path: str) -> Leading:
    return _wrapped(value, path) + [(kind, kind.__name__) for kind in type(value).__mro__]


def _members(value: Any, path: str) -> Leading:
    return [(one, f"{path}[{i}]") for i, one in enumerate(value)]


def _of_method(value: Any, path: str) -> Leading:
    """To the object that a method of C's belongs to."""
    return [] if isinstance(value.__self__, ModuleType) else [(value.__self__, path)]


ROWS: list[tuple[tuple[type, ...], Any, Any]] = [
    ((Cell,), _one(WANTING, ".requires_grad"), _nowhere),
    ((FunctionType,), of_function, of_names),
    ((MethodType,), _nothing, _to("__self__", "__func__")),
    ((BuiltinFunctionType,), _nothing, _of_method),
    ((ModuleType,), _nothing, _nowhere),
    ((type,), _of_class, _nowhere),
    ((list, deque), _of_list, _nowhere),
    ((tuple,), _nothing, _members),
    ((dict,), _of_dict, _nowhere),
    ((set, frozenset), _one(ELEMENTS), _members),
    ((partial,), _nothing, _to("func", "args", "keywords")),
    ((staticmethod, classmethod), _nothing, _to("__func__")),
    ((property,), _nothing, _to("fget")),
    ((ref,), _nothing, lambda value, path: [(value(), path)]),
    ((ContextVar,), _one(CURRENT), _nowhere),
    ((bytearray,), _one(TEXT), _nowhere),
    ((array,), _one(BYTES), _nowhere),
    ((ARRAY,), _of_array, _nowhere),
]
