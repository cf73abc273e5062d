"""Calls of NumPy's reductions, with masks and first values."""

import numpy as np
from numpy_case import case
from sample import complexes, numbers

A = numbers(2, 3, seed=1)
T = numbers(2, 2, 2, seed=2)
Z = complexes(2, 2)
INTEGERS = np.array([[3, 1, 4], [5, 9, 2]])
MASK = np.array([[True, False, True], [False, True, True]])
WHERE = [
    {"axis": axis, "keepdims": keepdims} for axis in (None, 0, -1, (0, 1)) for keepdims in (0, 1)
]
SMALL = np.arange(4, dtype=np.int8)

ADDED = [
    *[case(name, A, order=1, **how) for name in ("sum", "mean", "max", "var") for how in WHERE],
    *[case(name, A, axis=(), order=1) for name in ("sum", "prod", "max", "mean", "std")],
    *[case(name, T, (0, 2)) for name in ("prod", "min", "std", "amax", "amin")],
    *[case(name, SMALL) for name in ("sum", "prod", "mean", "std", "max", "cumsum", "cumprod")],
    *[case(name, MASK) for name in ("sum", "prod", "mean", "var", "max", "cumsum")],
    case("sum", A, dtype=np.float32, order=0),
    *[case(name, SMALL, dtype=np.int8) for name in ("sum", "prod", "cumsum", "cumprod")],
    case("sum", A, 0, np.int64, order=0),
    case("mean", INTEGERS, dtype=np.float32),
    case("sum", 3),
    case("mean", [1, 2]),
    case("sum", INTEGERS[:0], axis=0),
    case("max", INTEGERS[:0], axis=0, initial=3),
    case("prod", np.array([0.0, 1.5, 2.5])),
]
MASKED = [
    *[
        case(name, A, axis=axis, where=MASK, order=1)
        for name in ("sum", "prod", "mean", "var", "std")
        for axis in (None, 0, 1)
    ],
    *[
        case(name, A, axis=axis, where=MASK[0], keepdims=True, order=1)
        for name in ("sum", "mean", "std")
        for axis in (None, 1)
    ],
    *[
        case(name, A, axis=axis, where=MASK, initial=0.3, order=1)
        for name in ("sum", "prod", "max", "min")
        for axis in (None, 0, 1)
    ],
    *[case(name, A, initial=0.3) for name in ("sum", "prod", "max", "min")],
    *[case(name, A, None, None, None, 1) for name in ("var", "std")],
    *[
        case(name, A, axis=1, **how)
        for name in ("var", "std")
        for how in ({"correction": 1}, {"ddof": 1, "where": MASK}, {"mean": A[:, :1]})
    ],
    *[case(name, Z, axis=0, order=1) for name in ("var", "std", "mean")],
    *[case(name, INTEGERS, where=MASK, initial=4) for name in ("sum", "prod", "max", "min")],
    *[case(name, A > 0, axis=axis, where=MASK) for name in ("any", "all") for axis in (None, 0)],
    *[case(name, INTEGERS, axis=1, keepdims=True) for name in ("any", "all")],
]
RUN = [
    *[case(name, A, order=1) for name in ("cumsum", "cumprod")],
    *[
        case(name, A, axis=0, order=1)
        for name in ("cumsum", "cumprod", "cumulative_sum", "cumulative_prod")
    ],
    *[
        case(name, A, axis=-1, include_initial=True, order=1)
        for name in ("cumulative_sum", "cumulative_prod")
    ],
    *[case(name, A, order=0) for name in ("argmax", "argmin", "count_nonzero")],
    *[
        case(name, A, axis=1, keepdims=True, order=0)
        for name in ("argmax", "argmin", "count_nonzero")
    ],
]
CASES = [*ADDED, *MASKED, *RUN]
