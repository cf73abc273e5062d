"""What is hunted in (tests/hunt.py): calls that gpugrad and a reference understand alike."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import Any

import nn_calls
import numpy as np
import scipy_calls
from linalg_calls import CALLS as LINALG
from test_numpy_cases import CASES

import gpugrad.numpy as gnp

Place = tuple[Any, ...]  # a position or a name, and a position in the list that is there


@dataclass(frozen=True, eq=False)
class Call:
    """One call of a function, in gpugrad and in its reference.

    tolerance: how far the results may differ, where that is not given by their dtypes.
    """

    name: str
    arguments: Mapping[Any, Any]  # by position or by name
    ours: Callable[..., Any]
    theirs: Callable[..., Any]
    tolerance: float = 0.0

    @property
    def names(self) -> set[str]:
        """What an error may begin with."""
        functions = {getattr(f, "__name__", self.name) for f in (self.ours, self.theirs)}
        owner = getattr(getattr(self.ours, "__self__", None), "name", self.name)  # a distribution
        return {self.name.rsplit(".", 1)[-1], owner, *functions}

    def places(self) -> Iterator[Place]:
        """Where there are numbers."""
        for key, value in self.arguments.items():
            if of_numbers(value):
                yield (key,)
            if isinstance(value, tuple | list):
                yield from ((key, i) for i, one in enumerate(value) if of_numbers(one))


def of_numbers(value: Any) -> bool:
    """Whether an array can be made of it, of numbers."""
    if callable(value):
        return False
    try:
        return np.asarray(value).dtype.kind in "biufc"
    except ValueError:  # of several lengths
        return False


def numpys() -> Iterator[Call]:
    """Functions of gpugrad.numpy beside NumPy's."""
    listed = [(case.name, case.arguments, case.settings) for case in CASES]
    listed += [(f"linalg.{name}", *rest) for name, *rest in LINALG]
    listed += [(f"fft.{name}", *rest) for name, *rest in scipy_calls.FFT]
    for name, arguments, settings in listed:
        ours, theirs = attrgetter(name)(gnp), attrgetter(name)(np)
        yield Call(name, {**dict(enumerate(arguments)), **settings}, ours, theirs)


def scipys() -> Iterator[Call]:
    """Functions of gpugrad.scipy beside SciPy's."""
    for name, arguments, settings, ours, theirs in scipy_calls.calls():
        tolerance = scipy_calls.TOLERANCE.get(name, 0.0)
        given = {**dict(enumerate(arguments)), **settings}
        yield Call(f"scipy.{name}", given, ours, theirs, tolerance)


def nns(torch: bool = False) -> Iterator[Call]:
    """Functions of gpugrad.nn.functional beside torch's, or what samples of operations say."""
    for name, arguments, ours, theirs in nn_calls.calls(torch):
        yield Call(f"nn.functional.{name}", arguments, ours, theirs)


def by_name(several: Iterable[Call]) -> dict[str, list[Call]]:
    """Calls by the name of their function."""
    found: dict[str, list[Call]] = {}
    for call in several:
        found.setdefault(call.name, []).append(call)
    return found


@cache
def calls() -> dict[str, list[Call]]:
    """All calls of the tables."""
    return by_name((*numpys(), *scipys(), *nns()))
