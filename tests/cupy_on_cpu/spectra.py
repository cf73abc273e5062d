"""The part of cuSOLVER that finds eigenvalues and singular values, by NumPy and SciPy."""

import ctypes
from typing import Any

import numpy as np
from scipy.linalg import get_lapack_funcs

from .factorisations import needs_no_room
from .vendor import (
    DTYPES,
    HANDLE,
    LETTERS,
    SOLVER,
    answers,
    cut,
    handles,
    matrix,
    put,
    row,
    succeed,
)

LOWER = 0  # cublasFillMode_t
HERMITIAN = {"S": "Ssy", "D": "Dsy", "C": "Che", "Z": "Zhe"}
VERSION = (12, 0, 0)
ROOM = 16  # bytes of workspace; none is used
SETTINGS = ("SetTolerance", "SetMaxSweeps", "SetSortEig")


def real(dtype: np.dtype) -> np.dtype:
    """The dtype of a complex dtype's parts."""
    return np.dtype(dtype.char.lower())


def is_finite(a: np.ndarray, status: int) -> bool:
    """Whether an iteration can end; where not, the status says that it did not."""
    finite = bool(np.isfinite(a).all())
    put(status, 0 if finite else 1)
    return finite


def hermitian(a: np.ndarray, values: np.ndarray, job: int, fill: int, status: int) -> None:
    """Eigenvalues in ascending order, and the vectors in place of the matrix if ``job``."""
    if is_finite(a, status):
        found, vectors = np.linalg.eigh(a, "L" if fill == LOWER else "U")
        values[...] = found
        if job:
            a[...] = vectors


def singular(a: np.ndarray, values: np.ndarray, status: int) -> tuple | None:
    """Both sets of singular vectors, whole; the values are stored."""
    values[...] = 0
    if not is_finite(a, status):
        return None
    u, found, vh = np.linalg.svd(a.copy(), full_matrices=True)
    values[...] = found
    return u, vh


def store_vectors(job: bytes, vectors: np.ndarray, few: int, own: tuple, a: np.ndarray) -> None:
    """Columns where LAPACK's letter wants them: all, some, in place of the matrix, or nowhere."""
    pointer, leading = own
    if job == b"O":
        a[:, :few] = vectors[:, :few]
    elif job in (b"A", b"S"):
        count = vectors.shape[1] if job == b"A" else few
        matrix(pointer, len(vectors), count, leading, a.dtype)[...] = vectors[:, :count]


def singular_by_qr(letter: str, dtype: np.dtype) -> None:
    """Answer gesvd for one dtype."""
    needs_no_room(f"cusolverDn{letter}gesvd_bufferSize", "piip")

    @answers(SOLVER, f"cusolverDn{letter}gesvd", "pcciipippipipipp")
    def _(*given: Any) -> None:
        (_, job_u, job_v, m, n), (a, leading, s), own_u, own_v, rest = cut(given, 5, 3, 2, 2, 4)
        few, out = min(m, n), matrix(a, m, n, leading, dtype)
        found = singular(out, row(s, few, real(dtype)), rest[-1])
        if found is None:
            return
        u, vh = found
        store_vectors(job_u, u, few, own_u, out)
        if job_v == b"O":
            out[:few] = vh[:few]
        elif job_v in (b"A", b"S"):
            rows = n if job_v == b"A" else few
            matrix(own_v[0], rows, n, own_v[1], dtype)[...] = vh[:rows]


def by_rotations(job: int, economic: int, sizes: tuple, places: tuple, dtype: np.dtype) -> None:
    """One singular value decomposition as gesvdj gives it: V itself, not its adjoint."""
    (m, n), ((a, leading), s, (u, leading_u), (v, leading_v), status) = sizes, places
    few = min(m, n)
    found = singular(matrix(a, m, n, leading, dtype), row(s, few, real(dtype)), status)
    if found is None or not job:
        return
    columns_u, columns_v = (few, few) if economic else (m, n)
    matrix(u, m, columns_u, leading_u, dtype)[...] = found[0][:, :columns_u]
    matrix(v, n, columns_v, leading_v, dtype)[...] = found[1].T.conj()[:, :columns_v]


def singular_by_rotations(letter: str, dtype: np.dtype) -> None:
    """Answer gesvdj for one dtype, alone and for a stack."""
    name = f"cusolverDn{letter}gesvdj"
    needs_no_room(f"{name}_bufferSize", "piiiipippipipp", place=-2)
    needs_no_room(f"{name}Batched_bufferSize", "piiipippipippi", place=-3)

    @answers(SOLVER, name, "piiiipippipipipp")
    def _(*given: Any) -> None:
        (_, job, economic), sizes, a, (s,), u, v, rest = cut(given, 3, 2, 2, 1, 2, 2, 4)
        by_rotations(job, economic, sizes, (a, s, u, v, rest[2]), dtype)

    @answers(SOLVER, f"{name}Batched", "piiipippipipippi")
    def _(*given: Any) -> None:
        (_, job), (m, n), a, (s,), u, v, rest = cut(given, 2, 2, 2, 1, 2, 2, 5)
        step, columns = dtype.itemsize, (n, m, n)
        for i in range(rest[-1]):
            placed = [
                (pointer + i * leading * count * step, leading)
                for (pointer, leading), count in zip((a, u, v), columns, strict=True)
            ]
            values = s + i * min(m, n) * real(dtype).itemsize
            places = (placed[0], values, placed[1], placed[2], rest[2] + 4 * i)
            by_rotations(job, 0, (m, n), places, dtype)


def hermitian_by_rotations(letter: str, dtype: np.dtype) -> None:
    """Answer syevj and heevj for one dtype, alone and for a stack."""
    for batched in ("", "Batched"):
        name = f"cusolverDn{HERMITIAN[letter]}evj{batched}"
        more = "i" if batched else ""
        needs_no_room(f"{name}_bufferSize", "piiipippp" + more, place=7)

        @answers(SOLVER, name, "piiipippipp" + more)
        def _(*given: Any) -> None:
            (_, job, fill, n), (a, leading, w), (_, _, status, _), batch = cut(
                given, 4, 3, 4, len(given) - 11
            )
            for i in range(batch[0] if batch else 1):
                out = matrix(a + i * leading * n * dtype.itemsize, n, n, leading, dtype)
                values = row(w + i * n * real(dtype).itemsize, n, real(dtype))
                hermitian(out, values, job, fill, status + 4 * i)


def told_dtypes() -> None:
    """Answer the symmetric routine that is told its dtypes."""
    answers(SOLVER, "cusolverDnXsyevd_bufferSize", "ppiilip" + "lip" + "ipp")(some_room)

    @answers(SOLVER, "cusolverDnXsyevd", "ppiilip" + "lipi" + "plplp")
    def _(*given: Any) -> None:
        (_, _, job, fill, n), (kind, a, leading), (kind_w, w), rest = cut(given, 5, 3, 2, 6)
        out = matrix(a, n, n, leading, DTYPES[kind])
        hermitian(out, row(w, n, DTYPES[kind_w]), job, fill, rest[-1])


def general() -> None:
    """Answer the eigenvalues of a general matrix, which are complex, and the right vectors."""
    answers(SOLVER, "cusolverDnXgeev_bufferSize", "ppiilip" + "lip" + "iplipl" + "ipp")(some_room)

    @answers(SOLVER, "cusolverDnXgeev", "ppiilip" + "lip" + "iplipl" + "i" + "plplp")
    def _(*given: Any) -> None:
        head, (kind, a, leading), (kind_w, w), _, right, rest = cut(given, 5, 3, 2, 3, 3, 6)
        n, wants_vectors = head[4], head[3]
        out = matrix(a, n, n, leading, DTYPES[kind])
        if not is_finite(out, rest[-1]):
            return
        geev = get_lapack_funcs(("geev",), (out,))[0]
        *values, _, vectors, _ = geev(np.asfortranarray(out), 0, int(wants_vectors))
        found = values[0] if len(values) == 1 else values[0] + 1j * values[1]
        row(w, n, DTYPES[kind_w])[...] = found
        if wants_vectors:
            matrix(right[1], n, n, right[2], DTYPES[right[0]])[...] = vectors


def some_room(*given: Any) -> None:
    """Answer the question for a workspace on the device and one on the host, the last arguments."""
    for where in given[-2:]:
        put(where, ROOM, ctypes.c_size_t)


def parameters() -> None:
    """Answer what makes, sets and drops the records of parameters, which are ignored."""
    for name in ("Params", "SyevjInfo", "GesvdjInfo"):
        answers(SOLVER, f"cusolverDnCreate{name}", "p")(
            lambda where: put(where, HANDLE, ctypes.c_void_p)
        )
        succeed(SOLVER, f"cusolverDnDestroy{name}")
    for routine in ("Xsyevj", "Xgesvdj"):
        succeed(SOLVER, *(f"cusolverDn{routine}{setting}" for setting in SETTINGS))
    answers(SOLVER, "cusolverGetProperty", "ip")(lambda part, where: put(where, VERSION[part]))


def answer() -> None:
    """Answer the decompositions that CuPy asks of cuSOLVER."""
    handles(SOLVER, "cusolverDn")
    parameters()
    told_dtypes()
    general()
    for letter, dtype in LETTERS.items():
        singular_by_qr(letter, dtype)
        singular_by_rotations(letter, dtype)
        hermitian_by_rotations(letter, dtype)
