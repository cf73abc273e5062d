"""``linearize``: a function's value, and its derivative there as a linear map to apply again.

Within the function a box holds a lower value and where its tangent comes from: a factor times the
tangent of a step.  Elementwise operations only multiply and add factors, which have one member's
size, so that a batch of tangents meets them once however many they are.  What no result needs is
left out.
"""

from collections.abc import Callable, Sequence
from itertools import count
from typing import Any, NamedTuple

from ..apply import ANY, on_anything
from ..backend.dtypes import bool_
from ..calls import innermost
from ..levels import new_level
from ..lowering.evaluate import small_floats, strong
from ..lowering.plans import rule_of, shape_of, widened
from ..lowering.tangents import added, in_dtype, partial, scaled, tangent
from ..ops.declare import ELEMENTWISE, LINEAR, Op
from ..tape import now, overwritten
from ..tensor import Tensor
from .arguments import check_inputs, direction_of, leaves_like
from .boxes import HOST, Box, below, flat, held, in_kind_of, lower, lowered, lowest, zeros

_order = count().__next__


class Step:
    """One step of a linear map: ``move`` gives its tangent from those of ``terms`` and of what it
    ``kept``; an input has neither."""

    __slots__ = ("kept", "move", "order", "terms")

    def __init__(
        self, move: Callable[..., Any] | None = None, terms: tuple = (), kept: tuple = ()
    ) -> None:
        self.move = move
        self.terms = terms
        self.kept = kept
        self.order = _order()


class Term(NamedTuple):
    """Where a tangent comes from: ``factor`` (None: 1) times an output of a step.

    All three have one shape, or the factor broadcasts to it.
    """

    step: Step
    output: int | None = None
    factor: Any = None


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
        if op.kind == ELEMENTWISE and not settings and op.differentiable:
            y = self._small(op, arguments)
        return super().process(op, arguments, settings) if y is None else y

    def _small(self, op: Op, arguments: tuple) -> Any:
        """What ``process`` gives, in half the time, for small raw arrays of one shape and dtype
        below the boxes; None for others."""
        values, terms = [], []
        for argument in arguments:
            value, term = argument, None
            if isinstance(argument, Tensor):
                value = argument.data
                if argument.level == self.level:
                    term = argument.term
                elif argument.level or argument.node is not None:
                    return None
                if type(value) is float:
                    return None
            values.append(value)
            terms.append(term)
        small = small_floats(values)
        if small is None:
            return None
        backend, arrays = small
        y = op.forward(backend.xp, *arrays)
        with HOST.quiet():
            factors = _factors(op, backend.xp, terms, arrays, y, {})
            same = (True,) * len(terms)
            term = _elementwise(backend.xp, terms, factors, same, y.shape, y.dtype)
        return Linear(y, term, self.level)

    def apply_below(self, op: Op, mine: tuple, values: tuple, settings: dict) -> Any:
        """Apply ``op`` to the values and note how the tangent moves."""
        terms = tuple([None if box is None else box.term for box in mine])
        y, read, compute, _ = lowered(op, values, settings)
        if not op.differentiable or all(term is None for term in terms):
            return self._with_all(y, None)
        like = strong(y)
        if op.kind == ELEMENTWISE:
            if compute is not None:
                read, like = widened(ANY, read, compute), widened(ANY, like, compute)
            dtype = getattr(y, "dtype", None)
            with HOST.quiet():
                xp, shape = _space(read), shape_of(y)
                factors = _factors(op, xp, terms, read, like, settings)
                same = [shape_of(box) == shape for box in mine]
                return self._with(y, _elementwise(xp, terms, factors, same, shape, dtype))
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


def _factors(
    op: Op, xp: Any, terms: Sequence, read: Sequence, y: Any, settings: dict
) -> list:  # fmt: skip
    """The partial derivative by each input that moves, a number if it is constant; else None."""
    factors: list = [None] * len(terms)
    for i, term in enumerate(terms):
        if term is not None and (rule := rule_of(op, i)).constant != 0:
            factors[i] = partial(op, rule, xp, read, y, settings)
    return factors


def _elementwise(
    xp: Any, terms: Sequence, factors: list, same: Sequence, shape: tuple, dtype: Any
) -> Any:
    """The term of an elementwise operation's result: without a step of its own if there is one
    step below, or one more step that adds several.  same: which inputs have the result's shape."""
    shares: dict[tuple, Term] = {}
    plain = True
    for term, factor, whole in zip(terms, factors, same, strict=True):
        if factor is None:
            continue
        if whole and getattr(factor, "dtype", None) != bool_:
            share = Term(term.step, term.output, _product(xp, term.factor, factor))
        else:
            plain = False
            share = Term(Step(lambda t, p=factor: scaled(ANY, t, p), (term,), (factor,)))
        key = share.step, share.output
        shares[key] = _sum_of_terms(shares[key], share) if key in shares else share
    if len(shares) == 1 and plain:
        return next(iter(shares.values()))
    return Term(Step(_adding(shape, dtype), tuple(shares.values()))) if shares else None


def _space(values: Sequence) -> Any:
    """The namespace to compute factors in: of small raw arrays their backend's own."""
    small = small_floats(values)
    return ANY if small is None else small[0].xp


def _product(xp: Any, known: Any, factor: Any) -> Any:
    """One factor after another, the second computed in ``xp``."""
    if known is None:
        return None if type(factor) is int and factor == 1 else factor
    if type(factor) in (int, float):
        return known * factor
    if type(known) in (int, float):
        return factor * known
    return (xp if type(known) is type(factor) else ANY).scale(known, factor)


def _sum_of_terms(a: Term, b: Term) -> Term:
    one, other = (1 if t.factor is None else t.factor for t in (a, b))
    return a._replace(factor=one + other)


def _adding(shape: tuple, dtype: Any) -> Callable[..., Any]:
    """The sum of tangents in the shape and dtype of a result."""

    def move(*tangents: Any) -> Any:
        total = None
        for t in tangents:
            total = added(total, t)
        if shape_of(total) != shape:
            total = ANY.broadcast_to(total, shape=shape)
        return in_dtype(ANY, total, dtype)

    return move


class LinearMap:
    """A derivative at one point: the steps that lead from tangents of inputs to those of results.

    Called with a tangent for each input, or None where nothing moves.
    """

    def __init__(
        self, inputs: list[Step], terms: list[Term | None], results: list, begin: int
    ) -> None:
        self.begin = begin  # a number of the tape, see ``now``: all that is kept came later
        self.inputs = inputs
        self.terms = terms
        self.dtypes = [getattr(value, "dtype", None) for value in results]
        self.steps = sorted(_reached(terms), key=lambda step: step.order)

    def __call__(self, directions: list) -> list:
        """A tangent, or None, for each result."""
        if overwritten.latest > self.begin:
            self._check()
        known: dict[Step, Any] = dict(zip(self.inputs, directions, strict=True))
        with HOST.quiet():
            for step in self.steps:
                if step.move is not None:
                    tangents = [_value(term, known) for term in step.terms]
                    moves = any(t is not None for t in tangents)
                    known[step] = step.move(*tangents) if moves else None
            pairs = zip(self.terms, self.dtypes, strict=True)
            return [in_dtype(ANY, _value(term, known), dtype) for term, dtype in pairs]

    def _check(self) -> None:
        """Raise if a value that was kept has been overwritten in place."""
        terms = [term for step in self.steps for term in step.terms] + self.terms
        values = [value for step in self.steps for value in step.kept]
        values += [term.factor for term in terms if term is not None]
        overwritten.check_values(values, self.begin, "linearize")


def _reached(terms: list) -> set[Step]:
    """The steps that ``terms`` come from."""
    reached: set[Step] = set()
    pending = [term.step for term in terms if term is not None]
    while pending:
        step = pending.pop()
        if step not in reached:
            reached.add(step)
            pending.extend(term.step for term in step.terms if term is not None)
    return reached


def _value(term: Term | None, known: dict[Step, Any]) -> Any:
    """The tangent that a term is."""
    t = None if term is None else known[term.step]
    if t is None:
        return None
    if term.output is not None:  # type: ignore[union-attr]
        t = t[term.output]  # type: ignore[union-attr]
    factor = term.factor  # type: ignore[union-attr]
    return t if factor is None or t is None else scaled(ANY, t, factor)


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
