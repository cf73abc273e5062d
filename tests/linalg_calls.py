"""Calls of every function of gpugrad.linalg, with every setting, as numpy.linalg takes them."""

import numpy as np
from sample import complexes, numbers

A = numbers(3, 3) + 2 * np.eye(3)
B = numbers(3, 2, seed=1)
C = complexes(3, 3) + 2 * np.eye(3)
S = np.stack([A, numbers(3, 3, seed=2) - 2 * np.eye(3)])
TALL, WIDE = numbers(4, 3, seed=3), numbers(3, 5, seed=4)
CUBE = numbers(2, 3, 4)
LOW_RANK = numbers(4, 2, seed=5) @ numbers(2, 3, seed=6)
NEARLY = LOW_RANK + 1e-6 * TALL  # of lower rank
SYMMETRIC = A + A.T
HERMITIAN = C + C.conj().T
POSITIVE, COMPLEX_POSITIVE = A @ A.T, C @ C.conj().T
EMPTY, NO_ROWS, NO_COLUMNS, NO_STACK = (np.zeros(s) for s in ((0, 0), (0, 3), (3, 0), (0, 3, 3)))
TENSOR = numbers(2, 3, 6, seed=7) + np.eye(6).reshape(2, 3, 6)

CALLS = [
    *(
        (name, (x,), {})
        for name in ("inv", "det", "slogdet", "eigvalsh", "eigh")
        for x in (SYMMETRIC, HERMITIAN, S + S.swapaxes(1, 2), EMPTY, NO_STACK)
    ),
    *(("eigh", (x,), {"UPLO": u}) for x in (A, C) for u in ("U", "u")),
    ("eigvalsh", (A, "U"), {}),
    *(
        ("cholesky", (x,), {"upper": upper})
        for upper in (False, True)
        for x in (POSITIVE, COMPLEX_POSITIVE, POSITIVE + np.triu(A, 1), S @ S.swapaxes(1, 2), EMPTY)
    ),
    *(
        ("solve", pair, {})
        for pair in (
            (A, B),
            (A, B[:, 0]),
            (S, B[:, 0]),
            (S, B),
            (S[0], CUBE[:, :, :2]),
            (C, B),
            (A, C),
            (S[:, None], CUBE),
            (EMPTY, np.zeros(0)),
            (EMPTY, NO_ROWS[:, :2]),
            (A, NO_COLUMNS),
            (NO_STACK, B),
        )
    ),
    *(
        ("qr", (x, mode), {})
        for mode in ("reduced", "complete", "r")
        for x in (A, TALL, WIDE, C, C[:, :2], C[:2], S, CUBE, NO_ROWS, NO_COLUMNS, EMPTY, NO_STACK)
    ),
    *(
        ("svd", (x,), how)
        for x in (A, TALL, WIDE, C[:2], CUBE, NO_ROWS, NO_COLUMNS, EMPTY, NO_STACK)
        for how in ({}, {"full_matrices": False}, {"compute_uv": False})
    ),
    *(
        ("svd", (x,), {"hermitian": True, "compute_uv": uv})
        for x in (SYMMETRIC, HERMITIAN)
        for uv in (True, False)
    ),
    *(("svdvals", (x,), {}) for x in (TALL, WIDE, C, CUBE, EMPTY)),
    *(
        (name, (x,), {})
        for name in ("pinv", "matrix_rank")
        for x in (A, TALL, WIDE, C[:2], CUBE, LOW_RANK, NO_ROWS, NO_STACK, np.zeros((2, 3)))
    ),
    ("pinv", (NEARLY, 1e-4), {}),
    ("pinv", (NEARLY,), {"rtol": 1e-4}),
    ("pinv", (CUBE, np.array([0.5, 0.01])), {}),
    ("pinv", (HERMITIAN,), {"hermitian": True}),
    ("matrix_rank", (NEARLY,), {"tol": 1e-4}),
    ("matrix_rank", (B[:, 0],), {}),
    ("matrix_rank", (CUBE,), {"rtol": np.array([0.5, 0.01])}),
    ("matrix_rank", (CUBE,), {"tol": np.array([9.0, 0.01])}),
    ("matrix_rank", (SYMMETRIC,), {"hermitian": True}),
    ("matrix_rank", (np.zeros(3),), {}),
    *(
        ("lstsq", pair, {})
        for pair in (
            (TALL, numbers(4)),
            (TALL, numbers(4, 2)),
            (WIDE, B),
            (A, B),
            (LOW_RANK, numbers(4, 2)),
            (complexes(4, 2), complexes(4)),
            (NO_ROWS, NO_ROWS),
            (NO_COLUMNS, B),
        )
    ),
    ("lstsq", (NEARLY, numbers(4)), {"rcond": 1e-4}),
    ("lstsq", (TALL, numbers(4)), {"rcond": -1}),
    *(("matrix_power", (x, n), {}) for x in (A, C, S) for n in (0, 1, 2, 5, -1, -3)),
    ("matrix_power", (np.array([[1, 1], [1, 0]]), 30), {}),
    *(("cond", (x, p), {}) for x in (A, C, S) for p in (None, 2, -2, "fro", "nuc", 1, -1, np.inf)),
    ("cond", (TALL,), {}),
    ("cond", (np.zeros((2, 2)),), {}),
    ("cond", (np.ones((2, 2)), 1), {}),
    ("cond", (np.diag([1.0, np.nan]), 1), {}),
    *(
        ("matrix_norm", (x,), {"ord": o, "keepdims": keep})
        for x in (TALL, C, CUBE)
        for keep in (False, True)
        for o in ("fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf)
    ),
    *(("norm", (EMPTY, o), {}) for o in (None, "fro", "nuc", 1, 2, np.inf)),
    *(
        ("norm", (CUBE, o), {"axis": axis, "keepdims": keep})
        for keep in (False, True)
        for axis in ((0, 2), (2, 0), (-1, 0))
        for o in (None, "nuc", 1, -1, 2, -2, np.inf, -np.inf)
    ),
    *(
        ("norm", (CUBE, o), {"axis": axis})
        for axis in (0, -1, (1,))
        for o in (None, 0, 1, 2, 3, -1, -2.5, 0.5, np.inf, -np.inf)
    ),
    ("norm", (CUBE,), {}),
    ("norm", (CUBE,), {"keepdims": True}),
    ("norm", (B[:, 0], 3), {}),
    ("norm", (A, 2), {}),
    ("norm", (3.0,), {}),
    ("norm", ([3, 4],), {}),
    ("norm", (C, "f"), {}),
    *(
        ("vector_norm", (x,), {"ord": o})
        for x in (CUBE, C, np.arange(4))
        for o in (0, 1, 2, 3, -1, np.inf)
    ),
    ("vector_norm", (CUBE,), {"axis": (0, 2), "keepdims": True}),
    ("multi_dot", ([A, B],), {}),
    ("multi_dot", ([B[:, 0], A, B],), {}),
    ("multi_dot", ([numbers(*s) for s in ((5, 2), (2, 7), (7, 1), (1, 3), (3, 4))],), {}),
    ("multi_dot", ([B[:, 0], A, A, B[:, 1]],), {}),
    ("multi_dot", ([B[:, 0], B[:, 1]],), {}),
    ("tensorinv", (TENSOR,), {}),
    ("tensorinv", (A,), {"ind": 1}),
    ("tensorsolve", (TENSOR, numbers(2, 3)), {}),
    ("tensorsolve", (TENSOR.transpose(0, 2, 1), numbers(2, 3)), {"axes": (1,)}),
    ("diagonal", (CUBE,), {"offset": 1}),
    ("diagonal", (CUBE,), {"offset": -1}),
    ("trace", (CUBE,), {"offset": -1}),
    ("trace", (CUBE,), {"dtype": np.float32}),
    ("cross", (B.T, A[:2]), {}),
    ("cross", (B, B[:, ::-1]), {"axis": 0}),
    ("outer", (B[:, 0], C[0]), {}),
    ("vecdot", (C, A), {}),
    ("vecdot", (C, B[:, :1]), {"axis": 0}),
    ("matmul", (S, B), {}),
    ("tensordot", (CUBE, CUBE), {"axes": ((0, 1), (0, 1))}),
    ("tensordot", (CUBE, TALL), {"axes": 1}),
    ("matrix_transpose", (CUBE,), {}),
]
