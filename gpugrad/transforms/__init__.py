"""Functions of functions: gradients, products with Jacobians, in any nesting.

The results of a transform are of the kind of its arguments, whatever the function computes with:

- Arrays of NumPy or CuPy give arrays of the same library.
- One Tensor among all arguments, tangents and cotangents gives Tensors.
- Python numbers alone give Python numbers, or NumPy arrays where a result has axes.  Beside arrays,
  too, the derivative by a number is a number.

A result that depends on a value whose gradient is still wanted, of a Tensor that requires it or of
a transform around this one, stays a Tensor.  Auxiliary results may be anything: their Tensors
follow the rule, and the rest stays as it is.  What ``checkpoint``, ``custom_vjp`` and
``custom_jvp`` make gives what the function itself gives.
"""

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
