"""``gg.elementwise``: a user's own function of numbers as one operation with kernels of its own.

    @gg.elementwise
    def f(x, y):
        return gg.tanh(x * y + x / 2) * gg.sigmoid(y)

The derivative is derived from the expression; ``@gg.elementwise(dx=lambda x, y: ...)`` gives it.
"""

from collections.abc import Callable, Hashable
from functools import wraps
from numbers import Number, Real
from typing import Any, cast

from ..backend.dtypes import INEXACT
from ..backend.select import HOST
from ..codegen import symbols
from ..codegen.expressions import Program, derivatives
from ..codegen.fused import fused
from ..codegen.reading import ABSENT, FLOAT, Reading
from ..codegen.refusals import NoNumber, NotElementwise
from ..codegen.source import source
from ..codegen.symbols import Symbol, literal
from ..engine.functions import function_of
from ..ops.declare import ELEMENTWISE, REQUIRED, Op, Rule
from ..tensor.cell import Tensor
from ..tensor.given import check_function
from .creation import asarray

RESULT = ""  # the key of a function's result, beside those of its partials


def elementwise(function: Callable | None = None, /, **given: Callable) -> Any:
    """Operation with kernels of its own, made from a function of numbers; a decorator.

        gate = gg.elementwise(lambda x, y: x * gg.sigmoid(y))
        print(gate(np.array([1.0, 2.0]), 0.0).tolist())  # [0.5, 1.0]

    function: takes arrays, then settings after a ``*``; uses operators and gg's functions, and
    returns one number.  given: ``dx=`` is the partial derivative for ``x``, a function of the same
    arguments or of some; else it is derived.  ``gate.source("cuda")``, or "c", or "numpy": kernels.
    On integers the function itself runs.  TypeError: it calls another library or reads an element.
    """
    if function is None:
        return lambda later: elementwise(later, **given)
    op = _operation(function, given)
    apply, inputs = function_of(op), parameters(function)[: len(op.inputs)]

    @wraps(function)
    def on_arrays(*arrays: Any, **settings: Any) -> Any:
        if len(arrays) != len(inputs):
            arrays = _all_arrays(op.name, inputs, arrays, settings)
        settings = _settings(op, settings)
        if _has_integers(arrays):
            return _on_whole_arrays(op.name, function, arrays, settings, given)
        try:
            return apply(*arrays, **settings)
        except TypeError as error:
            _reject_strangers(op.name, inputs, arrays, error)
            raise

    def text(target: str = "c", dtype: str = "float32", **settings: Any) -> str:
        return source(op, target, dtype, _settings(op, settings))

    on_arrays.op, on_arrays.source = op, text  # type: ignore[attr-defined]
    return on_arrays


def parameters(function: Callable) -> list:
    """A function's parameters."""
    import inspect  # a fifth of gpugrad's import time, needed only by who declares a function

    return list(inspect.signature(function).parameters.values())


def _operation(function: Callable, given: dict[str, Callable]) -> Op:
    check_function("elementwise", function)
    name = getattr(function, "__name__", "function")  # a partial has none
    name = name if name.isidentifier() else "function"
    inputs, settings = _sorted(name, parameters(function))
    _reject_unknown_partials(name, inputs, given)
    names = tuple(inside(p.name) for p in inputs)
    users = _Function(function, names, {inside(key[1:]): rule for key, rule in given.items()})
    users.op = Op(
        name,
        ELEMENTWISE,
        users.forward(),
        names,
        False,
        {p.name: _default(name, p) for p in settings},
        tuple(Rule(users.partial(i), names) for i in range(len(names))),
        floats=True,
        doc=function.__doc__ or "",
    )
    return users.op


def _sorted(name: str, declared: list) -> tuple[list, list]:
    """Parameters that are arrays, and those that are settings."""
    inputs = [p for p in declared if p.kind is p.POSITIONAL_OR_KEYWORD]
    settings = [p for p in declared if p.kind is p.KEYWORD_ONLY]
    if not inputs or len(inputs) + len(settings) < len(declared):
        raise TypeError(f"{name}: an elementwise function names its arrays, then its settings")
    return inputs, settings


def _reject_unknown_partials(name: str, inputs: list, given: dict[str, Callable]) -> None:
    known = [f"d{p.name}" for p in inputs]
    if unknown := ", ".join(sorted(given.keys() - set(known))):
        raise TypeError(f"{name}: unknown partial {unknown}; known: {', '.join(known)}")


def _default(name: str, parameter: Any) -> Any:
    empty = parameter.default is parameter.empty
    return REQUIRED if empty else _setting(name, parameter.name, parameter.default)


def _all_arrays(name: str, inputs: list, arrays: tuple, settings: dict) -> tuple:
    """``arrays`` with those given by name, taken out of ``settings``, and the defaults."""
    later = inputs[len(arrays) :]
    given = [settings.pop(p.name, p.default) for p in later]
    missing = [p for p, value in zip(later, given, strict=True) if value is p.empty]
    if missing or len(arrays) > len(inputs):
        count = f"{len(inputs)} array{'s' if len(inputs) > 1 else ''}"
        names = ", ".join(p.name for p in inputs)
        raise TypeError(f"{name} takes {count} ({names}), not {len(arrays)}")
    return (*arrays, *given)


def _settings(op: Op, given: dict) -> dict:
    if unknown := ", ".join(sorted(given.keys() - op.settings.keys())):
        known = ", ".join(op.settings) or "none"
        raise TypeError(f"{op.name}: unknown setting {unknown}; known: {known}")
    return {key: _setting(op.name, key, value) for key, value in given.items()}


def _setting(name: str, setting: str, value: Any) -> Any:
    """A setting as structures have it: a Python number, or anything else that can be a key."""
    if type(value) in (float, int, bool, str) or isinstance(value, Symbol):
        return value
    if isinstance(value, Real) and hasattr(value, "item"):
        return value.item()  # NumPy's scalar: as an argument of the kernel, not in its text
    if hasattr(value, "shape") or not isinstance(value, Hashable):
        raise TypeError(
            f"{name}: the setting {setting} takes one Python number, not {_kind(value)}; give a "
            f"number, or make it an argument: name {setting} before the *"
        )
    return value


def _has_integers(arrays: tuple) -> bool:
    """Whether an array or a list of integers is among the arguments, or integers are all."""
    kinds = {a.dtype.kind if type(a) is Tensor else _letter(a) for a in arrays}
    return not kinds.isdisjoint("iu") or kinds == {"int"}


def _letter(array: Any) -> str:
    """NumPy's letter for the kind of a dtype, "int" for one of Python's integers."""
    if isinstance(array, Symbol) or array is None:
        return "f"
    read = HOST.asarray(array) if isinstance(array, list | tuple) else array
    return read.dtype.kind if hasattr(read, "dtype") else type(array).__name__


def _on_whole_arrays(
    name: str, function: Callable, arrays: tuple, settings: dict, given: dict
) -> Any:
    """A user's function on the arrays themselves, without a kernel."""
    numbers = all(isinstance(array, int) for array in arrays)
    read = [
        asarray(a) if numbers or hasattr(a, "dtype") or isinstance(a, list | tuple) else a
        for a in arrays
    ]
    dtypes = {x.dtype for x in read if hasattr(x, "dtype")}
    if given and not dtypes.isdisjoint(INEXACT):
        raise TypeError(
            f"{name}: arrays of {' and '.join(sorted(map(str, dtypes)))}; a partial that is given "
            "is of floats, so give integers as floats too, x.astype(gg.float64)"
        )
    y = function(*read, **settings)
    if not isinstance(y, Tensor):
        raise TypeError(f"{name}: an elementwise function returns one number, not {_kind(y)}")
    return y


def _reject_strangers(name: str, inputs: list, arrays: tuple, error: TypeError) -> None:
    """Raise if an argument explains ``error``."""
    if isinstance(error, NotElementwise):
        return
    for p, array in zip(inputs, arrays, strict=True):
        if isinstance(array, Symbol | list | tuple | Number) or hasattr(array, "dtype"):
            continue
        if array is None and p.default is None:
            continue
        raise TypeError(
            f"{name}: {p.name} takes a Tensor, an array, a list or a number, not {_kind(array)}"
        ) from error


def _kind(value: Any) -> str:
    """What ``value`` is, in an error's words."""
    if isinstance(value, Tensor):
        return "a Tensor"
    if hasattr(value, "shape"):
        return "an array"
    return "None" if value is None else type(value).__name__


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
                return self._expression(arrays, settings)
            return self._value(RESULT, xp, arrays, settings)

        return forward

    def partial(self, i: int) -> Callable:
        """The rule for the partial by input number ``i``."""

        def rule(xp: Any, *arrays: Any, **settings: Any) -> Any:
            return self._value(self.inputs[i], xp, arrays, settings, arrays[i])

        return rule

    def _expression(self, arrays: tuple, settings: dict) -> Any:
        result = _traced(self.op.name, self.function, arrays, settings)
        if not isinstance(result, Symbol):
            raise TypeError(
                f"{self.op.name}: an elementwise function returns one number computed from its "
                f"arguments, not {_kind(result)}"
            )
        return result

    def _value(self, what: str, xp: Any, arrays: tuple, settings: dict, like: Any = None) -> Any:
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
        derived = iter(derivatives(reading.y, present))
        roots = {RESULT: reading.y}
        for name, argument in arguments.items():
            roots[name] = literal(0.0) if argument is None else next(derived)
            if name in self.given:
                roots[name] = self._given(name, arguments, reading.settings)
        return {what: Program((root,)) for what, root in roots.items()}

    def _given(self, name: str, arguments: dict, settings: dict) -> Symbol:
        """The given partial for an input, on the arguments and settings that it names."""
        rule = self.given[name]
        known = {("y" if key == "y_" else key): a for key, a in (arguments | settings).items()}
        names = parameters(rule)
        if missing := [p.name for p in names if p.name not in known]:
            raise TypeError(
                f"{self.op.name}: a partial takes {', '.join(known)}, not {', '.join(missing)}"
            )
        positional = tuple(known[p.name] for p in names if p.kind is not p.KEYWORD_ONLY)
        named = {p.name: known[p.name] for p in names if p.kind is p.KEYWORD_ONLY}
        return _traced(self.op.name, lambda *a, **s: literal(rule(*a, **s)), positional, named)


def _traced(name: str, function: Callable, arrays: tuple, settings: dict) -> Any:
    """What a user's function gives for symbols; errors name the operation and the setting."""
    try:
        return function(*arrays, **settings)
    except NotElementwise as error:
        raise NotElementwise(f"{name}: {error}", error.symbol) from error
    except NoNumber as error:
        own = [key for key, value in settings.items() if value is error.value]
        plain = [f"{k}={v}" for k, v in settings.items() if isinstance(v, Real)]
        which = f"; the setting {own[0]} has to be a number here" if own else ""
        if hasattr(error.value, "shape") and plain:
            which = f" (settings that are plain numbers here: {', '.join(plain)})"
        raise TypeError(f"{name}: {error}{which}") from error
