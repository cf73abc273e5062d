"""torch.func: gpugrad's transforms, whose results are Tensors of this package."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from .. import transforms
from .owning import owning

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


def _of_function(transform: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(transform)
    def transformed(func: Callable, *arguments: Any, **settings: Any) -> Any:
        return owning(transform(func, *arguments, **settings))

    return transformed


grad, hessian = _of_function(transforms.grad), _of_function(transforms.hessian)
jacfwd, jacrev = _of_function(transforms.jacfwd), _of_function(transforms.jacrev)
jvp, linearize, vjp = owning(transforms.jvp), owning(transforms.linearize), owning(transforms.vjp)


def vmap(func: Callable, in_dims: Any = 0, out_dims: Any = 0, randomness: str = "error") -> Any:
    """Function of a whole batch, from a function of one member."""
    way = "same" if randomness == "error" else randomness
    return owning(transforms.vmap(func, in_dims, out_dims, randomness=way))


def grad_and_value(func: Callable, argnums: Any = 0, has_aux: bool = False) -> Callable[..., Any]:
    """Function that gives gradient and value of ``func``."""
    both = transforms.value_and_grad(func, argnums=argnums, has_aux=has_aux)

    def turned(*arguments: Any, **settings: Any) -> tuple:
        value, gradient = both(*arguments, **settings)
        return gradient, value

    return owning(turned)
