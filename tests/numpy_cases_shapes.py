"""Calls of NumPy's functions of shapes, joining, cutting, padding and products."""

import numpy as np
from numpy_case import case
from sample import complexes, numbers

A, B = numbers(2, 3, seed=1), numbers(2, 3, seed=2)
V, W = numbers(3, seed=3), numbers(2, seed=4)
T = numbers(2, 3, 2, seed=5)
S = numbers(3, 3, seed=6)
X = numbers()
Z = complexes(3)
INTEGERS = np.array([[3, 1, 4], [5, 9, 2]])


def moved(name, *arguments, **settings):
    """A case of a function that only moves values: its first derivatives say all."""
    return case(name, *arguments, order=1, **settings)


SHAPES = [
    moved("reshape", A, (3, 2)),
    moved("reshape", A, -1),
    moved("reshape", A, (3, -1), "F"),
    moved("ravel", A),
    moved("ravel", A, "F"),
    moved("transpose", T),
    moved("transpose", T, (1, 0, 2)),
    moved("permute_dims", T, (2, 0, 1)),
    moved("matrix_transpose", T),
    moved("moveaxis", T, 0, -1),
    moved("swapaxes", T, 0, 2),
    moved("rollaxis", T, 2),
    moved("rollaxis", T, 0, 3),
    moved("expand_dims", A, 1),
    moved("expand_dims", A, (0, -1)),
    moved("squeeze", A[:1]),
    moved("squeeze", A[:1], 0),
    moved("atleast_1d", X),
    moved("atleast_2d", V),
    moved("atleast_3d", A),
    moved("atleast_1d", X, A),
    moved("broadcast_to", V, (2, 4, 3)),
    moved("broadcast_arrays", A, V),
    moved("flip", T),
    moved("flip", T, (0, 2)),
    moved("flipud", A),
    moved("fliplr", A),
    *[moved("rot90", A, k) for k in range(-1, 4)],
    moved("rot90", T, 1, (1, 2)),
    moved("roll", A, 2),
    moved("roll", A, 1, 0),
    moved("roll", T, (1, 2), (0, 1)),
    moved("roll", A, (1, 2)),
    moved("roll", A, 2, (0, 1)),
    moved("tile", A, 2),
    moved("tile", V, (2, 1, 2)),
    moved("repeat", A, 2),
    moved("repeat", A, [1, 0, 2], 1),
    moved("repeat", A, np.array([2, 1]), axis=0),
    moved("repeat", X, 3),
    moved("diag", V),
    moved("diag", V, 2),
    moved("diag", V, -1),
    moved("diag", S, 1),
    moved("diagflat", A),
    moved("diagonal", S),
    moved("diagonal", T, 1, 1, 2),
    moved("trace", S),
    moved("trace", T, 0, 1, 2),
    moved("tril", S, -1),
    moved("triu", T),
    moved("tril", V),
    moved("copy", A),
    moved("copy", X),
    case("broadcast_shapes", (2, 1), (3,), 1),
    case("trace", INTEGERS, dtype=np.float32),
]
JOINED = [
    moved("unstack", T),
    moved("unstack", T, axis=-1),
    moved("split", A, 3, 1),
    moved("split", A, [1], 1),
    moved("split", V, [2, 1]),
    moved("array_split", V, 2),
    moved("array_split", A, 4, 1),
    moved("hsplit", A, 3),
    moved("vsplit", A, [1]),
    moved("dsplit", T, 2),
    moved("append", A, V),
    moved("append", A, B, 0),
    moved("concat", [V, W]),
    case("append", [1, 2], 3.5),
    *[
        case(name, [A, B])
        for name in ("concatenate", "concat", "stack", "vstack", "hstack", "dstack", "column_stack")
    ],
    *[case(name, [V, V]) for name in ("stack", "vstack", "hstack", "dstack", "column_stack")],
    case("concatenate", [A, INTEGERS], axis=1),
    case("concatenate", [A, V], axis=None),
    case("concatenate", [INTEGERS, INTEGERS], dtype=np.float32),
    case("stack", [A, B], -1),
    case("block", [[A, B], [INTEGERS, A]]),
    case("block", [V, W]),
    case("block", [[1, 2.5], [3, 4]]),
    case("concatenate", T),
    case("hstack", T),
]
MODES = (
    "edge",
    "reflect",
    "symmetric",
    "wrap",
    "linear_ramp",
    "maximum",
    "mean",
    "median",
    "minimum",
)
PADDED = [
    moved("pad", A, 1),
    moved("pad", A, ((1, 0), (0, 2)), constant_values=3),
    moved("pad", A, (1, 2)),
    moved("pad", A, 1, constant_values=((1, 2), (3, 4))),
    moved("pad", A, 1, "edge"),
    *[moved("pad", A, ((1, 2), (0, 4)), mode) for mode in MODES],
    *[moved("pad", V, 5, mode, reflect_type="odd") for mode in ("reflect", "symmetric")],
    *[moved("pad", A, 1, mode, stat_length=2) for mode in ("maximum", "minimum", "mean", "median")],
    moved("pad", V, (2, 1), "linear_ramp", end_values=(5.0, -4.0)),
    moved("pad", A, {-1: 2}),
    *[case("pad", INTEGERS, 2, mode) for mode in MODES],
]
PRODUCTS = [
    case("matmul", A, S),
    case("matmul", A, V),
    case("matmul", np.ones((2, 2, 3)), A.T),
    case("dot", A, S),
    case("dot", V, V),
    case("dot", X, A),
    case("dot", A, numbers(2, 3, 2)),
    case("inner", A, S),
    case("inner", V, V),
    case("inner", X, V),
    case("vdot", Z, Z[::-1].copy(), order=1),
    case("vdot", A, B),
    case("outer", A, V),
    case("tensordot", A, T, ((0, 1), (0, 1))),
    case("tensordot", A, S, 1),
    case("vecdot", A, V),
    case("vecdot", A, B, axis=0),
    case("vecdot", Z, Z + 1, order=1),
    case("matvec", T, W),
    case("vecmat", V, T[..., :1, :].repeat(3, 1)),
    case("kron", W, V),
    case("kron", A, V),
    case("kron", V, A),
    case("cross", A, B),
    case("cross", A, V),
    case("cross", A.T, B.T, axis=0),
    case("cross", S, S + 1, 0, 1, 0),
    case("cross", A, V[None] * B, -1, -1, 0),
    case("einsum", "ij,kj->ik", A, B),
    case("einsum", "ii", S),
    case("einsum", A, [0, 1], V, [1]),
    case("einsum", A, [0, 1], B, [0, 1], [1]),
    case("einsum", "...j,j", T[:, :, :1] + V, V, optimize=False),
    case("dot", INTEGERS, [1, 2, 3]),
    case("matmul", INTEGERS, INTEGERS.T),
    case("matmul", INTEGERS > 2, INTEGERS.T > 2),
    case("inner", INTEGERS, 2.5),
]
CASES = [*SHAPES, *JOINED, *PADDED, *PRODUCTS]
