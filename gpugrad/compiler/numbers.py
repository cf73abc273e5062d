"""Numbers among the arguments: they may be others at every call, unless Python looks at them.

A ``Number`` stands for a number of Python's while a function is recorded.  Arithmetic with it is
noted, and beside an array it is what the plain number would be, an array of that one's dtype.
Where it is compared, ``lr > 0``, the recording holds while the answer is the same.  Where Python
asks for its value (``float``, ``range``, a shape, NumPy), the recording begins again with the plain
number and holds for it alone.  Only ``type(x)`` tells it from a number: it is ``Number``, so ask
``isinstance(x, float)``.
"""

import numbers
from collections.abc import Callable
from typing import Any

from ..backend.dtypes import float64
from ..backend.select import BACKENDS, HOST, backend_of
from ..engine.cells import raw
from ..engine.dispatch import dispatch
from ..engine.promotion import common_dtype, for_values
from ..ops.declare import ELEMENTWISE
from .arrays import BINARY, COMPARED, UNARY, Weak
from .graph import Value
from .noting import unknown

PYTHONS = (int, float)  # the types that numbers have
ASKED = (  # methods by which Python asks for the value
    *("float", "int", "complex", "index", "hash", "repr", "str", "format", "round", "trunc"),
    *("floor", "ceil", "divmod", "rdivmod", "array", "array_ufunc"),
)


class Looked(BaseException):
    """Python asked for the values of the numbers at ``places``: no error, but a new beginning."""

    def __init__(self, places: frozenset[int]) -> None:
        self.places = places


class Number:
    """A number of this call, and the value of the graph that it is.

    leaves: the numbers of the arguments that it is made of; None where arrays are among what it is
    made of, so that no recording could hold for its value.
    """

    __slots__ = ("at", "leaves", "numbers", "value")

    def __init__(self, value: Any, at: Value, leaves: frozenset[int] | None, numbers: Any) -> None:
        self.value, self.at, self.leaves, self.numbers = value, at, leaves, numbers

    @property  # type: ignore[misc]
    def __class__(self) -> type:  # type: ignore[override]
        """That of the number: ``isinstance(x, float)`` is as without a recording."""
        return type(self.value)

    def look(self, *_: Any, **__: Any) -> Any:
        """Raise: the recording has to begin again, with the value."""
        if self.leaves is None:
            raise unknown(f"the value of a {type(self.value).__name__} that arrays gave")
        self.numbers.looked_at |= self.leaves
        raise Looked(self.leaves)

    def as_array(self, weak: bool = True) -> Any:
        """An array that stands for it, of which a transform takes derivatives; if not ``weak``, an
        array like others."""
        if isinstance(self.value, int):  # which has no derivative
            self.look()
        return self.numbers.as_array(self, float64, HOST, weak)

    def beside(self, op: Any, arguments: tuple) -> Any:
        """What it is beside the other arguments of an elementwise operation: an array of their
        dtype."""
        if op.kind != ELEMENTWISE:
            self.look()
        raws = [a.value if type(a) is Number else raw(a) for a in arguments]
        arrays = [a for a in raws if type(a) in BACKENDS]
        home = next((backend_of(a) for a in arrays if not isinstance(a, Weak)), None)
        if home is None and arrays:
            return self.as_array()
        if home is None:  # numbers alone are computed in double precision
            return self.as_array(weak=False)
        dtype = common_dtype(for_values(op, raws), raws)
        return self.numbers.as_array(self, dtype, home)

    def __getattr__(self, name: str) -> Any:
        if not hasattr(self.value, name):
            raise AttributeError(f"{type(self.value).__name__!r} object has no attribute {name!r}")
        return self.look()

    def process(self, op: Any, arguments: tuple, settings: dict) -> Any:
        """Apply ``op`` to arguments of which one at least is such a number."""
        return dispatch(op, self.numbers.recording.given(op, arguments), settings)


def leaves_of(arguments: tuple) -> frozenset[int] | None:
    """The numbers of the arguments that what is made of ``arguments`` depends on; None if arrays
    are among what they are made of."""
    found: frozenset[int] = frozenset()
    for number in arguments:
        if type(number) is Number:
            if number.leaves is None:
                return None
            found |= number.leaves
    return found


def _noted(name: str, turned: bool = False) -> Callable[..., Any]:
    """An operator: noted beside numbers, left to the array beside one."""

    def method(self: Number, *other: Any) -> Any:
        if other and type(other[0]) not in (*PYTHONS, bool, Number):
            return NotImplemented
        if len(other) == 2:  # pow(x, y, modulus)
            self.look()
        pair = (*other, self) if turned else (self, *other)
        return self.numbers.result(name, pair)

    return method


def _decided(name: str) -> Callable[..., Any]:
    """A method by which Python asks for a yes or a no, left to the array beside one."""

    def method(self: Number, *other: Any) -> Any:
        if other and type(other[0]) not in (*PYTHONS, bool, Number):
            return NotImplemented
        return self.numbers.decide(name, (self, *other))

    return method


SHIFTS = {"lshift": "left_shift", "rshift": "right_shift"}
for _python, _name in {**BINARY, **SHIFTS, **UNARY}.items():
    setattr(Number, f"__{_python}__", _noted(_name))
for _python, _name in {**BINARY, **SHIFTS}.items():
    setattr(Number, f"__r{_python}__", _noted(_name, turned=True))
for _python, _name in {**COMPARED, "bool": "truth"}.items():
    setattr(Number, f"__{_python}__", _decided(_name))
for _python in ASKED:
    setattr(Number, f"__{_python}__", Number.look)
numbers.Real.register(Number)
