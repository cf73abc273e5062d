"""Linear maps as ``linearize`` notes them: steps, and values that are a factor times a step.

Elementwise operations only multiply and add factors, which have one member's size, so that a batch
of tangents meets them once however many they are.
"""

from collections.abc import Callable, Sequence
from itertools import count
from typing import Any, NamedTuple

from ..backend.dtypes import bool_
from ..engine.anything import ANY
from ..engine.buffers import overwritten
from ..engine.cells import home_of
from ..engine.forward_rule import in_dtype, partial, scaled, spread, typed
from ..engine.namespace import Namespace
from ..engine.pullbacks import rule_of, shape_of
from ..ops.declare import Op
from ..ops.shares import added

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


def composed(
    op: Op, xp: Any, terms: Sequence, same: Any, read: tuple, y: Any, settings: dict, dtype: Any
) -> Term | None:
    """The term of an elementwise operation's result: without a step of its own if there is one
    step below, or one more step that adds several.

    xp: the namespace to compute factors in; same: which inputs have the result's shape, None if
    all; read, y: what the rules read; dtype: the result's.
    """
    shares: list[Term] = []
    whole = True  # whether every share is a factor times a step, in the result's shape
    for i, term in enumerate(terms):
        if term is None or (rule := rule_of(op, i)).constant == 0:
            continue
        factor = partial(op, rule, xp, read, y, settings)
        selects = getattr(factor, "dtype", None) is bool_
        if not selects:
            factor = typed(xp, factor, y)  # of the default dtype, or NumPy's of a rule's numbers
        fits = not selects and (same is None or same[i])
        whole = whole and fits
        shares.append(_times(xp, term, factor) if fits else _scaled(term, factor))
    shares = _merged(shares) if len(shares) > 1 else shares
    if len(shares) == 1 and whole:
        return shares[0]
    return Term(Step(_adding(shape_of(y), dtype, home_of(y)), tuple(shares))) if shares else None


def _times(xp: Namespace, term: Term, factor: Any) -> Term:
    """A term times a factor of its shape: the same step with one factor."""
    return Term(term.step, term.output, _product(xp, term.factor, factor))


def _scaled(term: Term, factor: Any) -> Term:
    """A term times a factor of another shape, or one that selects: a step of its own."""
    return Term(Step(_scaling(factor), (term,), (factor,)))


def _scaling(factor: Any) -> Callable[..., Any]:
    return lambda t: scaled(ANY, t, factor)


def _merged(shares: list[Term]) -> list[Term]:
    """The shares with one for each output of a step."""
    found: dict[tuple, Term] = {}
    for share in shares:
        key = share.step, share.output
        if key in found:
            one, other = (1 if t.factor is None else t.factor for t in (found[key], share))
            share = share._replace(factor=one + other)
        found[key] = share
    return list(found.values())


def _product(xp: Namespace, known: Any, factor: Any) -> Any:
    """One factor after another, the second computed in ``xp``."""
    if known is None:
        return None if type(factor) is int and factor == 1 else factor
    if type(factor) in (int, float):
        return known * factor
    if type(known) in (int, float):
        return factor * known
    alike = type(known) is type(factor) and known.dtype is factor.dtype
    return (xp if alike else ANY).scale(known, factor)


def _adding(shape: tuple[int, ...], dtype: Any, home: Any) -> Callable[..., Any]:
    """The sum of tangents in the shape and dtype of a result, on its device."""

    def move(*tangents: Any) -> Any:
        total = None
        for t in tangents:
            total = added(total, t)
        if shape_of(total) != shape:
            total = spread(ANY, total, shape, home)
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
        self.home = home_of(*results)  # asked here: a direction that is asked is made whole
        self.steps = sorted(_reached(terms), key=lambda step: step.order)

    def __call__(self, directions: list) -> list:
        """A tangent, or None, for each result."""
        if overwritten.latest > self.begin:
            self._check()
        known: dict[Step, Any] = dict(zip(self.inputs, directions, strict=True))
        with self.home.quiet():
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
