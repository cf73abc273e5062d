"""Modules made of a list of others."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from .module import Module
from .parameter import Parameter

__all__ = ["ModuleDict", "ModuleList", "ParameterDict", "ParameterList", "Sequential"]


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


class ParameterList(Module):
    """List of Parameters that are found by name: "0", "1", ..."""

    def __init__(self, values: Iterable[Any] = ()) -> None:
        self.extend(values)

    def _values(self) -> list[Any]:
        return [value for _, value in self._own_parameters()]

    def __len__(self) -> int:
        return len(self._values())

    def __iter__(self) -> Iterator[Any]:
        return iter(self._values())

    def __getitem__(self, index: Any) -> Any:
        found = self._values()[index]
        return ParameterList(found) if isinstance(index, slice) else found

    def __setitem__(self, index: int, value: Any) -> None:
        setattr(self, str(range(len(self))[index]), _parameter(value))

    def append(self, value: Any) -> "ParameterList":
        """Add one at the end; a Tensor becomes a Parameter."""
        self.register_parameter(str(len(self)), _parameter(value))
        return self

    def extend(self, values: Iterable[Any]) -> "ParameterList":
        """Add several at the end."""
        for value in values:
            self.append(value)
        return self

    def __repr__(self) -> str:
        shapes = [f"  ({i}): Parameter of shape {p.shape}" for i, p in enumerate(self)]
        return "\n".join(["ParameterList(", *shapes, ")"]) if shapes else "ParameterList()"


class ParameterDict(Module):
    """Dict of Parameters that are found by name."""

    def __init__(self, parameters: Any = None) -> None:
        if parameters is not None:
            self.update(parameters)

    def __getitem__(self, key: str) -> Any:
        return dict(self._own_parameters())[key]

    def __setitem__(self, key: str, value: Any) -> None:
        if key in self:
            setattr(self, key, _parameter(value))
        else:
            self.register_parameter(key, _parameter(value))

    def __len__(self) -> int:
        return len(self.keys())

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def __contains__(self, key: object) -> bool:
        return key in self.keys()

    def keys(self) -> Any:
        """The names."""
        return dict(self._own_parameters()).keys()

    def values(self) -> Any:
        """The Parameters."""
        return dict(self._own_parameters()).values()

    def items(self) -> Any:
        """Names and Parameters."""
        return dict(self._own_parameters()).items()

    def update(self, parameters: Any) -> None:
        """Have further Parameters, from a dict or from pairs."""
        for key, value in parameters.items() if hasattr(parameters, "items") else parameters:
            self[key] = value


def _parameter(value: Any) -> Parameter:
    return value if isinstance(value, Parameter) else Parameter(value)
