"""Schedulers that move the momentum against the rate: CyclicLR and OneCycleLR.

Momenta are settings of Python's: a compiled step is recorded anew when one changes, so give
``cycle_momentum=False`` there.  The learning rate costs no recording.
"""

import math
from collections.abc import Callable
from functools import partial
from types import FunctionType
from typing import Any

from ..optimizer import Optimizer
from .base import LRScheduler, checked, each


class Cycled(LRScheduler):
    """Base of both: the momenta of the groups, if they are moved."""

    cycle_momentum: bool

    def _begin_momenta(self, optimizer: Optimizer, least: Any, most: Any, begins: bool) -> None:
        """Set the groups' momenta to their largest."""
        names = checked(self, optimizer).defaults
        if "momentum" not in names and "betas" not in names:
            raise ValueError(
                f"{type(self).__name__}: {type(optimizer).__name__} has no momentum and no betas; "
                "give cycle_momentum=False"
            )
        self.use_beta1 = "betas" in names
        self.base_momentums = each(self, "base_momentum", optimizer, least)
        self.max_momentums = each(self, "max_momentum", optimizer, most)
        if begins:
            pairs = zip(self.base_momentums, self.max_momentums, strict=True)
            for group, (low, high) in zip(optimizer.param_groups, pairs, strict=True):
                self._set_momentum(group, high)
                group |= {"max_momentum": high, "base_momentum": low}

    def _set_momentum(self, group: Any, value: float) -> None:
        if self.use_beta1:
            group["betas"] = (value, *group["betas"][1:])
        else:
            group["momentum"] = value


SHAPES: dict[str, tuple[str, Callable[[float, float], float]]] = {
    "triangular": ("cycle", lambda gamma, cycle: 1.0),
    "triangular2": ("cycle", lambda gamma, cycle: 1 / 2.0 ** (cycle - 1)),
    "exp_range": ("iterations", lambda gamma, iteration: gamma**iteration),
}


class CyclicLR(Cycled):
    """The rate goes from base_lr to max_lr and back, in step_size_up and step_size_down steps.

    mode: "triangular"; "triangular2", half as high each time; "exp_range", by gamma ** step.
    scale_fn: in place of a mode, the height by the number of the cycle, or of the iteration if
    scale_mode says so.
    """

    def __init__(  # long: torch's settings, each on a line
        self,
        optimizer: Optimizer,
        base_lr: Any,
        max_lr: Any,
        step_size_up: int = 2000,
        step_size_down: int | None = None,
        mode: str = "triangular",
        gamma: float = 1.0,
        scale_fn: Callable[[float], float] | None = None,
        scale_mode: str = "cycle",
        cycle_momentum: bool = True,
        base_momentum: Any = 0.8,
        max_momentum: Any = 0.9,
        last_epoch: int = -1,
    ) -> None:
        if mode not in SHAPES and scale_fn is None:
            raise ValueError(f"CyclicLR: mode {mode!r}; give one of {list(SHAPES)} or a scale_fn")
        base_lrs = each(self, "base_lr", optimizer, base_lr)
        self.max_lrs = each(self, "max_lr", optimizer, max_lr)
        if last_epoch == -1:
            for group, rate in zip(optimizer.param_groups, base_lrs, strict=True):
                group["lr"] = rate
        down = step_size_up if step_size_down is None else step_size_down
        self.total_size = float(step_size_up + down)
        self.step_ratio = step_size_up / self.total_size
        self.mode, self.gamma, self._scale_fn_custom = mode, gamma, scale_fn
        self.scale_mode = scale_mode if scale_fn is not None else SHAPES[mode][0]
        self.cycle_momentum = cycle_momentum
        if cycle_momentum:
            self._begin_momenta(optimizer, base_momentum, max_momentum, last_epoch == -1)
        super().__init__(optimizer, last_epoch)
        self.base_lrs = base_lrs

    def scale_fn(self, x: float) -> float:
        """How high a cycle is: ``x`` is its number, or that of the iteration."""
        own = self._scale_fn_custom
        return partial(SHAPES[self.mode][1], self.gamma)(x) if own is None else own(x)

    def get_lr(self) -> list[float]:
        """The rates by the place in the cycle; the momenta are set."""
        cycle = math.floor(1 + self.last_epoch / self.total_size)
        x = 1.0 + self.last_epoch / self.total_size - cycle
        up = x <= self.step_ratio
        height = x / self.step_ratio if up else (x - 1) / (self.step_ratio - 1)
        height *= self.scale_fn(cycle if self.scale_mode == "cycle" else self.last_epoch)
        if self.cycle_momentum:
            momenta = zip(self.base_momentums, self.max_momentums, strict=True)
            for group, (low, high) in zip(self.optimizer.param_groups, momenta, strict=True):
                self._set_momentum(group, high - (high - low) * height)
        pairs = zip(self.base_lrs, self.max_lrs, strict=True)
        return [low + (high - low) * height for low, high in pairs]

    def state_dict(self) -> dict[str, Any]:
        """Without a function, as in torch; of another callable, its attributes."""
        own = self._scale_fn_custom
        plain = own is None or isinstance(own, FunctionType)
        return {**super().state_dict(), "_scale_fn_custom": None if plain else dict(vars(own))}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take the state; the function stays that of this scheduler."""
        own, kept = self._scale_fn_custom, state_dict["_scale_fn_custom"]
        super().load_state_dict(state_dict)
        if kept is not None:
            vars(own).update(kept)
        self._scale_fn_custom = own


def cosine(start: float, end: float, part: float) -> float:
    """From ``start`` to ``end`` by half a cosine."""
    return end + (start - end) / 2.0 * (math.cos(math.pi * part) + 1)


def linear(start: float, end: float, part: float) -> float:
    """From ``start`` to ``end`` in a straight line."""
    return (end - start) * part + start


ANNEALINGS = {"cos": cosine, "linear": linear}


def annealing(scheduler: Any, strategy: str) -> str:
    """The name of an annealing; ValueError for another text."""
    if strategy not in ANNEALINGS:
        raise ValueError(
            f"{type(scheduler).__name__}: anneal_strategy {strategy!r}; give 'cos' or 'linear'"
        )
    return strategy


class OneCycleLR(Cycled):
    """The rate goes up to max_lr and then down to almost 0, once in all steps.

    total_steps: number of steps, or epochs times steps_per_epoch.  pct_start: the part of them that
    goes up.  The first rate is max_lr / div_factor, and the last that by final_div_factor.
    three_phase: come back to the first rate as fast as up, before it falls.
    """

    def __init__(  # long: torch's settings, each on a line
        self,
        optimizer: Optimizer,
        max_lr: Any,
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        cycle_momentum: bool = True,
        base_momentum: Any = 0.85,
        max_momentum: Any = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
        last_epoch: int = -1,
    ) -> None:
        self.total_steps = _number_of_steps(total_steps, epochs, steps_per_epoch)
        if not isinstance(pct_start, float) or not 0 <= pct_start <= 1:
            raise ValueError(f"OneCycleLR: pct_start {pct_start!r}; give a float from 0 to 1")
        self._anneal_func_type = annealing(self, anneal_strategy)
        self._ends = _phases(self.total_steps, pct_start, three_phase)
        if last_epoch == -1:
            rates = each(self, "max_lr", optimizer, max_lr)
            for group, rate in zip(optimizer.param_groups, rates, strict=True):
                first = rate / div_factor
                group |= {"initial_lr": first, "max_lr": rate, "min_lr": first / final_div_factor}
        self.cycle_momentum = cycle_momentum
        if cycle_momentum:
            self._begin_momenta(optimizer, base_momentum, max_momentum, last_epoch == -1)
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        """The rates by the place in the cycle; the momenta are set."""
        if self.last_epoch > self.total_steps:
            raise ValueError(
                f"OneCycleLR: step {self.last_epoch} of total_steps={self.total_steps}"
            )
        begins = [(0.0, "initial_lr", "max_momentum"), *self._ends]
        at = next((i for i, end in enumerate(self._ends) if self.last_epoch <= end[0]), -1)
        start, end = begins[:-1][at], self._ends[at]
        part = (self.last_epoch - start[0]) / (end[0] - start[0])
        between = ANNEALINGS[self._anneal_func_type]
        groups = self.optimizer.param_groups
        if self.cycle_momentum:
            for group in groups:
                self._set_momentum(group, between(group[start[2]], group[end[2]], part))
        return [between(group[start[1]], group[end[1]], part) for group in groups]


def _number_of_steps(total: int | None, epochs: int | None, steps_per_epoch: int | None) -> int:
    if total is None and epochs is not None and steps_per_epoch is not None:
        total = epochs * steps_per_epoch
    if not isinstance(total, int) or total <= 0:
        raise ValueError(
            f"OneCycleLR: total_steps {total!r}; give a positive integer, or epochs and "
            "steps_per_epoch"
        )
    return total


def _phases(total: int, rising: float, three: bool) -> list[tuple[float, str, str]]:
    """(last step, rate and momentum there) of each phase; the first begins at step 0."""
    back = [(2 * rising * total - 2, "initial_lr", "max_momentum")] * three
    top = rising * total - 1
    return [(top, "max_lr", "base_momentum"), *back, (total - 1, "min_lr", "max_momentum")]
