"""Programs drawn at random, with arrays of many shapes: what compiled and eager are compared by."""

from collections.abc import Callable
from math import prod
from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st

import gpugrad as gg

F = gg.nn.functional
Shape = tuple[int, ...]
LARGEST = 64  # elements
SHAPES = st.sampled_from([(3, 4), (4,), (3, 1), (2, 3, 4), (1, 4), (2, 1, 1), (), (4, 3), (1,)])
UNARY = {  # each keeps numbers small
    "sin": gg.sin,
    "exp": lambda x: gg.exp(-gg.abs(x)),
    "log": lambda x: gg.log1p(gg.abs(x)),
    "sqrt": lambda x: gg.sqrt(x * x + 0.5),
    "relu": F.relu,
    "gelu": F.gelu,
    "sigmoid": gg.sigmoid,
    "negative": lambda x: 0.5 - x,
    "reciprocal": lambda x: 1 / (1 + x * x),
    "detached": lambda x: x * x.detach(),
    "bound": lambda x: gg.clip(x, -1.0, 1.0),
    "rounded": lambda x: x + gg.floor(x).detach(),
}
BINARY = {
    "add": gg.add,
    "subtract": gg.subtract,
    "multiply": gg.multiply,
    "maximum": gg.maximum,
    "divide": lambda a, b: a / (1 + b * b),
    "hypot": lambda a, b: gg.hypot(a, b + 3),
    "atan2": lambda a, b: gg.atan2(a, b + 3),
    "chosen": lambda a, b: gg.where(a > b, a, b * 0.5),
    "chosen by one": lambda a, b: gg.where(gg.greater(a, 0.0), b, -b),
}
REDUCTIONS = {
    "sum": gg.sum,
    "mean": gg.mean,
    "max": gg.max,
    "var": gg.var,
    "logsumexp": gg.logsumexp,
    "norm": lambda x, **how: gg.sqrt(gg.sum(x * x, **how) + 1),
    "prod": lambda x, **how: gg.prod(gg.tanh(x), **how),
}
ALONG = {
    "softmax": F.softmax,
    "log_softmax": F.log_softmax,
    "cumulative_sum": lambda x, dim: gg.cumulative_sum(x, axis=dim) * 0.3,
    "flip": lambda x, dim: gg.flip(x, axis=dim),
    "normalised": lambda x, dim: (
        (x - gg.mean(x, axis=dim, keepdims=True))
        / gg.sqrt(gg.var(x, axis=dim, keepdims=True) + 0.1)
    ),
}


class Call(NamedTuple):
    """One operation of a program: a function of some values that are known by then."""

    name: str
    function: Callable[..., Any]
    arguments: tuple[int, ...]


class Program(NamedTuple):
    """Shapes of the arguments, calls, and the values that the result is made of."""

    shapes: tuple[Shape, ...]
    calls: tuple[Call, ...]
    last: tuple[int, ...]

    def __call__(self, *arrays: Any) -> Any:
        """A number."""
        known = list(arrays)
        for call in self.calls:
            known.append(call.function(*[known[i] for i in call.arguments]))
        return sum(gg.sum(gg.tanh(known[i])) for i in self.last)

    def __repr__(self) -> str:
        text = [f"{i + len(self.shapes)}: {c.name}{c.arguments}" for i, c in enumerate(self.calls)]
        return f"Program {self.shapes}; {'; '.join(text)}; {self.last}"


@st.composite
def programs(draw: Any, shortest: int = 5, longest: int = 30) -> Program:
    """Programs of so many operations."""
    shapes = tuple(draw(st.lists(SHAPES, min_size=1, max_size=3)))
    known, calls = list(shapes), []
    for _ in range(draw(st.integers(shortest, longest))):
        call, shape = draw(st.sampled_from(KINDS))(draw, known)
        if prod(shape) <= LARGEST:
            calls.append(call)
            known.append(shape)
    chosen = st.lists(st.integers(0, len(known) - 1), min_size=1, max_size=3)
    return Program(shapes, tuple(calls), (*draw(chosen), len(known) - 1))


def _one(draw: Any, known: list[Shape]) -> int:
    """The number of a value, more often of a late one."""
    return len(known) - 1 - min(draw(st.integers(0, len(known) - 1)), draw(st.integers(0, 50)))


def _unary(draw: Any, known: list[Shape]) -> tuple[Call, Shape]:
    name, i = draw(st.sampled_from(sorted(UNARY))), _one(draw, known)
    return Call(name, UNARY[name], (i,)), known[i]


def _binary(draw: Any, known: list[Shape]) -> tuple[Call, Shape]:
    name, i = draw(st.sampled_from(sorted(BINARY))), _one(draw, known)
    fitting = [j for j, shape in enumerate(known) if _together(known[i], shape) is not None]
    j = draw(st.sampled_from(fitting))
    return Call(name, BINARY[name], (i, j)), _together(known[i], known[j])


def _together(a: Shape, b: Shape) -> Shape | None:
    try:
        return np.broadcast_shapes(a, b)
    except ValueError:
        return None


def _reduction(draw: Any, known: list[Shape]) -> tuple[Call, Shape]:
    name, i = draw(st.sampled_from(sorted(REDUCTIONS))), _one(draw, known)
    keepdims, rank = draw(st.booleans()), len(known[i])
    axes = draw(st.lists(st.integers(0, rank - 1), unique=True, max_size=rank)) if rank else []
    axis = tuple(axes) if axes else None
    if name == "prod":  # along one axis
        axis = axes[0] if axes else None
    gone = range(rank) if axis is None else (axis,) if isinstance(axis, int) else axis
    kept = [
        (1,) if k in gone else (n,) for k, n in enumerate(known[i]) if keepdims or k not in gone
    ]
    function = REDUCTIONS[name]
    how = {"axis": axis, "keepdims": keepdims}
    return Call(f"{name}{how}", lambda x: function(x, **how), (i,)), sum(kept, ())


def _along(draw: Any, known: list[Shape]) -> tuple[Call, Shape]:
    name, i = draw(st.sampled_from(sorted(ALONG))), _one(draw, known)
    if not known[i]:
        return _unary(draw, known)
    dim = draw(st.integers(-len(known[i]), len(known[i]) - 1))
    function = ALONG[name]
    return Call(f"{name} {dim}", lambda x: function(x, dim=dim), (i,)), known[i]


def _transposed(draw: Any, known: list[Shape]) -> tuple[Call, Shape]:
    i = _one(draw, known)
    axes = tuple(draw(st.permutations(range(len(known[i])))))
    call = Call(f"permute_dims {axes}", lambda x: gg.permute_dims(x, axes), (i,))
    return call, tuple(known[i][k] for k in axes)


def _reshaped(draw: Any, known: list[Shape]) -> tuple[Call, Shape]:
    i = _one(draw, known)
    count = prod(known[i])
    first = draw(st.sampled_from([n for n in range(1, count + 1) if count % n == 0]))
    shape = draw(st.sampled_from([(count,), (first, count // first), (1, first, count // first)]))
    return Call(f"reshape {shape}", lambda x: gg.reshape(x, shape), (i,)), shape


def _product(draw: Any, known: list[Shape]) -> tuple[Call, Shape]:
    """A matrix product with the transpose of a value that has as many columns."""
    i = _one(draw, known)
    columns = known[i][-1:]
    fitting = [j for j, s in enumerate(known) if len(s) == 2 and s[-1:] == columns]
    if not fitting:
        return _unary(draw, known)
    j = draw(st.sampled_from(fitting))
    rows = known[j][0]
    return Call("matmul", lambda a, b: gg.matmul(a, b.T) * 0.3, (i, j)), (*known[i][:-1], rows)


def _joined(draw: Any, known: list[Shape]) -> tuple[Call, Shape]:
    i = _one(draw, known)
    if not known[i]:
        return _unary(draw, known)
    fitting = [j for j, shape in enumerate(known) if shape[1:] == known[i][1:] and shape]
    j = draw(st.sampled_from(fitting))
    length = known[i][0] + known[j][0]
    return Call("concat", lambda a, b: gg.concat([a, b]), (i, j)), (length, *known[i][1:])


def _taken(draw: Any, known: list[Shape]) -> tuple[Call, Shape]:
    i = _one(draw, known)
    if not known[i]:
        return _unary(draw, known)
    begin = draw(st.integers(0, known[i][0] - 1))
    call = Call(f"from {begin}", lambda x: x[begin:], (i,))
    return call, (known[i][0] - begin, *known[i][1:])


KINDS = (_unary, _unary, _binary, _binary, _binary, _reduction, _reduction, _along)
KINDS += (_transposed, _reshaped, _product, _joined, _taken)
