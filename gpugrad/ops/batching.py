"""Batching rules: one call of an operation for a whole batch of its arguments.

A rule is ``batch=`` of a declaration, a function ``rule(xp, stack, **settings)`` that gives what
the operation gives for every member of the batch, with the batch as the first axis of each output.
Elementwise operations and composites need none.  An operation without one is done member by member.

    @linear(transpose=..., batch=along("axis"))      # settings that name axes
    def flip(xp, x, *, axis): ...

    @bilinear(to_a=..., to_b=..., batch=last_axes(2, 2))   # works on the last axes of stacks
    def matrix_product(xp, a, b): ...

    @linear(transpose=..., batch=first_axis)         # each entry of the first axis for itself
    def windows(xp, x, *, kernel): ...

    def _batched(xp, stack, *, shape):               # anything else, written out
        return stack.apply(stack.arrays[0], shape=(stack.size, *shape))
"""

from collections.abc import Callable
from functools import wraps
from math import prod
from typing import Any, NamedTuple

from .axes import axes_of


class Stack(NamedTuple):
    """A call on a batch, as a rule is given it; at least one argument is marked.

    apply(*arrays, **settings): the same operation outside of the batch.
    arrays: its arguments; those that are ``marked`` have the batch as one more axis, the first.
    Others may be numbers or None too, which have no axes.
    name: what an error begins with.
    """

    apply: Callable[..., Any]
    arrays: tuple
    marked: tuple[bool, ...]
    size: int
    name: str = "vmap"

    def ndim(self, i: int) -> int:
        """Axes that argument ``i`` has for the operation: the batch does not count."""
        return len(getattr(self.arrays[i], "shape", ())) - self.marked[i]

    def shape(self, i: int) -> tuple[int, ...]:
        """Shape that argument ``i`` has for the operation."""
        return tuple(getattr(self.arrays[i], "shape", ()))[self.marked[i] :]

    def full(self, xp: Any, i: int) -> Any:
        """Argument ``i`` with the batch as its first axis, repeated if it had none; None stays."""
        x = self.arrays[i]
        if self.marked[i] or x is None:
            return x
        if not hasattr(x, "shape"):  # a number takes the dtype that it takes beside an array
            like = next(a for a, many in zip(self.arrays, self.marked, strict=True) if many)
            x = xp.sum(xp.zeros_like(like)) + x
        return xp.broadcast_to(x, shape=(self.size, *x.shape))

    def axes(self, i: int, axis: Any, more: int = 0) -> Any:
        """``axis`` of argument ``i``, a number or several or None for all, as one counted with the
        batch; ``more``: axes that the result has besides."""
        axes = tuple(a + 1 for a in axes_of(axis, self.ndim(i) + more, self.name))
        return axes if axis is None or isinstance(axis, tuple | list) else axes[0]


def unchanged(xp: Any, stack: Stack, **settings: Any) -> Any:
    """The rule of an operation that takes one array of any number of axes, each element alone."""
    return stack.apply(*stack.arrays, **settings)


def along(*names: str) -> Callable[..., Any]:
    """The rule of an operation on one array whose settings ``names`` are axes; None means all."""

    def rule(xp: Any, stack: Stack, **settings: Any) -> Any:
        for name in names:
            settings[name] = stack.axes(0, settings[name])
        return stack.apply(*stack.arrays, **settings)

    return rule


def along_flat(xp: Any, stack: Stack, *, axis: int | None, **settings: Any) -> Any:
    """The rule of an operation on one array along ``axis``; None means: along all, flattened."""
    if axis is None:
        return stack.apply(flattened(xp, stack), axis=1, **settings)
    return stack.apply(*stack.arrays, axis=stack.axes(0, axis), **settings)


def last_axes(*cores: int) -> Callable[..., Any]:
    """The rule of an operation on stacks: argument ``i`` has ``cores[i]`` axes of its own, the
    last, and those before them are broadcast."""

    def rule(xp: Any, stack: Stack, **settings: Any) -> Any:
        return stack.apply(*side_by_side(xp, stack, cores), **settings)

    return rule


def side_by_side(xp: Any, stack: Stack, cores: tuple[int, ...]) -> list:
    """Arrays whose axes before the last ``cores`` are broadcast, so that members meet members."""
    outer = [-1 if x is None else stack.ndim(i) - cores[i] for i, x in enumerate(stack.arrays)]
    for i, x in enumerate(stack.arrays):
        if outer[i] < 0 and x is not None:
            raise ValueError(
                f"{stack.name}: an array of shape {stack.shape(i)}; it needs "
                f"{cores[i]} axes or more"
            )
    most = max(outer)
    return [
        aligned(xp, x, stack.ndim(i), most + cores[i]) if stack.marked[i] else x
        for i, x in enumerate(stack.arrays)
    ]


def aligned(xp: Any, x: Any, ndim: int, wanted: int) -> Any:
    """A marked array of ``ndim`` axes beside the batch with ``wanted``: ones after the batch."""
    if ndim == wanted:
        return x
    return xp.reshape(x, shape=(x.shape[0], *(1,) * (wanted - ndim), *x.shape[1:]))


def flattened(xp: Any, stack: Stack) -> Any:
    """The first argument, which is marked, as (batch, elements): the rule of flattening."""
    return xp.reshape(stack.arrays[0], shape=(stack.size, prod(stack.shape(0))))


def all_full(xp: Any, stack: Stack, **settings: Any) -> Any:
    """The rule of an operation that does the same with further axes before those it has, but does
    not repeat one argument along those of another."""
    return stack.apply(*[stack.full(xp, i) for i in range(len(stack.arrays))], **settings)


def never_empty(rule: Callable[..., Any]) -> Callable[..., Any]:
    """``rule``, which needs a member, for batches of any size: one of zeros plays for none."""

    @wraps(rule)
    def guarded(xp: Any, stack: Stack, **settings: Any) -> Any:
        if stack.size:
            return rule(xp, stack, **settings)
        arrays = tuple(
            xp.broadcast_to(xp.sum(xp.zeros_like(x)), shape=(1, *x.shape[1:])) if many else x
            for x, many in zip(stack.arrays, stack.marked, strict=True)
        )
        y = rule(xp, stack._replace(arrays=arrays, size=1), **settings)
        none = ((0, 0, None),)
        if isinstance(y, tuple):
            return tuple(xp.getitem(part, spec=none) for part in y)
        return xp.getitem(y, spec=none)

    return guarded


@never_empty
def first_axis(xp: Any, stack: Stack, **settings: Any) -> Any:
    """The rule of an operation that treats each entry of its arrays' first axis for itself: the
    batch becomes part of that axis."""
    arrays = [into_axis(xp, stack.full(xp, i), 0) for i in range(len(stack.arrays))]
    y = stack.apply(*arrays, **settings)
    if isinstance(y, tuple):
        return tuple(out_of_axis(xp, part, 0, stack.size) for part in y)
    return out_of_axis(xp, y, 0, stack.size)


def into_axis(xp: Any, x: Any, axis: int, groups: int = 1) -> Any:
    """A batch made part of ``axis``: of each of ``groups`` of its entries, as many as members."""
    size, *shape = x.shape
    before, length, after = shape[:axis], shape[axis], shape[axis + 1 :]
    x = xp.reshape(x, shape=(size, *before, groups, length // groups, *after))
    if axis or groups > 1:
        x = xp.moveaxis(x, source=0, destination=axis + 1)
    return xp.reshape(x, shape=(*before, size * length, *after))


def out_of_axis(xp: Any, y: Any, axis: int, size: int, groups: int = 1) -> Any:
    """The reverse: a batch of ``size`` that is part of ``axis`` as the first axis."""
    before, length, after = y.shape[:axis], y.shape[axis] // size, y.shape[axis + 1 :]
    y = xp.reshape(y, shape=(*before, groups, size, length // groups, *after))
    if axis or groups > 1:
        y = xp.moveaxis(y, source=axis + 1, destination=0)
    return xp.reshape(y, shape=(size, *before, length, *after))


def refused(why: str) -> Callable[..., Any]:
    """The rule of an operation that cannot be batched."""

    def rule(xp: Any, stack: Stack, **settings: Any) -> Any:
        raise TypeError(f"{stack.name}: under vmap {why}")

    return rule
