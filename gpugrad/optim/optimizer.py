"""Optimizer: parameters in groups, their state in cells, one kernel for all of them.

Parameters and state are written in place, by the kernel only; a graph that saved a parameter's
old value then refuses to be walked.
"""

from collections.abc import Callable, Mapping
from typing import Any

from ..backend.multi_tensor import MultiTensor, state_dtype
from ..backend.select import backend_of
from ..codegen.updates import Update, updates
from ..engine.buffers import overwritten
from ..engine.levels import enable_grad
from ..tensor.cell import Tensor
from .group import Group, Parameters, checked, listed, moved, not_negative, writable, zeros


class Optimizer:
    """Base class of optimizers: it changes parameters by their gradients.

    A subclass has a ``rule`` for one element:

        class Lion(gg.optim.Optimizer):
            @staticmethod
            def rule(xp, p, g, exp_avg, *, lr=1e-4, betas=(0.9, 0.99), weight_decay=0.0):
                beta1, beta2 = betas
                direction = xp.sign(beta1 * exp_avg + (1 - beta1) * g)
                p = p * (1 - lr * weight_decay) - lr * direction
                return p, beta2 * exp_avg + (1 - beta2) * g

        w = gg.tensor([1.0, -2.0], requires_grad=True)
        optimizer = Lion([w], lr=0.5)
        gg.sum(w * w).backward()
        optimizer.step()
        print(w.tolist())  # [0.5, -1.5]

    The rule gets a parameter, its gradient and its state, which begins at 0, and returns the new
    parameter and the new state.  It uses operators and the functions of ``xp``, which are gg's
    elementwise functions; one kernel made of it updates all parameters.  Settings stand after the
    ``*``, ``lr`` among them.  A setting named ``step`` is the number of the step, from 1 on.
    Halves are computed in float32.

    params: leaf Tensors, or dicts with "params" and settings of their own.
    A subclass without a rule raises TypeError, and a negative ``lr`` ValueError.
    """

    rule: Callable[..., Any]

    def __init__(self, params: Parameters, **settings: Any) -> None:
        kind = type(self)
        if not hasattr(kind, "rule"):
            raise TypeError(f"{kind.__name__}: an optimizer has a rule; see Optimizer's docstring")
        self._updates = updates(kind.rule, kind.__name__)
        self.defaults = self._updates.completed(settings)
        self.param_groups: list[Group] = []
        self.state: dict[Tensor, dict[str, Tensor]] = {}
        self._batches: dict[tuple[int, tuple[int, ...]], MultiTensor] = {}
        given = listed(kind.__name__, params)
        if not given:
            raise ValueError(f"{kind.__name__}: no parameters; give net.parameters(), say")
        groups = given if isinstance(given[0], Mapping) else [{"params": given}]
        for group in groups:
            self.add_param_group(group)

    def add_param_group(self, group: Mapping[str, Any]) -> None:
        """Have further parameters, ``group["params"]``; other settings default to the common."""
        name, given = type(self).__name__, group.get("params", ())
        parameters = [given] if isinstance(given, Tensor) else listed(name, given)
        if not parameters:
            raise ValueError(f'{name}: a group without parameters, which are its "params"')
        for i, parameter in enumerate(parameters):
            if checked(name, parameter) in self.state or any(
                p is parameter for p in parameters[:i]
            ):
                raise ValueError(f"{name}: a parameter is given twice")
        settings = {**self.defaults, **group, "params": parameters}
        not_negative(name, "lr", settings["lr"])
        whole = Group(settings)
        for parameter in parameters:
            self.state[parameter] = {role: zeros(parameter) for role in self.roles(whole)}
        self.param_groups.append(whole)

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget all gradients, or make them zeros."""
        for group in self.param_groups:
            for parameter in group["params"]:
                if set_to_none or parameter.grad is None:
                    parameter.grad = None
                else:
                    zeros = backend_of(parameter.held).natives["zeros_like"]
                    parameter.grad = Tensor(zeros(parameter.held))

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
                kernel, numbers = self.kernel(group)
                group.count(live)
            for indices in group.together(live):
                self._step_together(group, indices, kernel, numbers)
        return result

    def roles(self, settings: Mapping[str, Any]) -> tuple[str, ...]:
        """The state that the rule gets with such settings: by default all that it names."""
        return self._updates.roles

    def kernel(self, group: Group) -> tuple[Update, tuple[float, ...]]:
        """What runs with a group's settings, and those of them that are its arguments."""
        settings = {name: group[name] for name in self._updates.settings}
        if group.kernel[0] != settings:
            roles, there = self.roles(group), tuple(self.state[group["params"][0]])
            if roles != there:
                raise ValueError(
                    f"{type(self).__name__}: the settings were changed to such as have the state "
                    f"{roles}, not {there}; make a new optimizer"
                )
            group.kernel = (settings, *self._updates.kernel(roles, settings))
        return group.kernel[1:]

    def _step_together(
        self, group: Group, indices: tuple[int, ...], kernel: Update, numbers: tuple[float, ...]
    ) -> None:
        """Update parameters of one dtype by one kernel."""
        parameters = [group["params"][i] for i in indices]
        arrays = [p.held for p in parameters]
        states = [[self.state[p][role].held for p in parameters] for role in kernel.roles]
        key = (id(group), indices)
        batch = self._batches.get(key)
        if batch is None or not batch.holds(kernel, arrays, *states):
            batch = self._batches[key] = self._batch(kernel, parameters, indices)
        gradients = [p.grad.held for p in parameters]
        batch.step(gradients, *group.clock(batch.backend), numbers)
        for array in batch.lists[0]:
            overwritten.mark(array)

    def _batch(
        self, kernel: Update, parameters: list[Tensor], indices: tuple[int, ...]
    ) -> MultiTensor:
        """Parameters and their state, which follows them to another device or dtype."""
        arrays = [writable(p) for p in parameters]
        home, kind = backend_of(arrays[0]), state_dtype(arrays[0].dtype)
        states = [
            [moved(self.state[p][role], home, kind).held for p in parameters]
            for role in kernel.roles
        ]
        return MultiTensor(home, kernel, arrays, states, indices)

    def __getstate__(self) -> dict[str, Any]:
        """What copies and pickles hold: not what is made anew."""
        return {k: v for k, v in vars(self).items() if k not in ("_batches", "_updates")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(
            state, _batches={}, _updates=updates(type(self).rule, type(self).__name__)
        )

    def state_dict(self) -> dict[str, Any]:
        """Settings and state, parameters by number, in torch's form; arrays are shared."""
        numbers: dict[Tensor, int] = {}
        groups, state = [], {}
        for group in self.param_groups:
            for i, parameter in enumerate(group["params"]):
                number = numbers[parameter] = len(numbers)
                state[number] = {"step": int(group.steps.held[i]), **self.state[parameter]}
            settings = {name: v for name, v in group.items() if name != "params"}
            members = [numbers[p] for p in group["params"]]
            groups.append({**settings, "lr": float(group["lr"]), "params": members})
        return {"state": state, "param_groups": groups}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take the settings and copy the state of another optimizer of the same kind."""
        if not isinstance(state, Mapping) or not {"state", "param_groups"} <= state.keys():
            raise TypeError(
                f"{type(self).__name__}: load_state_dict takes what another optimizer's "
                f"state_dict() gave, not {type(state).__name__}"
            )
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
        home = backend_of(parameter.held)
        steps = home.asarray(group.clock(home)[1], copy=True)
        roles, own = self.roles(group), self.state[parameter]
        known = any(saved.get(role) is not None for role in roles)
        steps[i] = int(saved.get("step", known))  # torch's SGD counts nothing
        group.steps.write(steps)
        self.state[parameter] = {
            role: own[role] if role in own else zeros(parameter) for role in roles
        }
        for role, cell in self.state[parameter].items():
            value = saved.get(role)
            value = zeros(parameter) if value is None else value
            if tuple(value.shape) != cell.shape:
                raise ValueError(
                    f"load_state_dict: {role} of shape {tuple(value.shape)} for a "
                    f"parameter of shape {cell.shape}"
                )
            raw = value.held if isinstance(value, Tensor) else value
            if isinstance(value, Tensor) and backend_of(raw) is not home:
                raw = backend_of(raw).to_host(raw)
            cell.write(home.exportable(home.asarray(raw, dtype=cell.dtype, copy=True)))

    def __repr__(self) -> str:
        lines = [f"{type(self).__name__} ("]
        for number, group in enumerate(self.param_groups):
            lines.append(f"Parameter Group {number}")
            shown = {**group, "lr": float(group["lr"])}
            lines += [f"    {name}: {shown[name]}" for name in sorted(shown) if name != "params"]
        return "\n".join([*lines, ")"])
