"""Matrices as products of others, and their eigenvalues and singular values."""

from typing import Any, NamedTuple

from ..apply import ANY, call
from ..creation import asarray
from ..ops import (
    decomposition,
    eigenvalues,
    eigenvalues_general,
    singular,
    singular_values,
    spectra,
)
from ..ops.hermitian import adjoint, check_matrices, symmetric


class QRResult(NamedTuple):
    """What ``qr`` gives."""

    Q: Any
    R: Any


class SVDResult(NamedTuple):
    """What ``svd`` gives."""

    U: Any
    S: Any
    Vh: Any


class EighResult(NamedTuple):
    """What ``eigh`` gives."""

    eigenvalues: Any
    eigenvectors: Any


class EigResult(NamedTuple):
    """What ``eig`` gives."""

    eigenvalues: Any
    eigenvectors: Any


def cholesky(x: Any, /, *, upper: bool = False) -> Any:
    """The lower triangular L with ``L @ L^H = x``, or the upper U with ``U^H @ U = x``.

    x: (..., n, n), Hermitian and positive definite, else LinAlgError; the triangle of the result
    is read, and the gradient is Hermitian.
    """
    x = call(symmetric)(x)
    if upper:
        return adjoint(ANY, call(decomposition.cholesky)(adjoint(ANY, x)))
    return call(decomposition.cholesky)(x)


def qr(a: Any, mode: str = "reduced") -> Any:
    """Orthonormal Q and upper triangular R with ``Q @ R = a``, for any shape (..., m, n).

    mode: "reduced" (k = min(m, n) columns), "complete" (m columns, of which those after the n-th
    have no derivative: TypeError), or "r" for R alone.  NumPy's mode "raw" is not taken.
    Where the first k columns of ``a`` depend on each other there is no derivative: LinAlgError.
    """
    if mode not in ("reduced", "complete", "r"):
        raise ValueError(f"qr: mode={mode!r}; use 'reduced', 'complete' or 'r'")
    a = asarray(a)
    check_matrices("qr", a)
    rows, columns = a.shape[-2:]
    if rows >= columns:
        q, r = call(decomposition.qr)(a, mode="complete" if mode == "complete" else "reduced")
    else:  # the first columns make Q, which turns the others
        q, first = call(decomposition.qr)(a[..., :rows])
        r = ANY.concat(first, adjoint(ANY, q) @ a[..., rows:], axis=-1)
    return r if mode == "r" else QRResult(q, r)


def svd(
    a: Any, full_matrices: bool = True, compute_uv: bool = True, hermitian: bool = False
) -> Any:
    """U, the singular values S in descending order, and Vh with ``U @ diag(S) @ Vh = a``.

    a: (..., m, n), k = min(m, n); U: (..., m, k) and Vh: (..., k, n), or square with full_matrices.
    compute_uv: False gives S alone.  hermitian: ``a`` is, and is decomposed by eigenvalues.
    Derivatives are finite where singular values are equal or zero, and right for what does not
    depend on the choice of vectors there: see gpugrad/ops/singular.py for what that leaves out.
    """
    if hermitian:
        return _of_hermitian(a, compute_uv)
    if not compute_uv:
        return call(singular_values.svdvals)(a)
    return SVDResult(*call(singular.svd)(a, full_matrices=full_matrices))


def _of_hermitian(a: Any, compute_uv: bool) -> Any:
    if not compute_uv:
        return ANY.sort(abs(eigvalsh(a)), axis=-1, descending=True)
    w, v = eigh(a)
    order = ANY.argsort(abs(w), axis=-1, descending=True)
    w = ANY.take_along_axis(w, order, axis=-1)
    u = ANY.take_along_axis(v, ANY.expand_dims(order, axis=-2), axis=-1)
    sign = ANY.where(w < 0, -1.0, 1.0)
    return SVDResult(u, abs(w), adjoint(ANY, u * ANY.expand_dims(sign, axis=-2)))


def svdvals(x: Any, /) -> Any:
    """The singular values in descending order; x: (..., m, n).

    Where values are equal the derivative is right for what treats them alike; at a value that is
    0 it is 0, as that of abs.
    """
    return call(singular_values.svdvals)(x)


def eigh(a: Any, UPLO: str = "L") -> EighResult:
    """Eigenvalues in ascending order and orthonormal eigenvectors of Hermitian (..., n, n).

    UPLO: the triangle that is read, "L" or "U"; the gradient is Hermitian.
    Derivatives are finite where eigenvalues are equal, and right for what does not depend on the
    choice of vectors there: see gpugrad/ops/spectra.py for what that leaves out.
    """
    return EighResult(*call(spectra.eigh)(call(symmetric)(a), UPLO=UPLO.upper()))


def eigvalsh(a: Any, UPLO: str = "L") -> Any:
    """Eigenvalues in ascending order of Hermitian matrices; arguments as those of ``eigh``."""
    return call(eigenvalues.eigvalsh)(call(symmetric)(a), UPLO=UPLO.upper())


def eig(a: Any) -> EigResult:
    """Eigenvalues and eigenvectors of square matrices (..., n, n), in no promised order.

    Both are complex, also where NumPy's are real because all imaginary parts are 0.  Vectors have
    length one and a real largest component.  Without n independent ones there is no derivative.
    """
    return EigResult(*call(spectra.eig)(a))


def eigvals(a: Any) -> Any:
    """Eigenvalues of square matrices (..., n, n): complex, in no promised order."""
    return call(eigenvalues_general.eigvals)(a)
