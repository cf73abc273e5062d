"""``gg.elementwise``: a user's own function of numbers as one operation with kernels of its own.

    @gg.elementwise
    def f(x, y):
        return gg.tanh(x * y + x / 2) * gg.sigmoid(y)

The derivative is derived from the expression; ``@gg.elementwise(dx=lambda x, y: ...)`` gives it.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from .apply import call
from .lowering import symbols
from .lowering.expressions import Program, partials
from .lowering.fused import fused
from .lowering.source import source
from .lowering.structures import ABSENT, FLOAT, Reading
from .lowering.symbols import Symbol, literal
from .ops.declare import ELEMENTWISE, REQUIRED, Op, Rule

RESULT = ""  # the key of a function's result, beside those of its partials


def elementwise(function: Callable | None = None, /, **given: Callable) -> Any:
    """An operation on every element from a function of numbers; a decorator.

    function: takes arrays by position and settings by keyword, calls gpugrad's functions and
    operators, and returns one number.  given: ``dx=`` is the partial for the input ``x``, a
    function of the same arguments (or some of them); without it the partial is derived.
    The result takes Tensors and arrays, and has ``source(target)``: "cuda", "c" or "numpy".
    """
    if function is None:
        return lambda later: elementwise(later, **given)
    op = _operation(function, given)
    apply, count = call(op), len(op.inputs)

    @wraps(function)
    def on_arrays(*arrays: Any, **settings: Any) -> Any:
        if len(arrays) != count:
            names = ", ".join(p.name for p in parameters(function)[:count])
            raise TypeError(f"{op.name} takes {count} arrays ({names}), {len(arrays)} were given")
        return apply(*arrays, **settings)

    def text(target: str = "c", dtype: str = "float32", **settings: Any) -> str:
        return source(op, target, dtype, settings)

    on_arrays.op, on_arrays.source = op, text  # type: ignore[attr-defined]
    return on_arrays


def parameters(function: Callable) -> list:
    """A function's parameters."""
    import inspect  # a fifth of gpugrad's import time, needed only by who declares a function

    return list(inspect.signature(function).parameters.values())


def _operation(function: Callable, given: dict[str, Callable]) -> Op:
    declared = parameters(function)
    inputs = [p for p in declared if p.kind is p.POSITIONAL_OR_KEYWORD]
    settings = [p for p in declared if p.kind is p.KEYWORD_ONLY]
    name = function.__name__ if function.__name__.isidentifier() else "function"
    if not inputs or len(inputs) + len(settings) < len(declared):
        raise TypeError(f"{name}: an elementwise function names its arrays, then its settings")
    unknown = given.keys() - {f"d{p.name}" for p in inputs}
    if unknown:
        raise TypeError(f"{name}: unknown partial {', '.join(sorted(unknown))}")
    names = tuple(inside(p.name) for p in inputs)
    users = _Function(function, names, {inside(key[1:]): rule for key, rule in given.items()})
    rules = tuple(Rule(users.partial(i), names) for i in range(len(names)))
    defaults = {p.name: REQUIRED if p.default is p.empty else p.default for p in settings}
    users.op = Op(name, ELEMENTWISE, users.forward(), names, False, defaults, rules, floats=True,
                  doc=function.__doc__ or "")  # fmt: skip
    return users.op


def inside(name: str) -> str:
    """An input's name in rules, where ``y`` is the output."""
    return "y_" if name == "y" else name


class _Function:
    """A user's function: its expressions, read by whichever namespace asks."""

    op: Op

    def __init__(self, function: Callable, inputs: tuple[str, ...], given: dict) -> None:
        self.function = function
        self.inputs = inputs
        self.given = given
        self.programs: dict[Reading, dict[str, Program]] = {}

    def forward(self) -> Callable:
        """The forward rule: on symbols the function itself, elsewhere its expression."""

        def forward(xp: Any, *arrays: Any, **settings: Any) -> Any:
            if xp is symbols.xp:
                return self._traced(arrays, settings)
            return self._run(RESULT, xp, arrays, settings)

        return forward

    def partial(self, i: int) -> Callable:
        """The rule for the partial by input number ``i``."""

        def rule(xp: Any, *arrays: Any, **settings: Any) -> Any:
            return self._run(self.inputs[i], xp, arrays, settings, arrays[i])

        return rule

    def _traced(self, arrays: tuple, settings: dict) -> Any:
        result = self.function(*arrays, **settings)
        name = self.function.__name__
        if not isinstance(result, Symbol):
            raise TypeError(
                f"{name}: an elementwise function returns one number computed from its arguments, "
                f"not {type(result).__name__}"
            )
        return result

    def _run(self, what: str, xp: Any, arrays: tuple, settings: dict, like: Any = None) -> Any:
        """The value of the result or of a partial."""
        kinds = tuple(ABSENT if a is None else FLOAT for a in arrays)
        reading = cast(Reading, fused(self.op).read(kinds, settings))
        if reading not in self.programs:
            self.programs[reading] = self._expressions(reading)
        program = self.programs[reading][what]
        value = program(xp, dict(zip(self.inputs, arrays, strict=True)), settings)[0]
        constant = like is not None and program.constant
        return xp.full_like(like, value) if constant and xp is not symbols.xp else value

    def _expressions(self, reading: Reading) -> dict[str, Program]:
        arguments = reading.arguments
        present = tuple(s for s in arguments.values() if s is not None)
        slopes = iter(partials(reading.y, present))
        roots = {RESULT: reading.y}
        for name, argument in arguments.items():
            slope = literal(0.0) if argument is None else next(slopes)
            if name in self.given:
                slope = literal(_called(self.given[name], arguments, reading.settings))
            roots[name] = slope
        return {what: Program((root,)) for what, root in roots.items()}


def _called(rule: Callable, arguments: dict, settings: dict) -> Any:
    """A given partial on the arguments and settings that it names."""
    known = {("y" if name == "y_" else name): a for name, a in (arguments | settings).items()}
    names = parameters(rule)
    missing = [p.name for p in names if p.name not in known]
    if missing:
        raise TypeError(f"a partial takes {', '.join(known)}, not {', '.join(missing)}")
    positional = [known[p.name] for p in names if p.kind is not p.KEYWORD_ONLY]
    return rule(*positional, **{p.name: known[p.name] for p in names if p.kind is p.KEYWORD_ONLY})
