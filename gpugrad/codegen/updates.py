"""An optimizer's rule as kernels: an expression with several outputs, over many tensors at once.

A rule is a function of numbers, ``rule(xp, p, g, *state, lr, step, ...)``: from a parameter, its
gradient and its state to the new parameter and the new state.  Settings are arguments of the
kernels.  What consists of settings alone is computed once for many elements, in double, and then
rounded to the number type of the elements.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from numbers import Real
from typing import Any

from ..backend.dtypes import float64
from ..backend.select import HOST
from . import launch, update_text
from .reading import split
from .refusals import NoNumber, NotElementwise
from .symbols import (
    INPUT,
    LITERAL,
    SETTING,
    Symbol,
    apply,
    in_primitives,
    literal,
    symbol,
    walk,
    xp,
)
from .text import Kernel

PARAMETER, GRADIENT = "p", "g"
RATE, STEP = "lr", "step"  # settings that lie in arrays: a replayed kernel reads them anew


@dataclass(frozen=True, eq=False)
class Update:
    """One rule with so much state and such settings: what the backends' native ``update`` runs.

    numbers: the settings after rate and step, in the kernels' order.
    """

    name: str
    roles: tuple[str, ...]
    numbers: tuple[str, ...]
    once: Kernel  # from the settings, in double, to the settings of ``each``
    each: Kernel  # from an element of p, g and the state to the new p and state

    @property
    def arrays(self) -> int:
        """How many arrays belong to one parameter: itself, its gradient, its state."""
        return len(self.each.inputs)

    @property
    def capacity(self) -> int:
        """How many tensors one launch on a device takes."""
        return update_text.capacity(self.arrays)

    def symbol(self, dtype: str) -> str:
        """The kernel's name in the texts."""
        return f"{self.name}_{dtype}"

    def host_text(self, dtype: str) -> str:
        """The C file of the kernel for parameters of ``dtype``."""
        function = update_text.host(self.name, self.once, self.each, dtype)
        return update_text.host_unit(function)

    def device_text(self, dtype: str) -> str:
        """The CUDA file of the kernel for parameters of ``dtype``."""
        function = update_text.device(self.name, self.once, self.each, dtype)
        return update_text.device_unit(function, dtype)

    def plain(self, backend: Any, arrays: tuple, numbers: tuple[float, ...]) -> None:
        """One tensor's update by the backend's own operations.

        arrays: parameter, gradient and state; numbers: rate, step and the others.
        """
        given = dict(zip(self.once.settings, map(float64.type, numbers), strict=True))
        with HOST.quiet():
            made = self.once.program(
                HOST.xp, {}, given, lambda v: v if isinstance(v, bool) else float64.type(v)
            )
        kinds = (bool if truth else float for truth in self.once.truths)
        settings = tuple(kind(value) for kind, value in zip(kinds, made, strict=True))
        parameter, gradient, *state = arrays
        inputs, outputs = (parameter, gradient, *state), (parameter, *state)
        shape, dtype = tuple(parameter.shape), parameter.dtype
        launch.plain(backend, self.each, inputs, shape, dtype, settings, outputs)


@lru_cache(256)
def updates(rule: Callable, name: str) -> "Updates":
    """The kernels of one rule."""
    return Updates(rule, name)


class Updates:
    """Every update of one rule, read as they are needed.

    roles: the state that the rule names; optional: what of it may be absent.
    settings: the names of its settings beside rate and step.
    """

    def __init__(self, rule: Callable, name: str) -> None:
        import inspect  # a fifth of gpugrad's import time

        declared = inspect.signature(rule).parameters.values()
        state = [p for p in declared if p.kind is p.POSITIONAL_OR_KEYWORD][3:]
        given = [p for p in declared if p.kind is p.KEYWORD_ONLY]
        if 3 + len(state) + len(given) < len(declared) or RATE not in {p.name for p in given}:
            raise TypeError(
                f"{name}: a rule takes xp, the parameter, its gradient and its state, then "
                f"settings after a *, {RATE} among them"
            )
        self.rule, self.name = rule, name
        self.roles = tuple(p.name for p in state)
        self.optional = frozenset(p.name for p in state if p.default is not p.empty)
        self.clock = tuple(p.name for p in given if p.name in (RATE, STEP))
        self.settings = tuple(p.name for p in given if p.name not in (RATE, STEP))
        self.defaults = {p.name: p.default for p in given if p.default is not p.empty}
        self.frozen: frozenset[str] = frozenset()  # numbers that the rule looks at
        self._made: dict[tuple, Update] = {}

    def completed(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """All settings: those given, and the rule's defaults."""
        known = (RATE, *self.settings)
        whole = {**self.defaults, **settings}
        unknown, missing = whole.keys() - set(known), set(known) - whole.keys()
        if unknown or missing:
            words = ", ".join(sorted(unknown or missing))
            what = "unknown" if unknown else "missing"
            raise TypeError(f"{self.name}: {what} setting {words}; known: {', '.join(known)}")
        return whole

    def kernel(
        self, roles: tuple[str, ...], settings: Mapping[str, Any]
    ) -> tuple[Update, tuple[float, ...]]:
        """The update with such state and settings, and the numbers that it takes."""
        made, flat = self.read(roles, settings), flattened(self.name, settings)
        return made, tuple(float(flat[name]) for name in made.numbers)

    def read(self, roles: tuple[str, ...], settings: Mapping[str, Any]) -> Update:
        """The update with such state and settings, which include no rate and no step."""
        flat = flattened(self.name, settings)
        while True:
            key = (roles, split(flat, self.frozen))
            if key in self._made:
                return self._made[key]
            try:
                made = self._made[key] = self._read(roles, settings, key[1])
                return made
            except NotElementwise as error:
                of_leaf = error.symbol.value if error.symbol.name == SETTING else None
                if of_leaf in flat:  # the rule needs its value: part of the text
                    self.frozen |= {of_leaf}
                    continue
                raise NotElementwise(f"{self.name}: {error}", error.symbol) from error
            except NoNumber as error:
                raise TypeError(f"{self.name}: {error}") from error

    def _read(
        self, roles: tuple[str, ...], settings: Mapping[str, Any], structure: tuple
    ) -> Update:
        values = {
            name: symbol(SETTING, name) if numeric else value for name, numeric, value in structure
        }
        inputs = (PARAMETER, GRADIENT, *roles)
        p, g = (symbol(INPUT, name) for name in (PARAMETER, GRADIENT))
        state = {role: symbol(INPUT, role) for role in roles}
        given = {name: _nested(name, value, values) for name, value in settings.items()}
        clock = {name: symbol(SETTING, name) for name in self.clock}
        made = self.rule(xp, p, g, **state, **clock, **given)
        roots, computed = hoisted(self._outputs(made, roles))
        numbers = tuple(name for name, numeric, _ in structure if numeric)
        once = Kernel(f"{self.name}_once", (), frozenset(), (RATE, STEP, *numbers), computed)
        outputs = tuple(zip((PARAMETER, *roles), roots, strict=True))
        uses = tuple(name for name, _ in computed)
        each = Kernel(f"{self.name}_each", inputs, frozenset(), uses, outputs)
        words = (_word(name, value) for name, numeric, value in structure if not numeric)
        parts = (self.name, *(role for role in roles if role in self.optional), *words)
        return Update("_".join(filter(None, parts)), roles, numbers, once, each)

    def _outputs(self, made: Any, roles: tuple[str, ...]) -> tuple[Symbol, ...]:
        several = made if isinstance(made, tuple | list) else (made,)
        outputs = tuple(value for value in several if value is not None)  # absent state stays so
        if len(outputs) != 1 + len(roles):
            wanted = ", ".join((PARAMETER, *roles))
            raise TypeError(f"{self.name}: a rule returns the new {wanted}, not {made!r:.80}")
        return tuple(map(literal, outputs))


def flattened(name: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings with each tuple taken apart: ``betas`` becomes ``betas_0`` and ``betas_1``."""
    flat: dict[str, Any] = {}
    for key, value in settings.items():
        if isinstance(value, tuple | list):
            flat |= {f"{key}_{i}": _number(name, key, v) for i, v in enumerate(value)}
        else:
            flat[key] = _number(name, key, value)
    return flat


def _number(name: str, setting: str, value: Any) -> Any:
    """A setting as kernels take it."""
    if isinstance(value, Real) and hasattr(value, "item"):
        return value.item()
    if hasattr(value, "shape"):
        raise TypeError(f"{name}: the setting {setting} is a number, not {type(value).__name__}")
    return value


def _nested(name: str, value: Any, values: Mapping[str, Any]) -> Any:
    """A setting as the rule gets it."""
    if isinstance(value, tuple | list):
        return tuple(values[f"{name}_{i}"] for i in range(len(value)))
    return values[name]


def _word(name: str, value: Any) -> str:
    """What a setting that is part of the text adds to the kernel's name."""
    if value is False or value is None:
        return ""
    text = name if value is True else f"{name}_{value}"
    return "".join(c if c.isalnum() else "_" for c in text)


def hoisted(
    outputs: tuple[Symbol, ...],
) -> tuple[tuple[Symbol, ...], tuple[tuple[str, Symbol], ...]]:
    """The outputs with new settings for what consists of settings alone, and those by name."""
    roots = tuple(map(in_primitives, outputs))
    varies: set[int] = set()
    made: dict[int, Symbol] = {}  # by the id of an expression: what stands for it
    computed: dict[str, Symbol] = {}

    def in_element(node: Symbol) -> Symbol:
        if id(node) in varies or node.name == LITERAL:
            return made.get(id(node), node)
        if id(node) not in made:
            name = str(len(computed))  # no name that a rule could give
            computed[name] = node
            made[id(node)] = symbol(SETTING, name, node.boolean)
        return made[id(node)]

    for node in walk(*roots):
        if node.name == INPUT or any(id(operand) in varies for operand in node.operands):
            varies.add(id(node))
            operands = tuple(map(in_element, node.operands))
            if operands:
                made[id(node)] = literal(apply(node.name, operands, node.settings, node.op))
    return tuple(map(in_element, roots)), tuple(computed.items())
