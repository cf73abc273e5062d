"""Solutions of initial value problems at given times, and cotangents carried back through them.

All values are raw here; only what the equation itself computes with are Tensors.  Backward the
adjoint equation is solved, da/dt = -(df/dy)^T a, with an error control of its own, beside which the
cotangents of the arguments add up.  y comes from the solution, made again a stretch of steps at a
time: solving back for it would be unstable wherever solving forth is stable.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from itertools import pairwise
from math import prod
from typing import Any, NamedTuple

from ...backend.dtypes import HALVES, float32, promote
from ...backend.select import BACKENDS, HOST, backend_of
from ...engine.anything import ANY
from ...engine.cells import host_values, raw
from ...tensor.cell import Tensor
from ...transforms import vjp
from .stepping import Control, Curve, Derivative, Step, steps

STRETCH = 64  # steps of which the interpolation is kept at a time
ROWS = 16  # results after which the solution is made again from one of them


class Flow(NamedTuple):
    """An equation: derivative(y, t, leaves) gives dy/dt in y's shape and dtype."""

    derivative: Callable[[Any, Any, Sequence], Any]
    control: Control


def computing_dtype(dtype: Any) -> Any:
    """What arrays of ``dtype`` are computed in: halves in float32."""
    return float32 if dtype in HALVES else dtype


def floats(times: Any) -> list[float]:
    """The times as Python numbers; ValueError if they change their direction."""
    known = [float(t) for t in host_values(times).real.tolist()]
    changes = [later - earlier for earlier, later in pairwise(known)]
    if not (all(c >= 0 for c in changes) or all(c <= 0 for c in changes)):
        raise ValueError("odeint: the times t must only grow or only fall")
    return known


def raw_derivative(flow: Flow, leaves: Sequence, shape: tuple[int, ...], dtype: Any) -> Derivative:
    """The equation on raw flat arrays.

    RuntimeError where it reads what is being differentiated and is not among its arguments: that
    gradient would be lost.
    """

    def derivative(y: Any, t: float) -> Any:
        given = flow.derivative(Tensor(y.reshape(shape)), t, leaves)
        if given.level or given.node is not None:
            raise RuntimeError(
                "odeint: func reads a tensor that is being differentiated and is not among its "
                "arguments; pass it in args, or detach() it"
            )
        slope = given.held
        return (slope if slope.dtype == dtype else ANY.astype(slope, dtype=dtype)).reshape(-1)

    return derivative


def solution(flow: Flow, y0: Any, times: Any, leaves: Sequence) -> Any:
    """y at all times, (T, *shape of y0), in y0's dtype."""
    start, at = raw(y0), floats(times)
    backend, shape = backend_of(start), tuple(start.shape)
    dtype = computing_dtype(start.dtype)
    y = ANY.astype(start, dtype=dtype).reshape(-1)
    rows = backend.natives["empty"]((len(at), y.size), dtype=dtype)
    known = 0
    while known < len(at) and at[known] == at[0]:
        rows[known] = y
        known += 1
    derivative = raw_derivative(flow, leaves, shape, dtype)
    for step in steps(derivative, y, at[0], at[-1], flow.control):
        known = _written(rows, known, at, step)
    return ANY.astype(rows.reshape((len(at), *shape)), dtype=start.dtype)


def _written(rows: Any, known: int, times: list[float], step: Step) -> int:
    """How many rows are known after those within ``step`` are."""
    curve = None
    while known < len(times) and not beyond(times[known], step.end, step):
        if times[known] == step.end:
            rows[known] = step.after
        else:
            curve = curve or step.curve()
            rows[known] = curve.at(times[known])
        known += 1
    return known


def beyond(t: float, mark: float, step: Step | Curve) -> bool:
    """Whether the time ``t`` comes after ``mark`` in the direction of ``step``."""
    return t > mark if step.end > step.begin else t < mark


# --- backward ---------------------------------------------------------------------------------


class Cotangents(NamedTuple):
    """What arrives at the start: of y0, of each time (or None), of each wanted argument."""

    y0: Any
    times: list[float] | None
    arguments: list


class Adjoint:
    """The adjoint equation of the solution ``ys``, whose arguments ``wanted`` get cotangents."""

    def __init__(self, flow: Flow, ys: Any, leaves: Sequence, wanted: Sequence[int]) -> None:
        self.flow = flow
        self.leaves = leaves
        self.wanted = wanted
        self.shape = tuple(ys.shape[1:])
        self.size = prod(self.shape)
        self.y_dtype = computing_dtype(ys.dtype)
        self.backend = backend_of(ys)
        self.shapes = [tuple(getattr(leaves[i], "shape", ())) for i in wanted]
        kinds = [getattr(leaves[i], "dtype", self.y_dtype) for i in wanted]
        self.dtype = computing_dtype(reduce(promote, kinds, self.y_dtype))
        self.forth = raw_derivative(flow, leaves, self.shape, self.y_dtype)
        self.length = self.forth_length = 0.0  # of steps back and forth, where the next begin
        size = self.size + sum(map(prod, self.shapes))
        self.state = self.backend.natives["zeros"]((size,), dtype=self.dtype)

    def cotangents(self, ys: Any, g: Any, times: list[float], of_times: bool) -> Cotangents:
        """The cotangents for ``g``, that of the solution."""
        ys, g = (ANY.astype(x, dtype=self.y_dtype).reshape((len(times), -1)) for x in (ys, g))
        waiting = [i for i in self.rows_that_count(g) if i]
        now = times[waiting[-1]] if waiting else times[0]
        for stretch in self.stretches(ys, times, waiting[-1] if waiting else 0):
            first = stretch[0]
            while waiting and not beyond(first.begin, times[waiting[-1]], first):
                now = self.carry(now, times[waiting[-1]], stretch)
                self.add(g[waiting.pop()])
            now = self.carry(now, first.begin, stretch)
        for i in waiting:  # all times are one
            self.add(g[i])
        moved = None
        if of_times:
            moved = [self.product(g[i], ys[i], t) for i, t in enumerate(times)]
            moved[0] = -self.product(self.state[: self.size], ys[0], times[0])
        self.add(g[0])
        return Cotangents(self.state[: self.size].reshape(self.shape), moved, self.parts())

    def add(self, g: Any) -> None:
        """Add the cotangent of one result."""
        self.state[: self.size] = self.state[: self.size] + g

    def rows_that_count(self, g: Any) -> list[int]:
        """The rows of ``g`` that are not all zero."""
        xp = self.backend.xp
        if not self.size:
            return []
        counts = self.backend.to_host(xp.any(g != 0, axis=1))
        return [i for i, one in enumerate(counts.tolist()) if one]

    def product(self, g: Any, y: Any, t: float) -> float:
        """The real part of the sum of ``g * dy/dt``."""
        return float(self.backend.xp.sum((g * self.forth(y, t)).real))

    def parts(self) -> list:
        """The wanted arguments' parts of the state, in their shapes."""
        found, begin = [], self.size
        for shape in self.shapes:
            found.append(self.state[begin : begin + prod(shape)].reshape(shape))
            begin += prod(shape)
        return found

    def carry(self, begin: float, end: float, stretch: list[Curve]) -> float:
        """Carry the state from ``begin`` back to ``end``, in the solution's ``stretch``."""
        derivative, control = self.back(stretch), self.flow.control
        for step in steps(derivative, self.state, begin, end, control, self.length):
            self.state, self.length = step.after, step.next_length
        return end

    def stretches(self, ys: Any, times: list[float], top: int) -> Iterator[list[Curve]]:
        """The solution up to the time number ``top``, the last stretch of steps first.

        It is solved anew from every ``ROWS``-th row; and of all but the last stretch from there
        only the beginnings are kept, from which they are solved once more.
        """
        for row in range((top - 1) // ROWS * ROWS, -1, -ROWS):
            begin, end = times[row], times[min(row + ROWS, top)]
            marks: list[tuple[Any, float, float]] = [(ys[row], begin, self.forth_length)]
            stretch: list[Curve] = []
            for step in steps(
                self.forth, ys[row], begin, end, self.flow.control, self.forth_length
            ):
                if len(stretch) == STRETCH:
                    marks.append((step.y, step.begin, abs(step.end - step.begin)))
                    stretch = []
                stretch.append(step.curve())
            if stretch:
                self.forth_length = abs(stretch[0].end - stretch[0].begin)
                yield stretch
            while len(marks) > 1:
                _, stop, _ = marks.pop()
                y, begin, length = marks[-1]
                walk = steps(self.forth, y, begin, stop, self.flow.control, length)
                yield [step.curve() for step in walk]

    def back(self, stretch: list[Curve]) -> Derivative:
        """The right-hand side of the adjoint equation where ``stretch`` is the solution."""

        def derivative(state: Any, t: float) -> Any:
            i = bisect_left(stretch, True, key=lambda curve: not beyond(t, curve.end, curve))
            y = stretch[min(i, len(stretch) - 1)].at(t)
            a = state[: self.size].reshape(self.shape)
            return self.pulled(Tensor(y.reshape(self.shape)), t, a)

        return derivative

    def pulled(self, y: Tensor, t: float, a: Any) -> Any:
        """-(df/dy)^T a and -(df/dargument)^T a, flat in one array."""

        def of(y: Any, *chosen: Any) -> Any:
            leaves = list(self.leaves)
            for i, value in zip(self.wanted, chosen, strict=True):
                leaves[i] = value
            return self.flow.derivative(y, t, leaves)

        _, pull = vjp(of, y, *[self.leaves[i] for i in self.wanted])
        shares = [self.flat(share) for share in pull(self.fitted(a))]
        return -self.backend.xp.concat(*shares, axis=0)

    def fitted(self, a: Any) -> Any:
        """A cotangent in the dtype of y: of a real y, real."""
        return a if self.dtype == self.y_dtype else ANY.astype(a, dtype=self.y_dtype)

    def flat(self, share: Any) -> Any:
        """One share as a flat raw array of the state's dtype."""
        value = raw(share)
        if type(value) not in BACKENDS:
            value = HOST.asarray(value)
        if backend_of(value) is not self.backend:
            value = self.backend.asarray(value)
        return ANY.astype(value, dtype=self.dtype).reshape(-1)
