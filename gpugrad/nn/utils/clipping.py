"""Clipping of gradients, by their norm or element by element.

Nothing is read back from a device, and all of it may stand in a compiled step.
"""

from collections.abc import Iterable
from types import GeneratorType
from warnings import warn

from ...api import functions as F
from ...backend.multi_tensor import state_dtype
from ...engine.levels import no_grad
from ...linalg import vector_norm
from ...tensor.cell import Tensor, tensor

Several = Tensor | Iterable[Tensor]


def clip_grad_norm_(
    parameters: Several,
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
    foreach: bool | None = None,
) -> Tensor:
    """Scale all gradients so that their norm together is at most ``max_norm``; gives the norm that
    they had.

    norm_type: its order, ``inf`` for the largest element.  ``foreach`` has no effect.
    error_if_nonfinite: RuntimeError for a norm that is NaN or infinite, for which the norm is read.
    """
    given = _listed(parameters)
    gradients = [p.grad for p in given if p.grad is not None]
    norm = get_total_norm(gradients, norm_type, error_if_nonfinite)
    clip_grads_with_norm_(given, max_norm, norm)
    return norm


def clip_grads_with_norm_(
    parameters: Several, max_norm: float, total_norm: Tensor, foreach: bool | None = None
) -> None:
    """Scale all gradients, of norm ``total_norm`` together, to one of at most ``max_norm``."""
    with no_grad():
        factor = F.minimum(max_norm / (total_norm + 1e-6), 1.0)
        for p in _listed(parameters):
            if p.grad is not None:
                p.grad = p.grad * _beside(factor, p.grad)


def clip_grad_value_(parameters: Several, clip_value: float, foreach: bool | None = None) -> None:
    """Clip every element of all gradients to [-clip_value, clip_value]."""
    with no_grad():
        for p in _listed(parameters):
            if p.grad is not None:
                p.grad = F.clip(p.grad, -clip_value, clip_value)


def get_total_norm(
    tensors: Several,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
    foreach: bool | None = None,
) -> Tensor:
    """The norm of all elements of ``tensors`` together, where the first of them is; 0 of none.

    Halves are added up in float32.  RuntimeError as ``clip_grad_norm_`` says.
    """
    given = [tensors] if isinstance(tensors, Tensor) else list(tensors)
    if not given:
        return tensor(0.0)
    with no_grad():
        wide = [Tensor(x.held).astype(state_dtype(x.dtype), copy=False) for x in given]
        norms = [vector_norm(F.reshape(x, (-1,)), ord=norm_type) for x in wide]
        total = vector_norm(F.stack([_beside(x, norms[0]) for x in norms]), ord=norm_type)
    if error_if_nonfinite and not F.isfinite(total):
        raise RuntimeError(
            f"clip_grad_norm_: the norm of order {norm_type} is {total.item()}; give "
            "error_if_nonfinite=False to scale by it anyway"
        )
    return total


def _listed(parameters: Several) -> list[Tensor]:
    if isinstance(parameters, Tensor):
        return [parameters]
    given = list(parameters)
    if isinstance(parameters, GeneratorType) and not given:
        warn("parameters is an empty generator, so that no gradient is clipped", stacklevel=3)
    return given


def _beside(x: Tensor, y: Tensor) -> Tensor:
    """``x`` in the dtype and on the device of ``y``."""
    there = x if x.device == y.device else x.to(y.device)
    return there.astype(y.dtype, copy=False)
