"""Functions and their derivatives: W1, W2, W3 and W7.

A program has the parameters ``m``, the library's functions, and ``nn``, its layers, and gives the
function that is differentiated.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import derivatives
import elementwise
import numpy as np
import tape

from .row import Call, Row

FEW = 100  # elements and samples where a workload is only tried


def both_ways(arrays: tuple, wrt: tuple[int, ...], **programs: Callable) -> dict[str, Callable]:
    """Spellings of a gradient: all programs by backward(), the first one by grad too."""
    made = {
        name: lambda library, program=program: library.backward(program, arrays, wrt)
        for name, program in programs.items()
    }
    first, program = next(iter(programs.items()))
    return made | {f"{first}, grad": lambda library: library.grad(program, arrays, wrt)}


# --- W1 ----------------------------------------------------------------------------------------


def by_tanh(m: Any, nn: Any) -> Callable:
    return lambda x, c, t: m.sum(tape.links(x, c, t, m.tanh))


def by_sigmoid(m: Any, nn: Any) -> Callable:
    return lambda x, c, t: m.sum(tape.links(x, c, t, lambda y: 2 * m.sigmoid(2 * y) - 1))


def chain_by_hand(x: Any, c: Any, t: Any) -> Any:
    """Value and gradient by x."""
    ys, y = [], x
    for _ in range(tape.LINKS):
        y = np.tanh(y * c + t)
        ys.append(y)
    g = np.ones_like(x)
    for y in reversed(ys):
        g = g * (1 - y * y) * c
    return ys[-1].sum(), g


def chain(tried: bool = False) -> Row:
    """W1."""
    arrays = tuple(np.full(8, value, np.float32) for value in (0.5, 0.9, 0.1))
    return Row(
        "200 operations on 8 elements, an operation",
        both_ways(arrays, (0,), tanh=by_tanh, sigmoid=by_sigmoid),
        lambda: partial(chain_by_hand, *arrays),
        "us",
        {
            **dict.fromkeys(("tanh", "tanh, grad", "by hand"), tape.OPERATIONS),
            "sigmoid": 5 * tape.LINKS + 1,
        },
    )


# --- W2 ----------------------------------------------------------------------------------------


def by_power(m: Any, nn: Any) -> Callable:
    return lambda a, b: tape.expression(a, b, m.relu)


def by_product(m: Any, nn: Any) -> Callable:
    def power(x: Any, n: int) -> Any:
        return x * x if n == 2 else x * x * x

    return lambda a, b: tape.expression(a, b, lambda v: m.maximum(v, 0), power)


def expression_by_hand(a: float, b: float) -> tuple[float, tuple[float, float]]:
    """Value and gradient in plain Python."""
    first, second = a + b, b - a
    d = 4 * (3 * (a * b + b * b * b) + max(first, 0.0)) + max(second, 0.0)
    e = 4 * first + 3 - a - d
    f = e * e
    slope = (0.5 - 10 / (f * f)) * 2 * e
    by_a = 3 - 12 * b - 4 * (first > 0) + (second > 0)
    by_b = 4 - 12 * (a + 3 * b * b) - 4 * (first > 0) - (second > 0)
    return f / 2 + 10 / f, (slope * by_a, slope * by_b)


def expression(tried: bool = False) -> Row:
    """W2."""
    numbers = -4.0, 2.0
    arrays = tuple(np.asarray(x, np.float32) for x in numbers)
    programs = {"** and relu": by_power, "* and maximum": by_product}
    return Row(
        "micrograd's README expression of two scalars",
        both_ways(arrays, (0, 1), **programs),
        lambda: partial(expression_by_hand, *numbers),
        "us",
    )


# --- W3 ----------------------------------------------------------------------------------------


def by_names(m: Any, nn: Any) -> Callable:
    return lambda x, y: m.sum(m.tanh(x * y + x / 2) * m.sigmoid(y) - m.log1p(m.exp(-x)))


def by_exponentials(m: Any, nn: Any) -> Callable:
    return lambda x, y: m.sum(m.tanh(x * (y + 0.5)) / (1 + m.exp(-y)) - m.log(1 + m.exp(-x)))


def by_stable_names(m: Any, nn: Any) -> Callable:
    return lambda x, y: m.sum(m.tanh(x * y + 0.5 * x) * m.sigmoid(y) - m.softplus(-x))


def fused(tried: bool = False) -> Row:
    """W3."""
    size = FEW if tried else elementwise.SIZE
    arrays = elementwise.arrays(size)
    return Row(
        f"a fused elementwise function of {size:,}, value and gradients",
        both_ways(
            arrays,
            (0, 1),
            names=by_names,
            exponentials=by_exponentials,
            softplus=by_stable_names,
        ),
        lambda: elementwise.numpy_calls(size)[elementwise.ROW],
    )


# --- W7 ----------------------------------------------------------------------------------------

LIKELIHOODS = {  # of z = x @ w and y, each the negative logarithm
    "log1p(exp(z)) - y z": lambda m, nn: lambda z, y: m.sum(m.log1p(m.exp(z)) - y * z),
    "logaddexp(0, z) - y z": lambda m, nn: lambda z, y: m.sum(m.logaddexp(0, z) - y * z),
    "logarithms of sigmoid": lambda m, nn: (
        lambda z, y: -m.sum(y * m.log(m.sigmoid(z)) + (1 - y) * m.log(1 - m.sigmoid(z)))
    ),
    "softplus(z) - y z": lambda m, nn: lambda z, y: m.sum(m.softplus(z) - y * z),
    "BCE with logits": lambda m, nn: nn.BCEWithLogitsLoss(reduction="sum"),
    "Poisson": lambda m, nn: lambda z, y: m.sum(m.exp(z) - y * z),
}


def likelihood(spelling: str, m: Any, nn: Any) -> Callable:
    """The function of the weights w, samples x and outcomes y."""
    measure = LIKELIHOODS[spelling](m, nn)
    return lambda w, x, y: measure(x @ w, y)


def hessian_by_hand(w: Any, x: Any, y: Any) -> Any:
    """Of the logistic ones."""
    p = 1 / (1 + np.exp(-(x @ w)))
    return x.T @ ((p * (1 - p))[:, None] * x)


def hessian(tried: bool = False) -> Row:
    """W7."""
    count = FEW if tried else derivatives.SAMPLES
    outcomes = (derivatives.SIGNS > 0).astype(float)
    arrays = derivatives.W, derivatives.X[:count], outcomes[:count]

    def spelled(spelling: str) -> Callable[[Any], Call]:
        return lambda library: library.hessian(partial(likelihood, spelling), arrays)

    return Row(
        "Hessian of a likelihood by 50 weights, 2000 samples, float64",
        {spelling: spelled(spelling) for spelling in LIKELIHOODS},
        lambda: partial(hessian_by_hand, *arrays),
    )


ROWS = {"W1": chain, "W2": expression, "W3": fused, "W7": hessian}
