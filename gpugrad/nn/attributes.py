"""Attributes of a Module: which of them are parameters, buffers and children."""

from collections.abc import Iterator
from typing import Any
from warnings import warn

from ..tensor.cell import Tensor
from .parameter import Parameter

WAYS_OUT: dict[type, str] = {
    Parameter: "give nn.Parameter(x), or write its elements, weight[...] = x under gg.no_grad()",
    Tensor: "give gg.tensor(x)",
}


class Attributes:
    """An object whose Parameters, buffers and children are found by name.

    An attribute that was one of them takes another of its kind or None, as torch's: a TypeError
    refuses what would take it from the parameters, buffers or children without a word.
    """

    def __setattr__(self, name: str, value: Any) -> None:
        kinds = self._kinds
        if isinstance(value, Parameter):
            kinds[name] = Parameter
        elif name in kinds:
            self._refuse_others(name, value, kinds[name])
        elif isinstance(value, Attributes):
            kinds[name] = Attributes
        super().__setattr__(name, value)

    def __delattr__(self, name: str) -> None:
        super().__delattr__(name)
        self._kinds.pop(name, None)

    @property
    def _kinds(self) -> dict[str, type]:
        """Name -> Parameter, Tensor (a buffer) or Attributes (a child); its value may be None."""
        return vars(self).setdefault("_kind_of", {})

    def _refuse_others(self, name: str, value: Any, kind: type) -> None:
        if value is not None and not isinstance(value, kind):
            what, hint = _described(value)
            wanted = "Module" if kind is Attributes else kind.__name__
            raise TypeError(
                f"{type(self).__name__}: {name} is a {wanted} or None, not {what}; "
                f"{WAYS_OUT.get(kind, hint)}"
            )

    def _register(self, name: str, value: Any, kind: type) -> None:
        if not isinstance(name, str):
            raise TypeError(f"{type(self).__name__}: a name is a text, not {name!r}")
        if not name or "." in name:
            raise KeyError(f"{type(self).__name__}: a name is not empty and has no dot: {name!r}")
        if name not in self._kinds and hasattr(self, name):
            raise KeyError(f"{type(self).__name__}: there is an attribute {name!r} already")
        self._refuse_others(name, value, kind)
        self._kinds[name] = kind
        setattr(self, name, value)

    def register_parameter(self, name: str, value: Parameter | None) -> None:
        """Have ``value`` as attribute ``name``, which is a Parameter or None."""
        self._register(name, value, Parameter)

    def register_buffer(self, name: str, value: Tensor | None, persistent: bool = True) -> None:
        """Have ``value`` as attribute ``name``: a Tensor that is saved but not trained."""
        self._register(name, value, Tensor)
        vars(self).setdefault("_persistent", {})[name] = persistent

    def add_module(self, name: str, module: Any) -> None:
        """Have ``module``, a Module or None, as attribute ``name``."""
        self._register(name, module, Attributes)

    def register_module(self, name: str, module: Any) -> None:
        """See ``add_module``."""
        self.add_module(name, module)

    def _own_parameters(self) -> Iterator[tuple[str, Parameter]]:
        return ((name, v) for name, v in vars(self).items() if isinstance(v, Parameter))

    def _own_buffers(self, saved: bool = False) -> Iterator[tuple[str, Tensor]]:
        for name, kind in self._kinds.items():
            if kind is not Tensor or (saved and not vars(self)["_persistent"][name]):
                continue
            if (value := getattr(self, name)) is not None:
                yield name, value

    def _own_children(self) -> Iterator[tuple[str, Any]]:
        return ((name, v) for name, v in vars(self).items() if isinstance(v, Attributes))


def warn_of_hidden(modules: list[Attributes]) -> None:
    """Warn where a list, tuple or dict holds Modules or Parameters that no attribute has.

    torch says nothing, and they are not trained.  Names with a leading underscore hide on purpose.
    """
    found = {id(value) for module in modules for value in (module, *vars(module).values())}
    for module in modules:
        for name, value in vars(module).items():
            if name.startswith("_") or not isinstance(value, list | tuple | dict):
                continue
            held = value.values() if isinstance(value, dict) else value
            if any(isinstance(v, Parameter | Attributes) and id(v) not in found for v in held):
                warn(
                    f"{type(module).__name__}: parameters() does not find what the "
                    f"{type(value).__name__} {name} holds; Modules go into a nn.ModuleList, and "
                    "Parameters are set one by one",
                    stacklevel=2,
                )


def _described(value: Any) -> tuple[str, str]:
    """What stands where a Module should, and what to write in its place."""
    if isinstance(value, type):
        return f"the class {value.__name__}", f"write {value.__name__}()"
    if isinstance(value, list | tuple):
        return type(value).__name__, "give the Modules one by one, Sequential(*modules)"
    if callable(value):
        name = getattr(value, "__name__", type(value).__name__)
        return f"the function {name}", "give a Module, such as nn.Tanh() for gg.tanh"
    return type(value).__name__, "give a Module"
