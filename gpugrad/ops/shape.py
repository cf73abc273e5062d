"""The same elements in another arrangement."""

from .declare import linear


@linear(transpose=lambda xp, g, x_shape, *, shape: xp.reshape(g, shape=x_shape), moves=True)
def reshape(xp, x, *, shape):
    """The same elements in another shape; one length may be -1."""
    return xp.reshape(x, shape=shape)


@linear(transpose=lambda xp, g, x_shape, *, shape: xp.sum_to(g, shape=x_shape), moves=True)
def broadcast_to(xp, x, *, shape):
    """Elements repeated along new axes and axes of length one."""
    return xp.broadcast_to(x, shape=shape)


@linear(transpose=lambda xp, g, x_shape, *, shape: xp.broadcast_to(g, shape=x_shape))
def sum_to(xp, x, *, shape):
    """The transpose of broadcasting: sums the axes along which ``shape`` is repeated in x."""
    return xp.sum_to(x, shape=shape)


@linear(transpose=lambda xp, g, x_shape, *, axis: xp.reshape(g, shape=x_shape), moves=True)
def expand_dims(xp, x, *, axis=0):
    """A new axis, or several, of length one."""
    return xp.expand_dims(x, axis=axis)


@linear(transpose=lambda xp, g: xp.matrix_transpose(g), moves=True)
def matrix_transpose(xp, x):
    """The last two axes exchanged."""
    return xp.matrix_transpose(x)


@linear(transpose=lambda xp, g: g, moves=True)  # the tape gives a gradient its input's dtype
def astype(xp, x, *, dtype):
    """The elements in another dtype."""
    return xp.astype(x, dtype=dtype)
