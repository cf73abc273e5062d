"""Matrix products."""

from .declare import bilinear


@bilinear(
    to_a=lambda xp, g, b: xp.matmul(g, xp.matrix_transpose(b)),
    to_b=lambda xp, g, a: xp.matmul(xp.matrix_transpose(a), g),
)
def matmul(xp, a, b):
    """Matrix product of stacks of matrices; vectors are reshaped before they come here."""
    return xp.matmul(a, b)
