"""Parts of complex numbers.

Rules are transposes, never adjoints: the gradient g of a real or complex result says that the
final value moves by Re(g * dy), so nothing is conjugated but by what conjugates itself.
"""

from .batching import unchanged
from .declare import composite, operation
from .shares import per_length


@operation(to_x=lambda xp, g: xp.conj(g), tangent=lambda xp, tx: xp.conj(tx), batch=unchanged)
def conj(xp, x):
    """Complex conjugate; real elements stay as they are."""
    return xp.conj(x)


@operation(to_x=lambda xp, g: g, tangent=lambda xp, tx: xp.real(tx), batch=unchanged)
def real(xp, x):
    """Real part."""
    return xp.real(x)


@operation(to_x=lambda xp, g: g * -1j, tangent=lambda xp, tx: xp.imag(tx), batch=unchanged)
def imag(xp, x):
    """Imaginary part, which is 0 for real elements."""
    return xp.imag(x)


@operation(
    to_x=lambda xp, g, x, y: xp.scale(xp.conj(x), per_length(xp, g, y)),
    tangent=lambda xp, tx, x, y: xp.real(xp.scale(per_length(xp, xp.conj(x), y), tx)),
    batch=unchanged,
)
def magnitude(xp, x):
    """The distance of a complex number from 0; its gradient at 0 is 0."""
    return xp.absolute(x)


def _turn(xp, y, change, x):
    """``1j * y`` times the imaginary part of ``change``, by the magnitude of ``x``."""
    return per_length(xp, 1j * xp.imag(change), xp.absolute(x)) * y


@operation(
    to_x=lambda xp, g, x, y: _turn(xp, xp.conj(y), g * y, x),
    tangent=lambda xp, tx, x, y: _turn(xp, y, xp.conj(y) * tx, x),
    batch=unchanged,
)
def direction(xp, x):
    """A complex number divided by its magnitude, which only turns; at 0 it and its gradient are
    0."""
    return per_length(xp, x, xp.absolute(x))


@composite
def angle(xp, x):
    """Angle of a complex number, from -pi to pi; the angle of a negative real number is pi."""
    return xp.atan2(xp.imag(x), xp.real(x))
