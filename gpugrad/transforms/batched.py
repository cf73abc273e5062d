"""``vmap``: a function of one member applied to a whole batch at once.

Within the function a value is a box that shows one member's shape and holds all members along the
first axis of a lower value.  Operations are applied one level lower, to all members in one call, by
their batching rules (ops/batching.py).
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial, wraps
from math import prod
from operator import index
from typing import Any

from ..engine.anything import ANY
from ..engine.cells import bare, below, box_class, cell, host_values, own_cell
from ..engine.levels import new_level
from ..engine.lower import recipe_below
from ..engine.namespace import Namespace
from ..engine.promotion import NUMBERS
from ..engine.pullbacks import shape_of
from ..ops.batching import Stack, side_by_side
from ..ops.declare import ELEMENTWISE, Op
from ..random import drawing_by
from ..tensor.given import check_function
from .arguments import in_kind, kind_of
from .boxes import HOST, Box, flat


class Batched(Box):
    """A value within ``vmap``: a lower value with the batch as its first axis."""

    __slots__ = ()
    alike: "type[Batched]"  # the class of what is computed from it, which holds a batch as it is

    def __init__(self, data: Any, level: int) -> None:
        self.held = data
        self.node = None
        self.level = level

    @property
    def shape(self) -> tuple[int, ...]:
        """Lengths of one member's axes."""
        return self.held.shape[1:]

    @property
    def size(self) -> int:
        """Number of one member's elements."""
        return prod(self.shape)

    def unit_entries(self) -> Any:
        """Of a batch whose member number i is zero but for its element number i these elements, as
        one member; None of others."""
        return None

    def apply_below(self, op: Op, mine: tuple, values: tuple, settings: dict) -> Any:
        """Apply ``op`` to all members."""
        if op.kind == ELEMENTWISE and self._aligned(mine, values):
            return self.alike(recipe_below(op, values).value(values, settings), self.level)

        def apply(*arrays: Any, **how: Any) -> Any:
            return recipe_below(op, arrays).value(arrays, how)

        marked = tuple([box is not None for box in mine])
        stack = Stack(apply, values, marked, self.held.shape[0], op.name)
        if op.kind == ELEMENTWISE:
            y = apply(*side_by_side(ANY, stack, (0,) * len(values)), **settings)
        else:
            y = (op.batch or _one_by_one(op))(ANY, stack, **settings)
        if isinstance(y, tuple):
            return tuple(self.alike(part, self.level) for part in y)
        return self.alike(y, self.level)

    def _aligned(self, mine: tuple, values: tuple) -> bool:
        """Whether members meet members and what they share as the values are."""
        ndim = len(self.held.shape)
        for box, value in zip(mine, values, strict=True):
            own = len(shape_of(value))
            if own >= ndim if box is None else own != ndim:
                return False
        return True

    def renewed(self, node: Any, renew: Callable[[Any], Any]) -> "Batched":
        """A box like this with ``renew`` of the lower value; it has no node."""
        return self.alike(renew(self.held), self.level)

    def detach(self) -> "Batched":
        """The same members without a history."""
        return self.alike(bare(super().detach()), self.level)

    def numpy(self) -> Any:
        """Refused: it is many values."""
        raise TypeError(
            f"vmap: a value of shape {self.shape} differs from member to member, so that Python "
            "cannot read it; use gg.where in place of a branch, and look at it outside of vmap"
        )

    _host = numpy

    def __repr__(self) -> str:
        values = HOST.text(host_values(self), "batched(")
        members = f"{self.held.shape[0]} members"
        return f"batched({values}, {members} of shape {self.shape}, dtype={self.dtype})"


Batched.alike = Batched


def _one_by_one(op: Op) -> Callable[..., Any]:
    """The rule of an operation that has none: one call a member."""

    def rule(xp: Namespace, stack: Stack, **settings: Any) -> Any:
        if not stack.size:
            raise ValueError(
                f"vmap: {op.name} has no batching rule, and a batch of 0 has no member to try it on"
            )
        results = []
        for i in range(stack.size):
            pairs = zip(stack.arrays, stack.marked, strict=True)
            member = [xp.getitem(x, spec=(i,)) if many else x for x, many in pairs]
            results.append(stack.apply(*member, **settings))
        if isinstance(results[0], tuple):
            return tuple(xp.stack(*parts, axis=0) for parts in zip(*results, strict=True))
        return xp.stack(*results, axis=0)

    return rule


def vmap(
    function: Callable, in_axes: Any = 0, out_axes: Any = 0, *, randomness: str = "same"
) -> Callable[..., Any]:
    """Function of a whole batch, from a ``function`` of one member, as jax.vmap.

        a, b = np.ones((5, 3)), np.arange(3.0)
        print(gg.vmap(gg.vecdot, in_axes=(0, None))(a, b).tolist())  # [3.0, 3.0, 3.0, 3.0, 3.0]

    in_axes: for each argument the axis of its members, or None for an argument that all members
    share; one integer for all arguments, or a tuple with containers as the arguments have them.
    Arguments by keyword have their members along the first axis.
    out_axes: the axis of the members in each result; None for a result that all members share.
    randomness, as torch's: random numbers, masks of dropout among them, are the "same" for all
    members, "different" for each, or an "error".
    Batches of different sizes raise ValueError.
    """
    check_function("vmap", function)
    if randomness not in WAYS:
        raise ValueError(f"vmap: randomness={randomness!r}; known: {', '.join(WAYS)}")

    @wraps(function)
    def batched(*arguments: Any, **keywords: Any) -> Any:
        inputs, rebuild = flat((arguments, keywords))
        if isinstance(in_axes, list | tuple) and len(in_axes) != len(arguments):
            raise ValueError(f"vmap: in_axes={in_axes!r} for {len(arguments)} arguments")
        axes = [*spread(in_axes, arguments, "in_axes"), *[0] * len(flat(keywords)[0])]
        size = batch_size(inputs, axes)
        level, boxes = boxed(inputs, axes)
        positional, named = rebuild(boxes)
        with drawing_by(partial(WAYS[randomness], size, level)):
            results, shape = flat(function(*positional, **named))
        places = spread(out_axes, shape(results), "out_axes")
        pairs = zip(results, places, strict=True)
        whole = shape([outside(value, level, size, axis) for value, axis in pairs])
        return in_kind(whole, kind_of(*arguments, *keywords.values()))

    return batched


def _same(size: int, level: int, outer: Callable, draw: Callable, shape: tuple) -> Any:
    return outer(draw, shape)


def _different(size: int, level: int, outer: Callable, draw: Callable, shape: tuple) -> Any:
    return Batched(own_cell(bare(outer(draw, (size, *shape)))), level)


def _refused(size: int, level: int, outer: Callable, draw: Callable, shape: tuple) -> Any:
    raise RuntimeError(
        "vmap: random numbers are drawn with randomness='error'; say whether they are the 'same' "
        "for all members or 'different'"
    )


# How random numbers are drawn for members, by vmap's ``randomness``: of the number of members,
# their level, how it is done outside, what draws raw arrays of a shape, and the shape of one.
WAYS = {"same": _same, "different": _different, "error": _refused}


def spread(axes: Any, tree: Any, name: str) -> list:
    """For each leaf of ``tree`` its axis: ``axes`` has ``tree``'s containers, or one axis for all
    that stands in its place."""
    leaves, rebuild = flat(tree)
    if axes is None or isinstance(axes, int):
        return [axes] * len(leaves)
    try:
        found = dict(_placed(axes, rebuild(list(range(len(leaves))))))
    except LookupError:
        raise ValueError(
            f"vmap: {name}={axes!r} does not have the structure of {tree!r:.200}"
        ) from None
    except TypeError:
        raise TypeError(f"vmap: {name}={axes!r}; an axis is an integer, or None") from None
    return [found[i] for i in range(len(leaves))]


def _placed(axes: Any, numbers: Any) -> Iterator[tuple[int, int | None]]:
    """The numbers of leaves, which a container has in the leaves' places, and their axes."""
    if not isinstance(axes, dict | list | tuple):
        axis = None if axes is None else index(axes)
        yield from ((i, axis) for i in flat(numbers)[0])
        return
    kind = dict if isinstance(axes, dict) else list | tuple
    if not isinstance(numbers, kind) or _keys(axes) != _keys(numbers):
        raise LookupError
    for key in _keys(axes):
        yield from _placed(axes[key], numbers[key])


def _keys(container: Any) -> Any:
    return container.keys() if isinstance(container, dict) else range(len(container))


def batch_size(inputs: Sequence, axes: list) -> int:
    """The length that all batched inputs have along their axes; ValueError if it is not one."""
    lengths = {}
    for value, axis in zip(inputs, axes, strict=True):
        if axis is not None:
            shape = getattr(value, "shape", ())
            if not -len(shape) <= axis < len(shape):
                raise ValueError(
                    f"vmap: an input of shape {shape} has no axis {axis}; "
                    "in_axes=None passes it to every member as it is"
                )
            lengths[shape, axis] = shape[axis]
    if len(set(lengths.values())) != 1:
        given = ", ".join(f"{n} (axis {axis} of {shape})" for (shape, axis), n in lengths.items())
        raise ValueError(f"vmap: batches of one length are needed, not {given or 'none at all'}")
    return next(iter(lengths.values()))


def boxed(inputs: Sequence, axes: list) -> tuple[int, list]:
    """A new level, and there the members of each input that has them along an axis."""
    level = new_level()
    pairs = zip(inputs, axes, strict=True)
    return level, [
        v if axis is None else box_class(Batched, v)(_leading(v, axis), level) for v, axis in pairs
    ]


def _leading(value: Any, axis: int) -> Any:
    """``value`` with ``axis`` as its first, raw where nothing is recorded of it."""
    value = own_cell(bare(value))
    return value if axis == 0 else ANY.moveaxis(value, source=axis, destination=0)


def outside(value: Any, level: int, size: int, axis: int | None) -> Any:
    """A result with its members along ``axis``, for the caller."""
    mine = not below(value, level)
    if axis is None:
        if mine:
            raise ValueError("vmap: out_axes=None for a result that differs between members")
        return value
    if mine:
        y = own_cell(value.held)
    elif hasattr(value, "shape") or type(value) in NUMBERS:
        value = value if hasattr(value, "shape") else HOST.asarray(value)
        y = ANY.broadcast_to(value, shape=(size, *value.shape))
    else:
        raise TypeError(
            f"vmap: a result {value!r:.200} is not an array; out_axes=None passes it on"
        )
    ndim = len(y.shape)
    if not -ndim <= axis < ndim:
        raise ValueError(f"vmap: out_axes={axis} for a result that has {ndim} axes with the batch")
    y = y if axis == 0 else ANY.moveaxis(y, source=0, destination=axis)
    return cell(y)
