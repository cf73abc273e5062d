"""Shares of a gradient or a tangent, of which some may be absent."""


def added(a, b):
    """The sum of two, of which either may be None: absent."""
    if a is None or b is None:
        return b if a is None else a
    return a + b
