"""Matrices as products of others, and their eigenvalues and singular values."""

from typing import Any, NamedTuple

from ..api.creation import asarray
from ..engine.anything import ANY
from ..engine.functions import function_of
from ..ops import (
    decomposition,
    eigenvalues,
    eigenvalues_general,
    gaps,
    singular,
    singular_values,
    spectra,
)
from ..ops.hermitian import adjoint, check_matrices, symmetric
from ..tensor.cell import Tensor


class QRResult(NamedTuple):
    """Result of ``qr``: Q and R."""

    Q: Any
    R: Any


class SVDResult(NamedTuple):
    """Result of ``svd``: U, S and Vh."""

    U: Any
    S: Any
    Vh: Any


class EighResult(NamedTuple):
    """Result of ``eigh``: eigenvalues and eigenvectors."""

    eigenvalues: Any
    eigenvectors: Any


class EigResult(NamedTuple):
    """Result of ``eig``: eigenvalues and eigenvectors."""

    eigenvalues: Any
    eigenvectors: Any


def cholesky(x: Any, /, *, upper: bool = False) -> Tensor:
    """Cholesky factor: lower triangular L with ``L @ L^H = x``, or upper U with ``U^H @ U = x``.

    x: (..., n, n), Hermitian and positive definite, else LinAlgError.  The triangle that the result
    has is read, and the gradient is Hermitian.
    """
    x = function_of(symmetric)(x)
    if upper:
        return adjoint(ANY, function_of(decomposition.cholesky)(adjoint(ANY, x)))
    return function_of(decomposition.cholesky)(x)


def qr(a: Any, mode: str = "reduced") -> Any:
    """QR decomposition: orthonormal Q and upper triangular R with ``Q @ R = a``, a: (..., m, n).

    mode: "reduced" gives k = min(m, n) columns; "complete" gives m columns, and those after the
    n-th have no derivative (TypeError); "r" gives R alone.  NumPy's mode "raw" raises ValueError.
    There is no derivative where the first k columns of ``a`` depend on each other: LinAlgError.
    """
    if mode not in ("reduced", "complete", "r"):
        raise ValueError(f"qr: mode={mode!r}; use 'reduced', 'complete' or 'r'")
    a = asarray(a)
    check_matrices("qr", a)
    rows, columns = a.shape[-2:]
    if rows >= columns:
        q, r = function_of(decomposition.qr)(
            a, mode="complete" if mode == "complete" else "reduced"
        )
    else:  # the first columns make Q, which turns the others
        q, first = function_of(decomposition.qr)(a[..., :rows])
        r = ANY.concat(first, adjoint(ANY, q) @ a[..., rows:], axis=-1)
    return r if mode == "r" else QRResult(q, r)


def svd(
    a: Any, full_matrices: bool = True, compute_uv: bool = True, hermitian: bool = False
) -> Any:
    """Singular value decomposition: ``U @ diag(S) @ Vh = a`` with S in descending order.

    a: (..., m, n), k = min(m, n); U: (..., m, k), Vh: (..., k, n), or square with full_matrices.
    compute_uv: False gives S alone.  hermitian: ``a`` is Hermitian, and eigenvalues are used.

    Where singular values are equal or 0, ``eigh`` says which derivatives exist.  The product
    ``U @ Vh`` has one at equal values, but not at 0; ``U @ diag(f(S)) @ Vh`` has one at neither.
    A result of the first vectors and values alone does not depend on the others.  ``pinv`` and
    ``lstsq`` need no vectors.
    """
    if hermitian:
        return _of_hermitian(a, compute_uv)
    if not compute_uv:
        return function_of(singular_values.svdvals)(a)
    return SVDResult(*function_of(singular.svd)(a, full_matrices=full_matrices))


def _of_hermitian(a: Any, compute_uv: bool) -> Any:
    if not compute_uv:
        return ANY.sort(abs(eigvalsh(a)), axis=-1, descending=True)
    w, v = eigh(a)
    order = ANY.argsort(abs(w), axis=-1, descending=True)
    w = ANY.take_along_axis(w, order, axis=-1)
    u = ANY.take_along_axis(v, ANY.expand_dims(order, axis=-2), axis=-1)
    sign = _sign(w)
    return SVDResult(u, w * sign, adjoint(ANY, u * ANY.expand_dims(sign, axis=-2)))


def _sign(w: Any) -> Any:
    """1 or -1; what depends on it has no derivative where ``w`` is 0: LinAlgError."""
    error = "svd" + singular_values.ZERO, spectra.BACK.format("svdvals")
    jump = function_of(gaps.over_gaps)(
        ANY.expand_dims(w, axis=-2),
        None,
        abs(w),
        None,
        None,
        None,
        own=False,
        size=w.shape[-1],
        error=error,
    )
    jump = ANY.squeeze(jump, axis=-2)
    return ANY.where(w < 0, -1.0, 1.0) + (jump - ANY.unmoved(jump))


def svdvals(x: Any, /) -> Tensor:
    """Singular values in descending order; x: (..., m, n) gives (..., min(m, n)).

    Where values are equal, the derivative is right for functions that treat them alike.  A function
    that singles one out, as the largest, gets the derivative of one branch.  A value of 0 has the
    derivative 0, as abs has.  For second derivatives see ``eigvalsh``.
    """
    return function_of(singular_values.svdvals)(x)


def eigh(a: Any, UPLO: str = "L") -> EighResult:
    """Eigenvalues, ascending, and orthonormal eigenvectors of Hermitian matrices (..., n, n).

    UPLO: the triangle that is read, "L" or "U".  The gradient is Hermitian.

    Where eigenvalues are equal up to rounding, reverse mode has the derivative of results that do
    not depend on the choice of vectors, such as projectors on whole eigenspaces.  Forward mode has
    it along directions that leave the values equal.  All else raises LinAlgError.  That includes
    results of vectors and values together, as ``v @ diag(f(w)) @ v^H``, unless the vectors of equal
    values are not used; their gradients are then 0.

    Use ``eigvalsh`` for values alone.  ``expm``, ``inv``, ``pinv``, ``matrix_power`` and ``solve``
    need no vectors.  Take vectors and values from one call, so that the rule sees both.  A result
    that depends on the phase of complex vectors raises LinAlgError too.
    """
    return EighResult(*function_of(spectra.eigh)(function_of(symmetric)(a), UPLO=UPLO.upper()))


def eigvalsh(a: Any, UPLO: str = "L") -> Tensor:
    """Eigenvalues of Hermitian matrices (..., n, n) in ascending order; arguments as in ``eigh``.

    Where values are equal, the derivative is right for functions that treat them alike.  A function
    that singles one out, as the largest, gets the derivative of one branch.  The second derivative
    of a sum of equal values exists; that of other functions raises LinAlgError.
    """
    return function_of(eigenvalues.eigvalsh)(function_of(symmetric)(a), UPLO=UPLO.upper())


def eig(a: Any) -> EigResult:
    """Eigenvalues and eigenvectors of square matrices (..., n, n), complex and in any order.

    They are complex also where NumPy's are real because all imaginary parts are 0.  A vector has
    length 1, and its largest component is real.  A matrix without n independent vectors has no
    derivative: LinAlgError.  For equal eigenvalues see ``eigh``.
    """
    return EigResult(*function_of(spectra.eig)(a))


def eigvals(a: Any) -> Tensor:
    """Eigenvalues of square matrices (..., n, n), complex and in any order.

    For equal values see ``eigvalsh``; here a value that is singled out shares its derivative with
    the equal ones.  A matrix without n independent eigenvectors has no derivative: LinAlgError.
    """
    return function_of(eigenvalues_general.eigvals)(a)
