"""Transforms: functions of functions, with JAX's names, in any nesting.

    import numpy as np
    import gpugrad as gg

    def f(x):
        return gg.sum(gg.sin(x) ** 2)

    x = np.array([0.0, 1.0, 2.0])
    print(gg.grad(f)(x).round(3).tolist())  # [0.0, 0.909, -0.757]
    print(gg.hessian(f)(x).shape, gg.vmap(gg.grad(f))(np.stack([x, x])).shape)  # (3, 3) (2, 3)

Gradients: grad, value_and_grad, elementwise_grad.  Products with a Jacobian: vjp, jvp, linearize.
Whole Jacobians: jacfwd, jacrev, jacobian, hessian; hvp is the product with a Hessian.
Batches: vmap.  Memory: checkpoint.  Rules of your own: custom_vjp, custom_jvp.

Arguments may be containers (tuples, lists, dicts, namedtuples) of Tensors, arrays and numbers, and
a gradient has the container, shapes and dtypes of its argument.  An argument that is no float
raises TypeError.

Differences from JAX.

- There is no compiler, so a function may branch on values and call any Python code.
- Arrays may be changed: ``x[i] = v`` of a Tensor is recorded.
- Random numbers come from gg.random, which keeps its own state; there are no keys.
- Arrays of NumPy keep float64; lists of Python floats become float32.
- At ties ``max`` and ``maximum`` share the gradient; at 0 ``relu`` and ``abs`` have slope 0.

Results are of the kind of the arguments, whatever the function computes with.

- Arrays of NumPy or CuPy give arrays of the same library.
- One Tensor among all arguments, tangents and cotangents gives Tensors.
- Python numbers alone give Python numbers, or NumPy arrays where a result has axes.  Beside arrays,
  too, the derivative with respect to a number is a number.

A result stays a Tensor if it depends on a Tensor that requires a gradient, or on a transform around
this one.  The Tensors among auxiliary results follow the rule; anything else stays as it is.
Functions made by ``checkpoint``, ``custom_vjp`` and ``custom_jvp`` give what the function gives.
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
