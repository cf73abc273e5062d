"""Symbols: one number of an elementwise function, standing for every element of an array.

Operators and every elementwise operation work on symbols and build an expression: a graph whose
nodes are operations.  Equal expressions are the same object, so that common parts are shared.
"""

import math
from collections.abc import Callable
from numbers import Real
from typing import Any
from weakref import WeakValueDictionary

from ..backend.locks import INTERNING
from ..ops.declare import COMPOSITE, ELEMENTWISE, REGISTRY, Op
from .primitives import PRIMITIVES
from .refusals import NoNumber, NotElementwise

INPUT, SETTING, LITERAL = "input", "setting", "literal"
ENDS = (INPUT, SETTING, LITERAL)
BITS = frozenset({"and", "or", "xor", "invert"})  # Python's operators of single bits
_symbols: "WeakValueDictionary[tuple, Symbol]" = WeakValueDictionary()


class Symbol:
    """A node of an expression: an operation of operands, an input, a setting or a literal."""

    __slots__ = (
        "__weakref__",
        "inlined",
        "name",
        "op",
        "operands",
        "primitive",
        "settings",
        "value",
    )

    def __init__(self, name: str, op: Op | None, operands: tuple, settings: dict, value: Any):
        self.name = name
        self.op = op
        self.operands = operands
        self.settings = settings
        self.value = value  # of a literal; an input's or a setting's name
        self.primitive = name in ENDS or (  # through and through
            name in PRIMITIVES and all(operand.primitive for operand in operands)
        )
        self.inlined: Symbol | None = None  # the same in primitives, once known, where it is not

    def process(self, op: Op, arguments: tuple, settings: dict) -> Any:
        """Apply ``op`` to arguments of which at least one is a symbol."""
        settings = {**op.settings, **settings}
        if op.kind == COMPOSITE:
            return op.forward(xp, *arguments, **settings)
        if op.kind != ELEMENTWISE:
            raise NotElementwise(
                f"{op.name} works on whole arrays; an elementwise function computes one element "
                "from elements at the same place, so call it outside",
                self,
            )
        name = op.name if REGISTRY.get(op.name) is op else f"{op.name} (a user's)"
        return apply(name, arguments, settings, op)

    @property
    def boolean(self) -> bool:
        """Whether the expression is a truth value rather than a number."""
        if self.name == LITERAL:
            return isinstance(self.value, bool)
        if self.name in ENDS:
            return self.settings.get("boolean", False)
        if self.name == "where":
            return self.operands[1].boolean and self.operands[2].boolean
        known = PRIMITIVES.get(self.name)
        return known.boolean if known else in_primitives(self).boolean

    def __repr__(self) -> str:
        if self.name in ENDS:
            return str(self.value)
        inside = [*map(repr, self.operands), *(f"{k}={v!r}" for k, v in self.settings.items())]
        return f"{self.name}({', '.join(inside)})"

    __hash__ = object.__hash__

    def __pos__(self) -> "Symbol":
        return self

    def __array_ufunc__(self, ufunc: Any, method: str, *arguments: Any, **settings: Any) -> Any:
        """NumPy scalars on the left of an operator, and NumPy's spelling of an operation."""
        if method == "__call__" and ufunc.__name__ in REGISTRY and not settings:
            return self.process(REGISTRY[ufunc.__name__], arguments, {})
        raise NotElementwise(f"numpy.{ufunc.__name__} does not take symbols; use gg's own", self)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise NotElementwise(
            f"an elementwise function sees one element at a time, which has no {name!r}; "
            "do this on the arrays outside",
            self,
        )

    def __bool__(self) -> bool:
        raise NotElementwise(
            f"a Python branch on {self!r:.80}: its value differs from element to element; "
            "use gg.where(condition, a, b), or gg.minimum and gg.maximum",
            self._blamed(),
        )

    def _no_number(self, *_: Any) -> Any:
        raise NotElementwise(
            f"{self!r:.80} is used as a Python number or sequence, but stands for every element; "
            "use gg.tanh and its like instead of math.tanh, and no indexing",
            self._blamed(),
        )

    def _blamed(self) -> "Symbol":
        """A setting, where only settings and numbers decide: as a value Python may read it."""
        ends = [node for node in walk(self) if not node.operands]
        settings = [end for end in ends if end.name == SETTING]
        return settings[0] if settings and all(end.name != INPUT for end in ends) else self

    __float__ = __int__ = __index__ = __complex__ = __len__ = __iter__ = _no_number
    __getitem__ = __contains__ = _no_number

    def __divmod__(self, other: Any) -> tuple[Any, Any]:
        return self // other, self % other

    def __round__(self, digits: Any = None) -> Any:
        """Python's round: to whole numbers, as gg.round."""
        if digits is not None:
            raise NotElementwise("round to digits: use gg.round(x * 10**digits) / 10**digits", self)
        return self.process(REGISTRY["round"], (self,), {})


def _operator(name: str, python: str, turned: bool) -> Callable:
    def method(self: Symbol, *other: Any) -> Any:
        operands = tuple(map(literal, (*other, self) if turned else (self, *other)))
        if python in BITS and any(o.name != INPUT and not o.boolean for o in operands):
            raise NotElementwise(  # an input may be a truth value
                f"{self!r:.80} is combined by bits (&, |, ^, ~), as only truth values are here: "
                "compare first, (x > 0) & (y > 0), or give arrays of integers",
                self._blamed(),
            )
        return apply(name, operands)

    return method


for _row in PRIMITIVES.values():
    if _row.operator:
        _python = _row.operator.__name__.strip("_")
        setattr(Symbol, f"__{_python}__", _operator(_row.name, _python, turned=False))
        if hasattr(int, f"__r{_python}__"):  # 2 - x: the operands change places
            setattr(Symbol, f"__r{_python}__", _operator(_row.name, _python, turned=True))


def symbol(kind: str, name: str, boolean: bool = False) -> Symbol:
    """An input or a setting of that name; ``boolean`` where it is a truth value."""
    return _interned(kind, None, (), {"boolean": True} if boolean else {}, name)


def literal(value: Any) -> Symbol:
    """A symbol for a number; a symbol stays what it is."""
    if isinstance(value, Symbol):
        return value
    if not isinstance(value, Real):
        if type(value).__module__ != "numpy" or getattr(value, "ndim", None) != 0:
            raise NoNumber(value)
        value = value.item()
    return _interned(LITERAL, None, (), {}, value if isinstance(value, bool) else float(value))


def apply(name: str, arguments: tuple, settings: dict | None = None, op: Op | None = None) -> Any:
    """The expression of one operation, simplified where that changes no value."""
    operands = tuple(map(literal, arguments))
    simple = _simplified(name, operands)
    if simple is not None:
        return literal(simple)
    return _interned(name, op or REGISTRY.get(name), operands, settings or {}, None)


def _simplified(name: str, operands: tuple[Symbol, ...]) -> Any:
    """A number or a simpler expression for an operation of ``operands``, or None."""
    row = PRIMITIVES.get(name)
    if row is None:
        return None
    numbers = [o.value if o.name == LITERAL else None for o in operands]
    if row.operator and row.direct and None not in numbers:
        try:
            return row.operator(*numbers)
        except ZeroDivisionError:  # kernels divide by zero as C does
            return None
    return row.simpler(xp, *operands, *numbers) if row.simpler else None


def _interned(name: str, op: Op | None, operands: tuple, settings: dict, value: Any) -> Symbol:
    """The one symbol of that structure."""
    sign = math.copysign(1.0, value) if isinstance(value, float) else 0
    frozen = tuple(
        (key, id(v) if isinstance(v, Symbol) else (type(v), v))
        for key, v in sorted(settings.items())
    )
    key = (name, id(op), tuple(map(id, operands)), frozen, type(value), str(value), sign)
    with INTERNING:
        found = _symbols.get(key)
        if found is None:
            found = _symbols[key] = Symbol(name, op, operands, settings, value)
        return found


class SymbolNamespace:
    """The reader of rules that builds expressions: each elementwise operation by its name."""

    def __getattr__(self, name: str) -> Callable:
        op = REGISTRY.get(name)
        if op is None:
            raise AttributeError(f"no operation {name!r}; declare it in gpugrad/ops")

        def call(*arguments: Any, **settings: Any) -> Any:
            return literal(arguments[0]).process(op, arguments, settings)

        call.__name__ = name
        setattr(self, name, call)
        return call

    def zeros_like(self, x: Symbol) -> Symbol:
        return literal(0.0)

    def ones_like(self, x: Symbol) -> Symbol:
        return literal(1.0)

    def full_like(self, x: Symbol, value: Any) -> Symbol:
        return literal(value)


xp = SymbolNamespace()


def walk(*roots: Symbol) -> list[Symbol]:
    """Every symbol that ``roots`` are made of, operands first."""
    order: list[Symbol] = []
    seen: set[int] = set()
    pending: list[tuple[Symbol, bool]] = [(root, False) for root in reversed(roots)]
    while pending:
        node, ready = pending.pop()
        if ready:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            pending.append((node, True))
            inner = (v for v in node.settings.values() if isinstance(v, Symbol))
            pending.extend((operand, False) for operand in (*reversed(node.operands), *inner))
    return order


def in_primitives(root: Symbol) -> Symbol:
    """The same expression of primitives only; an operation that has no such form raises."""
    if not root.primitive and root.inlined is None:
        for node in walk(root):
            if not node.primitive and node.inlined is None:
                node.inlined = _inlined(node)
    return _known(root)


def _known(node: Symbol) -> Symbol:
    return node if node.inlined is None else node.inlined


def _inlined(node: Symbol) -> Symbol:
    """``node``, whose operands are known in primitives already."""
    operands = tuple(map(_known, node.operands))
    if node.name in PRIMITIVES:
        return apply(node.name, operands, node.settings, node.op)
    if node.op is None:
        raise NotElementwise(f"no operation {node.name!r} for kernels", node)
    if not node.op.fusible:
        raise NotElementwise(
            f"{node.name} is computed by a library, so that no kernel can hold it; "
            "call it outside of the elementwise function",
            node,
        )
    whole = literal(node.op.forward(xp, *operands, **node.settings))
    if whole.name == node.name and list(map(id, whole.operands)) == list(map(id, operands)):
        raise NotElementwise(
            f"{node.name} has neither a spelling in C nor a rule in terms of operations that do",
            node,
        )
    return in_primitives(whole)
