"""Functions of functions: gradients, products with Jacobians, in any nesting."""

from .batched import vmap
from .forward import jvp
from .reverse import grad, value_and_grad, vjp

__all__ = ["grad", "jvp", "value_and_grad", "vjp", "vmap"]
