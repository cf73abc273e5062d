"""Pullbacks: what a node keeps of a forward pass and how it pulls a gradient back.

A pullback belongs to an operation and the set of its inputs that need a gradient.  It is immutable,
holds no arrays and is made once.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from ..backend.dtypes import HALVES
from ..backend.kept import kept
from ..backend.select import BACKENDS, backend_of
from ..ops.declare import ELEMENTWISE, Op, Rule
from ..ops.indexing import getitem
from .pieces import Pieces

SUPPLIED = ("index", "needs")  # names of a rule that the engine knows without keeping anything
OUTPUT, NO_TENSOR = -1, -2  # origins of a kept value besides "parent number i"


@dataclass(slots=True, eq=False)
class Pullback:
    """How one node walks back.

    pull(xp, g, kept, settings) -> one share of the gradient (or None) for each parent
    keep(*inputs, y) -> what the node keeps
    origins: for each kept value the number of the parent it is, OUTPUT, or NO_TENSOR
    """

    op: Op
    pull: Callable[..., tuple]
    keep: Callable[..., tuple]
    origins: tuple[int, ...]
    released: "Pullback | None" = None
    fits: bool = False  # the last kept value is fitted's (compute, likes)
    last: Any = None  # as pull, for the last walk: it may write into what was kept
    answers: dict = field(default_factory=dict, init=False, repr=False)  # see backend/kept.py

    def __post_init__(self) -> None:
        self.last = self.last or self.pull

    def replaced(self, pull: Callable[..., tuple], last: Callable[..., tuple]) -> "Pullback":
        """The same with another way to pull."""
        return replace(self, pull=pull, last=last)


@kept
def pullback_of(op: Op, needs: tuple[bool, ...]) -> Pullback:
    """The pullback of ``op`` when the inputs marked in ``needs`` want a gradient."""
    wanted = _places(needs)
    rules = [rule_of(op, i) for i in wanted]
    names = tuple(dict.fromkeys(n for rule in rules for n in rule.names if n not in SUPPLIED))
    pull = _by_one_rule if op.together else _by_rules
    return Pullback(
        op,
        pull(op, rules, names, needs),
        keeper(op, names),
        _origins(op, names, wanted),
        released(op),
    )


# Pullbacks that give the same bits in less time, compiled while the program runs: see small.py.
COMPILED: dict[tuple[Op, tuple[bool, ...]], Pullback] = {}


def fastest(op: Op, needs: tuple[bool, ...]) -> Pullback:
    """The fastest one that there is by now, of the same bits as that of ``pullback_of``."""
    return COMPILED.get((op, needs)) or pullback_of(op, needs)


def rule_of(op: Op, i: int) -> Rule:
    """The rule for argument ``i``; TypeError where there is none."""
    rule = op.rules[op.input_of(i)]
    if rule is None:
        name = op.inputs[op.input_of(i)]
        raise TypeError(f"{op.name} has no derivative in {name}; detach() it to go on without")
    return rule


def _by_one_rule(op: Op, rules: list[Rule], names: tuple, needs: tuple[bool, ...]) -> Callable:
    """The shares of an operation one rule of which gives those of all inputs: it is called once."""
    wanted = list(zip(rules, _places(needs), strict=True))

    def shares(rule: Rule, xp: Any, g: Any, kept: tuple, settings: dict) -> tuple:
        known = {**dict(zip(names, kept, strict=True)), "needs": needs}
        return rule.function(xp, g, *[known[name] for name in rule.names], **settings)

    def pull(xp: Any, g: Any, kept: tuple, settings: dict) -> tuple:
        found = {rule: shares(rule, xp, g, kept, settings) for rule in dict.fromkeys(rules)}
        return tuple([found[rule][i] for rule, i in wanted])

    return pull


def _by_rules(op: Op, rules: list[Rule], names: tuple, needs: tuple[bool, ...]) -> Callable:
    make = _elementwise_share if op.kind == ELEMENTWISE else _pullback_share
    shares = [make(rule, names, op, i) for rule, i in zip(rules, _places(needs), strict=True)]
    return _joined([_piece(*shares)] if op is getitem else shares)


def _places(needs: tuple[bool, ...]) -> list[int]:
    return [i for i, need in enumerate(needs) if need]


def _joined(shares: list[Callable]) -> Callable:
    if len(shares) == 1:
        only = shares[0]
        return lambda xp, g, kept, settings: (only(xp, g, kept, settings),)
    if len(shares) == 2:
        first, second = shares
        return lambda xp, g, kept, settings: (
            first(xp, g, kept, settings),
            second(xp, g, kept, settings),
        )
    return lambda xp, g, kept, settings: tuple(s(xp, g, kept, settings) for s in shares)


def _elementwise_share(rule: Rule, names: tuple, op: Op, i: int) -> Callable:
    """Gradient times partial; the most frequent shapes of a rule are spelled out for speed."""
    if rule.constant is not None:
        return _constant_share(rule.constant)
    partial = rule.function
    at = tuple(names.index(n) for n in rule.names)
    if op.settings:
        return lambda xp, g, kept, settings: xp.scale(
            g, partial(xp, *[kept[j] for j in at], **settings)
        )
    if len(at) == 1:
        j = at[0]
        if _gives_its_argument(partial):
            return lambda xp, g, kept, settings: xp.scale(g, kept[j])
        return lambda xp, g, kept, settings: xp.scale(g, partial(xp, kept[j]))
    return lambda xp, g, kept, settings: xp.scale(g, partial(xp, *[kept[j] for j in at]))


def _gives_its_argument(partial: Callable) -> bool:
    """Whether a partial is a kept value itself, as in a product."""
    token = object()
    try:
        return partial(None, token) is token
    except (TypeError, AttributeError):  # it computes something
        return False


def _constant_share(constant: float) -> Callable:
    if constant == 1:
        return lambda xp, g, kept, settings: g
    if constant == -1:
        return lambda xp, g, kept, settings: -g
    if constant == 0:
        return lambda xp, g, kept, settings: xp.zeros_like(g)
    return lambda xp, g, kept, settings: g * constant


def _pullback_share(rule: Rule, names: tuple, op: Op, i: int) -> Callable:
    pullback = rule.function
    at = tuple(names.index(n) if n != "index" else -1 for n in rule.names)
    if -1 in at:
        index = i - op.input_of(i)  # the number among the variadic arrays
        return lambda xp, g, kept, settings: pullback(
            xp, g, *[index if j < 0 else kept[j] for j in at], **settings
        )
    return lambda xp, g, kept, settings: pullback(xp, g, *[kept[j] for j in at], **settings)


def _piece(pull: Callable) -> Callable:
    """As ``pull`` of a read; a part that the program names stays a piece in a walk of raw arrays,
    which puts it together with others."""

    def share(xp: Any, g: Any, kept: tuple, settings: dict) -> Any:
        shape, indices = kept
        if indices or not shape or type(g) not in BACKENDS or xp is not backend_of(g).xp:
            return pull(xp, g, kept, settings)
        return Pieces(g, settings["spec"], shape)

    return share


def shape_of(value: Any) -> tuple[int, ...]:
    """Shape of an array or a Tensor; numbers have none."""
    return getattr(value, "shape", ())


def _getter(op: Op, name: str) -> Callable[[tuple], Any]:
    """How one kept value is read from ``(*inputs, y)``."""
    if name == "y":
        return lambda values: values[-1]
    shape = name not in op.inputs
    at = op.inputs.index(name.removesuffix("_shape") if shape else name)
    if op.variadic and at == len(op.inputs) - 1:
        if shape:
            return lambda values: tuple(shape_of(v) for v in values[at:-1])
        return lambda values: values[at:-1]
    if shape:
        return lambda values: shape_of(values[at])
    return lambda values: values[at]


@kept
def keeper(op: Op, names: tuple[str, ...]) -> Callable[..., tuple]:
    """What takes the values that ``names`` stand for out of an operation's inputs and its y."""
    plain = all(n == "y" or n in op.inputs for n in names) and not op.variadic
    at = [-1 if n == "y" else op.inputs.index(n) for n in names] if plain else []
    if plain and len(at) == 0:
        return lambda *values: ()
    if plain and len(at) == 1:
        i = at[0]
        return lambda *values: (values[i],)
    if plain and len(at) == 2:
        i, j = at
        return lambda *values: (values[i], values[j])
    getters = [_getter(op, n) for n in names]
    if len(getters) == 1:
        get = getters[0]
        return lambda *values: (get(values),)
    return lambda *values: tuple([get(values) for get in getters])


def _origins(op: Op, names: tuple[str, ...], wanted: list[int]) -> tuple[int, ...]:
    def origin(name: str) -> int:
        if name == "y":
            return OUTPUT
        if name not in op.inputs or (op.variadic and name == op.inputs[-1]):
            return NO_TENSOR
        i = op.inputs.index(name)
        return wanted.index(i) if i in wanted else NO_TENSOR

    return tuple(origin(n) for n in names)


@kept
def released(op: Op) -> Pullback:
    """The pullback of a node that was walked: walking it again raises."""

    def pull(xp: Any, g: Any, kept: tuple, settings: dict) -> tuple:
        raise RuntimeError(
            f"backward: the graph through {op.name} was released by an earlier backward; "
            "give retain_graph=True to that one, or compute the value anew"
        )

    return Pullback(op, pull, lambda *values: (), ())


@kept
def fitted(inner: Pullback) -> Pullback:
    """``inner`` for inputs of other shapes or dtypes than the output.

    Its last kept value is ``(compute, likes)``: the dtype to compute halves in, or None, and for
    each parent the shape and the dtype (None: a Python number) that its share must have.
    """

    def fit_shares(inner_pull: Callable, xp: Any, g: Any, kept: tuple, settings: dict) -> tuple:
        *values, (compute, likes) = kept
        if compute is not None:
            g = widened(xp, g, compute)
            values = [widened(xp, v, compute) for v in values]
        shares = inner_pull(xp, g, tuple(values), settings)
        return tuple(
            None if s is None else fit(xp, s, *like) for s, like in zip(shares, likes, strict=True)
        )

    return replace(
        inner,
        origins=(*inner.origins, NO_TENSOR),
        fits=True,
        pull=partial(fit_shares, inner.pull),
        last=partial(fit_shares, inner.last),
    )


def widened(xp: Any, value: Any, compute: Any) -> Any:
    """A half-precision array, or each of a tuple of them, in the dtype ``compute``."""
    if isinstance(value, tuple):
        return tuple(widened(xp, v, compute) for v in value)
    dtype = getattr(value, "dtype", None)
    return xp.astype(value, dtype=compute) if dtype in HALVES else value


def fit(xp: Any, share: Any, shape: tuple[int, ...], dtype: Any) -> Any:
    """A share of a gradient with its input's shape and dtype."""
    if shape_of(share) != shape:
        share = xp.sum_to(share, shape=shape)
    if dtype is not None and getattr(share, "dtype", dtype) != dtype:
        share = xp.astype(share, dtype=dtype)
    return share
