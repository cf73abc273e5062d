"""The namespace that reads a rule on anything: Tensors, transforms' boxes, raw arrays, numbers."""

from collections.abc import Callable
from typing import Any

from ..backend.dtypes import bool_
from ..backend.kept import kept
from ..backend.select import BACKENDS, HOST, backend_of
from ..ops import REGISTRY
from ..ops.declare import COMPOSITE, Op
from .calling import completed
from .cells import BOXES, CELLS, prototype
from .dispatch import at_level, dispatch
from .namespace import ANY, EXTRAS
from .promotion import NUMBERS
from .recipes import evaluated


@kept
def on_anything(op: Op) -> Callable[..., Any]:
    """``op`` on Tensors and boxes, or on raw arrays, which give raw arrays."""

    def apply(*arguments: Any, **settings: Any) -> Any:
        if settings or op.settings:
            settings = completed(op, settings)
        for argument in arguments:
            kind = type(argument)
            if kind in BOXES:
                return at_level(op, arguments, settings)
            if kind not in BACKENDS and (kind in CELLS or hasattr(argument, "process")):
                return dispatch(op, arguments, settings)
        if op.kind == COMPOSITE:
            return op.forward(ANY, *arguments, **settings)
        return evaluated(op, arguments, settings)

    return apply


def _extra_on_anything(name: str) -> Callable[..., Any]:
    def make(like: Any, *arguments: Any, **keywords: Any) -> Any:
        like = prototype(like)
        if type(like) in NUMBERS:
            made = make(HOST.asarray(like), *arguments, **keywords)
            return made if made.ndim else made.item()  # of a number, a number
        return getattr(backend_of(like).xp, name)(like, *arguments, **keywords)

    return make


for _name, _op in REGISTRY.items():
    setattr(ANY, _name, on_anything(_op))
_scale = ANY.scale


def _scale_or_select(g: Any, p: Any) -> Any:
    """``scale``, before promotion makes a number of a boolean ``p``, which selects."""
    selects = type(p) is bool or getattr(p, "dtype", None) is bool_
    return ANY.where(p, g, 0) if selects else _scale(g, p)


ANY.scale = _scale_or_select  # type: ignore[attr-defined]
for _name in EXTRAS:
    setattr(ANY, _name, _extra_on_anything(_name))
