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

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

REGISTRY: dict[str, "Op"] = {}
REQUIRED = type("Required", (), {"__repr__": lambda self: "required"})()  # has no default

VARIADIC = 0x04  # inspect.CO_VARARGS, the flag of a code object with *arguments

ELEMENTWISE, LINEAR, BILINEAR, OPERATION, COMPOSITE = (
    "elementwise",
    "linear",
    "bilinear",
    "operation",
    "composite",
)


@dataclass(frozen=True)
class Rule:
    """A derivative rule and the names of what it needs besides ``xp``, gradients and settings."""

    function: Callable[..., Any]
    names: tuple[str, ...]
    constant: float | None = None  # a partial that is the same number everywhere


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
    native: bool = False  # backends that have a native of its name compute it by that
    doc: str = field(default="", repr=False)

    @cached_property
    def differentiable(self) -> bool:
        """Whether any input can get a gradient."""
        return self.kind == COMPOSITE or any(self.rules)

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
        inputs, variadic, settings = _signature(forward)
        known = {f"d{name}" for name in inputs}
        _reject_unknown(forward, "partial", partials, known)
        rules = tuple(
            _rule(forward, partials.get(f"d{name}"), inputs, settings, fixed=()) for name in inputs
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
        inputs, variadic, settings = _signature(forward)
        rule = _rule(forward, transpose, inputs, settings, fixed=("g",))
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
        inputs, variadic, settings = _signature(forward)
        _reject_unknown(forward, "pullback", pullbacks, {f"to_{name}" for name in inputs[:2]})
        rules = _pullbacks(forward, pullbacks, inputs, settings)
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
    batch: Callable | None = None,
    native: bool = False,
    moves: bool = False,
    floats: bool = False,
    register: bool = True,
    **pullbacks: Callable,
) -> Callable[[Callable], Op]:
    """The general kind: ``to_<input>`` pulls back, ``tangent`` is the forward-mode rule."""

    def declare(forward: Callable) -> Op:
        inputs, variadic, settings = _signature(forward)
        _reject_unknown(forward, "pullback", pullbacks, {f"to_{name}" for name in inputs})
        if bool(pullbacks) != (tangent is not None):
            raise TypeError(f"{forward.__name__}: pullbacks and tangent are declared together")
        rules = _pullbacks(forward, pullbacks, inputs, settings)
        forward_mode = _tangent(forward, tangent, inputs, settings)
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
            native=native,
            moves=moves,
            floats=floats,
        )

    return declare


def composite(forward: Callable) -> Op:
    """An operation that differentiates through its own body."""
    inputs, variadic, settings = _signature(forward)
    rules = (None,) * len(inputs)
    return _op(forward, COMPOSITE, inputs, variadic, settings, rules, None)


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
    op = Op(name, kind, forward, inputs, variadic, settings, rules, tangent, doc=doc, **more)
    if register:
        if name in REGISTRY:
            raise TypeError(f"{name}: declared twice")
        if not doc:
            raise TypeError(f"{name}: an operation has a docstring")
        REGISTRY[name] = op
    return op


def _parameters(function: Callable) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    """Positional and keyword-only names, and whether the last positional takes any number.

    Read off the code object: inspect.signature would take a fifth of gpugrad's import time.
    """
    code = function.__code__
    named = code.co_argcount + code.co_kwonlyargcount
    positional = code.co_varnames[: code.co_argcount]
    variadic = bool(code.co_flags & VARIADIC)
    if variadic:
        positional += (code.co_varnames[named],)
    return positional, code.co_varnames[code.co_argcount : named], variadic


def _signature(forward: Callable) -> tuple[tuple[str, ...], bool, dict[str, Any]]:
    """Names of the arrays, whether they are variadic, and settings with their defaults."""
    positional, keywords, variadic = _parameters(forward)
    defaults = forward.__kwdefaults__ or {}
    return positional[1:], variadic, {name: defaults.get(name, REQUIRED) for name in keywords}


def _pullbacks(forward: Callable, pullbacks: dict, inputs: tuple, settings: Mapping) -> tuple:
    return tuple(
        _rule(
            forward,
            pullbacks.get(f"to_{name}"),
            inputs,
            settings,
            fixed=("g",),
            optional=("index",),
        )
        for name in inputs
    )


def _tangent(forward: Callable, tangent: Callable | None, inputs: tuple, settings: Mapping) -> Any:
    tangents = tuple(f"t{name}" for name in inputs)
    return _rule(forward, tangent, inputs, settings, fixed=(), optional=tangents)


def _rule(
    forward: Callable,
    function: Callable | None,
    inputs: tuple[str, ...],
    settings: Mapping[str, Any],
    fixed: tuple[str, ...],
    optional: tuple[str, ...] = (),
) -> Rule | None:
    """Check a rule's names against the operation's and make it take all settings."""
    if function is None:
        return None
    names, wanted, _ = _parameters(function)
    leading = ("xp", *fixed)
    if names[: len(leading)] != leading:
        raise TypeError(f"{forward.__name__}: a rule starts with {', '.join(leading)}")
    names = names[len(leading) :]
    shapes = {f"{name}_shape" for name in inputs}
    _reject_unknown(forward, "kept name", names, {*inputs, "y", *shapes, *optional})
    _reject_unknown(forward, "setting", wanted, set(settings))
    if not names and not wanted and not fixed:
        return Rule(function, (), constant=function(None))
    return Rule(_with_settings(function, wanted, tuple(settings)), names)


def _with_settings(function: Callable, wanted: tuple, settings: tuple) -> Callable:
    """The same rule, called with all of the op's settings although it names only some."""
    if set(wanted) == set(settings):
        return function
    if not wanted:
        return lambda *arguments, **_: function(*arguments)
    return lambda *arguments, **given: function(*arguments, **{k: given[k] for k in wanted})


def _reject_unknown(forward: Callable, what: str, names: Iterable, known: set) -> None:
    for name in names:
        if name not in known:
            raise TypeError(
                f"{forward.__name__}: unknown {what} {name!r}; known: {', '.join(sorted(known))}"
            )
