"""The derivatives of a solution of an initial value problem, in every transform and order.

Let J be the derivative of the solution by all that it depends on, z: where it begins, the times,
the arguments.  Forward mode solves the tangent equation beside the equation and gives J t; reverse
mode solves the adjoint equation and gives J^T g.  The derivatives of J^T g are made of those two:
it moves by J^T applied to g's tangent and by the gradient of g . J t; its own transpose sends h to
J h for g and to the gradient of g . J h for z.
"""

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

from ...api import functions as gg
from ...api.creation import asarray
from ...backend.select import backend_of
from ...engine.cells import below, raw
from ...tensor.cell import Tensor
from ...transforms import jvp, vjp, vmap
from ...transforms.boxes import has_derivative, zeros
from ...transforms.custom import Custom
from ...transforms.custom_rules import JvpCall
from ...transforms.traced import Level
from .solving import Adjoint, Flow, floats, solution

START, TIMES, ARGUMENTS = 0, 1, 2  # places in z, the last of the first argument


class Rules(JvpCall):
    """A call that knows which of its leaves need a gradient, and solves for a batch at once."""

    live: Sequence[int] = ()  # the leaves that need a gradient

    def traced(self, level: Level) -> Any:
        """See Call."""
        self.live = [
            i for i, v in enumerate(self.leaves) if not below(v, level) and v.node is not None
        ]
        return super().traced(level)

    def recorded(self, nodes: list) -> Any:
        """See Call."""
        self.live = [i for i, node in enumerate(nodes) if node is not None]
        return super().recorded(nodes)

    def batched(self, level: int) -> Any:
        """All members in one solution; where they have times of their own, one after another."""
        leaves, many = self.lower(level), [not below(v, level) for v in self.leaves]
        size = next(v.shape[0] for v, one in zip(leaves, many, strict=True) if one)
        if not self.apart(many):
            return self.members(self.of_batch(leaves, many, size), level)
        each = []
        for i in range(size):
            member = [v[i] if one else v for v, one in zip(leaves, many, strict=True)]
            each.append(self.owner(*self.arguments(member)))
        if isinstance(each[0], tuple):
            return self.members(tuple(gg.stack(parts) for parts in zip(*each, strict=True)), level)
        return self.members(gg.stack(each), level)

    @abstractmethod
    def apart(self, many: list[bool]) -> bool:
        """Whether the members cannot be solved for at once; ``many`` marks what has a batch."""

    @abstractmethod
    def of_batch(self, leaves: list, many: list[bool], size: int) -> Any:
        """The results of all members, along the first axis."""


class Trajectory(Custom):
    """The solution of an equation, a function of where it begins, the times and the arguments."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        super().__init__(lambda y0, t, leaves: Tensor(solution(flow, y0, t, leaves)))
        self.name = "odeint"

    def call(self, fixed: dict[int, Any], leaves: list, rebuild: Callable) -> "TrajectoryCall":
        """See Custom."""
        return TrajectoryCall(self, fixed, leaves, rebuild)


class TrajectoryCall(Rules):
    """A call of a Trajectory; its leaves are z."""

    def rule(self, leaves: list, tangents: list) -> tuple[Any, Any]:
        """See JvpCall."""
        return moved(self.owner.flow, leaves, tangents)

    def pullback(self, leaves: list) -> tuple[Any, Callable[[list], list]]:
        """See Call."""
        ys, wanted = trajectory(self.owner.flow, leaves), self.live

        def pull(starts: list) -> list:
            shares = Cotangent(self.owner.flow, wanted)(ys, starts[0], leaves)
            return placed(shares, wanted, len(leaves))

        return ys, pull

    def apart(self, many: list[bool]) -> bool:
        """See Rules."""
        return many[TIMES]

    def of_batch(self, leaves: list, many: list[bool], size: int) -> Any:
        """See Rules."""
        y0 = leaves[START] if many[START] else repeated(leaves[START], size)
        flow = flow_of_batch(self.owner.flow, many[ARGUMENTS:])
        return gg.moveaxis(trajectory(flow, [y0, *leaves[TIMES:]]), 1, 0)


class Cotangent(Custom):
    """J^T g, a function of the solution (which z decides), of g and of z; ``wanted``: its rows."""

    def __init__(self, flow: Flow, wanted: Sequence[int]) -> None:
        self.flow = flow
        self.wanted = wanted
        super().__init__(lambda ys, g, z: cotangents(flow, wanted, ys, g, z))
        self.name = "odeint"

    def call(self, fixed: dict[int, Any], leaves: list, rebuild: Callable) -> "CotangentCall":
        """See Custom."""
        return CotangentCall(self, fixed, leaves, rebuild)


def cotangents(flow: Flow, wanted: Sequence[int], ys: Any, g: Any, z: Sequence) -> tuple:
    """A share of the gradient for each part of z that is ``wanted``."""
    chosen = [i for i in wanted if i >= ARGUMENTS]
    adjoint = Adjoint(flow, raw(ys), z[ARGUMENTS:], [i - ARGUMENTS for i in chosen])
    found = adjoint.cotangents(raw(ys), raw(g), floats(z[TIMES]), TIMES in wanted)
    shares = dict(zip(chosen, found.arguments, strict=True))
    shares[START] = found.y0
    if found.times is not None:
        known = raw(z[TIMES])
        shares[TIMES] = backend_of(known).asarray(found.times, dtype=known.dtype)
    return tuple(Tensor(shares[i]) for i in wanted)


class CotangentCall(Rules):
    """A call of a Cotangent; its leaves are the solution, g and z."""

    def rule(self, leaves: list, tangents: list) -> tuple[Any, Any]:
        """See JvpCall."""
        (ys, g, *z), (_, tg, *tz) = leaves, tangents
        value = self.owner(ys, g, z)
        sums = [zeros(share) for share in value]
        if tg is not None:
            sums = [a + b for a, b in zip(sums, self.owner(ys, tg, z), strict=True)]
        if any(t is not None for t in tz):
            _, pull = self.gradient(z, tz, self.owner.wanted)
            sums = [a + b for a, b in zip(sums, pull(g), strict=True)]
        return value, tuple(sums)

    def pullback(self, leaves: list) -> tuple[Any, Callable[[list], list]]:
        """See Call."""
        ys, g, *z = leaves
        needed = [i - 2 for i in self.live if i >= 2]

        def pull(starts: list) -> list:
            along = placed(starts, self.owner.wanted, len(z))
            if not needed:
                return [None, moved(self.owner.flow, z, along)[1], *[None] * len(z)]
            to_g, back = self.gradient(z, along, needed)
            return [None, to_g, *placed(back(g), needed, len(z))]

        return self.owner(ys, g, z), pull

    def gradient(self, z: list, along: list, by: Sequence[int]) -> tuple[Any, Callable]:
        """J along a tangent, and how g pulls it back to the parts ``by`` of z."""

        def of(*chosen: Any) -> Any:
            return moved(self.owner.flow, exchanged(z, by, chosen), along)[1]

        return vjp(of, *[z[i] for i in by])

    def apart(self, many: list[bool]) -> bool:
        """See Rules."""
        return many[2 + TIMES] or TIMES in self.owner.wanted

    def of_batch(self, leaves: list, many: list[bool], size: int) -> Any:
        """See Rules."""
        shared = {0, 1, 2, *[2 + i for i in self.owner.wanted]}  # each member has its own share
        ys, g, *z = [
            repeated(v, size) if i in shared and not one else v
            for i, (v, one) in enumerate(zip(leaves, many, strict=True))
        ]
        marks = [one or i in shared for i, one in enumerate(many)][2 + ARGUMENTS :]
        flow = flow_of_batch(self.owner.flow, marks)
        ys, g = (gg.moveaxis(x, 0, 1) for x in (ys, g))
        return Cotangent(flow, self.owner.wanted)(ys, g, z)


# --- solutions beside solutions -----------------------------------------------------------------


def trajectory(flow: Flow, z: Sequence) -> Any:
    """The solution for z."""
    return Trajectory(flow)(z[START], z[TIMES], list(z[ARGUMENTS:]))


def moved(flow: Flow, z: Sequence, along: Sequence) -> tuple[Any, Any]:
    """The solution for z, and J applied to a tangent of z, in which None stands for zeros."""
    live = [i for i, t in enumerate(along) if t is not None and has_derivative(z[i])]
    if not live:
        ys = trajectory(flow, z)
        return ys, zeros(ys)
    y0, times, *arguments = z
    start = zeros(y0) if along[START] is None else along[START]
    if TIMES in live:  # where it begins moves as if it had begun earlier
        slope = flow.derivative(asarray(y0), at(times, 0), arguments)
        start = start - slope * at(along[TIMES], 0)
    state = gg.stack([y0, gg.astype(start, y0.dtype, copy=False)])
    chosen = [i for i in live if i >= ARGUMENTS]
    beside = flow_beside(flow, len(arguments), [i - ARGUMENTS for i in chosen])
    both = trajectory(beside, [state, times, *arguments, *[along[i] for i in chosen]])
    ys, tangent = both[:, 0], both[:, 1]
    if TIMES in live:
        steps = [
            flow.derivative(ys[i], at(times, i), arguments) * at(along[TIMES], i)
            for i in range(times.shape[0])
        ]
        tangent = gg.astype(tangent + gg.stack(steps), ys.dtype, copy=False)
    return ys, tangent


def flow_beside(flow: Flow, count: int, live: Sequence[int]) -> Flow:
    """The equation and its tangent equation, of a state (2, *shape); after ``count`` arguments come
    the tangents of those ``live``."""

    def derivative(state: Any, t: Any, leaves: Sequence) -> Any:
        arguments, tangents = leaves[:count], leaves[count:]

        def of(y: Any, *chosen: Any) -> Any:
            return flow.derivative(y, t, exchanged(arguments, live, chosen))

        primals = (state[0], *[arguments[i] for i in live])
        return gg.stack(jvp(of, primals, (state[1], *tangents)))

    return Flow(derivative, flow.control)


def flow_of_batch(flow: Flow, many: Sequence[bool]) -> Flow:
    """The equation of all members at once, along the first axis of the state and of the arguments
    that ``many`` marks."""
    axes = (0, *[0 if one else None for one in many])

    def derivative(state: Any, t: Any, leaves: Sequence) -> Any:
        def member(y: Any, *leaves: Any) -> Any:
            return flow.derivative(y, t, leaves)

        return vmap(member, in_axes=axes)(state, *leaves)

    return Flow(derivative, flow.control)


def at(times: Any, i: int) -> Any:
    """One of the times: of what nothing is recorded, a Python number."""
    return times[i] if isinstance(times, Tensor) else float(times[i])


def exchanged(values: Sequence, places: Sequence[int], others: Sequence) -> list:
    """``values`` with ``others`` at ``places``."""
    new = list(values)
    for i, value in zip(places, others, strict=True):
        new[i] = value
    return new


def placed(values: Sequence, places: Sequence[int], count: int) -> list:
    """``count`` values, those given at ``places``, else None."""
    return exchanged([None] * count, places, values)


def repeated(value: Any, size: int) -> Any:
    """``value`` for each member of a batch, along a new first axis."""
    value = asarray(value)
    return gg.broadcast_to(value, shape=(size, *value.shape))
