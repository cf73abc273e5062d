"""Products and equations of matrices whose elements are zero except at listed places.

Such a matrix is ``values`` (n,) at ``rows`` and ``columns`` (n,), whole numbers within its shape.
What meets at one place adds up.  The transposed matrix is the same with both exchanged, so that
each gradient of these operations is one of them.
"""

from ..backend.positions import ARRAY
from .batching import into_axis, never_empty, out_of_axis
from .declare import bilinear, operation
from .hermitian import LinAlgError


def _blocks(xp, stack, i, length):
    """Indices of members as those into all members' axes of ``length``, one after another."""
    places = stack.full(xp, i)
    members = xp.arange_like(places, stack.size)
    return xp.reshape(places + length * xp.expand_dims(members, axis=-1), shape=(-1,))


@never_empty
def _products(xp, stack, *, count):
    """One matrix times all columns, or a matrix of blocks."""
    values, _, rows, columns = stack.arrays
    if stack.marked == (False, True, False, False):
        y = stack.apply(values, into_axis(xp, stack.arrays[1], 1), rows, columns, count=count)
        return out_of_axis(xp, y, 1, stack.size)
    y = stack.apply(
        into_axis(xp, stack.full(xp, 0), 0),
        into_axis(xp, stack.full(xp, 1), 0),
        _blocks(xp, stack, 2, count),
        _blocks(xp, stack, 3, stack.shape(1)[0]),
        count=count * stack.size,
    )
    return out_of_axis(xp, y, 0, stack.size)


@never_empty
def _samples(xp, stack):
    """Samples of a matrix of blocks."""
    y = stack.apply(
        into_axis(xp, stack.full(xp, 0), 0),
        into_axis(xp, stack.full(xp, 1), 0),
        _blocks(xp, stack, 2, stack.shape(0)[0]),
        _blocks(xp, stack, 3, stack.shape(1)[0]),
    )
    return out_of_axis(xp, y, 0, stack.size)


@bilinear(
    to_values=lambda xp, g, x, rows, columns: xp.sampled_product(g, x, rows, columns),
    to_x=lambda xp, g, values, x_shape, rows, columns: xp.sparse_product(
        values, g, columns, rows, count=x_shape[0]
    ),
    batch=_products,
    native=True,
)
def sparse_product(xp, values, x, rows, columns, *, count):
    """The sparse matrix of ``count`` rows times ``x``: (m, k); gives (count, k)."""
    terms = xp.expand_dims(values, axis=-1) * xp.take(x, columns, axis=0)
    zeros = xp.broadcast_to(xp.sum(xp.zeros_like(terms), axis=0), shape=(count, x.shape[1]))
    return xp.scatter_add(zeros, rows, terms)


@bilinear(
    to_a=lambda xp, g, a_shape, b, rows, columns: xp.sparse_product(
        g, b, rows, columns, count=a_shape[0]
    ),
    to_b=lambda xp, g, a, b_shape, rows, columns: xp.sparse_product(
        g, a, columns, rows, count=b_shape[0]
    ),
    batch=_samples,
    native=True,
)
def sampled_product(xp, a, b, rows, columns):
    """The elements of ``a @ b.T`` at ``rows`` and ``columns``; a: (n, k), b: (m, k)."""
    return xp.sum(xp.take(a, rows, axis=0) * xp.take(b, columns, axis=0), axis=-1)


def _to_values(xp, g, values, y, rows, columns):
    share = xp.sparse_solve(values, g, columns, rows)
    return -xp.sampled_product(share, y, rows, columns)


def _tangent(xp, tvalues, tb, values, y, rows, columns):
    moved = 0 if tb is None else tb
    if tvalues is not None:
        moved = moved - xp.sparse_product(tvalues, y, rows, columns, count=y.shape[0])
    return xp.sparse_solve(values, moved, rows, columns)


@operation(
    to_values=_to_values,
    to_b=lambda xp, g, values, rows, columns: xp.sparse_solve(values, g, columns, rows),
    tangent=_tangent,
    native=True,
    floats=True,
)
def sparse_solve(xp, values, b, rows, columns):
    """The ``x`` with ``a @ x = b`` for a sparse matrix a; b: (n, k).

    Where there is no sparse solver the whole matrix is made and solved with.
    """
    if len(b.shape) != 2:
        raise LinAlgError(f"sparse_solve: right-hand sides of shape {b.shape}; give a matrix")
    n = b.shape[0]
    return xp.solve(xp.unindex(values, rows, columns, spec=(ARRAY, ARRAY), shape=(n, n)), b)
