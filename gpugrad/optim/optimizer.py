"""Optimizer: parameters in groups, their state in cells, one kernel for all of them.

Parameters and state are written in place, by the kernel only; a graph that saved a parameter's
old value then refuses to be walked.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from ..backend.multi_tensor import MultiTensor, state_dtype
from ..backend.select import backend_of
from ..codegen.updates import Update, Updates, updates
from ..engine.buffers import overwritten
from ..engine.levels import enable_grad
from ..tensor.cell import Tensor
from .group import Group, Parameters, checked, listed, moved, named, not_negative, writable, zeros
from .hooks import Hooked, with_hooks
from .saving import load, saved

HOW = ("foreach", "fused", "capturable")  # torch's ways of doing what one kernel does here anyway


class Optimizer(Hooked):
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

    Instead of a rule, a subclass may have a ``step`` of its own, written as for torch: ``defaults``
    holds its settings, ``self.state[p]`` is a dict, and ``group["lr"]`` a number.

    params: leaf Tensors, pairs (name, Tensor), or dicts with "params" and settings of their own.
    ``foreach``, ``fused`` and ``capturable`` are accepted without effect: one kernel updates all
    parameters, within a compiled step too.  ``differentiable=True`` raises ValueError, since a step
    writes in place; for a derivative of a step, write it with gg.grad.
    A subclass without rule and step raises TypeError, and a negative ``lr`` ValueError.
    """

    rule: Callable[..., Any]
    uniform: frozenset[str] = frozenset()  # state that is one number for torch: equal elements here

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        if "step" in vars(cls):
            cls.step = with_hooks(vars(cls)["step"])  # type: ignore[method-assign]

    def __init__(
        self, params: Parameters, defaults: Mapping[str, Any] | None = None, **settings: Any
    ) -> None:
        super().__init__()
        name = type(self).__name__
        self._updates = self._rules()
        self.defaults = self._completed({**(defaults or {}), **settings})
        self.param_groups: list[Group] = []
        self.state: dict[Tensor, dict[str, Any]] = defaultdict(dict)
        self._batches: dict[tuple[int, tuple[int, ...]], MultiTensor] = {}
        given = listed(name, params)
        if not given:
            raise ValueError(f"{name}: no parameters; give net.parameters(), say")
        groups = given if isinstance(given[0], Mapping) else [{"params": given}]
        for group in groups:
            self.add_param_group(group)

    @property
    def counted(self) -> bool:
        """Whether steps are counted, and the state is what ``begun`` makes."""
        return self._updates is not None or type(self)._update is not Optimizer._update

    def _rules(self) -> Updates | None:
        """The kernels of the rule; None where the subclass has a step of its own."""
        kind = type(self)
        if hasattr(kind, "rule"):
            return updates(kind.rule, kind.__name__)
        if kind._update is Optimizer._update and kind.step is Optimizer.step:
            raise TypeError(
                f"{kind.__name__}: an optimizer has a rule or a step; see Optimizer's docstring"
            )
        return None

    def _completed(self, settings: dict[str, Any]) -> dict[str, Any]:
        """All settings: those given, and the rule's defaults."""
        if settings.get("differentiable"):
            raise ValueError(
                f"{type(self).__name__}: differentiable=True, but a step writes in place; for a "
                "derivative of a step, write it with gg.grad"
            )
        if self._updates is None:
            return settings
        apart = (*HOW, "differentiable")
        others = {name: settings.pop(name) for name in apart if name in settings}
        return {**self._updates.completed(settings), **others}

    def add_param_group(self, group: Mapping[str, Any]) -> None:
        """Have further parameters, ``group["params"]``; other settings default to the common."""
        name = type(self).__name__
        if not isinstance(group, Mapping):
            raise TypeError(f'{name}: a group is a dict with "params", not {type(group).__name__}')
        given = group.get("params", ())
        parameters, names = named(
            name, [given] if isinstance(given, Tensor) else listed(name, given)
        )
        if not parameters:
            raise ValueError(f'{name}: a group without parameters, which are its "params"')
        for i, parameter in enumerate(parameters):
            if checked(name, parameter) in self.state or any(
                p is parameter for p in parameters[:i]
            ):
                raise ValueError(f"{name}: a parameter is given twice")
        settings = {"params": parameters, **self.defaults, **group} | {"params": parameters}
        if self.param_groups and (names is None) == ("param_names" in self.param_groups[0]):
            raise ValueError(f"{name}: some groups have names; give names to all or to none")
        if names is not None:
            settings["param_names"] = names
        not_negative(name, "lr", settings.get("lr"))
        whole = Group(settings)
        for parameter in parameters:
            self.state[parameter] = self.begun(parameter, whole)
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

    @with_hooks
    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Update every parameter that has a gradient; gives what ``closure`` gave, if any."""
        result = None
        if closure is not None:
            with enable_grad():
                result = closure()
        for group in self.param_groups:
            live = [i for i, p in enumerate(group["params"]) if p.grad is not None]
            if live:
                self._update(group, live)
        return result

    def _update(self, group: Group, live: list[int]) -> None:
        """Update those parameters of a group that have gradients."""
        kernel, numbers = self.kernel(group)
        group.count(live)
        for indices in group.together(live):
            self._step_together(group, indices, kernel, numbers)

    def begun(self, parameter: Tensor, group: Group) -> dict[str, Any]:
        """The state of a parameter of ``group`` before its first step."""
        roles = () if self._updates is None else self.roles(group)
        return {role: zeros(parameter) for role in roles}

    def roles(self, settings: Mapping[str, Any]) -> tuple[str, ...]:
        """The state that the rule gets with such settings: by default all that it names."""
        return self._updates.roles if self._updates is not None else ()

    def kernel(self, group: Group) -> tuple[Update, tuple[float, ...]]:
        """What runs with a group's settings, and those of them that are its arguments."""
        assert self._updates is not None
        settings = {name: group.settings[name] for name in self._updates.settings}
        if group._kernel[0] != settings:
            roles, there = self.roles(group), tuple(self.state[group["params"][0]])
            if roles != there:
                raise ValueError(
                    f"{type(self).__name__}: the settings were changed to such as have the state "
                    f"{roles}, not {there}; make a new optimizer"
                )
            group._kernel = (settings, *self._updates.kernel(roles, settings))
        return group._kernel[1:]

    def _step_together(
        self, group: Group, indices: tuple[int, ...], kernel: Update, numbers: tuple[float, ...]
    ) -> None:
        """Update parameters of one dtype by one kernel."""
        members = group.settings["params"]
        parameters = [members[i] for i in indices]
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
        """What copies and pickles hold: not what is made anew, and no hooks, as in torch."""
        made = ("_batches", "_updates", "hooks", "stepped")
        return {name: value for name, value in vars(self).items() if name not in made}

    def __setstate__(self, state: dict[str, Any]) -> None:
        Hooked.__init__(self)
        vars(self).update(state, _batches={}, _updates=self._rules())

    def state_dict(self) -> dict[str, Any]:
        """Settings and state, parameters by number, in torch's form; arrays are shared."""
        self.told("state_dict_pre")
        return self.told("state_dict_post", saved(self))

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take the settings and copy the state of another optimizer of the same kind.

        The state's arrays may be of any kind: those of torch's file, converted to NumPy.
        """
        load(self, self.told("load_state_dict_pre", state_dict))
        self.told("load_state_dict_post")

    def __repr__(self) -> str:
        lines = [f"{type(self).__name__} ("]
        for number, group in enumerate(self.param_groups):
            lines.append(f"Parameter Group {number}")
            lines += [f"    {name}: {group[name]}" for name in sorted(group) if name != "params"]
        return "\n".join([*lines, ")"])
