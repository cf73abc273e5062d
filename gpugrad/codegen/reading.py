"""An elementwise operation read as expressions, once for each structure of its arguments.

A structure is what a kernel's text depends on: which inputs are truth values or absent, and the
settings that are not numbers.  Numeric settings are arguments of the kernel.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..backend.kept import kept
from ..ops.declare import ELEMENTWISE, REQUIRED, Op, Rule
from .primitives import COSTLY, PRIMITIVES
from .symbols import INPUT, SETTING, Symbol, apply, in_primitives, literal, symbol, walk, xp
from .text import Kernel

FLOAT, BOOLEAN, ABSENT = "float", "boolean", "absent"
GRADIENT = "gradient"


@dataclass(frozen=True)
class Structure:
    """Kind of each input, and each setting's name with its value (None, if numeric)."""

    kinds: tuple[str, ...]
    settings: tuple[tuple[str, bool, Any], ...] = ()  # name, whether numeric, value otherwise

    @property
    def numeric(self) -> tuple[str, ...]:
        """Names of the settings that a kernel takes as arguments."""
        return tuple(name for name, numeric, _ in self.settings if numeric)


def default_structure(op: Op) -> Structure:
    """Floats where an input takes part in the dtype, truth values elsewhere; default settings."""
    kinds = tuple(FLOAT if op.takes_part(i) else BOOLEAN for i in range(len(op.inputs)))
    return Structure(kinds, split(op.settings, frozenset()))


def split(settings: Any, frozen: frozenset[str]) -> tuple[tuple[str, bool, Any], ...]:
    """Settings as a structure has them; those in ``frozen`` stay values."""
    return tuple(
        (name, True, None) if is_number(value) and name not in frozen else (name, False, value)
        for name, value in settings.items()
    )


def is_number(value: Any) -> bool:
    """Whether a setting's value can be a kernel's argument."""
    numbers = (int, float, Symbol)
    return value is REQUIRED or (isinstance(value, numbers) and not isinstance(value, bool))


@dataclass(eq=False)
class Reading:
    """The expressions of one operation in one structure."""

    op: Op
    structure: Structure
    arguments: dict[str, Any] = field(init=False)
    settings: dict[str, Any] = field(init=False)
    y: Symbol = field(init=False)
    answers: dict = field(default_factory=dict, init=False, repr=False)  # see backend/kept.py

    def __post_init__(self) -> None:
        op = self.op
        if op.kind != ELEMENTWISE or op.variadic:
            raise TypeError(f"{op.name} is not elementwise")
        self.arguments = {
            name: None if kind == ABSENT else symbol(INPUT, name, kind == BOOLEAN)
            for name, kind in zip(op.inputs, self.structure.kinds, strict=True)
        }
        self.settings = {
            name: symbol(SETTING, name) if numeric else value
            for name, numeric, value in self.structure.settings
        }
        y = op.forward(xp, *self.arguments.values(), **self.settings)
        if isinstance(y, tuple | list) or y is None:
            raise TypeError(f"{op.name}: an elementwise function returns one value, not {y!r}")
        self.y = literal(y)
        in_primitives(self.y)  # raises where there is no such form
        self._made: dict[str, Kernel] = {}
        self._sharing: dict[tuple[bool, ...], bool] = {}

    @property
    @kept
    def cost(self) -> int:
        """What one element of the result costs, in additions."""
        return sum(
            PRIMITIVES[node.name].cost for node in walk(in_primitives(self.y)) if node.operands
        )

    @property
    @kept
    def booleans(self) -> frozenset[str]:
        """Inputs that are truth values."""
        pairs = zip(self.op.inputs, self.structure.kinds, strict=True)
        return frozenset(name for name, kind in pairs if kind == BOOLEAN)

    def names(self, needs: tuple[bool, ...]) -> tuple[str, ...]:
        """What the rules of the wanted inputs name, in the order in which a node keeps it."""
        return tuple(dict.fromkeys(name for rule in self._rules(needs) for name in rule.names))

    def _rules(self, needs: tuple[bool, ...]) -> list[Rule]:
        pairs = zip(self.op.rules, needs, strict=True)
        return [rule for rule, need in pairs if need and rule is not None]

    def partials(self, needs: tuple[bool, ...], y: Symbol) -> list[Symbol]:
        """The partial of each wanted input; ``y`` stands for the output."""
        named = {**self.arguments, "y": y}
        return [
            literal(rule.constant)
            if rule.constant is not None
            else literal(rule.function(xp, *(named[n] for n in rule.names), **self.settings))
            for rule in self._rules(needs)
        ]

    def kernels(self, needs: tuple[bool, ...]) -> list[Kernel]:
        """Every kernel that a gradient for the inputs in ``needs`` may use."""
        kept = [self.record(needs)] if self.shares_work(needs) else []
        return [self.forward(), self.pull(needs), *kept]

    def forward(self) -> Kernel:
        """From the inputs to ``y``."""
        return self._kernel("forward", lambda: (self._present(), [("y", self.y)]))

    def pull(self, needs: tuple[bool, ...]) -> Kernel:
        """From ``g`` and what the rules name to every wanted input's gradient."""

        def make() -> tuple[tuple, list]:
            g = symbol(INPUT, GRADIENT)
            shares = [apply("scale", (g, p)) for p in self.partials(needs, symbol(INPUT, "y"))]
            named = [n for n in self.names(needs) if self.arguments.get(n, n) is not None]
            return (GRADIENT, *named), self._gradients(needs, shares)

        return self._kernel(f"pull_{bits(needs)}", make)

    def record(self, needs: tuple[bool, ...]) -> Kernel:
        """From the inputs to ``y`` and the partials of the wanted inputs, in one pass."""

        def make() -> tuple[tuple, list]:
            partials = self._gradients(needs, self.partials(needs, self.y))
            return self._present(), [("y", self.y), *partials]

        return self._kernel(f"record_{bits(needs)}", make)

    def shares_work(self, needs: tuple[bool, ...]) -> bool:
        """Whether ``record`` saves more work than writing and reading the partials costs."""
        if needs not in self._sharing:
            self._sharing[needs] = self._shared_cost(needs) >= 2 * COSTLY * sum(needs) > 0
        return self._sharing[needs]

    def _shared_cost(self, needs: tuple[bool, ...]) -> int:
        """Cost of what both the result and the partials compute."""
        inner = {id(node) for node in walk(in_primitives(self.y)) if node.operands}
        again = [in_primitives(p) for p in self.partials(needs, symbol(INPUT, "y"))]
        return sum(PRIMITIVES[node.name].cost for node in walk(*again) if id(node) in inner)

    def _gradients(self, needs: tuple[bool, ...], values: list[Symbol]) -> list:
        pairs = zip(self.op.inputs, self.op.rules, needs, strict=True)
        names = [f"d{name}" for name, rule, need in pairs if need and rule is not None]
        return list(zip(names, values, strict=True))

    def _present(self) -> tuple[str, ...]:
        return tuple(name for name, value in self.arguments.items() if value is not None)

    def _kernel(self, name: str, make: Callable[[], tuple]) -> Kernel:
        """The kernel of that name, made once: caches know it by identity."""
        if name not in self._made:
            inputs, outputs = make()
            self._made[name] = Kernel(
                f"{self.op.name}_{name}",
                inputs,
                self.booleans & set(inputs),
                self.structure.numeric,
                tuple(outputs),
            )
        return self._made[name]


def bits(needs: tuple[bool, ...]) -> str:
    """Which inputs want a gradient, as a name has it: 10 for the first of two."""
    return "".join("1" if need else "0" for need in needs)


def all_needs(reading: Reading) -> list[tuple[bool, ...]]:
    """Every set of inputs that can want a gradient, except the empty one."""
    sets: list[tuple[bool, ...]] = [()]
    pairs = list(zip(reading.op.rules, reading.structure.kinds, strict=True))
    for rule, kind in pairs:
        choices = (False, True) if rule is not None and kind == FLOAT else (False,)
        sets = [(*chosen, need) for chosen in sets for need in choices]
    return [needs for needs in sets if any(needs)]


def all_kernels(reading: Reading) -> tuple[Kernel, ...]:
    """Every kernel of an operation in one structure, each once."""
    several = (reading.kernels(needs) for needs in all_needs(reading))
    return tuple(dict.fromkeys((reading.forward(), *(k for some in several for k in some))))
