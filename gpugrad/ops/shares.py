"""Shares of a gradient or a tangent: some may be absent, some belong to a length of 0."""


def added(a, b):
    """The sum of two, of which either may be None: absent."""
    if a is None or b is None:
        return b if a is None else a
    return a + b


def per_length(xp, x, length):
    """``x / length``, and where the length is 0, as is all that it measures, 0 in derivatives of
    every order."""
    return xp.where(length == 0, 0, x / xp.where(length == 0, 1, length))
