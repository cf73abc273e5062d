"""Modules made of a list or a dict of others."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from .module import Module

__all__ = ["ModuleDict", "ModuleList", "Sequential"]


class _Numbered(Module):
    """Modules under the names "0", "1", ... or others."""

    def _children(self) -> list[Module]:
        return [child for _, child in self._own_children()]

    def __len__(self) -> int:
        return len(self._children())

    def __iter__(self) -> Iterator[Module]:
        return iter(self._children())

    def __getitem__(self, index: Any) -> Any:
        named = dict(self._own_children())
        if isinstance(index, slice):
            return self._of(dict(list(named.items())[index]))
        return named[self._name(index)]

    def __setitem__(self, index: int, module: Module) -> None:
        setattr(self, self._name(index), module)

    def __delitem__(self, index: Any) -> None:
        left = self._children()
        del left[index]
        self._have(left)

    def _of(self, named: dict[str, Module]) -> Any:
        """Another of this kind."""
        raise NotImplementedError

    def _name(self, index: Any) -> str:
        """The name of one of them, counted from either end."""
        try:
            return [name for name, _ in self._own_children()][index]
        except (IndexError, TypeError):
            raise _no_such(self, index) from None

    def _have(self, modules: list[Module]) -> None:
        """Have these Modules alone, under new numbers."""
        for name, _ in [*self._own_children()]:
            delattr(self, name)
        self.extend(modules)

    def append(self, module: Module) -> Any:
        """Add one at the end."""
        self.add_module(str(len(self)), module)
        return self

    def extend(self, modules: Iterable[Module]) -> Any:
        """Add several at the end."""
        for module in list(modules):
            self.append(module)
        return self

    def insert(self, index: int, module: Module) -> Any:
        """Add one before the place ``index``; those behind it get the next numbers."""
        children = self._children()
        if not -len(children) <= index <= len(children):
            raise _no_such(self, index)
        children.insert(index, module)
        self._have(children)
        return self

    def pop(self, key: Any) -> Any:
        """Take the one at a place out, or those of a slice; the others get new numbers."""
        found = self[key]
        del self[key]
        return found


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

    It is indexed and changed as a list; ``+`` joins two, and ``* n`` repeats the same Modules.
    """

    def __init__(self, *modules: Any) -> None:
        if len(modules) == 1 and isinstance(modules[0], dict):
            for name, module in modules[0].items():
                self.add_module(name, module)
        else:
            self.extend(modules)

    def _of(self, named: dict[str, Module]) -> "Sequential":
        return type(self)(named)

    def __add__(self, other: Any) -> "Sequential":
        return Sequential(*self).__iadd__(other)

    def __iadd__(self, other: Any) -> Any:
        if not isinstance(other, Sequential):
            raise ValueError(f"Sequential: + {type(other).__name__}; give another Sequential")
        return self.extend(other)

    def __mul__(self, count: int) -> "Sequential":
        return Sequential(*self).__imul__(count)

    __rmul__ = __mul__

    def __imul__(self, count: int) -> Any:
        if not isinstance(count, int):
            raise TypeError(f"Sequential: * {type(count).__name__}; give a whole number")
        if count < 1:
            raise ValueError(f"Sequential: * {count}; give 1 or more")
        return self.extend(self._children() * (count - 1))

    def forward(self, input: Any) -> Any:
        """Call each Module on the result of the one before."""
        for module in self._children():
            input = module(input)
        return input


class ModuleList(_Numbered):
    """List of Modules that are found as children; it computes nothing itself."""

    def __init__(self, modules: Iterable[Module] | None = None) -> None:
        self.extend(modules or ())

    def _of(self, named: dict[str, Module]) -> "ModuleList":
        return type(self)(named.values())

    def __add__(self, other: Iterable[Module]) -> "ModuleList":
        return ModuleList([*self, *other])

    def __iadd__(self, other: Iterable[Module]) -> Any:
        return self.extend(other)

    def __repr__(self) -> str:
        """Equal neighbours once, as torch's."""
        lines, first = [], 0
        for text, several in groupby(map(repr, self._children())):
            last = first + sum(1 for _ in several) - 1
            names = f"({first}-{last}): {last - first + 1} x " if last > first else f"({first}): "
            lines.append(names + text)
            first = last + 1
        inner = "\n".join(lines).replace("\n", "\n  ")
        name = type(self).__name__
        return f"{name}(\n  {inner}\n)" if lines else f"{name}()"


class ModuleDict(Module):
    """Dict of Modules that are found as children; it computes nothing itself."""

    def __init__(self, modules: Any = None) -> None:
        if modules is not None:
            self.update(modules)

    def _children_by_name(self) -> dict[str, Module]:
        return dict(self._own_children())

    def __getitem__(self, key: str) -> Module:
        return self._children_by_name()[key]

    def __setitem__(self, key: str, module: Module) -> None:
        self.add_module(key, module)

    def __delitem__(self, key: str) -> None:
        self._children_by_name()[key]  # KeyError
        delattr(self, key)

    def __len__(self) -> int:
        return len(self._children_by_name())

    def __iter__(self) -> Iterator[str]:
        return iter(self._children_by_name())

    def __contains__(self, key: object) -> bool:
        return key in self._children_by_name()

    def keys(self) -> Any:
        """The names."""
        return self._children_by_name().keys()

    def values(self) -> Any:
        """The Modules."""
        return self._children_by_name().values()

    def items(self) -> Any:
        """Names and Modules."""
        return self._children_by_name().items()

    def pop(self, key: str) -> Module:
        """Take a Module out."""
        module = self[key]
        del self[key]
        return module

    def clear(self) -> None:
        """Take all Modules out."""
        for key in list(self):
            del self[key]

    def update(self, modules: Any) -> None:
        """Have further Modules, from a dict or from pairs."""
        pairs = modules.items() if hasattr(modules, "items") else modules
        for key, module in pairs:
            self[key] = module
