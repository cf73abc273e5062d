"""torch.autograd: gradients of given Tensors, and functions with derivatives of one's own."""

from collections.abc import Callable, Sequence
from typing import Any

from ... import transforms
from ...api.creation import zeros_like
from ...backend.select import backend_of
from ...engine.backward import arriving, completed
from ...engine.cells import BOXES
from ...engine.levels import recording
from ...engine.tape import Leaf
from ..grad_mode import enable_grad, inference_mode, no_grad, set_grad_enabled
from ..tensor import Tensor, owned
from . import functional as functional

__all__ = [
    "Function",
    "Variable",
    "backward",
    "enable_grad",
    "functional",
    "grad",
    "inference_mode",
    "no_grad",
    "set_grad_enabled",
]


def _several(x: Any) -> tuple:
    return tuple(x) if isinstance(x, list | tuple) else (x,)


def _together(outputs: Any, gradients: Any) -> tuple[Any, Any]:
    """One Tensor whose gradient is that of several outputs, each with its own gradient."""
    whole = _several(outputs)
    given = _several(gradients) if gradients is not None else (None,) * len(whole)
    if len(whole) == 1:
        return whole[0], given[0]
    return sum(
        y.sum() if g is None else (y * g).sum() for y, g in zip(whole, given, strict=True)
    ), None


def grad(
    outputs: Any,
    inputs: Any,
    grad_outputs: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    only_inputs: bool = True,
    allow_unused: bool | None = None,
    is_grads_batched: bool = False,
    materialize_grads: bool = False,
) -> tuple:
    """Gradients of ``outputs`` by each of ``inputs``, which may be computed ones; ``.grad`` of
    leaves stays as it is.  RuntimeError for an input that the outputs do not depend on, unless
    ``allow_unused`` or ``materialize_grads``.
    """
    if is_grads_batched:
        raise RuntimeError("grad: is_grads_batched=True is not here; use torch.func.vmap")
    wanted = _several(inputs)
    found = _arrived(*_together(outputs, grad_outputs), wanted, retain_graph, create_graph)
    return tuple(
        owned(found[i]) if i in found else _unused(x, materialize_grads, allow_unused)
        for i, x in enumerate(wanted)
    )


def _arrived(y: Any, start: Any, wanted: tuple, retain: bool | None, create: bool) -> dict:
    """What a walk from ``y`` brings to each of ``wanted``, by its number: to leaves, and by hooks
    to computed ones."""
    found: dict[int, Any] = {}
    hooks = [
        x.register_hook(lambda g, i=i: found.__setitem__(i, g))
        for i, x in enumerate(wanted)
        if not isinstance(x.node, Leaf | type(None))
    ]
    try:
        with backend_of(y.held).quiet():
            arrived = arriving(y, start, retain, create)
    finally:
        for hook in hooks:
            hook.remove()
    for i, x in enumerate(wanted):
        if isinstance(x.node, Leaf) and x.node in arrived:
            found[i] = completed(x.node, arrived[x.node])
    return found


def _unused(x: Any, zeros: bool, allowed: bool | None) -> Any:
    if zeros:
        return owned(zeros_like(x))
    if allowed:
        return None
    raise RuntimeError(
        "grad: one of the inputs was not used to compute the outputs; pass allow_unused=True to "
        "get None for it"
    )


def backward(
    tensors: Any,
    grad_tensors: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
) -> None:
    """Add the gradients of several Tensors to ``.grad`` of the leaves."""
    y, start = _together(tensors, grad_tensors)
    y.backward(start, retain_graph, create_graph)


def Variable(data: Any, requires_grad: bool = False) -> Any:
    """The Tensor itself, which records if asked to."""
    return data.requires_grad_() if requires_grad else data


class Context:
    """What ``forward`` of a Function hands on to ``backward``."""

    saved_tensors: tuple = ()
    needs_input_grad: tuple = ()

    def save_for_backward(self, *tensors: Any) -> None:
        """Keep Tensors for ``backward``, which finds them in ``saved_tensors``."""
        self.saved_tensors = tensors

    def mark_non_differentiable(self, *tensors: Any) -> None:
        """Without effect: what has no gradient returns None for it."""

    def set_materialize_grads(self, value: bool) -> None:
        """Without effect: gradients that did not come are zeros."""


class Function:
    """A function with a derivative of one's own: static methods ``forward`` and ``backward``.

    class Double(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return 2 * x

        @staticmethod
        def backward(ctx, grad_output):
            return 2 * grad_output

    Double.apply(x) computes it.
    """

    forward: Callable[..., Any]
    backward: Callable[..., Any]

    @classmethod
    def apply(cls, *arguments: Any) -> Any:
        """Compute the function, recorded with its own derivative."""
        places = [i for i, a in enumerate(arguments) if isinstance(a, Tensor)]
        ctx = Context()
        ctx.needs_input_grad = tuple(getattr(a, "requires_grad", False) for a in arguments)

        def run(*tensors: Any) -> Any:
            whole = list(arguments)
            for i, x in zip(places, tensors, strict=True):
                whole[i] = owned(x)
            if "setup_context" in vars(cls):
                y = cls.forward(*whole)
                cls.setup_context(ctx, tuple(whole), y)  # type: ignore[attr-defined]
                return y
            return cls.forward(ctx, *whole)

        tensors = [arguments[i] for i in places]
        boxed = any(type(x) in BOXES for x in tensors)
        if not boxed and not (recording() and any(ctx.needs_input_grad)):
            with no_grad():
                return _owned(run(*tensors))

        def back(kept: Any, gradient: Any) -> tuple:
            given = map(owned, gradient if isinstance(gradient, tuple) else (gradient,))
            shares = _several(cls.backward(ctx, *given))
            return tuple(shares[i] for i in places)

        rule = transforms.custom_vjp(run)
        rule.defvjp(lambda *tensors: (run(*tensors), ()), back)
        return _owned(rule(*tensors))


def _owned(y: Any) -> Any:
    return tuple(map(owned, y)) if isinstance(y, Sequence) else owned(y)
