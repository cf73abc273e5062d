"""``Tensor.backward``: the walk at level 0, and what arrives at the leaves."""

from collections.abc import Callable
from dataclasses import replace
from itertools import chain, count, repeat
from sys import getrefcount
from typing import Any

from ..backend.dtypes import COMPLEX, FLOATS, default_float
from ..backend.locks import ARRIVING
from ..backend.select import backend_of
from ..ops.shape import astype as ASTYPE
from . import small
from .anything import ANY
from .buffers import separate
from .cells import Cell, cell, raw
from .functions import function_of
from .namespace import Namespace
from .pullbacks import NO_TENSOR, OUTPUT, Pullback, fitted, pullback_of
from .tape import Leaf, Node, Parts, pick, walk

_hook_numbers = count().__next__


def _scaled(g: Any, p: Any) -> Any:
    """``scale`` in the dtype of ``g``: a partial may be of the default one."""
    share, dtype = ANY.scale(g, p), getattr(g, "dtype", None)  # type: ignore[attr-defined]
    own = getattr(share, "dtype", None)
    widened = own is not dtype and dtype in FLOATS and own == default_float()
    return ANY.astype(share, dtype=dtype) if widened else share


PULLING = Namespace()  # what rules compute in when the walk itself is recorded
vars(PULLING).update({**vars(ANY), "scale": _scaled})


def backward(tensor: Any, gradient: Any, retain: bool | None, create_graph: bool) -> None:
    """Walk from ``tensor`` to the leaves and add what arrives to their ``.grad``."""
    with backend_of(tensor.held).quiet():
        _add_to_leaves(arriving(tensor, gradient, retain, create_graph))


def arriving(
    tensor: Any, gradient: Any, retain: bool | None, create_graph: bool
) -> dict[Leaf, Any]:
    """What a walk from ``tensor`` brings to each leaf, in arrays that nobody else holds."""
    if tensor.node is None:
        raise RuntimeError(
            "backward: this tensor was not computed from one that requires grad; "
            "make an input with requires_grad=True"
        )
    if tensor.node.order > small.FROM_NODES:
        small.start()
    backend = backend_of(tensor.held)
    start = _start(tensor, gradient, backend)
    keep = create_graph if retain is None else retain
    if create_graph:
        arrived = walk(tensor.node, cell(start), lambda g: PULLING, keep, relinked)
    else:
        arrived = walk(tensor.node, raw(start), raw_space, keep)
    separate(arrived)
    return arrived


def _add_to_leaves(arrived: dict[Leaf, Any]) -> None:
    """Add what arrived to the leaves' gradients: all or, if a hook raises, nothing."""
    complete = [
        (leaf, cell, completed(leaf, g))
        for leaf, g in arrived.items()
        if (cell := leaf.cell()) is not None
    ]
    with ARRIVING:
        for leaf, cell, gradient in complete:
            alone = getattr(cell, "_grad", None) is None
            cell._grad = gradient if alone else _sum_for(leaf, cell, gradient)


def _sum_for(leaf: Leaf, cell: Any, gradient: Any) -> Any:
    """The gradient of a leaf with another added: in the array of the first sum, if the leaf alone
    holds it still, so that gradients of many walks add up without new memory."""
    before, alone = cell._grad, False
    if leaf.added is before and gradient.node is None and type(gradient.held) is type(before.held):
        # held by cell._grad, leaf.added, ``before``; the array by it and the call's own argument
        alone = getrefcount(before) <= 4 and getrefcount(before.held) <= 2
    if alone and gradient.dtype == before.dtype:
        array = before.held
        array += gradient.held
        return before
    total = before + gradient
    leaf.added = total if total.node is None and total.held.shape else None
    return total


def _start(tensor: Any, gradient: Any, backend: Any) -> Any:
    """The gradient that the walk begins with, checked against ``tensor``."""
    if gradient is None:
        if tensor.size != 1:
            raise RuntimeError(
                f"backward: a tensor of shape {tensor.shape} needs a gradient of that shape; "
                "call .sum().backward(), or give backward(gradient)"
            )
        return backend.ones(tensor.held)
    if not isinstance(gradient, Cell):
        gradient = Cell.results(backend.asarray(gradient, dtype=tensor.dtype, copy=True))
    if gradient.shape != tensor.shape:
        raise ValueError(f"backward: gradient of shape {gradient.shape} for {tensor.shape}")
    if gradient.dtype != tensor.dtype:
        gradient = function_of(ASTYPE)(gradient, dtype=tensor.dtype)
    if backend_of(gradient.held) is not backend:
        raise ValueError(f"backward: gradient on {gradient.device} for a tensor on {backend.name}")
    if tensor.dtype in COMPLEX:
        gradient = ANY.conj(gradient)  # torch's convention: |z|**2 has the gradient 2z
    return gradient


def raw_space(g: Any) -> Any:
    """The namespace of the device that a raw gradient is on."""
    if type(g) is Parts:
        g = next(iter(g.by_output.values()))
    return backend_of(g).xp


def relinked(node: Node) -> tuple:
    """What ``node`` kept, as Tensors with their nodes, so that the walk itself is recorded."""
    origins = chain(node.pullback.origins, repeat(NO_TENSOR))  # a kernel may have kept more
    pairs = zip(node.kept, origins, strict=False)
    return tuple(_linked(node, value, origin) for value, origin in pairs)


def _linked(node: Node, value: Any, origin: int) -> Any:
    if origin == NO_TENSOR:
        return value
    if origin == OUTPUT:
        if isinstance(value, tuple):
            op = node.pullback.op
            return tuple(Cell.results(v, pick(op, node, i, v)) for i, v in enumerate(value))
        return Cell.results(value, node)
    parent = node.parents[origin]
    if node.pullback.fits:
        shape, dtype = node.kept[-1][1][origin]
        if dtype is not None and dtype != value.dtype:  # the rule read a promoted copy
            parent = Node(
                fitted(pullback_of(ASTYPE, (True,))),
                (parent,),
                ((None, ((shape, dtype),)),),
                {"dtype": value.dtype},
            )
    return Cell.results(value, parent)


def completed(leaf: Leaf, g: Any) -> Any:
    """What arrived at a leaf as its gradient: torch's convention, after its hooks."""
    gradient = g if isinstance(g, Cell) else Cell.results(g)
    if g.dtype.kind == "c":
        gradient = ANY.conj(gradient)
    return hooked(leaf.hooks, gradient) if leaf.hooks else gradient


def hooked(hooks: dict[int, Callable], gradient: Any) -> Any:
    """``gradient`` after the hooks, each of which may replace it."""
    for hook in list(hooks.values()):
        answer = hook(gradient)
        if answer is not None:
            _check_answer(answer, gradient)
            gradient = answer
    return gradient


def _check_answer(answer: Any, gradient: Any) -> None:
    if not isinstance(answer, Cell) or answer.shape != gradient.shape:
        given = (
            f"a tensor of shape {answer.shape}"
            if isinstance(answer, Cell)
            else (type(answer).__name__)
        )
        raise TypeError(
            f"register_hook: the hook returned {given} for a gradient of shape {gradient.shape}; "
            "return a tensor of that shape, or None to leave the gradient as it is"
        )


def register_hook(tensor: Any, hook: Callable) -> Callable[[], None]:
    """See ``Tensor.register_hook``."""
    node = tensor.node
    if node is None:
        raise RuntimeError("register_hook: this tensor does not require grad")
    hooks: dict[int, Callable]
    if isinstance(node, Leaf):
        hooks = node.hooks
    elif (earlier := getattr(node.pullback.pull, "hooks", None)) is not None:
        hooks = earlier  # called in the order of registration, as a leaf's
    else:
        hooks = {}
        turned = tensor.level == 0 and tensor.dtype in COMPLEX  # what .grad would be: the conjugate
        node.pullback = _with_hooks(node.pullback, hooks, turned)
    key = _hook_numbers()  # not their count: an earlier one may be gone
    hooks[key] = hook
    return lambda: hooks.pop(key, None) and None


def _with_hooks(inner: Pullback, hooks: dict[int, Callable], turned: bool) -> Pullback:
    """``inner`` walked with the gradient that the hooks give; ``turned``: they see conjugates."""

    def answer(g: Any) -> Any:
        return ANY.conj(hooked(hooks, ANY.conj(g))) if turned else hooked(hooks, g)

    def pull(xp: Any, g: Any, kept: tuple, settings: dict) -> tuple:
        if isinstance(g, Cell):
            return inner.pull(xp, answer(g), kept, settings)
        given = answer(Cell.results(g))
        plain = xp is not PULLING or (not given.level and given.node is None)
        return inner.pull(xp, given.held if plain else given, kept, settings)

    pull.hooks, pull.unhooked = hooks, inner.pull  # type: ignore[attr-defined]

    return replace(inner, pull=pull, last=pull)
