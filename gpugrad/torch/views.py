"""Views: Tensors that write through to the one that they are a part of, as torch's do.

A Tensor of gpugrad is a cell, and what is computed from it has arrays of its own.  torch's views
share memory: ``x[0].zero_()`` and ``w.data.normal_()`` change x and w.  A View remembers how it
was taken, and each write into it puts the new elements back.  The other way round nothing flows: a
view keeps the elements that it had when what it was taken from is written later.
"""

from collections.abc import Callable
from typing import Any
from weakref import ref

from ..engine.cells import BOXES, SAME
from ..engine.levels import no_grad
from .tensor import Made, Tensor

Back = Callable[[Any, Any], Any]  # (x, part): ``x`` with ``part`` in its place


def nobody() -> None:
    """The root of a View that a compiled function gave: nothing sees what is written into it."""


class View(Made):
    """Part of another Tensor, which sees what is written into it.

    root: gives that Tensor, which is referred to weakly: if nobody else has it, there is nothing to
    write.  A view of a view keeps that one, through which it writes.
    back: gives the root with this view's elements in their place.  free: without its history.
    """

    __slots__ = ("back", "free", "root")

    def __init__(self, held: Any, node: Any = None) -> None:
        super().__init__(held, node)
        self.root: Callable[[], Any] = nobody
        self.back: Back = whole
        self.free = True

    def write(self, held: Any, node: Any = SAME) -> None:
        """See Cell; the new elements go into the root too."""
        super().write(held, node)
        self._pass_on(self.free)

    def _pass_on(self, free: bool) -> None:
        """Put the elements into the root; ``free``: its history, and its roots', stay."""
        root = self.root()
        if root is None:
            return
        if not free:
            root._become(self.back(root, Made(self.held, self.node)))
            return
        with no_grad():
            held = self.back(root, Made(self.held)).held
        if isinstance(root, View):
            Made.write(root, held)
            root._pass_on(True)
        else:
            root.write(held)

    def __reduce__(self) -> tuple:
        """A copy is no view."""
        return Made(self.held, self.node).__reduce__()


def viewed(x: Any, part: Any, back: Back, free: bool = False) -> Any:
    """``part`` of ``x``, which ``back`` puts back into it, as a View of it."""
    if type(part) in BOXES or not isinstance(x, Tensor):
        return part
    view = View(part.held, part.node)
    view.back = back
    if isinstance(x, View):
        view.root, view.free = (lambda: x), free or x.free
    else:
        view.root, view.free = ref(x), free
    return view


def whole(x: Any, part: Any) -> Any:
    """``part``, which is all of ``x``."""
    return part


def reshaped(x: Any, part: Any) -> Any:
    """``part``, the elements of ``x`` in another shape, as a View."""
    return viewed(x, part, lambda a, b: b.reshape(tuple(a.shape)))
