"""Equations for matrices: Sylvester's, square roots, and linear ones with few diagonals."""

from .batching import last_axes
from .declare import operation
from .hermitian import LinAlgError, check_square

# --- a x + x b = q ------------------------------------------------------------------------------


def _back(xp, g, a, b):
    """The gradient of q."""
    return xp.solve_sylvester(xp.matrix_transpose(a), xp.matrix_transpose(b), g)


def _to_left(xp, g, a, b, y):
    return -xp.matmul(_back(xp, g, a, b), xp.matrix_transpose(y))


def _to_right(xp, g, a, b, y):
    return -xp.matmul(xp.matrix_transpose(y), _back(xp, g, a, b))


def _sylvester_tangent(xp, ta, tb, tq, a, b, y):
    moved = xp.zeros_like(y) if tq is None else tq
    if ta is not None:
        moved = moved - xp.matmul(ta, y)
    if tb is not None:
        moved = moved - xp.matmul(y, tb)
    return xp.solve_sylvester(a, b, moved)


@operation(
    to_a=_to_left,
    to_b=_to_right,
    to_q=_back,
    tangent=_sylvester_tangent,
    batch=last_axes(2, 2, 2),
    floats=True,
)
def solve_sylvester(xp, a, b, q):
    """The x with ``a @ x + x @ b = q``.

    a: (..., m, m), b: (..., n, n), q: (..., m, n).
    """
    check_square("solve_sylvester", a)
    check_square("solve_sylvester", b)
    if tuple(q.shape[-2:]) != (a.shape[-1], b.shape[-1]):
        raise ValueError(f"solve_sylvester: shapes {a.shape}, {b.shape} and {q.shape} do not fit")
    return xp.solve_sylvester(a, b, q)


# --- x x = a ------------------------------------------------------------------------------------


def _to_square(xp, g, y):
    turned = xp.matrix_transpose(y)
    return xp.solve_sylvester(turned, turned, g)


@operation(
    to_x=_to_square,
    tangent=lambda xp, tx, y: xp.solve_sylvester(y, y, tx),
    floats=True,
)
def sqrtm(xp, x):
    """The square roots of matrices whose eigenvalues have no negative real part.

    x: (..., n, n).  Of real matrices real ones, unless an eigenvalue is negative.
    """
    check_square("sqrtm", x)
    return xp.sqrtm(x)


# --- linear equations with few diagonals --------------------------------------------------------
# Row r of ab, (lower + upper + 1, n), is the diagonal of elements (i, j) with i - j = r - upper,
# and ab[r, j] is that of column j: places outside of the matrix count for nothing.


def _rows_of(xp, ab, upper):
    """For each element of ``ab`` its row, whether that is in the matrix, and the row or 0."""
    count, n = ab.shape
    below = xp.expand_dims(xp.arange_like(ab, count) - upper, axis=-1)
    rows = xp.arange_like(ab, n) + below
    inside = xp.logical_and(rows >= 0, rows < n)
    return inside, rows * inside


def _transposed(xp, ab, lower, upper):
    """The diagonals of the transpose."""
    inside, rows = _rows_of(xp, ab, lower)
    count = ab.shape[0]
    turned = xp.expand_dims(count - 1 - xp.arange_like(ab, count), axis=-1)
    found = xp.getitem(ab, turned + 0 * rows, rows, spec=("array", "array"))
    return xp.where(inside, found, 0)


def _product(xp, ab, x, upper):
    """The matrix with the diagonals ``ab`` times x: (n, k)."""
    inside, rows = _rows_of(xp, ab, upper)
    terms = xp.expand_dims(xp.where(inside, ab, 0), axis=-1) * x
    return xp.unindex(terms, rows, spec=("array",), shape=x.shape)


def _back_banded(xp, g, ab, lower, upper):
    return xp.solve_banded(_transposed(xp, ab, lower, upper), g, lower=upper, upper=lower)


def _to_diagonals(xp, g, ab, y, *, lower, upper):
    share = _back_banded(xp, g, ab, lower, upper)
    inside, rows = _rows_of(xp, ab, upper)
    met = xp.getitem(share, rows, spec=("array",))
    return xp.where(inside, -xp.sum(met * y, axis=-1), 0)


def _banded_tangent(xp, tab, tb, ab, y, *, lower, upper):
    moved = 0 if tb is None else tb
    if tab is not None:
        moved = moved - _product(xp, tab, y, upper)
    return xp.solve_banded(ab, moved, lower=lower, upper=upper)


@operation(
    to_ab=_to_diagonals,
    to_b=lambda xp, g, ab, *, lower, upper: _back_banded(xp, g, ab, lower, upper),
    tangent=_banded_tangent,
    native=True,
    floats=True,
)
def solve_banded(xp, ab, b, *, lower, upper):
    """The x with ``a @ x = b`` for a matrix a of some diagonals, as scipy.linalg.solve_banded.

    ab: (lower + upper + 1, n), ``ab[upper + i - j, j] == a[i, j]``; b: (n, k).
    Where there is no banded solver the whole matrix is made and solved with.
    """
    if len(ab.shape) != 2 or len(b.shape) != 2 or ab.shape[1] != b.shape[0]:
        raise LinAlgError(f"solve_banded: diagonals of shape {ab.shape} for b of {b.shape}")
    if ab.shape[0] != lower + upper + 1:
        raise LinAlgError(
            f"solve_banded: {ab.shape[0]} diagonals, but {lower} below, {upper} "
            "above and the main one"
        )
    n = ab.shape[1]
    inside, rows = _rows_of(xp, ab, upper)
    columns = xp.arange_like(ab, n) + 0 * rows
    a = xp.unindex(xp.where(inside, ab, 0), rows, columns, spec=("array", "array"), shape=(n, n))
    return xp.solve(a, b)
