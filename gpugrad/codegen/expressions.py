"""What is done with an expression: differentiated, and computed by any reader."""

import functools
from collections.abc import Callable, Mapping
from typing import Any

from ..ops.declare import REGISTRY
from .primitives import PRIMITIVES
from .refusals import NotElementwise
from .symbols import ENDS, INPUT, LITERAL, SETTING, Symbol, apply, literal, walk, xp


def exact(*roots: Symbol) -> bool:
    """Whether C without contraction computes the bits that NumPy computes."""
    rows = [PRIMITIVES.get(node.name) for node in walk(*roots) if node.operands]
    return all(row is not None and row.exact for row in rows)


def derivatives(root: Symbol, inputs: tuple[Symbol, ...]) -> tuple[Symbol, ...]:
    """The derivative of ``root`` by each of ``inputs``, from the operations' own partials.

    Gradients are carried from the root down; each step is a ``scale``, so that a zero met on the
    way stays zero.
    """
    order = walk(root)
    active = {id(x) for x in inputs}
    for node in order:
        if any(id(operand) in active for operand in node.operands):
            active.add(id(node))
    gradients: dict[int, Symbol] = {id(root): literal(1.0)}
    for node in reversed(order):
        if id(node) in gradients and node.operands and id(node) in active:
            _carry(node, gradients, active)
    return tuple(gradients.get(id(x), literal(0.0)) for x in inputs)


def _carry(node: Symbol, gradients: dict[int, Symbol], active: set[int]) -> None:
    """Add ``node``'s gradient to those of its operands."""
    op = node.op or REGISTRY.get(node.name)
    if op is None:
        raise NotElementwise(f"no derivative of {node.name!r} is declared", node)
    named = {**dict(zip(op.inputs, node.operands, strict=True)), "y": node}
    for operand, rule in zip(node.operands, op.rules, strict=True):
        if rule is None or id(operand) not in active:
            continue
        if rule.constant is not None:
            partial = literal(rule.constant)
        else:
            partial = rule.function(xp, *(named[n] for n in rule.names), **node.settings)
        share = apply("scale", (gradients[id(node)], partial))
        earlier = gradients.get(id(operand))
        gradients[id(operand)] = apply("add", (earlier, share)) if earlier is not None else share


# Operators that are the same in every reader, and the fastest there.
DIRECT = {row.name: row.operator for row in PRIMITIVES.values() if row.direct}


class Program:
    """Expressions as a list of steps that any reader can run; values die after their last use."""

    def __init__(self, roots: tuple[Symbol, ...]) -> None:
        order = walk(*roots)
        self.at = {id(node): i for i, node in enumerate(order)}
        self.inputs = [(i, n.value) for i, n in enumerate(order) if n.name == INPUT]
        self.settings = [(i, n.value) for i, n in enumerate(order) if n.name == SETTING]
        self.literals = [(i, n.value) for i, n in enumerate(order) if n.name == LITERAL]
        self.roots = tuple(self.at[id(root)] for root in roots)
        self.steps = self._steps(order)
        self.constant = not self.steps and not self.inputs
        self.order = order  # ids stay taken while their symbols live

    def _steps(self, order: list[Symbol]) -> list[tuple]:
        last = {}
        for i, node in enumerate(order):
            last.update(dict.fromkeys(self._reads(node), i))
        lasting = {*self.roots, *(i for i, n in enumerate(order) if n.name == LITERAL)}
        return [
            (
                i,
                DIRECT.get(n.name),
                n.name,
                n.op,
                tuple(self.at[id(o)] for o in n.operands),
                {k: (isinstance(v, Symbol), self.at.get(id(v), v)) for k, v in n.settings.items()},
                tuple(j for j in self._reads(n) if last[j] == i and j not in lasting),
            )
            for i, n in enumerate(order)
            if n.name not in ENDS
        ]

    def _reads(self, node: Symbol) -> set[int]:
        inner = [v for v in node.settings.values() if isinstance(v, Symbol)]
        return {self.at[id(o)] for o in (*node.operands, *inner)}

    def __call__(
        self,
        xp: Any,
        arrays: Mapping[str, Any],
        settings: Mapping[str, Any],
        number: Callable = lambda value: value,
    ) -> tuple:
        """Values of the roots, computed by the reader ``xp`` from inputs and settings by name.

        ``number`` makes of a Python number what the reader computes fastest with.
        """
        values: list[Any] = [None] * len(self.at)
        for i, name in self.inputs:
            values[i] = arrays[name]
        for i, name in self.settings:
            values[i] = settings[name]
        for i, value in self.literals:
            values[i] = number(value)
        for i, direct, name, op, operands, inner, dead in self.steps:
            function = direct or getattr(xp, name, None) or functools.partial(op.forward, xp)
            given = {k: values[v] if symbolic else v for k, (symbolic, v) in inner.items()}
            values[i] = function(*[values[j] for j in operands], **given)
            for j in dead:
                values[j] = None
        return tuple(values[i] for i in self.roots)
