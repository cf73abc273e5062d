"""Reverse mode as functions of functions: ``grad``, ``value_and_grad``, ``vjp``."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from ..engine.cells import like
from ..engine.promotion import NUMBERS
from ..tensor.given import check_function
from .arguments import (
    Argnums,
    aux_in_kind,
    check_choice,
    check_derivable,
    check_results,
    direction_of,
    in_kind,
    is_complex,
    kind_of,
    leaves_like,
    read_inputs,
    selected,
)
from .boxes import flat, has_derivative, ones
from .traced import Run


def vjp(function: Callable, *primals: Any, has_aux: bool = False) -> tuple:
    """Value of ``function(*primals)`` and the function that maps cotangents back, as jax.vjp.

        y, pull = gg.vjp(lambda x: x**2, np.array([1.0, 3.0]))
        print(pull(np.array([1.0, 1.0]))[0].tolist())  # [2.0, 6.0]

    A cotangent has the structure and shapes of the result; ``pull`` returns a tuple with one entry
    for each primal, and may be called many times.  Another shape raises ValueError.
    has_aux: function returns (result, anything), and vjp returns (result, pull, anything).
    """
    check_function("vjp", function)
    chosen, partial = selected(function, range(len(primals)), has_aux, primals, {}, "vjp")
    inputs, rebuild = flat(chosen)
    inputs = read_inputs(inputs, "vjp")
    run = Run(partial, inputs, rebuild)

    def pull(cotangent: Any) -> tuple:
        given = leaves_like(run.result, cotangent, "vjp: the cotangent of the result")
        starts = [
            direction_of(v, c, "vjp: a cotangent for a result") if has_derivative(v) else None
            for v, c in zip(run.leaves, given, strict=True)
        ]
        kind = kind_of(primals, cotangent)
        return rebuild([like(g, kind) for g in run.back(starts, True)])

    value, aux = run.lowered()
    kind = kind_of(primals)
    value = in_kind(value, kind)
    return (value, pull, aux_in_kind(aux, kind)) if has_aux else (value, pull)


def value_and_grad(
    function: Callable, argnums: Argnums = 0, has_aux: bool = False, holomorphic: bool = False
) -> Callable[..., tuple]:
    """Function that returns the value of ``function`` and its gradient, as jax.value_and_grad.

        print(gg.value_and_grad(lambda x: x**2)(3.0))  # (9.0, 6.0)

    argnums: the positional arguments by which to differentiate, an integer or several; each is an
    array, a number or a container of them.
    has_aux: function returns (value, anything); the result is ((value, anything), gradient).
    holomorphic: inputs and value are complex, and the gradient is the complex derivative.
    TypeError is raised unless the value is one number, and for inputs that are no floats.
    """
    check_choice("value_and_grad", function, argnums)

    @wraps(function)
    def differentiated(*arguments: Any, **keywords: Any) -> tuple:
        primals, partial = selected(function, argnums, has_aux, arguments, keywords, "grad")
        inputs, rebuild = flat(primals)
        inputs = read_inputs(inputs, "grad", holomorphic)
        run = Run(partial, inputs, rebuild)
        check_derivable([_scalar(run.result)], "grad")
        check_results(run.leaves, "grad", holomorphic)
        kind = kind_of(*arguments, *keywords.values())
        gradients = rebuild([like(g, kind) for g in run.back([ones(run.result)], False)])
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
    """Gradient of a function that returns one number, as jax.grad.

        print(gg.grad(lambda x, y: x**2 * y, argnums=(0, 1))(3.0, 2.0))  # (12.0, 9.0)

    The gradient has the structure, shapes and dtypes of the input.  With has_aux it is (gradient,
    aux).  For a real function of complex numbers it is JAX's gradient, which is the conjugate of
    what ``.backward()`` gives.  argnums, has_aux, holomorphic and errors: see value_and_grad.
    """
    check_choice("grad", function, argnums)
    both = value_and_grad(function, argnums, has_aux, holomorphic)

    @wraps(function)
    def gradient(*arguments: Any, **keywords: Any) -> Any:
        value, gradients = both(*arguments, **keywords)
        return (gradients, value[1]) if has_aux else gradients

    return gradient


def elementwise_grad(function: Callable, argnums: Argnums = 0) -> Callable[..., Any]:
    """Derivative of each element of the result by the same element of the input.

        print(gg.elementwise_grad(gg.sin)(np.array([0.0, np.pi])).tolist())  # [1.0, -1.0]

    ``function`` works element by element, as for autograd's elementwise_grad.  The derivative is
    the gradient of the sum of the result, in the shape and dtype of the input.  For a complex
    function of complex numbers it is the complex derivative.
    """
    check_choice("elementwise_grad", function, argnums)

    @wraps(function)
    def derivative(*arguments: Any, **keywords: Any) -> Any:
        primals, partial = selected(
            function, argnums, False, arguments, keywords, "elementwise_grad"
        )
        inputs, rebuild = flat(primals)
        inputs = read_inputs(inputs, "elementwise_grad")
        run = Run(partial, inputs, rebuild)
        check_derivable(run.leaves, "elementwise_grad")
        if not all(map(is_complex, inputs)):
            check_results(run.leaves, "elementwise_grad", False)
        kind = kind_of(*arguments, *keywords.values())
        found = run.back([ones(value) for value in run.leaves], False)
        gradients = rebuild([like(g, kind) for g in found])
        return gradients[0] if isinstance(argnums, int) else gradients

    return derivative
