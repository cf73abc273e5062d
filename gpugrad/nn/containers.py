"""Modules made of a list of others."""

from collections.abc import Iterable, Iterator
from typing import Any

from .module import Module


class _Numbered(Module):
    """Modules under the names "0", "1", ... or others."""

    def _children(self) -> list[Module]:
        return [child for _, child in self._own_children()]

    def __len__(self) -> int:
        return len(self._children())

    def __iter__(self) -> Iterator[Module]:
        return iter(self._children())

    def __getitem__(self, index: Any) -> Any:
        found = self._children()[index]
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


class Sequential(_Numbered):
    """One Module after the other; given as arguments or as one dict of names."""

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
        """What the last Module makes of what the others made."""
        for module in self._children():
            input = module(input)
        return input


class ModuleList(_Numbered):
    """A list whose Modules are found as children; it computes nothing itself."""

    def __init__(self, modules: Iterable[Module] = ()) -> None:
        self.extend(modules)

    @classmethod
    def _of(cls, modules: list[Module]) -> "ModuleList":
        return cls(modules)
