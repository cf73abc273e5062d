"""erf and erfc for NumPy arrays, which NumPy lacks.

W. J. Cody, Rational Chebyshev approximations for the error function, Math. Comp. 23 (1969):
three ranges of |x|, each a quotient of polynomials; relative error below 1e-15 in float64.
"""

from typing import Any

import numpy as np

SMALL, LARGE = 0.46875, 4.0  # where the ranges meet
INVERSE_ROOT_PI = 0.5641895835477562869

NEAR = (
    (
        1.85777706184603153e-1,
        3.16112374387056560e0,
        1.13864154151050156e2,
        3.77485237685302021e2,
        3.20937758913846947e3,
    ),
    (
        1.0,
        2.36012909523441209e1,
        2.44024637934444173e2,
        1.28261652607737228e3,
        2.84423683343917062e3,
    ),
)
MIDDLE = (
    (
        2.15311535474403846e-8,
        5.64188496988670089e-1,
        8.88314979438837594e0,
        6.61191906371416295e1,
        2.98635138197400131e2,
        8.81952221241769090e2,
        1.71204761263407058e3,
        2.05107837782607147e3,
        1.23033935479799725e3,
    ),
    (
        1.0,
        1.57449261107098347e1,
        1.17693950891312499e2,
        5.37181101862009858e2,
        1.62138957456669019e3,
        3.29079923573345963e3,
        4.36261909014324716e3,
        3.43936767414372164e3,
        1.23033935480374942e3,
    ),
)
FAR = (
    (
        1.63153871373020978e-2,
        3.05326634961232344e-1,
        3.60344899949804439e-1,
        1.25781726111229246e-1,
        1.60837851487422766e-2,
        6.58749161529837803e-4,
    ),
    (
        1.0,
        2.56852019228982242e0,
        1.87295284992346725e0,
        5.27905102951428412e-1,
        6.05183413124413191e-2,
        2.33520497626869185e-3,
    ),
)


def erf(x: Any) -> Any:
    """2 / sqrt(pi) times the integral of e**-t**2 from 0 to each element."""
    wide = np.asarray(x, dtype=np.float64)
    magnitude = np.abs(wide)
    near = magnitude <= SMALL
    y = np.copysign(1 - _tail(np.where(near, 1.0, magnitude)), wide)
    y = np.where(near, _near(np.where(near, wide, 0.0)), y)
    return y.astype(x.dtype)[()]


def erfc(x: Any) -> Any:
    """Complementary error function 1 - erf(x), accurate where it is small."""
    wide = np.asarray(x, dtype=np.float64)
    magnitude = np.abs(wide)
    near = magnitude <= SMALL
    tail = _tail(np.where(near, 1.0, magnitude))
    y = np.where(wide < 0, 2 - tail, tail)
    y = np.where(near, 1 - _near(np.where(near, wide, 0.0)), y)
    return y.astype(x.dtype)[()]


def _quotient(polynomials: tuple, z: Any) -> Any:
    return np.polyval(polynomials[0], z) / np.polyval(polynomials[1], z)


def _near(x: Any) -> Any:
    return x * _quotient(NEAR, x * x)


def _tail(magnitude: Any) -> Any:
    """erfc of numbers above ``SMALL``; beyond 27.3 it is below the smallest float64."""
    magnitude = np.minimum(magnitude, 28.0)
    middle = _quotient(MIDDLE, np.minimum(magnitude, LARGE))
    inverse = 1 / np.square(np.maximum(magnitude, LARGE))
    far = (INVERSE_ROOT_PI - inverse * _quotient(FAR, inverse)) * np.sqrt(inverse)
    rough = np.floor(magnitude * 16) / 16  # its square is exact
    fine = (magnitude - rough) * (magnitude + rough)
    with np.errstate(under="ignore"):
        return np.exp(-rough * rough) * np.exp(-fine) * np.where(magnitude <= LARGE, middle, far)
