"""A group of parameters with settings of its own, and the cells that belong to an optimizer."""

from collections.abc import Iterable, Mapping
from typing import Any

from ..backend.multi_tensor import state_dtype
from ..backend.select import HOST, backend_of
from ..tensor.cell import Tensor

Parameters = Iterable[Tensor] | Iterable[Mapping[str, Any]]


class Group(dict[str, Any]):
    """The settings of some parameters; the learning rate, "lr", is a cell that writing fills.

    ``steps`` is a cell too: (number of parameters,), how often each of them was updated.
    """

    def __init__(self, settings: Mapping[str, Any], steps: Tensor | None = None) -> None:
        super().__init__(settings)
        self.kernel: Any = (None,)  # settings, and what runs with them
        self._mask: tuple[Any, ...] = (None,)  # backend and parameters that are counted; an array
        home = backend_of(self["params"][0].held)
        super().__setitem__("lr", Tensor(home.asarray(float(self["lr"]), dtype="float64")))
        if steps is None:
            steps = Tensor(home.natives["zeros"]((len(self["params"]),), dtype="int64"))
        self.steps = steps

    def __setitem__(self, name: str, value: Any) -> None:
        if name == "lr":
            rate = not_negative("param_groups", "lr", value)
            rate = rate if isinstance(rate, float) else float(rate)
            cell = self["lr"]
            cell.write(backend_of(cell.held).asarray(rate, dtype="float64"))
        else:
            super().__setitem__(name, value)

    def update(self, *others: Any, **settings: Any) -> None:
        """As a dict's; a learning rate is written into its cell."""
        for name, value in dict(*others, **settings).items():
            self[name] = value

    def __ior__(self, other: Any) -> "Group":  # type: ignore[override,misc]
        self.update(other)
        return self

    def __reduce__(self) -> tuple:
        return type(self), ({**self, "lr": float(self["lr"])}, self.steps)

    def count(self, live: list[int]) -> None:
        """One step more for the parameters in ``live``."""
        count = len(self["params"])
        more: Any = 1
        home = backend_of(self.steps.held)
        if len(live) < count:
            if self._mask[:-1] != (home, live):
                mask = HOST.natives["zeros"](count, dtype="int64")
                mask[live] = 1
                self._mask = (home, live, home.asarray(mask))
            more = self._mask[-1]
        self.steps.write(home.xp.add(self.steps.held, more))

    def clock(self, home: Any) -> tuple[Any, Any]:
        """Learning rate and steps, as arrays on the backend where the parameters are now."""
        moved(self["lr"], home, "float64")
        moved(self.steps, home, "int64")
        return self["lr"].held, self.steps.held

    def together(self, live: list[int]) -> list[tuple[int, ...]]:
        """The numbers of live parameters, those of one backend and dtype together."""
        found: dict[Any, list[int]] = {}
        for i in live:
            array = self["params"][i].held
            found.setdefault((backend_of(array), array.dtype), []).append(i)
        return [tuple(indices) for indices in found.values()]


def moved(cell: Tensor, home: Any, dtype: Any) -> Tensor:
    """The cell, whose array is moved to the backend ``home`` if it is on another one."""
    here = backend_of(cell.held)
    if here is not home or cell.held.dtype != dtype:
        raw = cell.held if here is home else here.to_host(cell.held)
        cell.write(home.exportable(home.asarray(raw, dtype=dtype)))
    return cell


def zeros(parameter: Tensor) -> Tensor:
    """State as it begins."""
    array = parameter.held
    kind = state_dtype(array.dtype)
    return Tensor(backend_of(array).natives["zeros"](tuple(array.shape), dtype=kind))


def not_negative(optimizer: str, name: str, value: Any) -> Any:
    """A setting; ValueError, in the name of ``optimizer``, unless it is a number from 0 on."""
    try:
        known = bool(value >= 0)
    except TypeError:
        known = False
    if not known:
        raise ValueError(f"{optimizer}: {name} is {value!r}; give 0 or a positive number")
    return value


def listed(optimizer: str, params: Any) -> list[Any]:
    """What an optimizer is given, in an order that stays: parameters, or groups of them."""
    if hasattr(params, "parameters"):
        hint = f"a {type(params).__name__}; give its parameters, net.parameters()"
    elif isinstance(params, Tensor):
        hint = "a Tensor; give a list, [parameter]"
    elif isinstance(params, Mapping):
        hint = "a dict; give a list of groups, [group], or a list of parameters"
    elif isinstance(params, set | frozenset):
        hint = "a set, whose order changes; give a list"
    elif not hasattr(params, "__iter__"):
        hint = f"{params!r}; give a list of parameters, such as net.parameters()"
    else:
        return list(params)
    raise TypeError(f"{optimizer}: params is {hint}")


def checked(optimizer: str, parameter: Any) -> Tensor:
    """A leaf; any other is refused."""
    if not isinstance(parameter, Tensor):
        hint = "; give net.parameters()" if isinstance(parameter, tuple | str) else ""
        what = type(parameter).__name__
        raise TypeError(f"{optimizer}: a parameter is a Tensor, not {what}{hint}")
    if (node := parameter.grad_fn) is not None:
        raise ValueError(
            f"{optimizer}: a tensor computed by {node.name} cannot be trained; "
            "give the leaf that it was computed from"
        )
    return parameter


def writable(parameter: Tensor) -> Any:
    """The array of a parameter; a copy where it is not contiguous or not ours to write."""
    array = backend_of(parameter.held).exportable(parameter.held)  # a number becomes an array
    flags = array.flags
    if not flags.c_contiguous or not getattr(flags, "writeable", True):  # CuPy's are not asked
        array = array.copy()
    if array is not parameter.held:
        parameter.write(array)
    return array
