"""Parameters that are computed: ``module.weight`` is a function of what is trained.

    import gpugrad as gg
    from gpugrad.nn.utils import parametrize

    class Symmetric(gg.nn.Module):
        def forward(self, x):
            return gg.triu(x) + gg.triu(x, k=1).T

    layer = parametrize.register_parametrization(gg.nn.Linear(2, 2), "weight", Symmetric())
    print(gg.all(layer.weight == layer.weight.T).item())  # True
    print(list(layer.state_dict()))  # ['bias', 'parametrizations.weight.original']

A parametrized Module is of a class of its own, which has a property in the place of the attribute.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any

from ...engine.levels import no_grad
from ...tensor.cell import Tensor
from ..containers import ModuleDict, ModuleList
from ..module import Module
from ..parameter import Parameter

__all__ = [
    "ParametrizationList",
    "cached",
    "is_parametrized",
    "register_parametrization",
    "remove_parametrizations",
    "type_before_parametrizations",
]

_known: ContextVar[dict[tuple[int, str], Any] | None] = ContextVar("parametrized", default=None)


@contextmanager
def cached() -> Iterator[None]:
    """Within the ``with``, a parametrized attribute is computed once, when it is first read."""
    token = _known.set({} if (known := _known.get()) is None else known)
    try:
        yield
    finally:
        _known.reset(token)


class ParametrizationList(ModuleList):
    """Parametrizations of one attribute, applied in their order to what is trained.

    That is ``original``, or ``original0``, ``original1``, ... if the first of them takes several.
    ``register_parametrization`` makes it.
    """

    original: Tensor

    def __init__(self, modules: Sequence[Module], original: Tensor, unsafe: bool = False) -> None:
        super().__init__(modules)
        self.unsafe = unsafe
        value: Any = original
        with no_grad():
            for module in reversed(list(self)):
                value = _inverse(module, value)
        self.is_tensor = isinstance(value, Tensor)
        if self.is_tensor:
            _alike("right_inverse", value, original, ("dtype", "device"))
            original.write(value.detach().held)
            self._hold("original", original)
        else:
            self._hold_several(value, original)
        if not unsafe:
            _alike("forward", self(), original, ("dtype",), original.shape)

    def _hold(self, name: str, cell: Tensor) -> None:
        register = self.register_parameter if isinstance(cell, Parameter) else self.register_buffer
        register(name, cell)  # type: ignore[arg-type]

    def _hold_several(self, values: Any, original: Tensor) -> None:
        if not isinstance(values, Sequence) or not all(isinstance(x, Tensor) for x in values):
            what = type(values).__name__
            raise ValueError(f"right_inverse gave {what}; it gives a Tensor, or several in a list")
        self.ntensors = len(values)
        for i, value in enumerate(values):
            cell = value.detach()
            if isinstance(original, Parameter):
                cell = type(original)(cell, original.requires_grad)
            self._hold(f"original{i}", cell)

    def _originals(self) -> list[Tensor]:
        if self.is_tensor:
            return [self.original]
        return [getattr(self, f"original{i}") for i in range(self.ntensors)]

    def right_inverse(self, value: Any) -> None:
        """Have what is trained give ``value``, if all parametrizations have a right_inverse."""
        with no_grad():
            for module in reversed(list(self)):
                if not hasattr(module, "right_inverse"):
                    raise RuntimeError(
                        f"{type(module).__name__} has no right_inverse, so that nothing can be "
                        "assigned to what it parametrizes"
                    )
                value = module.right_inverse(value)
        values, cells = [value] if self.is_tensor else list(value), self._originals()
        if len(values) != len(cells):
            raise ValueError(f"right_inverse gave {len(values)} Tensors; {len(cells)} are trained")
        for each, cell in zip(values, cells, strict=True):
            _alike("right_inverse", each, cell, ("dtype",))
            cell.write(each.detach().held)

    def forward(self) -> Any:
        """The attribute's value."""
        first, *others = self
        value = first(*self._originals())
        for module in others:
            value = module(value)
        return value


def register_parametrization(
    module: Any, tensor_name: str, parametrization: Module, *, unsafe: bool = False
) -> Any:
    """Have ``module.tensor_name``, a Parameter or buffer, computed by ``parametrization``.

    What is trained, ``module.parametrizations.weight.original``, begins as its ``right_inverse`` of
    the value, or as the value where it has none; several Tensors are ``original0`` and so on.
    Registered again, one is applied to what the others give.  unsafe: the shape and dtype may
    change.  ValueError where there is no such Parameter or buffer.
    """
    parametrization.train(module.training)
    if is_parametrized(module, tensor_name):
        _check_another(parametrization, getattr(module, tensor_name), unsafe)
        module.parametrizations[tensor_name].append(parametrization)
        module.parametrizations[tensor_name].unsafe |= unsafe
        return module
    if module._kinds.get(tensor_name) not in (Parameter, Tensor):
        what = type(module).__name__
        raise ValueError(f"{what}: {tensor_name!r} is no Parameter, buffer or parametrized one")
    several = ParametrizationList([parametrization], getattr(module, tensor_name), unsafe)
    delattr(module, tensor_name)
    if not is_parametrized(module):
        module.__class__ = _parametrized(type(module), ())
        module.parametrizations = ModuleDict()
    module.parametrizations[tensor_name] = several
    setattr(type(module), tensor_name, _property(tensor_name))
    return module


def _check_another(parametrization: Module, value: Tensor, unsafe: bool) -> None:
    """ValueError if one that comes after others changes the dtype or the shape."""
    if not unsafe:
        found = parametrization(value)
        _alike("forward", found, value, ("dtype",), value.shape)
        _alike("right_inverse", _inverse(parametrization, found), value, ("dtype",), value.shape)


def is_parametrized(module: Module, tensor_name: str | None = None) -> bool:
    """Whether ``module`` has parametrizations, of an attribute or, without a name, of any."""
    several = vars(module).get("parametrizations")
    if not isinstance(several, ModuleDict):
        return False
    return len(several) > 0 if tensor_name is None else tensor_name in several


def remove_parametrizations(module: Any, tensor_name: str, leave_parametrized: bool = True) -> Any:
    """Have ``module.tensor_name`` be a Parameter or buffer again, with its value.

    leave_parametrized: False gives it what was trained, if that is one Tensor, else ValueError.
    """
    if not is_parametrized(module, tensor_name):
        raise ValueError(f"{type(module).__name__}: {tensor_name!r} is not parametrized")
    several = module.parametrizations[tensor_name]
    (cell, *others) = several._originals()
    if others and not leave_parametrized:
        raise ValueError(f"{type(module).__name__}: {tensor_name!r} is made of several Tensors")
    with no_grad():
        value = getattr(module, tensor_name).detach()
    if others:
        wants = any(x.requires_grad for x in (cell, *others))
        cell = Parameter(value) if wants else value
    elif leave_parametrized:
        cell.write(value.held)
    delattr(type(module), tensor_name)
    del module.parametrizations[tensor_name]
    if not is_parametrized(module):
        delattr(module, "parametrizations")
        module.__class__ = type_before_parametrizations(module)
    trained = isinstance(cell, Parameter)
    (module.register_parameter if trained else module.register_buffer)(tensor_name, cell)
    return module


def type_before_parametrizations(module: Module) -> type:
    """The class that ``module`` had before it was parametrized."""
    return type(module).__mro__[1] if is_parametrized_class(type(module)) else type(module)


def is_parametrized_class(kind: type) -> bool:
    """Whether a class is one that ``register_parametrization`` made."""
    return "_parametrized" in vars(kind)


# --- the class of a parametrized Module


def _parametrized(kind: type, names: Sequence[str]) -> type:
    """A class below ``kind`` for one Module, with a property for each name."""
    members = {"__setattr__": _set, "__reduce__": _reduced, "_parametrized": True}
    members |= {name: _property(name) for name in names}
    return type(f"Parametrized{kind.__name__}", (kind,), members)


def _property(name: str) -> property:
    def assign(module: Any, value: Any) -> None:
        module.parametrizations[name].right_inverse(value)

    return property(partial(_value, name), assign)


def _value(name: str, module: Any) -> Any:
    known, key = _known.get(), (id(module), name)
    if known is None:
        return module.parametrizations[name]()
    if key not in known:
        known[key] = module.parametrizations[name]()
    return known[key]


def _set(module: Any, name: str, value: Any) -> None:
    """Past the kinds of attributes where a property takes the value."""
    owner: Any = object if is_parametrized(module, name) else type_before_parametrizations(module)
    owner.__setattr__(module, name, value)


def _reduced(module: Any) -> tuple:
    """Copies and pickles have a class of their own."""
    names = tuple(module.parametrizations)
    return _bare, (type_before_parametrizations(module), names), module.__getstate__()


def _bare(kind: type, names: Sequence[str]) -> Any:
    return object.__new__(_parametrized(kind, names))


# --- checks


def _inverse(module: Any, value: Any) -> Any:
    """``module.right_inverse(value)``; ``value`` where it has none."""
    try:
        return module.right_inverse(value) if hasattr(module, "right_inverse") else value
    except NotImplementedError:
        return value


def _alike(
    who: str, found: Any, cell: Tensor, properties: Sequence[str], shape: Any = None
) -> None:
    """ValueError unless ``found`` is a Tensor with these properties of ``cell``."""
    if not isinstance(found, Tensor):
        raise ValueError(f"{who} of a parametrization gave {type(found).__name__}, no Tensor")
    pairs = [(name, getattr(found, name), getattr(cell, name)) for name in properties]
    pairs += [] if shape is None else [("shape", tuple(found.shape), tuple(shape))]
    for name, given, wanted in pairs:
        if given != wanted:
            raise ValueError(
                f"{who} of a parametrization gave the {name} {given} for {wanted}; unsafe=True "
                "lets it be another"
            )
