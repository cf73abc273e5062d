"""The scalar body of a kernel as C text, the same for the host compiler and for CUDA."""

import math
from collections import Counter
from dataclasses import dataclass, field, replace

from ..backend.kept import kept
from .expressions import Program
from .primitives import PRIMITIVES, Primitive
from .symbols import INPUT, LITERAL, SETTING, Symbol, in_primitives, walk

NARROW = 70  # characters that a nested expression may have before it gets a line of its own
MANY = 16  # functions of ours in a kernel from which they are called; fewer are faster inlined


@dataclass(frozen=True, eq=False)
class Kernel:
    """What one kernel computes: named inputs and settings, and an expression for each output."""

    name: str
    inputs: tuple[str, ...]
    booleans: frozenset[str]  # inputs that are truth values
    settings: tuple[str, ...]
    outputs: tuple[tuple[str, Symbol], ...]
    answers: dict = field(default_factory=dict, init=False, repr=False)  # see backend/kept.py

    @property
    @kept
    def truths(self) -> tuple[bool, ...]:
        """Whether each output is a truth value."""
        return tuple(root.boolean for _, root in self.outputs)

    @property
    @kept
    def length(self) -> int:
        """How many operations, inputs and numbers it is made of."""
        return len(walk(*(in_primitives(root) for _, root in self.outputs)))

    @property
    @kept
    def program(self) -> Program:
        """Its outputs as steps that any reader can run."""
        return Program(tuple(root for _, root in self.outputs))


@dataclass(frozen=True)
class Spelling:
    """How one target writes a number type: C's name, the suffix and prefix of its functions, the
    suffix of those that know the type in memory, the prefix of functions in kernels with many."""

    number: str
    suffix: str
    prefix: str
    stored: str = ""
    called: str = ""

    def text(self, primitive: Primitive) -> str:
        """How it writes a primitive."""
        return primitive.c


def body(kernel: Kernel, spelling: Spelling) -> tuple[list[str], list[str]]:
    """The lines that compute the kernel's outputs for one element, and each output's expression.

    Inputs are read as ``in_<name>``, settings as ``set_<name>``.
    """
    roots = [in_primitives(root) for _, root in kernel.outputs]
    order = walk(*roots)
    if spelling.called and sum(_is_ours(node) for node in order) >= MANY:
        spelling = replace(spelling, prefix=spelling.called)
    nested = _nested(order, roots, spelling)
    lines: list[str] = []
    names: dict[int, str] = {}
    for node in order:
        text = _spelled(node, names, spelling)
        if node.operands and (id(node) not in nested or len(text) > NARROW):
            kind = "int" if node.boolean else spelling.number
            lines.append(f"const {kind} t{len(lines) + 1} = {_bare(text)};")
            text = f"t{len(lines)}"
        names[id(node)] = text
    return lines, [names[id(root)] for root in roots]


def _is_ours(node: Symbol) -> bool:
    """Whether a node is a function that our host maths has."""
    return bool(node.operands) and PRIMITIVES[node.name].c.startswith("{m}")


def _nested(order: list[Symbol], roots: list[Symbol], spelling: Spelling) -> set[int]:
    """Nodes that are read once, by a node whose spelling writes that operand once."""
    uses: Counter[int] = Counter(id(root) for root in roots)
    for node in order:
        text = spelling.text(PRIMITIVES[node.name]) if node.operands else ""
        for i, operand in enumerate(node.operands):
            uses[id(operand)] += text.count(f"{{{i}}}")
    return {key for key, count in uses.items() if count == 1} - {id(root) for root in roots}


def _spelled(node: Symbol, names: dict[int, str], spelling: Spelling) -> str:
    """Text of a node, given that of its operands."""
    if node.name == INPUT:
        return f"in_{node.value}"
    if node.name == SETTING:
        return f"set_{node.value}"
    if node.name == LITERAL:
        return number(node.value, spelling)
    operands = [names[id(operand)] for operand in node.operands]
    text = spelling.text(PRIMITIVES[node.name])
    form = {"f": spelling.suffix, "h": spelling.stored, "m": spelling.prefix, "t": spelling.number}
    return text.format(*operands, **form)


def _bare(text: str) -> str:
    """Text without the parentheses around the whole of it."""
    if not text.startswith("("):
        return text
    depth = 0
    for i, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth == 0:
            return text[1:-1] if i == len(text) - 1 else text
    return text


def number(value: float | bool, spelling: Spelling) -> str:
    """A number of the computing type."""
    if isinstance(value, bool):
        return str(int(value))
    if math.isnan(value):
        return "GG_NAN"
    if math.isinf(value):
        return "GG_INFINITY" if value > 0 else "(-GG_INFINITY)"
    if not spelling.suffix:
        text = repr(value)
    else:
        text = f"{value:.9g}"
        text = (text if "." in text or "e" in text else text + ".0") + "f"
    return f"({text})" if text.startswith("-") else text
