"""Functions with derivatives of their own: ``custom_vjp`` and ``custom_jvp``, as JAX has them.

The highest level among the arguments uses the rule and hands the lower values to the user's
functions, which compute with them as with any others: so rules are differentiated in their turn,
and every level below sees what they do.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, update_wrapper
from typing import Any

from ..engine.backward import PULLING
from ..engine.cells import at, below, cell, handed, own_cell, raw
from ..engine.forward_rule import typed
from ..engine.levels import recording
from ..engine.namespace import Namespace
from ..engine.promotion import strong
from ..engine.pullbacks import Pullback, released, shape_of
from ..engine.tape import Node, Parts, pick
from ..ops.declare import Op, operation
from ..tensor.cell import Tensor
from ..tensor.given import check_function
from .batched import Batched
from .boxes import flat, has_derivative, is_leaf
from .forward import Dual
from .linear import Linear
from .traced import Level, Traced


@operation(register=False)
def custom(xp: Any, *arrays: Any) -> Any:
    """A function with a derivative of its own."""


@cache
def _named(name: str) -> Op:
    """``custom`` as the nodes of a function of that name show it; few names, many functions."""
    return replace(custom, name=name)


class Custom(ABC):
    """A function and, once they are given, the rules that take its derivative's place."""

    def __init__(self, function: Callable, nondiff_argnums: Sequence[int] = ()) -> None:
        check_function(type(self).__name__, function)
        self.function = function
        self.name = getattr(function, "__name__", "function")
        self.fixed = tuple(nondiff_argnums)
        self.op = _named(self.name)
        update_wrapper(self, function)

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        if keywords or any(not -1 < i < len(arguments) for i in self.fixed):
            arguments = _by_position(self.function, arguments, keywords)
        fixed = {i % len(arguments): arguments[i] for i in self.fixed}
        given = [a for i, a in enumerate(arguments) if i not in fixed]
        call = self.call(fixed, *flat(tuple(given)))
        return call.applied()

    @abstractmethod
    def call(self, fixed: dict[int, Any], leaves: list, rebuild: Callable) -> "Call":
        """One call: what is not differentiated, by its place, and the others' leaves."""


def _by_position(function: Callable, arguments: tuple, keywords: dict) -> tuple:
    import inspect  # a fifth of gpugrad's import time, needed only here

    bound = inspect.signature(function).bind(*arguments, **keywords)
    bound.apply_defaults()
    if bound.kwargs:
        raise TypeError(
            f"{function.__name__}: a function with derivatives of its own takes no "
            "keyword-only arguments"
        )
    return bound.args


class Call(ABC):
    """One call of such a function on the leaves of its arguments."""

    def __init__(self, owner: Any, fixed: dict[int, Any], leaves: list, rebuild: Callable) -> None:
        self.owner = owner
        self.fixed = fixed
        self.leaves = leaves
        self.rebuild = rebuild

    def arguments(self, leaves: list) -> list:
        """All arguments of the function, in their order."""
        whole = list(self.rebuild(leaves))
        for i in sorted(self.fixed):
            whole.insert(i, self.fixed[i])
        return whole

    def plain(self, leaves: list) -> Any:
        """The function itself."""
        return self.owner.function(*self.arguments(leaves))

    def applied(self) -> Any:
        """The result, by the rule of the highest level that an argument has."""
        level = max((v.level for v in self.leaves if isinstance(v, Tensor)), default=0)
        if level:
            top = next(v for v in self.leaves if not below(v, level))
            names = {Batched: "batched", Dual: "dual", Linear: "linear", Traced: "traced"}
            name = next(name for kind, name in names.items() if isinstance(top, kind))
            return getattr(self, name)(level)
        nodes = [v.node if isinstance(v, Tensor) else None for v in self.leaves]
        if recording() and any(nodes):
            return self.recorded(nodes)
        return self.plain(self.leaves)

    def lower(self, level: int) -> list:
        """The leaves as values below ``level``, of cells that nobody else has: what the user's
        functions write in place is theirs."""
        return [own_cell(v) if below(v, level) else at(v, level) for v in self.leaves]

    def result(self, result: Any, level: int) -> tuple[list, Callable]:
        """The leaves of what the user's function returned for values below ``level``, and how to
        put others in their places; RuntimeError where they are not below it."""
        leaves, shape = flat(result)
        for v in leaves:
            if isinstance(v, Tensor) and (v.level >= level if level else v.level or v.node):
                raise RuntimeError(
                    f"{self.owner.name}: the result depends on a value that the function closes "
                    "over and that wants a derivative, or is a batch, itself; make it an argument, "
                    "so that the rule gives its derivative"
                )
        return leaves, shape

    def members(self, result: Any, level: int) -> Any:
        """What a batch gave, as one member's values."""
        leaves, shape = self.result(result, level)
        return shape([Batched(v, level) for v in leaves])

    @abstractmethod
    def pullback(self, leaves: list) -> tuple[Any, Callable[[list], list]]:
        """The result for ``leaves``, and from cotangents of its leaves to those of ours."""

    def traced(self, level: Level) -> Any:
        """Recorded on the tape of a ``grad``, ``vjp`` or Jacobian."""
        nodes = [None if below(v, level) else v.node for v in self.leaves]
        level.holds_tensors = True  # what the rule closes over may be recorded itself
        result, pull = self.pullback(self.lower(level))
        leaves, shape = self.result(result, level)

        def back(xp: Namespace, starts: tuple) -> list:
            return pull([handed(g) for g in starts])

        node = self.node_of(nodes, leaves, back)
        return shape(
            [
                Traced(v, pick(self.owner.op, node, i, v), level) if has_derivative(v) else v
                for i, v in enumerate(leaves)
            ]
        )

    def recorded(self, nodes: list) -> Any:
        """Recorded for ``backward``; when that is recorded too, the rule is read once more, on the
        Tensors that the arguments were."""
        bare = [
            own_cell(v) if node is None else v.detach()
            for v, node in zip(self.leaves, nodes, strict=True)
        ]
        again = [own_cell(v) for v in self.leaves]
        result, pull = self.pullback(bare)
        leaves, shape = self.result(result, 0)

        def back(xp: Namespace, starts: tuple) -> list:
            given = [handed(g) for g in starts]
            if xp is PULLING:
                return self.pullback(again)[1](given)
            return [raw(share) for share in pull(given)]

        node = self.node_of(nodes, leaves, back)
        return shape(
            [
                Tensor(cell(v).held, pick(self.owner.op, node, i, v)) if has_derivative(v) else v
                for i, v in enumerate(leaves)
            ]
        )

    def node_of(self, nodes: list, results: list, back: Callable) -> Node:
        """The node that pulls back by ``back``, which has a share for each leaf."""
        wanted = [i for i, node in enumerate(nodes) if node is not None]

        def pull(xp: Namespace, g: Parts, kept: tuple, settings: dict) -> tuple:
            shares = back(xp, g.as_tuple(len(results)))
            return tuple(self.fitted(xp, shares[i], self.leaves[i]) for i in wanted)

        pullback = Pullback(self.owner.op, pull, lambda *values: (), (), released(self.owner.op))
        return Node(pullback, tuple(nodes[i] for i in wanted), ())

    def fitted(self, xp: Namespace, share: Any, leaf: Any) -> Any:
        """A share of the gradient in its argument's dtype; ValueError for another shape."""
        if share is None:
            return None
        if not is_leaf(share):
            raise TypeError(
                f"{self.owner.name}: the rule gave a cotangent that is "
                f"{type(share).__name__}; give an array or a number"
            )
        share = strong(share, raw(leaf))
        if shape_of(share) != shape_of(leaf):
            raise ValueError(
                f"{self.owner.name}: the rule gave a cotangent of shape {shape_of(share)} for an "
                f"argument of shape {shape_of(leaf)}"
            )
        return typed(xp, share, raw(leaf))
