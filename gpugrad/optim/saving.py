"""An optimizer's settings and state as torch's files have them, and back."""

from collections.abc import Mapping
from typing import Any

from ..api.creation import full_like
from ..backend.select import backend_of
from ..tensor.cell import Tensor
from .group import Group, zeros


def saved(optimizer: Any) -> dict[str, Any]:
    """Settings and state, parameters by number, in torch's form; arrays are shared."""
    groups: list[dict[str, Any]] = []
    state: dict[int, dict[str, Any]] = {}
    numbers: dict[Tensor, int] = {}
    for group in optimizer.param_groups:
        for parameter, count in zip(group["params"], group.counts(), strict=True):
            number = numbers[parameter] = len(numbers)
            own = {
                role: _first(value) if role in optimizer.uniform else value
                for role, value in optimizer.state[parameter].items()
            }
            if count:
                state[number] = {"step": int(count), **own}
            elif own and not optimizer.counted:
                state[number] = own
        members = [numbers[p] for p in group["params"]]
        groups.append({**group, "params": members})
    return {"state": state, "param_groups": groups}


def load(optimizer: Any, state: Any) -> None:
    """Take the settings and copy the state of another optimizer of the same kind."""
    if not isinstance(state, Mapping) or not {"state", "param_groups"} <= state.keys():
        raise TypeError(
            f"{type(optimizer).__name__}: load_state_dict takes what another optimizer's "
            f"state_dict() gave, not {type(state).__name__}"
        )
    sizes = [len(group["params"]) for group in state["param_groups"]]
    mine = [len(group["params"]) for group in optimizer.param_groups]
    if sizes != mine:
        raise ValueError(f"load_state_dict: groups of {sizes} parameters, here of {mine}")
    for group, given in zip(optimizer.param_groups, state["param_groups"], strict=True):
        for name, value in given.items():
            if name != "params":
                group[name] = value
        states = [state["state"].get(number, {}) for number in given["params"]]
        for parameter, one in zip(group["params"], states, strict=True):
            optimizer.state[parameter] = _loaded(optimizer, group, parameter, one)
        home = backend_of(group.steps.held)
        counts = [int(one.get("step", _begun(one))) for one in states]
        group.steps.write(home.asarray(counts, dtype="int64"))


def _begun(state: Mapping[str, Any]) -> bool:
    """Whether a state without a number of steps, as torch's SGD has it, is not empty."""
    return any(value is not None for value in state.values())


def _loaded(optimizer: Any, group: Group, parameter: Tensor, given: Mapping[str, Any]) -> dict:
    """The state of one parameter, where it is now."""
    found = optimizer.begun(parameter, group)
    if not optimizer.counted:
        found.update({role: _converted(value, parameter) for role, value in given.items()})
        return found
    for role, cell in found.items():
        value = given.get(role)
        if value is None:
            continue
        if role in optimizer.uniform:
            value = full_like(cell, float(value))
        if tuple(value.shape) != cell.shape:
            raise ValueError(
                f"load_state_dict: {role} of shape {tuple(value.shape)} for a "
                f"parameter of shape {parameter.shape}; it has {cell.shape} here"
            )
        cell.write(_array(value, cell))
    return found


def _converted(value: Any, parameter: Tensor) -> Any:
    """What an optimizer of another form keeps: arrays in it as Tensors beside ``parameter``."""
    if isinstance(value, list | tuple):
        return [_converted(one, parameter) for one in value]
    if not hasattr(value, "shape"):
        return value
    return Tensor(_array(value, zeros(parameter)))


def _array(value: Any, cell: Tensor) -> Any:
    """A copy of ``value`` on the device and in the dtype of ``cell``."""
    home = backend_of(cell.held)
    raw = value.held if isinstance(value, Tensor) else value
    if isinstance(value, Tensor) and backend_of(raw) is not home:
        raw = backend_of(raw).to_host(raw)
    return home.exportable(home.asarray(raw, dtype=cell.dtype, copy=True))


def _first(value: Tensor) -> Tensor:
    """One element of what is the same in all elements; 0 if there are none."""
    array = value.held
    if not array.size:
        return Tensor(backend_of(array).natives["zeros"]((), dtype=array.dtype))
    return Tensor(backend_of(array).exportable(array.reshape(-1)[0]))
