"""Modules made of a list of others."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from .module import Module

__all__ = [
    "ModuleList",
    "Sequential",
]


class _Numbered(Module):
    """Modules under the names "0", "1", ... or others."""

    def _children(self) -> list[Module]:
        return [child for _, child in self._own_children()]

    def __len__(self) -> int:
        return len(self._children())

    def __iter__(self) -> Iterator[Module]:
        return iter(self._children())

    def __getitem__(self, index: Any) -> Any:
        try:
            found = self._children()[index]
        except (IndexError, TypeError):
            raise _no_such(self, index) from None
        return type(self)._of(found) if isinstance(index, slice) else found

    @classmethod
    def _of(cls, modules: list[Module]) -> Any:
        raise NotImplementedError

    def append(self, module: Module) -> Any:
        """Add one at the end."""
        self.add_module(str(len(self)), module)
        return self

    def extend(self, modules: Iterable[Module]) -> Any:
        """Add several at the end."""
        for module in modules:
            self.append(module)
        return self


def _no_such(modules: _Numbered, index: Any) -> Exception:
    kind = IndexError if hasattr(index, "__index__") else TypeError
    way = f"give {-len(modules)} to {len(modules) - 1}, or a slice"
    if not len(modules):
        way = "it is empty"
    return kind(f"{type(modules).__name__}: [{index!r:.80}] of {len(modules)} Modules; {way}")


class Sequential(_Numbered):
    """Modules called one after the other, given as arguments or as one dict of names.

        model = gg.nn.Sequential(gg.nn.Linear(3, 2), gg.nn.Tanh())
        print(len(model), model(gg.ones((5, 3))).shape)  # 2 (5, 2)

    It is indexed as a list.
    """

    def __init__(self, *modules: Any) -> None:
        if len(modules) == 1 and isinstance(modules[0], dict):
            for name, module in modules[0].items():
                self.add_module(name, module)
        else:
            self.extend(modules)

    @classmethod
    def _of(cls, modules: list[Module]) -> "Sequential":
        return cls(*modules)

    def forward(self, input: Any) -> Any:
        """Call each Module on the result of the one before."""
        for module in self._children():
            input = module(input)
        return input


class ModuleList(_Numbered):
    """List of Modules that are found as children; it computes nothing itself."""

    def __init__(self, modules: Iterable[Module] = ()) -> None:
        self.extend(modules)

    @classmethod
    def _of(cls, modules: list[Module]) -> "ModuleList":
        return cls(modules)

    def __repr__(self) -> str:
        """Equal neighbours once, as torch's."""
        lines, first = [], 0
        for text, several in groupby(map(repr, self._children())):
            last = first + sum(1 for _ in several) - 1
            names = f"({first}-{last}): {last - first + 1} x " if last > first else f"({first}): "
            lines.append(names + text)
            first = last + 1
        inner = "\n".join(lines).replace("\n", "\n  ")
        return f"ModuleList(\n  {inner}\n)" if lines else "ModuleList()"
