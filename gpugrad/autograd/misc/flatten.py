"""Containers of arrays as one vector, and back."""

from collections.abc import Callable
from math import prod
from typing import Any

from ...numpy import array, concatenate, ravel, reshape, shape

__all__ = ["flatten", "flatten_func"]


def _leaves(value: Any) -> list:
    """The arrays and numbers in lists, tuples and dicts, these in the order of their keys."""
    if isinstance(value, dict):
        return [leaf for key in sorted(value) for leaf in _leaves(value[key])]
    if isinstance(value, list | tuple):
        return [leaf for one in value for leaf in _leaves(one)]
    return [value]


def _rebuilt(like: Any, leaves: Any) -> Any:
    """A container as ``like``, with the next of the iterator ``leaves`` in place of each leaf."""
    if isinstance(like, dict):
        of_keys = {key: _rebuilt(like[key], leaves) for key in sorted(like)}
        return {key: of_keys[key] for key in like}
    if isinstance(like, list | tuple):
        parts = [_rebuilt(one, leaves) for one in like]
        return type(like)(*parts) if hasattr(like, "_fields") else type(like)(parts)
    return next(leaves)


def flatten(value: Any) -> tuple[Any, Callable[[Any], Any]]:
    """A vector of all that lists, tuples and dicts of arrays and numbers hold, and the function
    that makes of such a vector the same container again."""
    leaves = _leaves(value)
    shapes = [shape(leaf) for leaf in leaves]
    lengths = [prod(s) for s in shapes]

    def unflatten(vector: Any) -> Any:
        starts = [sum(lengths[:i]) for i in range(len(lengths))]
        places = zip(starts, lengths, shapes, strict=True)
        return _rebuilt(value, (reshape(vector[i : i + n], s) for i, n, s in places))

    return concatenate([ravel(leaf) for leaf in leaves]) if leaves else array([]), unflatten


def flatten_func(func: Callable, example: Any) -> tuple[Callable, Callable, Any]:
    """``func`` as a function of vectors, the function that makes containers as ``example`` of
    them, and the vector of ``example``."""
    vector, unflatten = flatten(example)
    return (lambda x, *rest: flatten(func(unflatten(x), *rest))[0]), unflatten, vector
