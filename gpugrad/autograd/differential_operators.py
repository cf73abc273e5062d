"""Transforms with autograd's arguments, in terms of gpugrad's own."""

from collections.abc import Callable, Sequence
from functools import wraps
from inspect import signature
from typing import Any

from .. import transforms
from ..api import functions as gg
from ..numpy import ones_like, shape, tensordot
from ..transforms.arguments import selected

__all__ = [
    "deriv",
    "elementwise_grad",
    "grad",
    "grad_and_aux",
    "grad_named",
    "hessian",
    "hessian_tensor_product",
    "hessian_vector_product",
    "holomorphic_grad",
    "jacobian",
    "make_ggnvp",
    "make_hvp",
    "make_jvp",
    "make_vjp",
    "multigrad_dict",
    "tensor_jacobian_product",
    "value_and_grad",
    "vector_jacobian_product",
]

Argnum = int | Sequence[int]
Function = Callable[..., Any]


def _number(value: Any) -> Any:
    """An array of one element as a number; anything else stays, for ``grad`` to refuse."""
    return gg.sum(value) if getattr(value, "size", 0) == 1 and shape(value) else value


def value_and_grad(fun: Function, argnum: Argnum = 0) -> Function:
    """Function that returns the value of ``fun``, one number or an array of one element, and its
    gradient by the positional argument ``argnum``, or a tuple for several."""

    @wraps(fun)
    def with_value(*arguments: Any, **keywords: Any) -> tuple:
        value = fun(*arguments, **keywords)
        return _number(value), value

    both = transforms.value_and_grad(with_value, argnum, has_aux=True)

    @wraps(fun)
    def differentiated(*arguments: Any, **keywords: Any) -> tuple:
        (_, value), gradient = both(*arguments, **keywords)
        return value, gradient

    return differentiated


def grad(fun: Function, argnum: Argnum = 0) -> Function:
    """Gradient of ``fun``, as value_and_grad gives it."""
    both = value_and_grad(fun, argnum)
    return wraps(fun)(lambda *arguments, **keywords: both(*arguments, **keywords)[1])


def grad_and_aux(fun: Function, argnum: Argnum = 0) -> Function:
    """Function that returns the gradient of the first result of ``fun`` and the second one."""

    @wraps(fun)
    def first(*arguments: Any, **keywords: Any) -> tuple:
        value, aux = fun(*arguments, **keywords)
        return _number(value), aux

    return transforms.grad(first, argnum, has_aux=True)


def grad_named(fun: Function, argname: str) -> Function:
    """Gradient of ``fun`` by the positional argument of that name."""
    return grad(fun, list(signature(fun).parameters).index(argname))


def multigrad_dict(fun: Function) -> Function:
    """Function that returns a dict: for each argument of ``fun`` its name and gradient."""
    names = signature(fun)

    @wraps(fun)
    def gradients(*arguments: Any, **keywords: Any) -> dict:
        bound = names.bind(*arguments, **keywords)
        bound.apply_defaults()
        return grad(lambda given: fun(**given))(dict(bound.arguments))

    return gradients


def holomorphic_grad(fun: Function, argnum: Argnum = 0) -> Function:
    """Complex derivative of a holomorphic ``fun`` of complex numbers."""
    return transforms.grad(fun, argnum, holomorphic=True)


def elementwise_grad(fun: Function, argnum: Argnum = 0) -> Function:
    """Gradient of the sum of what ``fun`` returns: its slope, element by element."""
    return transforms.elementwise_grad(fun, argnum)


def jacobian(fun: Function, argnum: Argnum = 0) -> Function:
    """Jacobian of ``fun``, of its result's shape and then that of the argument."""
    return transforms.jacobian(fun, argnum)


def hessian(fun: Function, argnum: Argnum = 0) -> Function:
    """Second derivatives of ``fun``, the Jacobian of its Jacobian."""
    return transforms.jacfwd(transforms.jacrev(fun, argnum), argnum)


def of_one_argument(operator: Function) -> Function:
    """From ``operator(function, x)`` to what is called as ``transform(fun, argnum)(*arguments)``,
    with the function of that argument alone, or of a tuple of several."""

    @wraps(operator)
    def transform(fun: Function, argnum: Argnum = 0, *more: Any, **settings: Any) -> Function:
        def applied(*arguments: Any, **keywords: Any) -> Any:
            chosen, partial = selected(fun, argnum, False, arguments, keywords, operator.__name__)
            if isinstance(argnum, int):
                return operator(lambda x: partial(x)[0], *chosen, *more, **settings)
            return operator(lambda xs: partial(*xs)[0], chosen, *more, **settings)

        return applied

    return transform


@of_one_argument
def make_vjp(function: Function, x: Any) -> tuple:
    """The function that maps a cotangent back, and the value."""
    value, pull = transforms.vjp(function, x)
    return lambda g: pull(g)[0], value


@of_one_argument
def make_jvp(function: Function, x: Any) -> Function:
    """The function of a tangent that returns the value and its tangent."""
    return lambda v: transforms.jvp(function, (x,), (v,))


@of_one_argument
def make_hvp(function: Function, x: Any) -> tuple:
    """The function that multiplies the Hessian with a vector, and the gradient."""
    value, push = transforms.linearize(grad(function), x)
    return push, value


@of_one_argument
def deriv(function: Function, x: Any) -> Any:
    """Derivative of the result along an argument whose elements all grow at the same rate."""
    return transforms.jvp(function, (x,), (ones_like(x),))[1]


def _half_square(x: Any) -> Any:
    return 0.5 * gg.sum(x**2, axis=-1)


def make_ggnvp(f: Function, g: Function = _half_square, f_argnum: Argnum = 0) -> Function:
    """Function of f's arguments that returns the product of the generalized Gauss-Newton matrix of
    ``g(f(x))``, which leaves out the curvature of ``f``, with a vector."""

    def product(function: Function, x: Any) -> Function:
        value, pull = transforms.vjp(function, x)

        def of(v: Any) -> Any:
            moved = transforms.jvp(function, (x,), (v,))[1]
            return pull(transforms.jvp(grad(g), (value,), (moved,))[1])[0]

        return of

    return of_one_argument(product)(f, f_argnum)


def hessian_tensor_product(fun: Function, argnum: int = 0) -> Function:
    """Function of fun's arguments and a tensor that returns the Hessian's product with it."""

    def product(*arguments: Any, **keywords: Any) -> Any:
        *given, tensor = arguments
        return make_hvp(fun, argnum)(*given, **keywords)[0](tensor)

    return product


def tensor_jacobian_product(fun: Function, argnum: int = 0) -> Function:
    """Function of fun's arguments and a tensor that returns its product with the Jacobian, all
    axes of the tensor against the first ones of the result."""

    def weighed(*arguments: Any, **keywords: Any) -> Any:
        *given, tensor = arguments
        return tensordot(tensor, fun(*given, **keywords), axes=len(shape(tensor)))

    return jacobian(weighed, argnum)


hessian_vector_product, vector_jacobian_product = hessian_tensor_product, tensor_jacobian_product
