"""Reverse mode as functions of functions: ``grad``, ``value_and_grad``, ``vjp``."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from ..engine.promotion import NUMBERS
from .arguments import (
    Argnums,
    aux_in_kind,
    check_derivable,
    check_inputs,
    check_results,
    direction_of,
    in_kind,
    is_complex,
    kind_of,
    leaves_like,
    selected,
)
from .boxes import flat, has_derivative, ones
from .traced import Run


def vjp(function: Callable, *primals: Any, has_aux: bool = False) -> tuple:
    """``function(*primals)`` and a function from a cotangent of it to those of the primals.

    As jax.vjp: the returned function takes what has the result's structure and gives a tuple with
    one entry a primal; it may be called several times.
    has_aux: function returns (result, anything), and vjp (result, function, anything).
    """
    chosen, partial = selected(function, range(len(primals)), has_aux, primals, {}, "vjp")
    inputs, rebuild = flat(chosen)
    check_inputs(inputs, "vjp")
    run = Run(partial, inputs, rebuild)

    def pull(cotangent: Any) -> tuple:
        given = leaves_like(run.result, cotangent, "vjp: the cotangent of the result")
        starts = [
            direction_of(v, c, "vjp: a cotangent for a result") if has_derivative(v) else None
            for v, c in zip(run.leaves, given, strict=True)
        ]
        return in_kind(rebuild(run.back(starts, True)), kind_of(primals, cotangent))

    value, aux = run.lowered()
    kind = kind_of(primals)
    value = in_kind(value, kind)
    return (value, pull, aux_in_kind(aux, kind)) if has_aux else (value, pull)


def value_and_grad(
    function: Callable, argnums: Argnums = 0, has_aux: bool = False, holomorphic: bool = False
) -> Callable[..., tuple]:
    """A function that returns ``function``'s value and its gradient, as jax.value_and_grad.

    argnums: which positional arguments (arrays or containers of them) to differentiate by.
    has_aux: function returns (value, anything); the result is ((value, anything), gradient).
    holomorphic: inputs and value are complex, and the gradient is the complex derivative.
    """

    @wraps(function)
    def differentiated(*arguments: Any, **keywords: Any) -> tuple:
        primals, partial = selected(function, argnums, has_aux, arguments, keywords, "grad")
        inputs, rebuild = flat(primals)
        check_inputs(inputs, "grad", holomorphic)
        run = Run(partial, inputs, rebuild)
        check_derivable([_scalar(run.result)], "grad")
        check_results(run.leaves, "grad", holomorphic)
        kind = kind_of(*arguments, *keywords.values())
        gradients = in_kind(rebuild(run.back([ones(run.result)], False)), kind)
        value, aux = run.lowered()
        value = in_kind(value, kind)
        value = (value, aux_in_kind(aux, kind)) if has_aux else value
        return value, gradients[0] if isinstance(argnums, int) else gradients

    return differentiated


def _scalar(result: Any) -> Any:
    shape = getattr(result, "shape", None)
    if shape is None and type(result) not in NUMBERS:
        raise TypeError(
            f"grad: the function returned {type(result).__name__}; it must return one "
            "number (has_aux=True for a pair)"
        )
    if shape:
        raise TypeError(
            f"grad: the function returned an array of shape {shape}; it must return one "
            "number (sum it, or use vjp)"
        )
    return result


def grad(
    function: Callable, argnums: Argnums = 0, has_aux: bool = False, holomorphic: bool = False
) -> Callable[..., Any]:
    """The gradient of a function that returns one number, as jax.grad.

    grad(f)(x) has x's structure, shapes and dtypes; with has_aux it is (gradient, aux).  Of a real
    function of complex numbers it is jax's: the conjugate of what ``.backward()`` gives.
    holomorphic: see value_and_grad.
    """
    both = value_and_grad(function, argnums, has_aux, holomorphic)

    @wraps(function)
    def gradient(*arguments: Any, **keywords: Any) -> Any:
        value, gradients = both(*arguments, **keywords)
        return (gradients, value[1]) if has_aux else gradients

    return gradient


def elementwise_grad(function: Callable, argnums: Argnums = 0) -> Callable[..., Any]:
    """The derivative of each element of the result by its own element of the input: of
    ``function``s that work element by element, as autograd's elementwise_grad.

    It is the gradient of the sum of the result; shapes and dtypes are those of the input.  Of a
    complex function of complex numbers it is the complex derivative.
    """

    @wraps(function)
    def derivative(*arguments: Any, **keywords: Any) -> Any:
        primals, partial = selected(
            function, argnums, False, arguments, keywords, "elementwise_grad"
        )
        inputs, rebuild = flat(primals)
        check_inputs(inputs, "elementwise_grad")
        run = Run(partial, inputs, rebuild)
        check_derivable(run.leaves, "elementwise_grad")
        if not all(map(is_complex, inputs)):
            check_results(run.leaves, "elementwise_grad", False)
        gradients = rebuild(run.back([ones(value) for value in run.leaves], False))
        gradients = in_kind(gradients, kind_of(*arguments, *keywords.values()))
        return gradients[0] if isinstance(argnums, int) else gradients

    return derivative
