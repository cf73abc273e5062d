"""Rows of a table."""

from ..backend.positions import ARRAY
from . import batching_indices as batches
from .declare import linear, operation


def _unpadded(xp, rows, indices, padding_idx):
    """``rows`` with 0 in place of those of the index ``padding_idx``."""
    if padding_idx is None:
        return rows
    apart = (*indices.shape, *(1,) * (len(rows.shape) - len(indices.shape)))
    return xp.where(xp.reshape(xp.equal(indices, padding_idx), shape=apart), 0, rows)


def _inside(xp, indices, rows):
    return xp.within(indices, size=rows, what="embedding: index", whole="rows")


def _rows_back(xp, g, weight_shape, indices, *, padding_idx):
    rows = _unpadded(xp, g, indices, padding_idx)
    return xp.embedding_gradient(
        xp.reshape(rows, shape=(-1, *weight_shape[1:])),
        _inside(xp, xp.reshape(indices, shape=(-1,)), weight_shape[0]),
        rows=weight_shape[0],
    )


def _tangent(xp, tweight, indices, *, padding_idx):
    rows = xp.embedding(tweight, indices, padding_idx=padding_idx)
    return _unpadded(xp, rows, indices, padding_idx)


@linear(
    transpose=lambda xp, g, indices, *, rows: xp.getitem_or_zero(g, indices, spec=(ARRAY,)),
    batch=batches.embedding_gradient,
)
def embedding_gradient(xp, g, indices, *, rows):
    """Sums of the rows of ``g`` that belong to each of ``rows`` indices, in their order."""
    zeros = xp.broadcast_to(xp.sum(xp.zeros_like(g), axis=0), shape=(rows, *g.shape[1:]))
    return xp.scatter_add(zeros, indices, g)


@operation(to_weight=_rows_back, tangent=_tangent, batch=batches.embedding, native=True)
def embedding(xp, weight, indices, *, padding_idx=None):
    """Row of ``weight`` for each index; the row ``padding_idx`` gets no gradient.

    weight: (rows, ...), indices: integers of any shape; gives (*indices.shape, ...).  An index
    that is negative or past the end is an IndexError; on a device it gives NaN and no gradient.
    """
    return xp.take(weight, _inside(xp, indices, weight.shape[0]), axis=0)
