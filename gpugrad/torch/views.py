"""Views: Tensors that write through to the one that they are a part of, as torch's do.

A Tensor of gpugrad is a cell, and what is computed from it has arrays of its own.  torch's views
share memory: ``x[0].zero_()`` and ``w.data.normal_()`` change x and w.  A View remembers how it
was taken, and each write into it puts the new elements back.  The other way round nothing flows: a
view keeps the elements that it had when what it was taken from is written later.
"""

from collections.abc import Callable
from typing import Any, NamedTuple
from weakref import ref

from ..engine.cells import BOXES, SAME
from ..engine.levels import no_grad
from .tensor import Made, Tensor


class Step(NamedTuple):
    """take: the part of a Tensor.  back(x, part): ``x`` with ``part`` in that place."""

    take: Callable[[Any], Any]
    back: Callable[[Any, Any], Any]


def nobody() -> None:
    """The root of a View that a compiled function gave: nothing sees what is written into it."""


class View(Made):
    """Part of another Tensor, which sees what is written into it.

    root: a weak reference to that Tensor; if nobody else has it, there is nothing to write.
    steps: how it was taken from it, one after the other.  free: without its history.
    """

    __slots__ = ("free", "root", "steps")

    def __init__(self, held: Any, node: Any = None) -> None:
        super().__init__(held, node)
        self.root: Callable[[], Any] = nobody
        self.steps: tuple[Step, ...] = ()
        self.free = True

    def write(self, held: Any, node: Any = SAME) -> None:
        """See Cell; the new elements go into the root too."""
        super().write(held, node)
        root = self.root()
        if root is None:
            return
        if self.free:
            with no_grad():
                root.write(self._in_place(root).held)
        else:
            root._become(self._in_place(root))

    def __reduce__(self) -> tuple:
        """A copy is no view."""
        return Made(self.held, self.node).__reduce__()

    def _in_place(self, root: Any) -> Any:
        """``root`` with the elements of this view in their place."""
        values = [root]
        for step in self.steps[:-1]:
            values.append(step.take(values[-1]))
        new: Any = Made(self.held, self.node)
        for step, before in zip(reversed(self.steps), reversed(values), strict=True):
            new = step.back(before, new)
        return new


def viewed(x: Any, part: Any, step: Step, free: bool = False) -> Any:
    """``part``, which ``step`` took from ``x``, as a View of it."""
    if type(part) in BOXES or not isinstance(x, Tensor):
        return part
    view = View(part.held, part.node)
    if isinstance(x, View):
        view.root, view.steps, view.free = x.root, (*x.steps, step), free or x.free
    else:
        view.root, view.steps, view.free = ref(x), (step,), free
    return view


def same(x: Any) -> Any:
    """``x`` itself."""
    return x


WHOLE = Step(same, lambda x, part: part)


def reshaped(x: Any, part: Any) -> Any:
    """``part``, the elements of ``x`` in another shape, as a View."""
    shape = tuple(part.shape)
    take, back = (lambda a: a.reshape(shape)), (lambda a, b: b.reshape(tuple(a.shape)))
    return viewed(x, part, Step(take, back))
