"""Functions of whole matrices."""

from .batching import last_axes
from .declare import composite, operation
from .hermitian import check_square, identities


def _along(xp, x, t):
    """The derivative of the exponential along ``t``: the corner of e to the power [[x, t], [0, x]].

    C. Van Loan, IEEE Trans. Automatic Control 23 (1978).
    """
    n = x.shape[-1]
    x = x + xp.zeros_like(t)  # in one stack
    above, below = xp.concat(x, t + xp.zeros_like(x), axis=-1), xp.concat(0 * x, x, axis=-1)
    whole = xp.expm(xp.concat(above, below, axis=-2))
    return xp.getitem(whole, spec=(..., (None, n, None), (n, None, None)))


@operation(
    to_x=lambda xp, g, x: _along(xp, xp.matrix_transpose(x), g),
    tangent=lambda xp, tx, x: _along(xp, x, tx),
    batch=last_axes(2),
    floats=True,
)
def expm(xp, x):
    """e to the power of square matrices, as scipy.linalg.expm.  x: (..., n, n).

    A derivative is the exponential of matrices twice as large, so that there are all orders.
    On a GPU the number of squarings is read from the norms, outside of a capture.
    """
    check_square("expm", x)
    return xp.expm(x)


@composite
def matrix_power(xp, x, *, n):
    """The product of ``n`` square matrices ``x``; of a negative n, of their inverses.

    x: (..., n, n).  n: an integer; 0 gives identities.
    """
    check_square("matrix_power", x)
    if n < 0:
        x, n = xp.inv(x), -n
    power = None
    while n:
        n, odd = divmod(n, 2)
        if odd:
            power = x if power is None else xp.matmul(power, x)
        x = xp.matmul(x, x) if n else x
    return identities(xp, x) if power is None else power
