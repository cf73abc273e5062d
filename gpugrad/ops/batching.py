"""Batching rules: one call of an operation for a whole batch of its arguments.

A rule is ``batch=`` of a declaration, a function ``rule(xp, stack, **settings)`` that gives what
the operation gives for every member of the batch, with the batch as the first axis of each output.
Elementwise operations and composites need none.  An operation without one is done member by member.

    @linear(transpose=..., batch=along("axis"))      # settings that name axes
    def flip(xp, x, *, axis): ...

    @bilinear(to_a=..., to_b=..., batch=last_axes(2, 2))   # works on the last axes of stacks
    def matrix_product(xp, a, b): ...

    def _batched(xp, stack, *, shape):               # anything else, written out
        return stack.apply(stack.arrays[0], shape=(stack.size, *shape))
"""

from collections.abc import Callable
from typing import Any, NamedTuple


class Stack(NamedTuple):
    """A call on a batch, as a rule is given it.

    apply(*arrays, **settings): the same operation outside of the batch.
    arrays: its arguments; those that are ``marked`` have the batch as one more axis, the first.
    """

    apply: Callable[..., Any]
    arrays: tuple
    marked: tuple[bool, ...]
    size: int

    def ndim(self, i: int) -> int:
        """Axes that argument ``i`` has for the operation: the batch does not count."""
        return len(self.arrays[i].shape) - self.marked[i]

    def shape(self, i: int) -> tuple[int, ...]:
        """Shape that argument ``i`` has for the operation."""
        return tuple(self.arrays[i].shape[self.marked[i] :])

    def full(self, xp: Any, i: int) -> Any:
        """Argument ``i`` with the batch as its first axis, repeated if it had none."""
        x = self.arrays[i]
        return x if self.marked[i] else xp.broadcast_to(x, shape=(self.size, *x.shape))


def shifted(axis: Any) -> Any:
    """An axis, or several, counted with the batch before them; from the end nothing changes."""
    if isinstance(axis, tuple | list):
        return tuple(shifted(a) for a in axis)
    return axis + 1 if axis >= 0 else axis


def along(*names: str) -> Callable[..., Any]:
    """The rule of an operation on one array whose settings ``names`` are axes; None means all."""

    def rule(xp: Any, stack: Stack, **settings: Any) -> Any:
        for name in names:
            axis = settings[name]
            every = tuple(range(1, stack.ndim(0) + 1))
            settings[name] = every if axis is None else shifted(axis)
        return stack.apply(*stack.arrays, **settings)

    return rule


def last_axes(*cores: int) -> Callable[..., Any]:
    """The rule of an operation on stacks: argument ``i`` has ``cores[i]`` axes of its own, the
    last, and those before them are broadcast."""

    def rule(xp: Any, stack: Stack, **settings: Any) -> Any:
        outer = max(stack.ndim(i) - core for i, core in enumerate(cores[: len(stack.arrays)]))
        arrays = [
            aligned(xp, x, stack.ndim(i), outer + cores[i]) if stack.marked[i] else x
            for i, x in enumerate(stack.arrays)
        ]
        return stack.apply(*arrays, **settings)

    return rule


def aligned(xp: Any, x: Any, ndim: int, wanted: int) -> Any:
    """A marked array of ``ndim`` axes beside the batch with ``wanted``: ones after the batch."""
    if ndim == wanted:
        return x
    return xp.reshape(x, shape=(x.shape[0], *(1,) * (wanted - ndim), *x.shape[1:]))
