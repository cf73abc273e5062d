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


def cholesky(x: Any, /, *, upper: bool = False) -> Tensor:
    """The lower triangular L with ``L @ L^H = x``, or the upper U with ``U^H @ U = x``.

    x: (..., n, n), Hermitian and positive definite, else LinAlgError; the triangle of the result
    is read, and the gradient is Hermitian.
    """
    x = function_of(symmetric)(x)
    if upper:
        return adjoint(ANY, function_of(decomposition.cholesky)(adjoint(ANY, x)))
    return function_of(decomposition.cholesky)(x)


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
    """U, the singular values S in descending order, and Vh with ``U @ diag(S) @ Vh = a``.

    a: (..., m, n), k = min(m, n); U: (..., m, k) and Vh: (..., k, n), or square with full_matrices.
    compute_uv: False gives S alone.  hermitian: ``a`` is, and is decomposed by eigenvalues.
    Derivatives where singular values are equal are as ``eigh``'s, and so they are where one is 0:
    ``U @ Vh`` has one at equal values, but none at 0, nor has ``U @ diag(f(S)) @ Vh`` at either.
    What takes the first vectors and values alone does not mind the others.  ``pinv`` and
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
    """The singular values in descending order; x: (..., m, n).

    Where values are equal the derivative is right for what treats them alike, and that of one of
    the branches for what singles one out, as at a maximum; at a value that is 0 it is 0, as that of
    abs.  Second derivatives there are those of ``eigvalsh``.
    """
    return function_of(singular_values.svdvals)(x)


def eigh(a: Any, UPLO: str = "L") -> EighResult:
    """Eigenvalues in ascending order and orthonormal eigenvectors of Hermitian (..., n, n).

    UPLO: the triangle that is read, "L" or "U"; the gradient is Hermitian.
    Where eigenvalues are equal, up to rounding, reverse mode has the derivative of what does not
    depend on the choice of vectors, as projectors on whole eigenspaces, and forward mode that along
    directions which leave them equal.  All else is a LinAlgError: what depends on that choice, and
    what takes vectors and values at once, as ``v @ diag(f(w)) @ v^H``, unless it does not use those
    of equal values, whose gradients then are 0.  Use ``eigvalsh`` for values alone; ``expm``,
    ``sqrtm``, ``inv``, ``pinv``, ``matrix_power`` and ``solve`` need no vectors.  Values beside
    vectors have to come from one call, or the rule does not see them.  In complex vectors, what
    depends on the unit by which one may be multiplied is a LinAlgError too.
    """
    return EighResult(*function_of(spectra.eigh)(function_of(symmetric)(a), UPLO=UPLO.upper()))


def eigvalsh(a: Any, UPLO: str = "L") -> Tensor:
    """Eigenvalues in ascending order of Hermitian matrices; arguments as those of ``eigh``.

    Where values are equal the derivative is right for what treats them alike, and that of one of
    the branches for what singles one out, as at a maximum.  There the gradient of a sum has a
    derivative, and that of another function of values none that is known: LinAlgError.
    """
    return function_of(eigenvalues.eigvalsh)(function_of(symmetric)(a), UPLO=UPLO.upper())


def eig(a: Any) -> EigResult:
    """Eigenvalues and eigenvectors of square matrices (..., n, n), in no promised order.

    Both are complex, also where NumPy's are real because all imaginary parts are 0.  Vectors have
    length one and a real largest component.  Without n independent ones there is no derivative:
    LinAlgError; where eigenvalues are equal it is as ``eigh``'s, with ``eigvals`` for values alone.
    """
    return EigResult(*function_of(spectra.eig)(a))


def eigvals(a: Any) -> Tensor:
    """Eigenvalues of square matrices (..., n, n): complex, in no promised order.

    Derivatives where they are equal are as ``eigvalsh``'s, but equal ones share what singles one
    out.  Without n independent eigenvectors there is no derivative: LinAlgError.
    """
    return function_of(eigenvalues_general.eigvals)(a)
