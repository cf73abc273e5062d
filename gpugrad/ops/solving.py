"""Linear equations and inverses."""

from .batching import last_axes
from .declare import operation
from .hermitian import (
    LinAlgError,
    check_square,
)


def _check_equations(name, a, b):
    check_square(name, a)
    if len(b.shape) < 2 or b.shape[-2] != a.shape[-1]:
        raise LinAlgError(
            f"{name}: {a.shape[-1]} unknowns, but right-hand sides of shape {b.shape}"
        )
    pairs = zip(reversed(a.shape[:-2]), reversed(b.shape[:-2]), strict=False)
    if any(m != n and 1 not in (m, n) for m, n in pairs):
        raise ValueError(f"{name}: stacks of shapes {a.shape} and {b.shape} do not broadcast")


def _solve_tangent(xp, ta, tb, a, y):
    moved = 0 if tb is None else tb
    if ta is not None:
        moved = moved - xp.matmul(ta, y)
    return xp.solve(a, moved)


def _to_matrix(xp, g, a, y):
    share = xp.solve(xp.matrix_transpose(a), g)
    return -xp.matmul(share, xp.matrix_transpose(y))


@operation(
    to_a=_to_matrix,
    to_b=lambda xp, g, a: xp.solve(xp.matrix_transpose(a), g),
    tangent=_solve_tangent,
    batch=last_axes(2, 2),
    floats=True,
)
def solve(xp, a, b):
    """The ``x`` with ``a @ x = b``.

    a: (..., n, n), b: (..., n, k); leading axes broadcast.
    """
    _check_equations("solve", a, b)
    return xp.solve(a, b)


def _triangle(xp, x, lower, unit_diagonal):
    """What a triangular solver reads of ``x``."""
    step = 1 if unit_diagonal else 0
    return xp.tril(x, k=-step) if lower else xp.triu(x, k=step)


def _back(xp, g, a, lower, transposed, unit_diagonal):
    """The gradient of the right-hand sides."""
    return xp.solve_triangular(
        a, g, lower=lower, transposed=not transposed, unit_diagonal=unit_diagonal
    )


def _to_triangular(xp, g, a, y, *, lower, transposed, unit_diagonal):
    share = _back(xp, g, a, lower, transposed, unit_diagonal)
    left, right = (y, share) if transposed else (share, y)
    product = xp.matmul(left, xp.matrix_transpose(right))
    return _triangle(xp, -product, lower, unit_diagonal)


def _triangular_tangent(xp, ta, tb, a, y, *, lower, transposed, unit_diagonal):
    moved = 0 if tb is None else tb
    if ta is not None:
        read = _triangle(xp, ta, lower, unit_diagonal)
        read = xp.matrix_transpose(read) if transposed else read
        moved = moved - xp.matmul(read, y)
    how = {"lower": lower, "transposed": transposed, "unit_diagonal": unit_diagonal}
    return xp.solve_triangular(a, moved, **how)


@operation(
    to_a=_to_triangular,
    to_b=lambda xp, g, a, *, lower, transposed, unit_diagonal: _back(
        xp, g, a, lower, transposed, unit_diagonal
    ),
    tangent=_triangular_tangent,
    batch=last_axes(2, 2),
    floats=True,
)
def solve_triangular(xp, a, b, *, lower=False, transposed=False, unit_diagonal=False):
    """The ``x`` with ``a @ x = b``, or with ``a``'s transpose, where a is triangular.

    a: (..., n, n), of which one triangle is read, with a ``unit_diagonal`` without its diagonal,
    which counts as ones; b: (..., n, k); leading axes broadcast.
    """
    _check_equations("solve_triangular", a, b)
    how = {"lower": lower, "transposed": transposed, "unit_diagonal": unit_diagonal}
    return xp.solve_triangular(a, b, **how)


def between(xp, x, y):
    """How an inverse ``y`` moves with what it is the inverse of, along ``x``."""
    return -xp.matmul(xp.matmul(y, x), y)


@operation(
    to_x=lambda xp, g, y: between(xp, g, xp.matrix_transpose(y)),
    tangent=lambda xp, tx, y: between(xp, tx, y),
    batch=last_axes(2),
    floats=True,
)
def inv(xp, x):
    """The inverses of square matrices.  x: (..., n, n)."""
    check_square("inv", x)
    return xp.inv(x)
