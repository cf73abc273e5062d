"""Optimizers of containers of arrays, from their gradient: ``grad(params, step)``.

``callback(params, step, gradient)`` is called before each step.  gg.optim has more of them, for
parameters that are changed in place.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from ...numpy import ones_like, sqrt, zeros_like
from .flatten import flatten

__all__ = ["adam", "rmsprop", "sgd", "unflatten_optimizer"]


def unflatten_optimizer(optimize: Callable) -> Callable[..., Any]:
    """From an optimizer of vectors to one of containers of arrays and numbers."""

    @wraps(optimize)
    def of_containers(
        grad: Callable, x0: Any, callback: Callable | None = None, *args: Any, **settings: Any
    ) -> Any:
        start, unflatten = flatten(x0)

        def gradient(x: Any, step: int) -> Any:
            return flatten(grad(unflatten(x), step))[0]

        def called(x: Any, step: int, g: Any) -> None:
            if callback:
                callback(unflatten(x), step, unflatten(g))

        return unflatten(optimize(gradient, start, called, *args, **settings))

    return of_containers


@unflatten_optimizer
def sgd(
    grad: Callable,
    x: Any,
    callback: Callable,
    num_iters: int = 200,
    step_size: float = 0.1,
    mass: float = 0.9,
) -> Any:
    """Stochastic gradient descent with momentum, a moving average of gradients."""
    velocity = zeros_like(x)
    for i in range(num_iters):
        g = grad(x, i)
        callback(x, i, g)
        velocity = mass * velocity - (1.0 - mass) * g
        x = x + step_size * velocity
    return x


@unflatten_optimizer
def rmsprop(
    grad: Callable,
    x: Any,
    callback: Callable,
    num_iters: int = 100,
    step_size: float = 0.1,
    gamma: float = 0.9,
    eps: float = 1e-8,
) -> Any:
    """Gradient descent with each step divided by the root of a moving average of squares."""
    squares = ones_like(x)
    for i in range(num_iters):
        g = grad(x, i)
        callback(x, i, g)
        squares = squares * gamma + g**2 * (1 - gamma)
        x = x - step_size * g / (sqrt(squares) + eps)
    return x


@unflatten_optimizer
def adam(
    grad: Callable,
    x: Any,
    callback: Callable,
    num_iters: int = 100,
    step_size: float = 0.001,
    b1: float = 0.9,
    b2: float = 0.999,
    eps: float = 1e-8,
) -> Any:
    """Adam: moving averages of gradients and of their squares, corrected for their start at 0."""
    m, v = zeros_like(x), zeros_like(x)
    for i in range(num_iters):
        g = grad(x, i)
        callback(x, i, g)
        m = b1 * m + (1 - b1) * g
        v = b2 * v + (1 - b2) * g**2
        x = x - step_size * (m / (1 - b1 ** (i + 1))) / (sqrt(v / (1 - b2 ** (i + 1))) + eps)
    return x
