"""Calls of NumPy's functions of samples, coefficients and sets."""

import numpy as np
from numpy_case import case
from sample import complexes, numbers

A = numbers(3, 4, seed=1)
V, SHORT = numbers(5, seed=2), numbers(3, seed=3)
POINTS = np.array([0.0, 0.3, 0.9, 1.7])
EVEN = np.arange(4) / 2
INTEGERS = np.array([[3, 1, 4, 1], [5, 9, 2, 6]])
TRUTH = A > 0
STEPS = np.array([0.3, 3.5, 7.1, 6.2, 0.4])

SAMPLED = [
    case("diff", A),
    case("diff", A, 2, 0),
    case("diff", A, 0),
    case("diff", A, prepend=1.5, append=A[:, :2]),
    case("diff", TRUTH),
    case("diff", INTEGERS, append=0),
    case("ediff1d", A),
    case("ediff1d", V, SHORT, 0.5),
    case("gradient", V),
    case("gradient", A),
    case("gradient", A, 2.0, edge_order=2),
    case("gradient", A, np.array([0.0, 0.4, 1.1]), 0.5),
    case("gradient", A, POINTS, axis=1, edge_order=2),
    case("gradient", V[:4], EVEN),
    case("gradient", V[:4], EVEN, edge_order=2),
    case("gradient", INTEGERS),
    case("trapezoid", A),
    case("trapezoid", A, POINTS),
    case("trapezoid", A, np.sort(A), axis=0),
    case("trapezoid", V, dx=0.3),
    case("trapezoid", INTEGERS, axis=0),
    case("interp", np.array([0.1, 0.5, 1.6]), POINTS, V[:4]),
    case("interp", np.array([-0.4, 0.5, 2.6]), POINTS, V[:4]),
    case("interp", np.array([-0.4, 0.5, 2.6]), POINTS, V[:4], 7.0, -1),
    case("interp", np.array([-3.4, 0.5, 9.6]), SHORT, V[:3], None, None, np.array(1.3)),
    case("interp", np.array(0.2), POINTS, complexes(4)),
    case("interp", 2, [1, 2, 4], [5, 6, 7]),
    case("interp", np.array([0.5, 2.0]), [1], [5]),
    case("interp", [0.5, np.nan], [1], [5]),
    case("interp", [0, 1, 1.5, 2, 2.5, 3, np.nan], [0, 1, 2, 3], [1, 5, np.inf, 2]),
    case("interp", [0, 0.5, 1, 1.5, 2.5, -1], [0, 1, 2, 3], [np.inf, np.inf, -np.inf, np.nan]),
    case("unwrap", STEPS),
    case("unwrap", STEPS, period=4.0),
    case("unwrap", np.stack([STEPS, 2 * STEPS]), 3.6, axis=0, period=5.0),
    case("unwrap", np.array([0, 1, 2, -1, 0]), period=4),
]
CONVOLVED = [
    *[
        case(name, *arrays, mode)
        for name in ("convolve", "correlate")
        for mode in ("full", "same", "valid")
        for arrays in ((V, SHORT), (SHORT, V[:4]), (V, numbers(4)))
    ],
    case("convolve", 2, [1, 2, 3.0]),
    case("convolve", 2, np.array([1, 3], np.int8)),
    case("convolve", INTEGERS[0], INTEGERS[1][:2]),
    case("correlate", complexes(4), complexes(2), order=1),
]
COEFFICIENTS = [
    case("vander", SHORT),
    case("vander", np.array([0.0, 1.3]), 4, increasing=True),
    case("vander", [1, 2], 0),
    case("polyval", V, A),
    case("polyval", [1, 2], SHORT),
    case("polyadd", V, SHORT),
    case("polysub", SHORT, V),
    case("polymul", V, SHORT),
    case("polymul", [0, 0, 1, 2], SHORT, batch=False),
    case("polydiv", V, SHORT, batch=False),
    case("polydiv", SHORT, V),
    case("polydiv", [1, 3, 3, 1], [1, 1], order=0),
    case("polyder", V),
    case("polyder", V, 2),
    case("polyder", [2], 3),
    case("polyint", V),
    case("polyint", SHORT, 2, V[:2]),
    case("polyint", [1, 2], 2, 3.0),
    case("poly", SHORT),
    case("poly", numbers(2, 2), order=1, batch=False),
    case("poly", np.array([1j, -1j, 2.0]), order=0, batch=False),
    case("roots", np.poly([-1.0, 0.5, 2.0]), batch=False),
    case("roots", np.array([1.0, 0.5, 2.0, -1.0])),
    case("roots", [0, 0, 1, -3, 2, 0], batch=False),
    case("roots", [0, 0]),
    case("polyfit", POINTS, V[:4], 1),
    case("polyfit", V, STEPS, 2, w=abs(V)),
    case("polyfit", V, STEPS, 1, cov=True, order=1),
    case("polyfit", POINTS, A.T, 2, cov="unscaled", order=1),
    case("polyfit", INTEGERS[1], INTEGERS[0], 1),
]
SETS = [
    case("unique", V, batch=False),
    case("unique", np.array([3, 1, 2, 3]), True, True, True),
    case("unique", np.array([[3, 1], [2, 1], [3, 1]]), True, True, True, axis=0),
    case("unique", A, axis=1, batch=False),
    case(
        "unique", np.array([1.3, np.nan, 0.4, np.nan, 1.3]), True, True, True, order=0, batch=False
    ),
    case("unique", np.array([1.3, np.nan, np.nan]), equal_nan=False, order=0, batch=False),
    case("union1d", V, SHORT, batch=False),
    case("intersect1d", [3, 1, 4, 1], [1, 2, 3], return_indices=True),
    case("intersect1d", [3, 4, 1], [1, 2, 3], True),
    case("setdiff1d", V, [5.0], batch=False),
    case("setdiff1d", [3, 1, 4, 1], [3], True),
    case("setxor1d", V, SHORT, batch=False),
    case("setxor1d", [], [], batch=False),
    case("isin", INTEGERS, [1, 9]),
    case("isin", np.array([1.3, np.nan]), [np.nan, 1.3], invert=True, order=0),
    case("isin", V, [], order=0),
]
CASES = [*SAMPLED, *CONVOLVED, *COEFFICIENTS, *SETS]
