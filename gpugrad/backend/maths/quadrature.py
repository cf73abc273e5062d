"""Integrals of log-concave densities over one side of a point, and of their derivatives.

The incomplete gamma and beta functions are such integrals, as functions of x and of parameters.
The derivative by a parameter is the integral of the density times a polynomial in the derivatives
of its logarithm, over the same side.  The side is the one on which the density falls from x on, the
variable (log t, log-odds of t) one in which it is log-concave; 48 points of Gauss then give all but
the last two or three digits of float64.  Where it falls slowly, a parameter below ``RAISED`` is
first raised by that much, by the recurrence of the function:
P(a, x) = P(a+1, x) + x**a e**-x / Gamma(a+1).
"""

from functools import cache
from math import factorial
from typing import Any, NamedTuple

import numpy as np

RAISED = 10  # what a small parameter is raised by
EXTENT = 42.0  # integrands are added up until they fell by e**-42


class Side(NamedTuple):
    """Integrals over one side of x, all of them over a scale that may underflow.

    upper: whether it is the side above x.  total: the integral, derivative: a derivative of it.
    """

    upper: Any
    log_scale: Any
    total: Any
    derivative: Any


@cache
def gauss() -> list[tuple[float, float]]:
    """Gauss-Legendre points of [0, 1] and their weights."""
    points, weights = np.polynomial.legendre.leggauss(48)
    return list(zip(((points + 1) / 2).tolist(), (weights / 2).tolist(), strict=True))


def polygammas(library: Any, z: Any, count: int) -> list:
    """The first ``count`` of psi, psi', psi'', ... at z > 0."""
    return [
        (-1.0) ** (j + 1) * factorial(j) * library.zeta(j + 1.0, z) if j else library.psi(z)
        for j in range(count)
    ]


def stepped(values: list, z: Any) -> list:
    """psi, psi', ... at z + 1 from those at z."""
    return [v + (-1.0) ** j * factorial(j) / z ** (j + 1) for j, v in enumerate(values)]
