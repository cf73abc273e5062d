"""``linearize``: a function's value, and its derivative there as a linear map to apply again.

Within the function a box holds a lower value and where its tangent comes from: a factor times the
tangent of a step.  What no result needs is left out.
"""

from collections.abc import Callable
from typing import Any

from ..engine.anything import ANY, on_anything
from ..engine.cells import at, bare, below, box_class, cell, like, own_cell, raw
from ..engine.forward_rule import tangent
from ..engine.levels import new_level
from ..engine.lower import recipe_below
from ..engine.promotion import NUMBERS, strong
from ..engine.pullbacks import shape_of, widened
from ..engine.tape import now
from ..ops.declare import ELEMENTWISE, LINEAR, Op
from ..tensor.given import check_function
from .arguments import direction_of, in_kind, kind_of, leaves_like, read_inputs
from .boxes import Box, flat, zeros
from .steps import LinearMap, Step, Term, composed


class Linear(Box):
    """A value within ``linearize``: a lower value and the term that its tangent is."""

    __slots__ = ("term",)

    def __init__(self, data: Any, term: Term | None, level: int) -> None:
        self.held = data
        self.node = None
        self.term = term
        self.level = level

    def apply_below(self, op: Op, mine: tuple, values: tuple, settings: dict) -> Any:
        """Apply ``op`` to the values and note how the tangent moves."""
        terms, number = _terms(mine)
        found = recipe_below(op, values)
        op = found.op
        if not op.differentiable or number is None:
            return self._with_all(found.value(values, settings), None)
        y, read = found.evaluate(values, settings)
        if op.kind != ELEMENTWISE:
            return self._stepped(op, y, terms, read, settings, found.compute)
        like, compute, space = strong(y), found.compute, found.space
        if compute is not None:
            read, like = widened(ANY, read, compute), widened(ANY, like, compute)
        shape = shape_of(y)
        same = [shape_of(box) == shape for box in mine] if space is None or number else None
        dtype = getattr(y, "dtype", None)
        with found.backend.quiet():
            term = composed(op, space or ANY, terms, same, read, like, settings, dtype)
        return self._with(y, term)

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
        return type(self)(renew(self.held), self.term, self.level)

    def _with_all(self, y: Any, step: Step | None) -> Any:
        """The result, or each of several, with its tangent from ``step``."""
        if isinstance(y, tuple):
            return tuple(self._with(v, Term(step, i) if step else None) for i, v in enumerate(y))
        return self._with(y, Term(step) if step else None)

    def _with(self, value: Any, term: Term | None) -> Any:
        if term is None and hasattr(value, "dtype"):
            return cell(value)
        return type(self)(value, term, self.level)

    def _take(self, new: Any) -> None:
        super()._take(new)
        self.term = new.term if new.level == self.level else None


def _terms(mine: tuple) -> tuple[tuple[Term | None, ...], bool | None]:
    """The terms of boxes, and whether one that moves is a number; None if nothing moves."""
    terms, number = [], None
    for box in mine:
        term = None if box is None else box.term
        if term is not None:
            number = number or type(box.held) in NUMBERS
        terms.append(term)
    return tuple(terms), number


def linear_map(function: Callable, inputs: list, rebuild: Callable) -> tuple[Any, LinearMap]:
    """``function`` of ``rebuild(inputs)``, lowered, and its derivative by the leaves."""
    level, begin = new_level(), now()
    sources = [Step() for _ in inputs]
    pairs = zip(inputs, sources, strict=True)
    boxes = [box_class(Linear, v)(own_cell(bare(v)), Term(s), level) for v, s in pairs]
    leaves, shape = flat(function(*rebuild(boxes)))
    terms = [None if below(v, level) else v.term for v in leaves]
    results = [at(v, level) for v in leaves]
    return shape(results), LinearMap(sources, terms, results, begin)


def linearize(function: Callable, *primals: Any) -> tuple[Any, Callable[..., Any]]:
    """Value of ``function(*primals)`` and its derivative as a function, as jax.linearize.

        y, push = gg.linearize(lambda x: x**2, 3.0)
        print(y, push(1.0), push(2.0))  # 9.0 6.0 12.0

    ``push`` takes a tangent for each primal and returns that of the result.  It computes only what
    depends on tangents, may be called many times and through ``vmap``, and keeps the intermediate
    values of the first computation.
    """
    check_function("linearize", function)
    inputs, rebuild = flat(primals)
    inputs = read_inputs(inputs, "linearize")
    result, moves = linear_map(function, inputs, rebuild)
    leaves, shape = flat(result)

    def push(*tangents: Any) -> Any:
        given = leaves_like(primals, tangents, "linearize: the tuple of tangents")
        directions = [
            strong(direction_of(v, t, "linearize: a tangent for a primal"), raw(v))
            for v, t in zip(inputs, given, strict=True)
        ]
        pairs = zip(leaves, moves(directions), strict=True)
        moved = shape([zeros(y) if t is None else like(t, y) for y, t in pairs])
        return in_kind(moved, kind_of(primals, tangents))

    return in_kind(result, kind_of(primals)), push
