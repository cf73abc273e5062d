"""The backend of recordings: it computes with another backend and notes every operation.

Its operations are that backend's natives and all elementwise operations; every other one is
composed of these by its rule, as on any backend.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from contextvars import ContextVar
from functools import partial
from typing import Any

from ..backend import select
from ..backend.protocol import Backend
from ..backend.select import HOST
from ..codegen.primitives import COSTLY, PRIMITIVES
from ..engine.cells import WEAK
from ..engine.recipes import evaluated
from ..ops.declare import ELEMENTWISE, REGISTRY, Op
from .arrays import OPERATORS, Noted, Weak
from .graph import Constant, Value
from .lines import where

current: ContextVar[Any] = ContextVar("recording", default=None)  # the Recording of this thread

# Elementwise operations that a kernel computes many times as fast as the host's native.
SLOW = frozenset(row.name for row in PRIMITIVES.values() if row.cost >= COSTLY)

WEAK.add(Weak)

# Operations whose results have a shape that depends on the elements.
SHAPED_BY_DATA = {"nonzero", "unique_all"}


class Noting:
    """Arrays of another backend whose operations are noted in the recording of this thread."""

    shares_type = False
    fuse_from = float("inf")  # what is fused is decided by the whole graph
    keeps_partials = False
    reads_freely = False
    driver: Any = None

    def __init__(self, base: Backend) -> None:
        self.base, self.name = base, base.name
        self.array_types: tuple[type, ...] = (type("Noted", (Noted,), {"__slots__": ()}),)
        if base is HOST:
            self.array_types += (Weak,)
        self.guests = frozenset((*base.array_types, *base.guests, Weak))
        self.half_natives, self.integer_natives = base.half_natives, base.integer_natives
        names = {name for name, op in REGISTRY.items() if op.kind == ELEMENTWISE}
        self.natives: dict[str, Callable[..., Any]] = {
            name: self._noting(name) for name in {*base.natives, *names}
        }
        self.natives["update"] = update
        self.constant = lambda number, dtype: self._constant(base.constant(number, dtype))
        self.number = lambda number, dtype: self._constant(base.number(number, dtype))
        self.xp: Any = None  # the raw namespace, set by engine.namespace

    def _noting(self, name: str) -> Callable[..., Any]:
        def native(*arguments: Any, **settings: Any) -> Any:
            return self.note(name, arguments, settings)

        return native

    def function(self, name: str) -> Callable[..., Any]:
        """What computes an operation of a graph on arrays of the other backend, where they are."""
        found, driver = self._function(name), self.base.driver
        return found if driver is None else driver.bound(found)

    def _function(self, name: str) -> Callable[..., Any]:
        if name == "number":
            return self.base.constant
        if name == "item":
            return lambda array: self.base.to_host(array).item()
        op = REGISTRY.get(name)
        own = OPERATORS.get(name) or self.base.natives.get(name)
        if op is not None and op.kind == ELEMENTWISE and (own is None or name in SLOW):
            return partial(_by_recipe, op)
        return own or getattr(self.base.xp, name)

    def noted(self, array: Any, at: Value, recording: Any, weak: bool = False) -> Noted:
        """An array of this backend that stands for ``at``."""
        return (Weak if weak else self.array_types[0])(array, at, self, recording)

    def note(self, name: str, arguments: tuple, settings: dict[str, Any]) -> Any:
        """The result of an operation, noted."""
        recording = current.get()
        if recording is None:
            raise RuntimeError(
                f"{name}: an array that compile recorded is used after the recording; return it "
                "from the function, or keep it in a Tensor that was made before"
            )
        return recording.note(self, name, arguments, settings)

    def refuse(self, what: str, array: Noted) -> Any:
        """Raise: the elements of a recorded array are asked for."""
        raise unknown(f"{what} of {array.dtype} {array.shape}")

    # the protocol

    def _constant(self, array: Any) -> Noted:
        return self.noted(array, Constant(array.shape, array.dtype, array=array), None)

    def asarray(self, data: Any, dtype: Any = None, copy: bool = False) -> Any:
        """See Backend; an array from outside is read anew at every call."""
        if type(data) is Weak and self.base is not HOST:
            data, dtype = data.item(), dtype or data.dtype
        if not isinstance(data, Noted):
            if hasattr(data, "as_array"):  # a number of this call
                return current.get().numbers.as_array(data, dtype or data.look(), self)
            if type(data) not in self.base.array_types:
                return self._constant(self.base.asarray(data, dtype=dtype, copy=copy))
            data = current.get().outside(data)
        if dtype is not None and data.dtype != dtype:
            return data.astype(dtype)
        return data.copy() if copy else data

    def to_host(self, array: Noted) -> Any:
        """Refused: the elements are those of one call."""
        return self.refuse("the value", array)

    def ones(self, like: Any) -> Any:
        """The gradient to start from."""
        return self._constant(self.base.ones(like.array))

    def exportable(self, array: Any) -> Any:
        """The array itself."""
        return array

    def device_of(self, array: Noted) -> str:
        """That of the other backend."""
        return self.name

    def here(self) -> AbstractContextManager | None:
        """As the other backend."""
        return self.base.here()

    def quiet(self) -> AbstractContextManager:
        """As the other backend."""
        return self.base.quiet()

    def synchronize(self) -> None:
        """As the other backend."""
        self.base.synchronize()

    def text(self, array: Any, before: str = "") -> str:
        """What is printed of a recorded array."""
        return repr(array)


def unknown(what: str) -> RuntimeError:
    """The error where Python asks for a value that arrays have."""
    return RuntimeError(
        f"compile: {where()}{what}, which differs from call to call, is asked for while the "
        "function is recorded; return it and look at it outside, use gg.where for a branch, or "
        "leave this function uncompiled"
    )


def recorded(name: str) -> str:
    """By which name the backend is found that notes what the one of that name computes."""
    return f"{name} (recorded)"


_noting: dict[str, Noting] = {}


def noting(base: Backend) -> Noting:
    """The backend that notes what ``base`` computes."""
    if base.name not in _noting:
        made = Noting(base)
        select.register(made, recorded(base.name))
        _noting[base.name] = made
    return _noting[base.name]


def update(batch: Any, gradients: list, rate: Any, steps: Any, numbers: tuple) -> None:
    """An optimizer's step: parameters and state are written where they are."""
    current.get().note_update(batch, gradients, rate, steps, numbers)


def _by_recipe(op: Op, *arrays: Any, **settings: Any) -> Any:
    """An elementwise operation as an eager program applies it, by a kernel where there is one."""
    return evaluated(op, arrays, settings)
