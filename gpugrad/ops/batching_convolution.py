"""How convolution of images is done on a batch: always as one convolution.

Images of all members are the images of one call.  Where members have kernels of their own, these
are more outputs, or inputs, of one set of kernels, within each group; where they have images too,
every member is a group.
"""

from typing import NamedTuple

from .batching import into_axis, never_empty, out_of_axis


class Fold(NamedTuple):
    """Where the batch goes: an axis of the argument that has it, and one of the result."""

    axis: int
    result: int
    grouped: bool = False  # each group of the argument's axis takes up the whole batch
    result_grouped: bool = False


def folded(first: Fold, second: Fold, both: tuple[int, int, int]):
    """The rule of a convolution of which one argument has the batch, or both: then axes of the
    two and of the result."""

    @never_empty
    def rule(xp, stack, *, groups, **settings):
        arrays, size = list(stack.arrays), stack.size
        if all(stack.marked):
            arrays = [into_axis(xp, x, axis) for x, axis in zip(arrays, both[:2], strict=True)]
            y = stack.apply(*arrays, groups=groups * size, **settings)
            return out_of_axis(xp, y, both[2], size)
        i = stack.marked.index(True)
        fold = (first, second)[i]
        arrays[i] = into_axis(xp, arrays[i], fold.axis, groups if fold.grouped else 1)
        y = stack.apply(*arrays, groups=groups, **settings)
        return out_of_axis(xp, y, fold.result, size, groups if fold.result_grouped else 1)

    return rule


convolution = folded(
    first=Fold(axis=0, result=0),
    second=Fold(axis=0, result=1, grouped=True, result_grouped=True),
    both=(1, 0, 1),
)
convolution_to_input = folded(
    first=Fold(axis=0, result=0),
    second=Fold(axis=1, result=1, result_grouped=True),
    both=(1, 0, 1),
)
convolution_to_weight = folded(
    first=Fold(axis=1, result=1, grouped=True),
    second=Fold(axis=1, result=0, grouped=True, result_grouped=True),
    both=(1, 1, 0),
)


@never_empty
def convolution_from(xp, stack, **settings):
    """Batching rule of ``convolution_from``."""
    x, weight, bias = stack.arrays
    if not any(stack.marked[1:]):
        y = stack.apply(into_axis(xp, x, 0), weight, bias, **settings)
        return out_of_axis(xp, y, 0, stack.size)

    def apply(x, weight, **how):
        return xp.convolution(x, weight, **how)

    if any(stack.marked[:2]):
        without = stack._replace(apply=apply, arrays=(x, weight), marked=stack.marked[:2])
        y = convolution(xp, without, **settings)
    else:
        y = apply(x, weight, **settings)
    ones = (1,) * (stack.ndim(0) - 2)
    return y + xp.reshape(bias, shape=(*bias.shape[:-1], *(1,) * stack.marked[2], -1, *ones))
