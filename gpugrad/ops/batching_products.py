"""How products of matrices are done on a batch: as one large product where one side is shared."""

from math import prod

from .batching import side_by_side


def matrix_product(xp, stack):
    """Batching rule of ``matrix_product``: of products of matrices on the last two axes."""
    a, b = side_by_side(xp, stack, (2, 2))
    if all(stack.marked):
        return stack.apply(a, b)
    if stack.marked[0]:
        return _by_rows(xp, stack, stack.arrays[0], b)
    if stack.shape(1)[-1] == 1 and stack.ndim(0) == 2:  # vectors: rows, which lie as they are
        rows = xp.reshape(b, shape=(*b.shape[:-2], 1, b.shape[-2]))
        return xp.matrix_transpose(_by_rows(xp, stack, rows, xp.matrix_transpose(a)))
    return _by_columns(xp, stack, a, stack.arrays[1])


def matrix_vector(xp, stack):
    """Batching rule of ``matrix_vector``."""
    a, b = stack.arrays
    if not stack.marked[0]:  # vectors as rows
        return xp.matrix_product(b, xp.matrix_transpose(a))
    n, k = stack.shape(0)
    if not stack.marked[1]:  # the rows of all members are those of one matrix
        y = stack.apply(xp.reshape(a, shape=(stack.size * n, k)), b)
    else:
        y = xp.matrix_product(a, xp.expand_dims(b, axis=2))
    return xp.reshape(y, shape=(stack.size, n))


def _by_rows(xp, stack, a, b):
    """(batch, ..., n, k) @ (..., k, m): the rows of all members are those of one matrix."""
    size, *outer, n, k = a.shape
    if len(b.shape) == 2:
        y = stack.apply(xp.reshape(a, shape=(size * prod(outer) * n, k)), b)
        return xp.reshape(y, shape=(size, *outer, n, b.shape[-1]))
    rows = xp.moveaxis(a, source=0, destination=-3)
    y = stack.apply(xp.reshape(rows, shape=(*outer, size * n, k)), b)
    y = xp.reshape(y, shape=(*y.shape[:-2], size, n, b.shape[-1]))
    return xp.moveaxis(y, source=-3, destination=0)


def _by_columns(xp, stack, a, b):
    """(..., n, k) @ (batch, ..., k, m): the columns of all members are those of one matrix."""
    size, *outer, k, m = b.shape
    n = a.shape[-2]
    if len(a.shape) == 2:
        columns = xp.moveaxis(b, source=-2, destination=0)
        y = stack.apply(a, xp.reshape(columns, shape=(k, size * prod(outer) * m)))
        return xp.moveaxis(xp.reshape(y, shape=(n, size, *outer, m)), source=0, destination=-2)
    columns = xp.moveaxis(b, source=0, destination=-2)
    y = stack.apply(a, xp.reshape(columns, shape=(*outer, k, size * m)))
    y = xp.reshape(y, shape=(*y.shape[:-2], n, size, m))
    return xp.moveaxis(y, source=-2, destination=0)


def linear(xp, stack):
    """Batching rule of ``linear``."""
    x, weight, bias = (*stack.arrays, None)[:3]
    if not any(stack.marked[1:]):
        return stack.apply(x, weight, bias)  # its rows may have any axes
    outputs, inputs = stack.shape(1)
    if not stack.marked[1]:
        y = xp.linear(x, weight, None)
    elif not stack.marked[0]:  # the outputs of all members are those of one layer
        y = xp.linear(x, xp.reshape(weight, shape=(stack.size * outputs, inputs)), None)
        y = xp.reshape(y, shape=(*stack.shape(0)[:-1], stack.size, outputs))
        y = xp.moveaxis(y, source=-2, destination=0)
    else:
        rows = xp.reshape(x, shape=(stack.size, prod(stack.shape(0)[:-1]), inputs))
        y = xp.matrix_product(rows, xp.matrix_transpose(weight))
        y = xp.reshape(y, shape=(stack.size, *stack.shape(0)[:-1], outputs))
    if bias is None:
        return y
    if not stack.marked[2]:
        return y + bias
    return y + xp.reshape(bias, shape=(stack.size, *(1,) * (stack.ndim(0) - 1), outputs))
