"""Parts of complex numbers.  Rules are transposes, so none conjugates."""

from .declare import operation


@operation(to_x=lambda xp, g: xp.conj(g), tangent=lambda xp, tx: xp.conj(tx))
def conj(xp, x):
    """Complex conjugate; real elements stay."""
    return xp.conj(x)
