"""cuBLAS, answered by NumPy: products, triangular systems, and LU of stacks of small matrices."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from .factorisations import factored, solved
from .vendor import (
    BLAS,
    DTYPES,
    LETTERS,
    answers,
    cut,
    enqueue,
    handles,
    matrix,
    put,
    row,
    succeed,
)

LEFT, LOWER, UNIT = 0, 0, 1  # cublasSideMode_t, cublasFillMode_t, cublasDiagType_t
COMPUTE = {64: "f2", 68: "f4", 70: "f8"}  # cublasComputeType_t: what alpha and beta are
COMPUTE_32F = 68


def operated(x: np.ndarray, operation: int) -> np.ndarray:
    """A matrix as it is, transposed or adjoint (cublasOperation_t)."""
    return (x, x.T, x.T.conj())[operation]


def multiply(sizes: tuple, operations: tuple, factors: tuple, a: tuple, b: tuple, c: tuple) -> None:
    """c = alpha op(a) op(b) + beta c; each matrix by pointer, leading dimension and dtype."""
    m, n, k = sizes
    x, y = (
        operated(matrix(pointer, *(shape[::-1] if operation else shape), leading, dtype), operation)
        for (pointer, leading, dtype), shape, operation in zip(
            (a, b), ((m, k), (k, n)), operations, strict=True
        )
    )
    out = matrix(c[0], m, n, *c[1:])
    wide = np.dtype("f4") if out.dtype.itemsize == 2 else out.dtype
    alpha, beta = factors
    found = alpha * (x.astype(wide) @ y.astype(wide))
    out[...] = (found + beta * out.astype(wide) if beta else found).astype(out.dtype)


def factors_at(alpha: int, beta: int, dtype: Any) -> tuple:
    """Both numbers, read from the host's memory."""
    return row(alpha, 1, dtype)[0], row(beta, 1, dtype)[0]


def told_dtypes() -> None:
    """Answer the products that are told their dtypes: of stacks, and of one pair of matrices."""

    @answers(BLAS, "cublasGemmStridedBatchedEx", "piiiiippiilpiilppiiliii")
    def _(*given: Any) -> int:
        (_, *operations), sizes, (alpha,), *each, end = cut(given, 3, 3, 1, 4, 4, 1, 4, 3)
        return multiply_stacks(sizes, tuple(operations), alpha, each, end)

    @answers(BLAS, "cublasGemmEx", "piiiiippiipiippiiii")
    def _(*given: Any) -> int:
        (_, *operations), sizes, (alpha,), a, b, beta, c, end = cut(given, 3, 3, 1, 3, 3, 1, 3, 2)
        each = [(*a, 0), (*b, 0), beta, (*c, 0)]
        return multiply_stacks(sizes, tuple(operations), alpha, each, (1, *end))


def multiply_stacks(
    sizes: tuple, operations: tuple, alpha: int, each: Sequence[tuple], end: tuple
) -> int:
    """Products of stacks, one after another; ``each``: both matrices, beta, and where they go."""
    (one, two, (beta,), out), (batch, compute, _) = each, end
    dtype = DTYPES[out[1]]
    scalar = COMPUTE.get(compute, COMPUTE[COMPUTE_32F])
    factors = factors_at(alpha, beta, dtype if dtype.kind == "c" else scalar)

    def work() -> None:
        for i in range(batch):
            placed = [
                (pointer + i * stride * dtype.itemsize, leading, dtype)
                for pointer, _, leading, stride in (one, two, out)
            ]
            multiply(sizes, operations, factors, *placed)

    return enqueue(work)


def triangle(a: np.ndarray, fill: int, unit: int) -> np.ndarray:
    """The triangle that a routine reads, its diagonal taken as ones if ``unit``."""
    part = np.tril(a) if fill == LOWER else np.triu(a)
    if unit == UNIT:
        np.fill_diagonal(part, 1)
    return part


def solve_triangle(modes: tuple, sizes: tuple, alpha: Any, a: tuple, b: tuple) -> None:
    """b = alpha op(a)^-1 b, or from the right; infinite where the diagonal has a zero."""
    side, fill, operation, unit = modes
    m, n = sizes
    out = matrix(b[0], m, n, *b[1:])
    k = m if side == LEFT else n
    part = operated(triangle(matrix(a[0], k, k, *a[1:]), fill, unit), operation)
    if (np.diagonal(part) == 0).any():
        out[...] = np.inf
        return
    known = out if side == LEFT else out.T
    found = np.linalg.solve(part if side == LEFT else part.T, known)
    out[...] = alpha * (found if side == LEFT else found.T)


def triangles(letter: str, dtype: np.dtype) -> None:
    """Answer the triangular systems of one dtype."""

    @answers(BLAS, f"cublas{letter}trsm_v2", "piiiiiippipi")
    def _(*given: Any) -> None:
        _, modes, sizes, (alpha,), a, b = cut(given, 1, 4, 2, 1, 2, 2)
        solve_triangle(modes, sizes, row(alpha, 1, dtype)[0], (*a, dtype), (*b, dtype))

    @answers(BLAS, f"cublas{letter}trsmBatched", "piiiiiippipii")
    def _(*given: Any) -> None:
        _, modes, sizes, (alpha,), a, b, (batch,) = cut(given, 1, 4, 2, 1, 2, 2, 1)
        factor = row(alpha, 1, dtype)[0]
        for one, other in zip(row(a[0], batch, "u8"), row(b[0], batch, "u8"), strict=True):
            places = ((int(one), a[1], dtype), (int(other), b[1], dtype))
            solve_triangle(modes, sizes, factor, *places)


def product(letter: str, dtype: np.dtype) -> None:
    """Answer the plain product of one dtype."""

    @answers(BLAS, f"cublas{letter}gemm_v2", "piiiiippipippi")
    def _(*given: Any) -> None:
        (_, *operations), sizes, (alpha,), a, b, (beta,), c = cut(given, 3, 3, 1, 2, 2, 1, 2)
        placed = [(*one, dtype) for one in (a, b, c)]
        multiply(sizes, tuple(operations), factors_at(alpha, beta, dtype), *placed)


def stacks(letter: str, dtype: np.dtype) -> None:
    """Answer LU factorisation, solution and inverse for arrays of pointers to small matrices."""

    @answers(BLAS, f"cublas{letter}getrfBatched", "pipippi")
    def _(_: int, n: int, a: int, leading: int, pivots: int, status: int, batch: int) -> None:
        for i, pointer in enumerate(row(a, batch, "u8")):
            factored(matrix(int(pointer), n, n, leading, dtype), pivots + 4 * n * i, status + 4 * i)

    @answers(BLAS, f"cublas{letter}getrsBatched", "piiipippipi")
    def _(*given: Any) -> None:
        (_, operation, n, columns), a, (pivots,), b, (status, batch) = cut(given, 4, 2, 1, 2, 2)
        order = row(pivots, batch * n, "i4").reshape(batch, n)
        for i, (one, other) in enumerate(
            zip(row(a[0], batch, "u8"), row(b[0], batch, "u8"), strict=True)
        ):
            out = matrix(int(other), n, columns, b[1], dtype)
            out[...] = solved(matrix(int(one), n, n, a[1], dtype), order[i], out, operation)
        put(status, 0)

    @answers(BLAS, f"cublas{letter}getriBatched", "pipippipi")
    def _(*given: Any) -> None:
        (_, n), a, (pivots,), b, (status, batch) = cut(given, 2, 2, 1, 2, 2)
        order = row(pivots, batch * n, "i4").reshape(batch, n)
        row(status, batch, "i4")[...] = 0
        for i, (one, other) in enumerate(
            zip(row(a[0], batch, "u8"), row(b[0], batch, "u8"), strict=True)
        ):
            lu = matrix(int(one), n, n, a[1], dtype)
            matrix(int(other), n, n, b[1], dtype)[...] = solved(
                lu, order[i], np.eye(n, dtype=dtype)
            )


def modes() -> None:
    """Answer the handle's settings, which are kept and otherwise ignored."""
    kept = {"PointerMode": 0, "MathMode": 0}
    for name, suffix in (("PointerMode", "_v2"), ("MathMode", "")):

        @answers(BLAS, f"cublasSet{name}{suffix}", "pi")
        def _(_: int, value: int, name: str = name) -> None:
            kept[name] = value

        @answers(BLAS, f"cublasGet{name}{suffix}", "pp")
        def _(_: int, where: int, name: str = name) -> None:
            put(where, kept[name])


def answer() -> None:
    """Answer what CuPy and the captures ask of cuBLAS."""
    handles(BLAS, "cublas")
    succeed(BLAS, "cublasSetWorkspace_v2")
    modes()
    told_dtypes()
    for letter, dtype in LETTERS.items():
        product(letter, dtype)
        triangles(letter, dtype)
        stacks(letter, dtype)


def make_products_free() -> None:
    """Let matrix products do nothing, so that only the host's time is left."""
    products = [f"cublas{letter}gemm_v2" for letter in LETTERS]
    succeed(BLAS, "cublasGemmStridedBatchedEx", "cublasGemmEx", *products)
