"""Writing where a mask holds, as a select: how much is written does not depend on data then."""

from ..backend.positions import ALL, ARRAY, layout


def select(spec, mask_ndim, v_shape, ndim):
    """How writing a value of ``v_shape`` into an array of ``ndim`` axes, at an index with one mask,
    is a select: (axes before the mask's, the value's shape without leading ones).

    None if it is not, for the value differs between places that the mask selects, or the index has
    more than the mask and whole axes.
    """
    if set(spec) - {ALL, ARRAY, Ellipsis} or spec.count(ARRAY) != 1:
        return None
    before = layout(spec, [(True, mask_ndim)], ndim).first
    rest = ndim - before - mask_ndim
    while len(v_shape) > rest and v_shape[0] == 1:
        v_shape = v_shape[1:]
    return None if len(v_shape) > rest else (before, tuple(v_shape))


def beside(xp, mask, before, ndim, lead=0):
    """A mask, after ``lead`` axes of a batch, that broadcasts with an array of ``ndim`` axes."""
    shape = mask.shape[lead:]
    after = ndim - before - len(shape)
    return xp.reshape(mask, shape=(*mask.shape[:lead], *(1,) * before, *shape, *(1,) * after))
