"""The part of cuSOLVER that factors a matrix: LU, Cholesky and QR, by NumPy and SciPy."""

from typing import Any

import numpy as np
from scipy.linalg import get_lapack_funcs

from .vendor import LETTERS, SOLVER, answers, cut, matrix, put, row

LOWER = 0  # cublasFillMode_t
ORTHOGONAL = {"S": "Sor", "D": "Dor", "C": "Cun", "Z": "Zun"}


def needs_no_room(name: str, signature: str, place: int = -1) -> None:
    """Answer the question for a routine's workspace, whose size goes to argument ``place``."""
    answers(SOLVER, name, signature)(lambda *given: put(given[place], 1))


def factored(a: np.ndarray, pivots: int, status: int) -> None:
    """LU in place; pivots count from 1, the status names the first pivot that is zero."""
    lu, order, found = get_lapack_funcs(("getrf",), (a,))[0](np.asfortranarray(a))
    a[...] = lu
    row(pivots, len(order), "i4")[...] = order + 1
    put(status, found)


def solved(lu: np.ndarray, pivots: np.ndarray, b: np.ndarray, operation: int = 0) -> np.ndarray:
    """The solution from an LU; infinite where a pivot is zero, as on the device."""
    if (np.diagonal(lu) == 0).any():
        return np.full_like(b, np.inf)
    solve = get_lapack_funcs(("getrs",), (lu, b))[0]
    return solve(np.asfortranarray(lu), pivots - 1, np.array(b, order="F"), trans=operation)[0]


def cholesky(a: np.ndarray, fill: int, status: int) -> None:
    """Cholesky in place in one triangle; the status names the first minor that is not positive."""
    lower = np.tril(a) if fill == LOWER else np.triu(a).T.conj()
    found = 0
    for j in range(len(a)):
        pivot = lower[j, j].real - np.sum(np.abs(lower[j, :j]) ** 2)
        if not pivot > 0:
            found = j + 1
            break
        lower[j, j] = np.sqrt(pivot)
        rest = lower[j + 1 :, j] - lower[j + 1 :, :j] @ lower[j, :j].conj()
        lower[j + 1 :, j] = rest / lower[j, j]
    kept = np.tril(np.ones(a.shape, bool))
    target, values = (a, lower) if fill == LOWER else (a.T, lower.conj())
    target[kept] = values[kept]
    put(status, found)


def reflected(a: np.ndarray, taus: np.ndarray, columns: int) -> np.ndarray:
    """The first columns of the product of Householder's reflections."""
    q = np.eye(len(a), dtype=a.dtype)
    for j, tau in enumerate(taus):
        v = np.concatenate([np.zeros(j), [1], a[j + 1 :, j]]).astype(a.dtype)
        q -= tau * np.outer(q @ v, v.conj())
    return q[:, :columns]


def lu(letter: str, dtype: np.dtype) -> None:
    """Answer LU and its solution for one dtype."""
    needs_no_room(f"cusolverDn{letter}getrf_bufferSize", "piipip")

    @answers(SOLVER, f"cusolverDn{letter}getrf", "piipippp")
    def _(*given: Any) -> None:
        (_, m, n, a, leading), (_, pivots, status) = cut(given, 5, 3)
        factored(matrix(a, m, n, leading, dtype), pivots, status)

    @answers(SOLVER, f"cusolverDn{letter}getrs", "piiipippip")
    def _(*given: Any) -> None:
        (_, operation, n, columns), a, (pivots,), b, (status,) = cut(given, 4, 2, 1, 2, 1)
        out = matrix(b[0], n, columns, b[1], dtype)
        order = row(pivots, n, "i4")
        out[...] = solved(matrix(a[0], n, n, a[1], dtype), order, out, operation)
        put(status, 0)


def positive(letter: str, dtype: np.dtype) -> None:
    """Answer Cholesky for one dtype, alone and for an array of pointers."""
    needs_no_room(f"cusolverDn{letter}potrf_bufferSize", "piipip")

    @answers(SOLVER, f"cusolverDn{letter}potrf", "piipipip")
    def _(*given: Any) -> None:
        (_, fill, n, a, leading), (_, _, status) = cut(given, 5, 3)
        cholesky(matrix(a, n, n, leading, dtype), fill, status)

    @answers(SOLVER, f"cusolverDn{letter}potrfBatched", "piipipi")
    def _(_: int, fill: int, n: int, a: int, leading: int, status: int, batch: int) -> None:
        for i, pointer in enumerate(row(a, batch, "u8")):
            cholesky(matrix(int(pointer), n, n, leading, dtype), fill, status + 4 * i)


def qr(letter: str, dtype: np.dtype) -> None:
    """Answer QR for one dtype: the factors, and the orthogonal one written out."""
    needs_no_room(f"cusolverDn{letter}geqrf_bufferSize", "piipip")
    needs_no_room(f"cusolverDn{ORTHOGONAL[letter]}gqr_bufferSize", "piiipipp")

    @answers(SOLVER, f"cusolverDn{letter}geqrf", "piipippip")
    def _(*given: Any) -> None:
        (_, m, n, a, leading), (taus, _, _, status) = cut(given, 5, 4)
        out = matrix(a, m, n, leading, dtype)
        found, scales, *_ = get_lapack_funcs(("geqrf",), (out,))[0](np.asfortranarray(out))
        out[...] = found
        row(taus, min(m, n), dtype)[...] = scales
        put(status, 0)

    @answers(SOLVER, f"cusolverDn{ORTHOGONAL[letter]}gqr", "piiipippip")
    def _(*given: Any) -> None:
        (_, m, n, k), (a, leading, taus), (_, _, status) = cut(given, 4, 3, 3)
        out = matrix(a, m, n, leading, dtype)
        out[...] = reflected(out.copy(), row(taus, k, dtype), n)
        put(status, 0)


def answer() -> None:
    """Answer the factorisations that CuPy asks of cuSOLVER."""
    for letter, dtype in LETTERS.items():
        lu(letter, dtype)
        positive(letter, dtype)
        qr(letter, dtype)
