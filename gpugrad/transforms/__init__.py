"""Functions of functions: gradients, products with Jacobians, in any nesting."""

from .batched import vmap
from .checkpointing import checkpoint
from .custom_rules import custom_jvp, custom_vjp
from .forward import jvp
from .jacobians import hessian, hvp, jacfwd, jacobian, jacrev
from .linear import linearize
from .reverse import elementwise_grad, grad, value_and_grad, vjp

__all__ = [
    "checkpoint",
    "custom_jvp",
    "custom_vjp",
    "elementwise_grad",
    "grad",
    "hessian",
    "hvp",
    "jacfwd",
    "jacobian",
    "jacrev",
    "jvp",
    "linearize",
    "value_and_grad",
    "vjp",
    "vmap",
]
