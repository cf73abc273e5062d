"""The first of several proposals that is accepted, computed for those alone that still want one."""

from collections.abc import Callable
from math import prod
from typing import Any, NamedTuple

from ..api import functions as gg
from ..api.creation import asarray
from ..backend.dtypes import float64
from ..backend.select import backend_of
from ..engine.cells import BOXES, raw
from .drawing import Asked, as_usual

AT_ONCE = 1 << 11  # numbers of several rounds that are drawn together


def first_accepted(
    ask: Asked,
    rounds: int,
    kinds: tuple[str, ...],
    propose: Callable,
    parameters: list,
    otherwise: Any,
    pending: Any,
) -> Any:
    """Of ``rounds`` values the first one that is accepted, ``otherwise`` if none is, or if they are
    not ``pending``.

    ``propose(parameters, *draws)``, of float64 draws of ``kinds``, (r, ...) each, gives values and
    whether they are accepted, alike in shape.  So that the next call's numbers do not depend on
    values, all rounds are drawn or passed over; where Python sees at once who wants one still, the
    others are left out.
    """
    count, found = prod(ask.shape), otherwise
    together = max(1, min(rounds, AT_ONCE // max(1, count)))
    for start in range(0, rounds, together):
        several = min(together, rounds - start)
        places = _wanting(pending, ask.shape)
        if places is not None and not places.size:
            ask.skip(kinds, several)
            continue
        draws = [getattr(ask, kind)(several, dtype=float64) for kind in kinds]
        if places is None or 2 * places.size > count:
            found, pending = _folded(propose(parameters, *draws), found, pending)
        else:
            few = _Few(ask.shape, places)
            found, pending = few.folded(propose, parameters, draws, found, pending)
    return found


def _folded(proposed: tuple, found: Any, pending: Any) -> tuple[Any, Any]:
    """What is found after several rounds, and who wants one still."""
    values, good = proposed
    first = gg.argmax(gg.astype(good, "int8"), axis=0, keepdims=True)
    value, any_good = gg.take_along_axis(values, first, axis=0)[0], gg.any(good, axis=0)
    found = gg.where(gg.logical_and(pending, any_good), value, found)
    return found, gg.logical_and(pending, gg.logical_not(any_good))


def nothing(condition: Any) -> bool:
    """Whether no element is true; False where Python does not see it at once."""
    places = _wanting(condition, condition.shape)
    return places is not None and not places.size


def _wanting(pending: Any, shape: tuple[int, ...]) -> Any:
    """The places of true elements of an array in ``shape``; None where Python would have to wait,
    or where members of a batch differ."""
    if type(pending) in BOXES or not as_usual() or not backend_of(raw(pending)).reads_freely:
        return None
    return raw(gg.broadcast_to(pending, shape)).reshape(-1).nonzero()[0]


class _Few(NamedTuple):
    """Some elements of arrays in a shape."""

    shape: tuple[int, ...]
    places: Any

    def of(self, x: Any) -> Any:
        """These elements of an array."""
        return gg.take(self._flat(x), self.places, axis=0)

    def put(self, x: Any, new: Any) -> Any:
        """An array with these elements new."""
        flat = asarray(self._flat(x), copy=True)
        flat[self.places] = new
        return gg.reshape(flat, self.shape)

    def folded(
        self, propose: Callable, parameters: list, draws: list, found: Any, pending: Any
    ) -> tuple[Any, Any]:
        """What is found, and who wants one still, if these alone are looked at."""
        rows = [gg.reshape(x, (x.shape[0], -1)) for x in draws]
        draws = [gg.take(x, self.places, axis=1) for x in rows]
        proposed = propose(list(map(self.of, parameters)), *draws)
        new = _folded(proposed, self.of(found), self.of(pending))
        return self.put(found, new[0]), self.put(pending, new[1])

    def _flat(self, x: Any) -> Any:
        return gg.reshape(gg.broadcast_to(x, self.shape), (-1,))
