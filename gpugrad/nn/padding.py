"""Elements around an input, as Modules."""

from typing import Any

from . import functional
from .module import Module
from .settings import integer

__all__ = [
    f"{kind}Pad{axes}d"
    for kind in ("Circular", "Constant", "Reflection", "Replication", "Zero")
    for axes in (1, 2, 3)
]


class _Pad(Module):
    """Elements before and after the last ``axes`` axes; numbers of the last axis come first."""

    axes, mode = 1, "constant"

    def __init__(self, padding: Any) -> None:
        given = padding if isinstance(padding, tuple | list) else (padding,) * 2 * self.axes
        if len(given) != 2 * self.axes:
            raise ValueError(
                f"{type(self).__name__}: padding {padding}; give {2 * self.axes} numbers"
            )
        self.padding = tuple(integer(n, self, "padding") for n in given)

    def forward(self, input: Any) -> Any:
        """(N, C, ...) or (C, ...)."""
        return functional.pad(input, self.padding, self.mode)

    def extra_repr(self) -> str:
        """As torch's."""
        return str(self.padding)


class _ConstantPad(_Pad):
    """A number around the input."""

    def __init__(self, padding: Any, value: float) -> None:
        super().__init__(padding)
        self.value = value

    def forward(self, input: Any) -> Any:
        """(N, C, ...) or (C, ...)."""
        return functional.pad(input, self.padding, value=self.value)

    def extra_repr(self) -> str:
        """As torch's."""
        return f"padding={self.padding}, value={self.value}"


def _of(kind: str, base: type, mode: str, words: str) -> list[Any]:
    """The classes for one, two and three axes."""
    return [
        type(
            f"{kind}Pad{axes}d",
            (base,),
            {
                "__doc__": f"Pads {axes} axes with {words}.",
                "__module__": __name__,
                "axes": axes,
                "mode": mode,
            },
        )
        for axes in (1, 2, 3)
    ]


ZeroPad1d, ZeroPad2d, ZeroPad3d = _of("Zero", _Pad, "constant", "zeros")
ConstantPad1d, ConstantPad2d, ConstantPad3d = _of("Constant", _ConstantPad, "constant", "a number")
ReflectionPad1d, ReflectionPad2d, ReflectionPad3d = _of(
    "Reflection", _Pad, "reflect", "the input mirrored at its edges"
)
ReplicationPad1d, ReplicationPad2d, ReplicationPad3d = _of(
    "Replication", _Pad, "replicate", "the elements at the edges"
)
CircularPad1d, CircularPad2d, CircularPad3d = _of(
    "Circular", _Pad, "circular", "the input from its other end"
)
