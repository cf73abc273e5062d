"""Calls of NumPy's functions that make arrays, choose elements by places, and sort."""

import numpy as np
from numpy_case import case
from sample import complexes, numbers

A, B = numbers(2, 3, seed=1), numbers(2, 3, seed=2)
V, P = numbers(3, seed=3), numbers(3, low=0.3, high=3.0, seed=4)
X, Y = numbers(seed=5), numbers(seed=6)
INTEGERS = np.array([[3, 1, 4], [5, 9, 2]])
PLACES = np.array([2, 0, 2])


def made(name, *arguments, **settings):
    return case(name, *arguments, order=1, **settings)


NEW = [
    *[case(name, shape) for name in ("zeros", "ones") for shape in (3, (2, 3), ())],
    *[case(name, 2, dtype) for name in ("zeros", "ones") for dtype in (int, np.float32, bool)],
    *[
        case(name, like, order=0, batch=False)
        for name in ("zeros_like", "ones_like")
        for like in (A, INTEGERS, 3.5, [1, 2])
    ],
    case("zeros_like", A, int, order=0, batch=False),
    case("ones_like", A, shape=(2,), order=0, batch=False),
    made("full", (2, 3), X),
    made("full", (2, 3), V),
    case("full", 2, 7),
    case("full", 2, 7, float),
    made("full_like", INTEGERS, 2.5),
    made("full_like", A, X),
    case("full_like", [1.5], True),
    *[made(name, A) for name in ("array", "asarray", "asanyarray", "ascontiguousarray")],
    *[case(name, [[1, 2], [3, 4.5]]) for name in ("array", "asarray")],
    case("array", [1, 2], ndmin=3),
    case("array", [1, 2.5, np.float32(3)]),
    case("array", [1, -2, np.array(3, np.uint8)]),
    case("array", 3),
    case("array", [1, 2], np.float32),
    case("arange", 4),
    case("arange", 1, 4),
    case("arange", np.int16(1), 4),
    case("arange", np.float32(0.5), 3.0),
    case("arange", 0.5, 3.0, 0.5),
    case("arange", 5, 1, -2),
    case("arange", 3, dtype=np.float32),
    made("arange", X, X + 2.3, batch=False),
    case("eye", 3),
    case("eye", 3, 0),
    case("eye", 2, 3, 1, int),
    case("identity", 2),
    case("tri", 3),
    case("tri", 2, 3, 1, int),
    case("linspace", 0, 1, 5),
    case("linspace", 2, 1),
    case("linspace", 0, 5, 5, False),
    made("linspace", X, Y, 4),
    made("linspace", V, P, 3, axis=1),
    made("linspace", V, Y, 3, False),
    made("linspace", X, Y, 1),
    case("linspace", 1, 2, 4, retstep=True),
    case("linspace", 0, 9, 4, dtype=int),
    made("linspace", X, V, 4, True, True),
    case("logspace", 0, 2, 3),
    made("logspace", X, Y, 4),
    made("logspace", X, Y, 4, base=2.0),
    made("logspace", V, Y, 3, axis=-1),
    case("logspace", 0, 3, 4, dtype=int),
    case("geomspace", 1, 1000, 4),
    case("geomspace", 1, 1000, 4, dtype=int),
    made("geomspace", P, P + 2, 4),
    made("geomspace", -P, -2 * P, 3, False),
    made("geomspace", complexes(2), complexes(2, seed=3), 3),
]
GRIDS = [
    made("meshgrid", V, P),
    made("meshgrid", V, P, indexing="ij"),
    made("meshgrid", V, P, sparse=True),
    case("meshgrid", [1, 2], [3.5]),
    case("indices", (2, 3)),
    case("indices", (2, 3), sparse=True),
    case("indices", (2,), float),
    case("ix_", [0, 1], [2]),
    case("ix_", np.array([True, False]), [1]),
    *[
        case(name, *how)
        for name in ("tril_indices", "triu_indices")
        for how in ((3,), (2, 1), (3, -1, 2))
    ],
    *[case(name, INTEGERS) for name in ("tril_indices_from", "triu_indices_from")],
    case("diag_indices", 2),
    case("diag_indices", 2, 3),
    case("diag_indices_from", np.ones((2, 2)), order=0, batch=False),
]
CHOSEN = [
    made("where", INTEGERS > 2, A, V),
    made("where", INTEGERS > 2, A, 0),
    case("where", INTEGERS > 2),
    case("where", INTEGERS - 3, 1, 2),
    made("take", A, PLACES),
    made("take", A, PLACES, 1),
    made("take", A, PLACES, np.array(1)),
    made("take", A, [[0, -1]], axis=0),
    made("take", A, PLACES + 2, 1, None, "wrap"),
    made("take", A, PLACES - 1, axis=1, mode="clip"),
    made("choose", INTEGERS % 2, [A, B]),
    made("choose", PLACES, np.stack([V, P, V])),
    made("choose", [4, -1, 1], [V, P], mode="wrap"),
    made("choose", [4, -1, 1], [V, P], mode="clip"),
    case("select", [INTEGERS > 4, INTEGERS > 2], [A, B]),
    case("select", [INTEGERS > 4, INTEGERS > 2], [INTEGERS, 2.5], -1),
    made("compress", [1, 0, 1], A, 1, batch=False),
    made("compress", [True, False, True], A, batch=False),
    case("unravel_index", [5, 3], (2, 3)),
    case("unravel_index", 4, (2, 3)),
    case("unravel_index", np.array([4], np.uint64), (2, 3)),
    case("unravel_index", [[5, 3]], (2, 3), order="F"),
    case("ravel_multi_index", ([1, 0], [2, 1]), (2, 3)),
    case("ravel_multi_index", (1, 2), (2, 3), order="F"),
    case("ravel_multi_index", ([3, 0], [-1, 4]), (2, 3), mode=("wrap", "clip")),
]
SORTED = [
    made("sort", A),
    made("sort", A, 0),
    made("sort", A, None),
    made("sort", A, kind="stable"),
    case("argsort", A, order=0),
    case("argsort", INTEGERS, 0),
    case("argsort", 3),
    case("argsort", A, None, order=0),
    case("lexsort", (INTEGERS[0] % 2, INTEGERS[1])),
    case("lexsort", INTEGERS),
    *[
        case(name, A, order=0, batch=False)
        for name in ("unique_all", "unique_counts", "unique_inverse")
    ],
    made("unique_values", A, batch=False),
    case("unique_counts", INTEGERS % 3),
]
CASES = [*NEW, *GRIDS, *CHOSEN, *SORTED]
