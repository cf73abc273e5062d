"""How numbers are noted in a recording: arithmetic, answers to comparisons, numbers as arrays."""

from typing import Any

from ..backend.select import HOST
from .arguments import array_of
from .arrays import OPERATORS, Noted
from .graph import Value
from .noting import Noting, noting
from .numbers import Number, leaves_of
from .sources import Argument


class Numbers:
    """The numbers of a recording.

    looked_at: the places of arguments for whose values Python asked.  decisions: the answers to its
    comparisons.
    """

    def __init__(self, recording: Any) -> None:
        self.recording = recording
        self.looked_at: frozenset[int] = frozenset()
        self.decisions: list[Number] = []

    def argument(self, value: Any, place: int) -> Number:
        """What stands for a number among the arguments."""
        at = self.recording.new_input((), type(value), Argument(place))
        return Number(value, at, frozenset((place,)), self)

    def result(self, name: str, arguments: tuple) -> Number:
        """The result of arithmetic of numbers, noted."""
        y = OPERATORS[name](*[array_of(a) for a in arguments])
        at = self._noted(name, arguments, {}, Value((), type(y)), noting(HOST))
        return Number(y, at, leaves_of(arguments), self)

    def decide(self, name: str, arguments: tuple) -> bool:
        """Whether a comparison of numbers holds; the recording does while the answer is this."""
        for number in arguments:
            if type(number) is Number and number.leaves is None:
                number.look()  # which is refused
        answer = self.result(name, arguments)
        self.decisions.append(answer)
        return answer.value

    def item(self, array: Noted) -> Number:
        """The only element of an array as a number."""
        y = array.backend.base.to_host(array.array).item()
        at = self._noted("item", (array,), {}, Value((), type(y)), array.backend)
        return Number(y, at, None, self)

    def as_array(self, number: Number, dtype: Any, home: Any, weak: bool = False) -> Noted:
        """A number as an array without axes, on a device."""
        backend = home if isinstance(home, Noting) else noting(home)
        array = backend.base.constant(number.value, dtype)
        made = Value((), array.dtype)
        at = self._noted("number", (number,), {"dtype": dtype}, made, backend)
        return backend.noted(array, at, self.recording, weak)

    def _noted(self, name: str, given: tuple, how: dict, made: Value, backend: Noting) -> Value:
        self.recording.step(name, given, how, (made,), False, backend)
        return made
