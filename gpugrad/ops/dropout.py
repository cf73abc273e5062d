"""Elements left out at random."""

from .declare import elementwise


@elementwise(dx=lambda xp, mask, *, rate: xp.where(mask, 1 / (1 - rate), 0.0), floats=True)
def masked(xp, x, mask, *, rate):
    """``x`` over 1 - rate where ``mask`` holds, else 0: the mean stays as it was."""
    return xp.where(mask, x * (1 / (1 - rate)), 0)
