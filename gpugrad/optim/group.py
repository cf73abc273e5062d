"""A group of parameters with settings of its own, and the cells that belong to an optimizer."""

from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from typing import Any

from ..backend.multi_tensor import state_dtype
from ..backend.select import HOST, backend_of
from ..tensor.cell import Tensor

Parameters = Iterable[Tensor] | Iterable[Mapping[str, Any]] | Iterable[tuple[str, Tensor]]


class Group(MutableMapping[str, Any]):
    """The settings of some parameters, by name; ``group["lr"]`` is a number.

    The learning rate lies in a cell, which reading asks and writing fills: a compiled step reads
    it anew at every call.  ``steps`` is a cell too: (number of parameters,), how often each of
    them was updated.  Within a recording the rate is a number that is another one at every call.
    """

    def __init__(self, settings: Mapping[str, Any], steps: Tensor | None = None) -> None:
        home = backend_of(settings["params"][0].held)
        self.rate = Tensor(home.asarray(float(settings["lr"]), dtype="float64"))
        self.settings = {**settings, "lr": self.rate}
        if steps is None:
            steps = Tensor(home.natives["zeros"]((len(settings["params"]),), dtype="int64"))
        self.steps = steps
        self._kernel: Any = (None,)  # settings, and what runs with them
        self._mask: tuple[Any, ...] = (None,)  # backend and parameters that are counted; an array
        self._read: tuple[Any, Any] = (None, None)  # the rate's array, and what it holds
        self._recorded = False  # whether a recording writes the rate, without a word to Python

    def __getitem__(self, name: str) -> Any:
        return self._number() if name == "lr" else self.settings[name]

    def __setitem__(self, name: str, value: Any) -> None:
        if name == "lr":
            self._fill(value)
        else:
            self.settings[name] = value

    def __delitem__(self, name: str) -> None:
        if name == "lr":
            raise KeyError("lr: a group has a learning rate; set it to another")
        del self.settings[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.settings)

    def __len__(self) -> int:
        return len(self.settings)

    def __ior__(self, other: Any) -> "Group":
        self.update(other)
        return self

    def __repr__(self) -> str:
        return repr(dict(self))

    def __reduce__(self) -> tuple:
        return type(self), (dict(self), self.steps)

    def _number(self) -> Any:
        """The rate; a device is asked for it only after it was written elsewhere."""
        array = self.rate.held
        if self._recorded or self._read[0] is not array:
            number = array.item()
            if type(number) is not float:
                return number
            self._read = array, number
        return self._read[1]

    def _fill(self, value: Any) -> None:
        """Write the rate; what a recording stands for is not known, and not checked."""
        value = value.item() if hasattr(value, "item") else value
        if type(value) in (int, float) or not isinstance(value, float):
            value = float(not_negative("param_groups", "lr", value))
        array = backend_of(self.rate.held).asarray(value, dtype="float64")
        self.rate.write(array)
        self._recorded = self._recorded or self.rate.held is not array
        self._read = array, value

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
        moved(self.rate, home, "float64")
        moved(self.steps, home, "int64")
        return self.rate.held, self.steps.held

    def counts(self) -> Any:
        """The steps, as an array on the host."""
        return backend_of(self.steps.held).to_host(self.steps.held)

    def together(self, live: list[int]) -> list[tuple[int, ...]]:
        """The numbers of live parameters, those of one backend and dtype together."""
        found: dict[Any, list[int]] = {}
        parameters = self.settings["params"]
        for i in live:
            array = parameters[i].held
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


def beta_pair(optimizer: str, betas: Any) -> None:
    """ValueError, in the name of ``optimizer``, unless ``betas`` are two numbers in [0, 1)."""
    if not (isinstance(betas, tuple | list) and all(0 <= beta < 1 for beta in betas)):
        raise ValueError(f"{optimizer}: betas {betas!r}; give two numbers in [0, 1)")


def named(optimizer: str, given: list[Any]) -> tuple[list[Any], list[str] | None]:
    """Parameters and their names, of those that were given as (name, parameter); else None."""
    pairs = [isinstance(one, tuple) and len(one) == 2 and type(one[0]) is str for one in given]
    if not any(pairs):
        return given, None
    if not all(pairs):
        raise ValueError(f"{optimizer}: some parameters have names; give names to all or to none")
    return [parameter for _, parameter in given], [name for name, _ in given]


def none_negative(optimizer: str, **settings: Any) -> None:
    """ValueError, in the name of ``optimizer``, unless all settings are numbers from 0 on."""
    for name, value in settings.items():
        not_negative(optimizer, name, value)


def given(arguments: dict[str, Any]) -> dict[str, Any]:
    """The settings among the arguments of a constructor, which are its ``locals()``."""
    return {n: v for n, v in arguments.items() if n not in ("self", "params", "__class__")}


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
