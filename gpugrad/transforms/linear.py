"""``linearize``: a function's value, and its derivative there as a linear map to apply again.

Within the function a box holds a lower value and where its tangent comes from: a factor times the
tangent of a step.  What no result needs is left out.
"""

from collections.abc import Callable, Sequence
from typing import Any

from ..engine.apply import ANY, on_anything
from ..engine.evaluate import small_floats, strong
from ..engine.forward_rule import tangent
from ..engine.levels import new_level
from ..engine.pullbacks import shape_of, widened
from ..engine.tape import linear_value, now
from ..ops.declare import BILINEAR, ELEMENTWISE, LINEAR, Op
from ..tensor.arguments import innermost
from ..tensor.cell import Tensor
from .arguments import check_inputs, direction_of, leaves_like
from .boxes import HOST, Box, below, flat, held, in_kind_of, lower, lowered, lowest, zeros
from .steps import LinearMap, Step, Term, composed


class Linear(Box):
    """A value within ``linearize``: a lower value and the term that its tangent is."""

    __slots__ = ("term",)

    def __init__(self, data: Any, term: Term | None, level: int) -> None:
        self.data = data
        self.node = None
        self.term = term
        self.level = level

    def process(self, op: Op, arguments: tuple, settings: dict) -> Any:
        """Apply ``op``, of whose arguments this one has the highest level."""
        y = None
        if op.kind == ELEMENTWISE and not settings:
            y = self.short(op, arguments)
        elif op.kind == LINEAR or op.kind == BILINEAR:
            y = self._linear(op, arguments, settings)
        return super().process(op, arguments, settings) if y is None else y

    def short(self, op: Op, arguments: Sequence) -> Any:
        """What ``process`` gives, in half the time, for small raw arrays of one shape and dtype
        below the boxes; None for others."""
        read = self._read(arguments) if op.differentiable else None
        small = small_floats(read[0]) if read else None
        if read is None or small is None:
            return None
        terms, (backend, arrays) = read[1], small
        y = op.forward(backend.xp, *arrays)
        with HOST.quiet():
            term = composed(op, backend.xp, terms, None, tuple(arrays), y, {}, y.dtype)
        return self._with(y, term)

    def _linear(self, op: Op, arguments: tuple, settings: dict) -> Any:
        """What ``process`` gives of a linear or bilinear operation on raw arrays, sooner."""
        read = self._read(arguments)
        if read is None:
            return None
        given, terms = map(tuple, read)
        y = linear_value(op, given, settings)
        return None if y is None else self._stepped(op, y, terms, given, settings)

    def _read(self, arguments: Sequence) -> tuple[list, list] | None:
        """What lies below the arguments, and their terms; None if something there is recorded."""
        values, terms = [], []
        for argument in arguments:
            value, term = argument, None
            if isinstance(argument, Tensor):
                value = argument.data
                if isinstance(argument, Linear) and argument.level == self.level:
                    term = argument.term
                elif argument.level or argument.node is not None:
                    return None
                if type(value) is float:  # a number in a box, which decides no dtype
                    return None
            values.append(value)
            terms.append(term)
        return values, terms

    def apply_below(self, op: Op, mine: tuple, values: tuple, settings: dict) -> Any:
        """Apply ``op`` to the values and note how the tangent moves."""
        terms = tuple([None if box is None else box.term for box in mine])
        y, read, compute, _ = lowered(op, values, settings)
        if not op.differentiable or all(term is None for term in terms):
            return self._with_all(y, None)
        if op.kind != ELEMENTWISE:
            return self._stepped(op, y, terms, read, settings, compute)
        like = strong(y)
        if compute is not None:
            read, like = widened(ANY, read, compute), widened(ANY, like, compute)
        shape, dtype = shape_of(y), getattr(y, "dtype", None)
        same = [shape_of(box) == shape for box in mine]
        small = small_floats(read)
        space = ANY if small is None else small[0].xp
        with HOST.quiet():
            return self._with(y, composed(op, space, terms, same, read, like, settings, dtype))

    def _stepped(
        self, op: Op, y: Any, terms: tuple, read: tuple, settings: dict, compute: Any = None
    ) -> Any:
        """The result of an operation that is a step of its own."""
        like = strong(y)
        if op.kind == LINEAR:
            read = (None, *read[1:])  # its first input, which may be large, is not needed

        def move(*tangents: Any) -> Any:
            return tangent(op, ANY, on_anything, read, tangents, like, settings, compute)

        return self._with_all(y, Step(move, terms, read))

    def renewed(self, node: Any, renew: Callable[[Any], Any]) -> "Linear":
        """A box like this with ``renew`` of the lower value; it has no node."""
        return Linear(renew(self.data), self.term, self.level)

    def _with_all(self, y: Any, step: Step | None) -> Any:
        """The result, or each of several, with its tangent from ``step``."""
        if isinstance(y, tuple):
            return tuple(self._with(v, Term(step, i) if step else None) for i, v in enumerate(y))
        return self._with(y, Term(step) if step else None)

    def _with(self, value: Any, term: Term | None) -> Any:
        if term is None and hasattr(value, "dtype"):
            return self.beside_nothing(value)
        return Linear(value, term, self.level)

    def _take(self, new: Any) -> None:
        super()._take(new)
        self.term = new.term if new.level == self.level else None


def linear_map(function: Callable, inputs: list, rebuild: Callable) -> tuple[Any, LinearMap]:
    """``function`` of ``rebuild(inputs)``, lowered, and its derivative by the leaves."""
    level, begin = new_level(), now()
    sources = [Step() for _ in inputs]
    pairs = zip(inputs, sources, strict=True)
    boxes = [Linear(lowest(held(v)), Term(s), level) for v, s in pairs]
    leaves, shape = flat(function(*rebuild(boxes)))
    terms = [None if below(v, level) else v.term for v in leaves]
    results = [lower(v, level) for v in leaves]
    return shape(results), LinearMap(sources, terms, results, begin)


def linearize(function: Callable, *primals: Any) -> tuple[Any, Callable[..., Any]]:
    """``function(*primals)`` and the function that takes tangents of the primals to that of the
    result, as jax.linearize.

    It may be called many times, also through ``vmap``, and computes only what depends on tangents;
    it holds what it needs of the first computation, as a tape does.
    """
    inputs, rebuild = flat(primals)
    check_inputs(inputs, "linearize")
    result, moves = linear_map(function, inputs, rebuild)
    leaves, shape = flat(result)

    def push(*tangents: Any) -> Any:
        given = leaves_like(primals, tangents, "linearize: the tuple of tangents")
        directions = [
            strong(direction_of(v, t, "linearize: a tangent for a primal"), innermost(v))
            for v, t in zip(inputs, given, strict=True)
        ]
        pairs = zip(leaves, moves(directions), strict=True)
        return shape([zeros(y) if t is None else in_kind_of(y, t) for y, t in pairs])

    return result, push
