"""Calls of NumPy's functions that find, put in, leave out, and call a function."""

import numpy as np
from numpy_case import case
from sample import numbers

A = numbers(3, 4, seed=1)
V = numbers(5, seed=2)
INTEGERS = np.array([[3, 1, 4, 1], [5, 9, 2, 6]])
ORDER = np.argsort(A, axis=1)

EDITED = [
    *[
        case("delete", A, where, axis)
        for where in (0, -1, [0, 2], slice(None, None, 2), [])
        for axis in (None, 1)
    ],
    case("delete", A, np.array([True, False, True]), 0),
    case("insert", A, 1, V[:4], 0),
    case("insert", A, [0, 2, 2], 7.0, axis=0),
    case("insert", A, [1], [[1], [2], [3]], axis=1),
    case("insert", A, 1, [1.5, 2.5, 3.5], axis=1),
    case("insert", V, slice(0, 3), V[:3]),
    case("insert", V, np.array([True, False, False, False, True]), V[:2]),
    case("insert", INTEGERS, -1, 3.7),
    case("insert", A, [], [], axis=1),
    case("resize", A, (2, 9)),
    case("resize", A, 5),
    case("resize", [], (2, 2)),
    case("trim_zeros", np.array([0.0, 0.0, 1.5, 0.0, 2.5, 0.0]), order=0, batch=False),
    case("trim_zeros", np.array([0, 0, 1, 0]), "b"),
    case("trim_zeros", np.array([[0, 0, 0], [0, 1, 0]]), axis=1),
    case("trim_zeros", np.array([0, 0])),
]
FOUND = [
    case("nonzero", A, order=0, batch=False),
    case("flatnonzero", INTEGERS > 2),
    case("argwhere", INTEGERS > 2),
    case("argwhere", np.array(3)),
    case("searchsorted", np.sort(V), A, order=0),
    case("searchsorted", [1, 2, 2, 3], 2, "right"),
    case("searchsorted", [3, 1, 2], [2, 2.5], sorter=np.array([1, 2, 0])),
    case("take_along_axis", A, ORDER, 1),
    case("take_along_axis", A, ORDER[:, :1], 1),
    case("take_along_axis", A, np.array([3, 11]), None),
    case("extract", A > 0, A, batch=False),
]
CALLED = [
    case("apply_along_axis", lambda line: (line**2).sum(), 0, A),
    case("apply_along_axis", lambda line: line[:2] * line[0], 1, A),
    case("apply_along_axis", lambda line: line.reshape(2, 2), 1, A),
    case("apply_over_axes", lambda x, axis: (x * x).sum(axis), A, [0, 1]),
    case("fromfunction", lambda i, j: i * 2 + j, (2, 3)),
    case("fromfunction", lambda i, j: i == j, (2, 3), dtype=int),
    case("piecewise", A, [A < 0, A >= 0], [-1, lambda x: x * x]),
    case("piecewise", A, [A < 0], [lambda x, k: -x * k, lambda x, k: x**3], 3),
    case("piecewise", INTEGERS, [INTEGERS > 2], [lambda x: x / 2, 5]),
    case("piecewise", np.array(-1.5), [True, False], [lambda x: -x, 4.0]),
    *[
        case(name, M)
        for name in ("bartlett", "blackman", "hamming", "hanning")
        for M in (0, 1, 2, 7)
    ],
    *[case(name, np.array(7, np.uint8)) for name in ("bartlett", "blackman", "hamming", "hanning")],
    case("kaiser", 6, np.array(3.2)),
    case("kaiser", 1, 2),
]
CASES = [*EDITED, *FOUND, *CALLED]
