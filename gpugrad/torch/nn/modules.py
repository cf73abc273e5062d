"""gpugrad's Modules as torch's: what they hold and give are Tensors with torch's methods.

Each class of ``gg.nn`` has a subclass here.  A Module of this package changes the class of the
Parameters, buffers and Modules that become its attributes to that of this package, so that also a
layer that gpugrad made within another is ``isinstance(layer, nn.Linear)``.
"""

from typing import Any

from ... import nn
from ...tensor import cell
from ..tensor import Made
from .older import older_taken

KINDS: dict[type, type] = {}  # gpugrad's class -> this package's


class Parameter(nn.Parameter, Made):
    """Leaf Tensor that belongs to the parameters of the Module whose attribute it is."""

    __slots__ = ()
    data = Made.data  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Parameter containing:\n{Made.__repr__(self)}"


class Module(nn.Module):
    """Base class of layers and networks: a subclass defines ``forward``."""

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, adopted(value))

    def compile(self, *torchs: Any, **settings: Any) -> None:
        """Have ``forward`` replayed; torch's settings have no effect."""
        super().compile()


def adopted(value: Any) -> Any:
    """``value``, which becomes one of this package's if it is gpugrad's Tensor or Module."""
    kind = KINDS.get(type(value))
    if kind is not None:
        value.__class__ = kind
        if isinstance(value, nn.Module):
            for part in vars(value).values():
                adopted(part)
    return value


def _own(kind: type) -> type:
    """This package's subclass of one of gpugrad's Modules."""
    made = type(kind.__name__, (kind, Module), {"__module__": __name__, "__doc__": kind.__doc__})
    made.__init__ = older_taken(kind.__init__)  # type: ignore[misc]
    KINDS[kind] = made
    return made


KINDS.update({nn.Parameter: Parameter, cell.Tensor: Made, nn.Module: Module})
CLASSES = {
    name: _own(getattr(nn, name))
    for name in nn.__all__
    if name not in ("Module", "Parameter") and isinstance(getattr(nn, name), type)
    if issubclass(getattr(nn, name), nn.Module)
}
globals().update(CLASSES)
__all__ = ["Module", "Parameter", *CLASSES]
