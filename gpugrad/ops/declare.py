"""What an operation is: its value and its derivative, declared together.

A declaration is a plain function of a namespace ``xp``, its arrays (positional) and its settings
(keyword-only), decorated with the most special kind that fits:

    @elementwise(dx=lambda xp, y: 1 - y * y)              # partial derivatives
    def tanh(xp, x): ...

    @linear(transpose=lambda xp, g, x_shape, *, shape: xp.reshape(g, x_shape))
    def reshape(xp, x, *, shape): ...

    @bilinear(to_a=lambda xp, g, b: ..., to_b=lambda xp, g, a: ...)
    def matmul(xp, a, b): ...

    @operation(to_x=lambda xp, g, x, y, *, axis: ...,     # one pullback per differentiable input
               tangent=lambda xp, tx, x, y, *, axis: ...) # the forward-mode rule
    def max(xp, x, *, axis=None): ...

    @operation(to_arrays=lambda xp, g, index, arrays_shape, *, axis: ...,   # variadic input
               tangent=lambda xp, tarrays, arrays_shape, *, axis: ...)
    def concat(xp, *arrays, axis=0): ...

    @operation(together=lambda xp, g, a, b, needs: (..., ...), tangent=...)  # all shares at once
    @operation(to_x=lambda xp, g, x_shape, *, axis: ...)  # several outputs: y and g are tuples,
    def unstack(xp, x, *, axis=0): return tuple(...)      # an absent gradient in g is None

    @composite                                            # differentiates through its body
    def var(xp, x, *, axis=None, correction=0): ...

A rule keeps what it names: an input (``x``), the output (``y``), only an input's shape
(``x_shape``).  Tangents of an ``operation`` are named ``t`` + input, absent ones are None.
An input without a rule (indices, conditions) gets no gradient; an op without any rule has none.
``batch=`` says how an operation on whole arrays is done on a batch of them at once: see
``batching.py``; elementwise operations and composites need none.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .described import described
from .rules import (
    REQUIRED,
    Rule,
    pullbacks_of,
    reject_unknown,
    rule_of,
    signature,
    tangent_of,
    together_of,
)

__all__ = [
    "BILINEAR",
    "COMPOSITE",
    "ELEMENTWISE",
    "LINEAR",
    "OPERATION",
    "REGISTRY",
    "REQUIRED",
    "Op",
    "Rule",
    "bilinear",
    "composite",
    "elementwise",
    "linear",
    "operation",
]
REGISTRY: dict[str, "Op"] = {}

ELEMENTWISE, LINEAR, BILINEAR, OPERATION, COMPOSITE = (
    "elementwise",
    "linear",
    "bilinear",
    "operation",
    "composite",
)


@dataclass(frozen=True, eq=False)
class Op:
    """An operation: how it is computed and how it changes."""

    name: str
    kind: str
    forward: Callable[..., Any]
    inputs: tuple[str, ...]
    variadic: bool  # the last input stands for any number of arrays
    settings: Mapping[str, Any]  # name -> default, REQUIRED where there is none
    rules: tuple[Rule | None, ...]  # one an input: a partial (elementwise) or a pullback (others)
    tangent: Rule | None = None
    batch: Callable[..., Any] | None = None  # how to do many at once; one after another without
    moves: bool = False  # only moves values: any dtype passes unchanged, no arithmetic
    floats: bool = False  # integers are first made the default float
    real: bool = False  # refuses complex arrays, for which the rule would be wrong
    fusible: bool = True  # whether a kernel can hold it; what only libraries compute, none can
    of_complex: "Op | None" = None  # takes this one's place for complex arrays
    alone: Callable[..., "Op | None"] | None = None  # of a composite: see there
    together: bool = False  # each input's rule is one that gives the shares of all
    native: bool = False  # backends that have a native of its name compute it by that
    doc: str = field(default="", repr=False)
    differentiable: bool = field(init=False, repr=False)  # whether any input can get a gradient
    defaults: dict | None = field(init=False, repr=False)  # settings where a call may give none
    answers: dict = field(default_factory=dict, init=False, repr=False)  # see backend/kept.py

    def __post_init__(self) -> None:
        complete = REQUIRED not in self.settings.values()
        object.__setattr__(self, "defaults", dict(self.settings) if complete else None)
        object.__setattr__(self, "differentiable", self.kind == COMPOSITE or any(self.rules))

    @property
    def needed(self) -> int:
        """Number of inputs that may not be left out."""
        return len(self.inputs) - len(getattr(self.forward, "__defaults__", None) or ())

    def input_of(self, i: int) -> int:
        """Which declared input the argument number ``i`` belongs to."""
        return min(i, len(self.inputs) - 1) if self.variadic else i

    def takes_part(self, i: int) -> bool:
        """Whether argument ``i`` takes part in dtype promotion: indices and conditions do not."""
        return not self.differentiable or self.rules[self.input_of(i)] is not None

    def __repr__(self) -> str:
        return f"<{self.kind} {self.name}>"


def elementwise(
    *,
    floats: bool | None = None,
    real: bool = False,
    fusible: bool = True,
    of_complex: "Op | None" = None,
    register: bool = True,
    **partials: Any,
) -> Callable[[Callable], Op]:
    """An operation on numbers, one element at a time; ``dx`` is the partial for input ``x``.

    A boolean partial selects: where it is false the gradient is 0.  ``floats`` says whether
    integers become floats first; it defaults to whether there are partials.  A ``real`` operation
    refuses complex arrays; ``of_complex`` is one that stands in for them, where the function has
    no complex derivative.  One that is not ``fusible`` has no kernels and is read in none.
    """

    def declare(forward: Callable) -> Op:
        inputs, variadic, settings = signature(forward)
        known = {f"d{name}" for name in inputs}
        reject_unknown(forward, "partial", partials, known)
        rules = tuple(
            rule_of(forward, partials.get(f"d{name}"), inputs, settings, fixed=())
            for name in inputs
        )
        turns_to_float = bool(partials) if floats is None else floats
        return _op(
            forward,
            ELEMENTWISE,
            inputs,
            variadic,
            settings,
            rules,
            None,
            floats=turns_to_float,
            real=real,
            fusible=fusible,
            of_complex=of_complex,
            register=register,
        )

    return declare


def linear(
    *, transpose: Callable, batch: Callable | None = None, register: bool = True, **more: Any
) -> Callable[[Callable], Op]:
    """An operation linear in its first array; further arrays are indices or conditions.

    more: ``moves``, ``floats``, ``native``, as fields of Op.
    """

    def declare(forward: Callable) -> Op:
        inputs, variadic, settings = signature(forward)
        rule = rule_of(forward, transpose, inputs, settings, fixed=("g",))
        rules = (rule, *(None for _ in inputs[1:]))
        return _op(
            forward, LINEAR, inputs, variadic, settings, rules, None, register, batch=batch, **more
        )

    return declare


def bilinear(
    *,
    batch: Callable | None = None,
    native: bool = False,
    register: bool = True,
    **pullbacks: Callable,
) -> Callable[[Callable], Op]:
    """An operation linear in each of its first two arrays; ``to_a`` and ``to_b`` pull back."""

    def declare(forward: Callable) -> Op:
        inputs, variadic, settings = signature(forward)
        reject_unknown(forward, "pullback", pullbacks, {f"to_{name}" for name in inputs[:2]})
        rules = pullbacks_of(forward, pullbacks, inputs, settings)
        return _op(
            forward,
            BILINEAR,
            inputs,
            variadic,
            settings,
            rules,
            None,
            register,
            batch=batch,
            native=native,
        )

    return declare


def operation(
    *,
    tangent: Callable | None = None,
    together: Callable | None = None,
    batch: Callable | None = None,
    native: bool = False,
    moves: bool = False,
    floats: bool = False,
    register: bool = True,
    **pullbacks: Callable,
) -> Callable[[Callable], Op]:
    """The general kind: ``to_<input>`` pulls back, or ``together`` does so for all inputs, where
    their shares have much in common; ``tangent`` is the forward-mode rule."""

    def declare(forward: Callable) -> Op:
        inputs, variadic, settings = signature(forward)
        reject_unknown(forward, "pullback", pullbacks, {f"to_{name}" for name in inputs})
        if bool(pullbacks or together) != (tangent is not None):
            raise TypeError(f"{forward.__name__}: pullbacks and tangent are declared together")
        rules = pullbacks_of(forward, pullbacks, inputs, settings)
        if together is not None:
            rules = (together_of(forward, together, inputs, settings),) * len(inputs)
        forward_mode = tangent_of(forward, tangent, inputs, settings)
        return _op(
            forward,
            OPERATION,
            inputs,
            variadic,
            settings,
            rules,
            forward_mode,
            register,
            batch=batch,
            together=together is not None,
            native=native,
            moves=moves,
            floats=floats,
        )

    return declare


def composite(
    forward: Callable | None = None, *, alone: Callable[..., Op | None] | None = None
) -> Any:
    """An operation that differentiates through its own body.

    ``alone``, of the arguments' shapes, is the one operation that does the same on such arrays, if
    there is one: it is applied at once, without the body.
    """

    def declare(forward: Callable) -> Op:
        inputs, variadic, settings = signature(forward)
        rules = (None,) * len(inputs)
        return _op(forward, COMPOSITE, inputs, variadic, settings, rules, None, alone=alone)

    return declare if forward is None else declare(forward)


def _op(
    forward: Callable,
    kind: str,
    inputs: tuple,
    variadic: bool,
    settings: Mapping,
    rules: tuple,
    tangent: Rule | None,
    register: bool = True,
    **more: Any,
) -> Op:
    name = forward.__name__.rstrip("_")  # `round_` may avoid hiding a builtin in its file
    doc = forward.__doc__ or ""
    if kind == ELEMENTWISE and register and doc:
        doc = described(doc, inputs, any(rules), **more)
    op = Op(name, kind, forward, inputs, variadic, settings, rules, tangent, doc=doc, **more)
    if register:
        if name in REGISTRY:
            raise TypeError(f"{name}: declared twice")
        REGISTRY[name] = op
    return op
