"""torch.func: gpugrad's transforms, which have JAX's names in both."""

from ..transforms import grad, hessian, jacfwd, jacrev, jvp, linearize, vjp, vmap

__all__ = [
    "grad",
    "grad_and_value",
    "hessian",
    "jacfwd",
    "jacrev",
    "jvp",
    "linearize",
    "vjp",
    "vmap",
]


def grad_and_value(func, argnums=0, has_aux=False):
    """Function that gives gradient and value of ``func``."""
    from ..transforms import value_and_grad

    both = value_and_grad(func, argnums=argnums)
    return lambda *arguments: both(*arguments)[::-1]
