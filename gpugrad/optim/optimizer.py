"""Optimizer: parameters in groups, their state in cells, one fused kernel for all of them.

Parameters and state are written in place, by the kernel only; a graph that saved a parameter's
old value then refuses to be walked.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ..backend.multi_tensor import MultiTensor, state_dtype
from ..backend.select import HOST, backend_of
from ..engine.buffers import overwritten
from ..engine.levels import enable_grad
from ..tensor.cell import Tensor

Parameters = Iterable[Tensor] | Iterable[Mapping[str, Any]]


class Group(dict[str, Any]):
    """The settings of some parameters; the learning rate, "lr", is a cell that writing fills.

    ``steps`` is a cell too: (number of parameters,), how often each of them was updated.
    """

    def __init__(self, settings: Mapping[str, Any]) -> None:
        super().__init__(settings)
        home = backend_of(self["params"][0].data)
        rate = float(self["lr"])
        if rate < 0:
            raise ValueError(f"optimizer: a learning rate of {rate}")
        super().__setitem__("lr", Tensor(home.asarray(rate, dtype="float64")))
        self.steps = Tensor(home.natives["zeros"]((len(self["params"]),), dtype="int64"))

    def __setitem__(self, name: str, value: Any) -> None:
        if name == "lr":
            cell = self["lr"]
            cell.data = backend_of(cell.data).asarray(float(value), dtype="float64")
        else:
            super().__setitem__(name, value)


class Optimizer:
    """Changes parameters by their gradients.  Subclasses say what state there is and ``update``.

    parameters: leaf Tensors, or dicts with "params" and settings of their own.
    """

    roles: tuple[str, ...] = ()  # torch's names of the arrays kept for each parameter

    def __init__(self, parameters: Parameters, defaults: Mapping[str, Any]) -> None:
        self.defaults = dict(defaults)
        self.param_groups: list[Group] = []
        self.state: dict[Tensor, dict[str, Tensor]] = {}
        self._batches: dict[tuple[int, tuple[int, ...]], MultiTensor] = {}
        given: list[Any] = list(parameters)
        if not given:
            raise ValueError("optimizer: no parameters")
        groups = given if isinstance(given[0], Mapping) else [{"params": given}]
        for group in groups:
            self.add_param_group(group)

    def add_param_group(self, group: Mapping[str, Any]) -> None:
        """Have further parameters, ``group["params"]``; other settings default to the common."""
        given = group["params"]
        parameters = [given] if isinstance(given, Tensor) else list(given)
        if not parameters:
            raise ValueError("optimizer: a group without parameters")
        for i, parameter in enumerate(parameters):
            _check(parameter)
            if parameter in self.state or any(parameter is p for p in parameters[:i]):
                raise ValueError("optimizer: a parameter is given twice")
        self.param_groups.append(Group({**self.defaults, **group, "params": parameters}))
        for parameter in parameters:
            home = backend_of(parameter.data)
            parameter.data = home.exportable(parameter.data)  # a number becomes an array
            kind = state_dtype(parameter.dtype)
            zeros = (home.natives["zeros"](parameter.shape, dtype=kind) for _ in self.roles)
            self.state[parameter] = {
                role: Tensor(array) for role, array in zip(self.roles, zeros, strict=True)
            }

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget all gradients, or make them zeros."""
        for group in self.param_groups:
            for parameter in group["params"]:
                if set_to_none or parameter.grad is None:
                    parameter.grad = None
                else:
                    zeros = backend_of(parameter.data).natives["zeros_like"]
                    parameter.grad = Tensor(zeros(parameter.data))

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Update every parameter that has a gradient; gives what ``closure`` gave, if any."""
        result = None
        if closure is not None:
            with enable_grad():
                result = closure()
        for group in self.param_groups:
            parameters = group["params"]
            live = [i for i, p in enumerate(parameters) if p.grad is not None]
            if live:
                self._count(group, live)
            for indices in _by_dtype(parameters, live):
                self._step_together(group, indices)
        return result

    def _count(self, group: Group, live: list[int]) -> None:
        steps = group.steps
        home = backend_of(steps.data)
        more = HOST.natives["zeros"](len(group["params"]), dtype="int64")
        more[live] = 1
        steps.data = home.xp.add(steps.data, home.asarray(more))

    def _step_together(self, group: Group, indices: tuple[int, ...]) -> None:
        """Update parameters of one dtype by one kernel."""
        parameters = [group["params"][i] for i in indices]
        arrays = [p.data for p in parameters]
        states = [[self.state[p][role].data for p in parameters] for role in self.roles]
        key = (id(group), indices)
        batch = self._batches.get(key)
        if batch is None or not batch.holds(arrays, *states):
            arrays = [_writable(p) for p in parameters]
            batch = MultiTensor(backend_of(arrays[0]), arrays, *states)
            self._batches[key] = batch
        steps = group.steps.data
        if len(indices) != len(group["params"]):
            steps = steps[list(indices)]
        self.update(batch, [p.grad.data for p in parameters], group, steps)
        for array in arrays:
            overwritten.mark(array)

    def update(self, batch: MultiTensor, gradients: list[Any], group: Group, steps: Any) -> None:
        """Run the kernel over the parameters and the state in ``batch``."""
        raise NotImplementedError(f"{type(self).__name__} does not define update")

    def state_dict(self) -> dict[str, Any]:
        """Settings and state, parameters by number, in torch's form; arrays are shared."""
        numbers: dict[Tensor, int] = {}
        groups, state = [], {}
        for group in self.param_groups:
            for i, parameter in enumerate(group["params"]):
                number = numbers[parameter] = len(numbers)
                state[number] = {"step": int(group.steps.data[i]), **self.state[parameter]}
            settings = {name: v for name, v in group.items() if name != "params"}
            members = [numbers[p] for p in group["params"]]
            groups.append({**settings, "lr": float(group["lr"]), "params": members})
        return {"state": state, "param_groups": groups}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take the settings and copy the state of another optimizer of the same kind."""
        sizes = [len(group["params"]) for group in state["param_groups"]]
        mine = [len(group["params"]) for group in self.param_groups]
        if sizes != mine:
            raise ValueError(f"load_state_dict: groups of {sizes} parameters, here of {mine}")
        for group, saved in zip(self.param_groups, state["param_groups"], strict=True):
            for name, value in saved.items():
                if name != "params" and name in group:
                    group[name] = value
            for i, (parameter, number) in enumerate(
                zip(group["params"], saved["params"], strict=True)
            ):
                self._load(group, i, parameter, state["state"].get(number, {}))

    def _load(self, group: Group, i: int, parameter: Tensor, saved: Mapping[str, Any]) -> None:
        home = backend_of(parameter.data)
        steps = home.asarray(group.steps.data, copy=True)
        known = any(saved.get(role) is not None for role in self.roles)
        steps[i] = int(saved.get("step", known))  # torch's SGD counts nothing
        group.steps.data = steps
        for role in self.roles:
            cell, value = self.state[parameter][role], saved.get(role)
            value = home.natives["zeros_like"](cell.data) if value is None else value
            if tuple(value.shape) != cell.shape:
                raise ValueError(
                    f"load_state_dict: {role} of shape {tuple(value.shape)} for a "
                    f"parameter of shape {cell.shape}"
                )
            raw = value.data if isinstance(value, Tensor) else value
            if isinstance(value, Tensor) and backend_of(raw) is not home:
                raw = backend_of(raw).to_host(raw)
            cell.data = home.exportable(home.asarray(raw, dtype=cell.dtype, copy=True))

    def __repr__(self) -> str:
        lines = [f"{type(self).__name__} ("]
        for number, group in enumerate(self.param_groups):
            lines.append(f"Parameter Group {number}")
            shown = {**group, "lr": float(group["lr"])}
            lines += [f"    {name}: {shown[name]}" for name in sorted(shown) if name != "params"]
        return "\n".join([*lines, ")"])


def _check(parameter: Any) -> None:
    if not isinstance(parameter, Tensor):
        raise TypeError(f"optimizer: a parameter is a Tensor, not {type(parameter).__name__}")
    if (node := parameter.grad_fn) is not None:
        raise ValueError(
            f"optimizer: a tensor computed by {node.name} cannot be trained; "
            "give the leaf that it was computed from"
        )


def _writable(parameter: Tensor) -> Any:
    """The array of a parameter; a copy where it is not contiguous or not ours to write."""
    flags = parameter.data.flags
    if not flags.c_contiguous or not getattr(flags, "writeable", True):  # CuPy's are not asked
        parameter.data = parameter.data.copy()
    return parameter.data


def _by_dtype(parameters: list[Tensor], live: list[int]) -> list[tuple[int, ...]]:
    """The numbers of live parameters, those of one dtype together."""
    found: dict[Any, list[int]] = {}
    for i in live:
        found.setdefault(parameters[i].data.dtype, []).append(i)
    return [tuple(indices) for indices in found.values()]
