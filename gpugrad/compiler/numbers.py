"""Numbers among the arguments: they may be others at every call, unless Python looks at them.

A ``Number`` stands for a number of Python's while a function is recorded.  Arithmetic with it is
noted, and beside an array it is what the plain number would be, an array of that one's dtype.
Where Python asks for its value (a branch, ``float``, ``range``, a shape, NumPy), the answer is
right, and the recording holds for that value alone.
"""

import math
import numbers
import operator
from collections.abc import Callable
from typing import Any

from ..backend.dtypes import float64, int64
from ..backend.select import BACKENDS, HOST, backend_of
from ..engine.cells import raw
from ..engine.dispatch import dispatch
from ..engine.promotion import common_dtype, for_values
from .arrays import BINARY, COMPARED, OPERATORS, UNARY
from .graph import Value

PYTHONS = (int, float)  # the types that numbers have


class Number:
    """A number of this call, and the value of the graph that it is.

    leaves: the numbers of the arguments that it is made of.
    """

    __slots__ = ("at", "leaves", "recording", "value")

    def __init__(self, value: Any, at: Value, leaves: frozenset[int], recording: Any) -> None:
        self.value, self.at, self.leaves, self.recording = value, at, leaves, recording

    @property  # type: ignore[misc]
    def __class__(self) -> type:  # type: ignore[override]
        """That of the number: ``isinstance(x, float)`` is as without a recording."""
        return type(self.value)

    def look(self) -> Any:
        """The value, which the recording depends on from now on."""
        self.recording.looked_at |= self.leaves
        return self.value

    def beside(self, op: Any, arguments: tuple) -> Any:
        """What it is beside the other arguments of an operation: an array of their dtype."""
        raws = [a.value if type(a) is Number else raw(a) for a in arguments]
        home = next((backend_of(a) for a in raws if type(a) in BACKENDS), None)
        if home is not None:
            dtype = common_dtype(for_values(op, raws), raws)
        else:  # numbers alone are computed in double precision
            dtype = float64 if op.floats or float in map(type, raws) else int64
        return self.recording.number_as_array(self, dtype or float64, home or HOST)

    def __array_ufunc__(self, ufunc: Any, method: str, *arguments: Any, **settings: Any) -> Any:
        """NumPy's functions ask for the value."""
        given = [a.look() if type(a) is Number else a for a in arguments]
        return getattr(ufunc, method)(*given, **settings)

    def process(self, op: Any, arguments: tuple, settings: dict) -> Any:
        """Apply ``op`` to arguments of which one at least is such a number."""
        return dispatch(op, self.recording.given(op, arguments), settings)


def _asked(function: Any) -> Callable[..., Any]:
    """A method by which Python asks for the value."""

    def method(self: Number, *arguments: Any, **_: Any) -> Any:
        given = [a.look() if type(a) is Number else a for a in arguments]
        return function(self.look(), *given)

    return method


def _noted(name: str, turned: bool = False) -> Callable[..., Any]:
    """An operator: noted beside numbers, left to the array beside one."""

    def method(self: Number, *other: Any) -> Any:
        if other and type(other[0]) not in (*PYTHONS, bool, Number):
            return NotImplemented
        pair = (*other, self) if turned else (self, *other)
        return self.recording.note_number(name, pair)

    return method


for _python, _name in {**BINARY, **UNARY}.items():
    setattr(Number, f"__{_python}__", _noted(_name))
for _python, _name in BINARY.items():
    setattr(Number, f"__r{_python}__", _noted(_name, turned=True))
for _python, _name in COMPARED.items():
    setattr(Number, f"__{_python}__", _asked(OPERATORS[_name]))
ASKED = (float, int, bool, complex, repr, str, format, round, hash)
for _function in ASKED:
    setattr(Number, f"__{_function.__name__}__", _asked(_function))
for _python, _ask in {
    "index": operator.index,
    "trunc": math.trunc,
    "floor": math.floor,
    "ceil": math.ceil,
    "array": lambda value, *_: HOST.to_host(HOST.asarray(value)),
}.items():
    setattr(Number, f"__{_python}__", _asked(_ask))
numbers.Real.register(Number)
