"""Elements left out at random."""

from .declare import elementwise


def _slope(xp, mask, y, *, rate):
    return xp.where(mask, xp.full_like(y, 1 / (1 - rate)), 0)  # like y: in its precision


@elementwise(dx=_slope, floats=True)
def masked(xp, x, mask, *, rate):
    """``x`` over 1 - rate where ``mask`` holds, else 0: the mean stays as it was."""
    return xp.where(mask, x * (1 / (1 - rate)), 0)
