"""A Module and those below it: children, parameters and buffers by dotted name."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from ..tensor.cell import Tensor
from .attributes import Attributes, warn_of_hidden
from .parameter import Parameter

if TYPE_CHECKING:
    from .module import Module

Value = TypeVar("Value")
Named = Iterator[tuple[str, Value]]


class Tree(Attributes):
    """An object with children of its kind, and parameters and buffers of its own and theirs."""

    def named_children(self) -> "Named[Module]":
        """Iterator over the Modules that are attributes of this one, with their names."""
        return _once(self._own_children(), True)

    def children(self) -> "Iterator[Module]":
        """Iterator over the Modules that are attributes of this one."""
        return (module for _, module in self.named_children())

    def named_modules(
        self, memo: set | None = None, prefix: str = "", remove_duplicate: bool = True
    ) -> "Named[Any]":
        """This Module and all below it, with dotted names that begin with ``prefix``.

        memo: Modules that are left out; those that are found join them.  remove_duplicate: each
        once, else under each of its names.
        """
        memo = set() if memo is None else memo
        if self in memo:
            return
        if remove_duplicate:
            memo.add(self)
        yield prefix, self
        for name, child in self._own_children():
            yield from child.named_modules(memo, dotted(prefix, name), remove_duplicate)

    def modules(self) -> "Iterator[Any]":
        """This Module and all below it, each once."""
        return (module for _, module in self.named_modules())

    def named_parameters(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Named[Parameter]:
        """Parameters with dotted names that begin with ``prefix``.

        recurse: those of the Modules below too.  remove_duplicate: a shared one once.
        """
        modules = self._below(prefix, recurse, remove_duplicate)
        named = (
            (dotted(path, name), value)
            for path, module in modules
            for name, value in module._own_parameters()
        )
        yield from _once(named, remove_duplicate)
        warn_of_hidden([module for _, module in modules])

    def parameters(self, recurse: bool = True) -> Iterator[Parameter]:
        """All parameters, shared ones once."""
        return (value for _, value in self.named_parameters(recurse=recurse))

    def named_buffers(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Named[Tensor]:
        """Buffers with dotted names; see ``named_parameters``."""
        named = (
            (dotted(path, name), value)
            for path, module in self._below(prefix, recurse, remove_duplicate)
            for name, value in module._own_buffers()
        )
        return _once(named, remove_duplicate)

    def buffers(self, recurse: bool = True) -> Iterator[Tensor]:
        """All buffers, shared ones once."""
        return (value for _, value in self.named_buffers(recurse=recurse))

    def _below(self, prefix: str, recurse: bool, once: bool) -> list[tuple[str, Any]]:
        return [*self.named_modules(None, prefix, once)] if recurse else [(prefix, self)]

    # one of them, by name

    def get_submodule(self, target: str) -> "Any":
        """The Module of a dotted name, this one for ""; AttributeError where there is none."""
        found: Any = self
        for name in target.split(".") if target else ():
            found = getattr(found, name, None)
            if not isinstance(found, Attributes):
                raise AttributeError(f"{type(self).__name__}: no Module {name!r} of {target!r}")
        return found

    def get_parameter(self, target: str) -> Parameter:
        """The Parameter of a dotted name; AttributeError where there is none."""
        return self._cell(target, Parameter)

    def get_buffer(self, target: str) -> Tensor:
        """The buffer of a dotted name; AttributeError where there is none."""
        return self._cell(target, Tensor)

    def _cell(self, target: str, kind: type) -> Any:
        path, _, name = target.rpartition(".")
        owner = self.get_submodule(path)
        if owner._kinds.get(name) is not kind:
            what = "Parameter" if kind is Parameter else "buffer"
            raise AttributeError(f"{type(self).__name__}: {target!r} is no {what}")
        return getattr(owner, name)

    def set_submodule(self, target: str, module: "Module", strict: bool = False) -> None:
        """Put ``module`` in the place of a dotted name; with ``strict`` there has to be one."""
        path, _, name = target.rpartition(".")
        owner = self.get_submodule(path)
        if strict:
            owner.get_submodule(name)
        if not isinstance(module, Attributes) or not name:
            raise ValueError(f"set_submodule: {target!r}, {type(module).__name__}; give a Module")
        setattr(owner, name, module)

    def apply(self, function: Callable[["Module"], Any]) -> Any:
        """Call ``function`` on every Module, the inner ones first."""
        for child in self.children():
            child.apply(function)
        function(self)  # type: ignore[arg-type]
        return self


def dotted(prefix: str, name: str) -> str:
    """A name below another."""
    return f"{prefix}.{name}" if prefix else name


def _once(named: Named[Value], wanted: bool) -> Named[Value]:
    """Pairs of which each value comes once, if that is wanted."""
    seen: set[int] = set()
    for name, value in named:
        if not wanted or id(value) not in seen:
            seen.add(id(value))
            yield name, value
