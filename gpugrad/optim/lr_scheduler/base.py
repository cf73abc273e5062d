"""LRScheduler: how learning rates follow the number of the epoch."""

import warnings
from collections.abc import Sequence
from typing import Any

from ..optimizer import Optimizer


class LRScheduler:
    """Base class of schedulers: ``step()`` after each epoch sets the rates of the groups.

    A subclass has ``get_lr``, which gives the rates of the groups at ``self.last_epoch``:

        class Hyperbolic(gg.optim.lr_scheduler.LRScheduler):
            def get_lr(self):
                return [rate / (1 + self.last_epoch) for rate in self.base_lrs]

        w = gg.tensor([1.0], requires_grad=True)
        optimizer = gg.optim.SGD([w], lr=0.5)
        scheduler = Hyperbolic(optimizer)
        optimizer.step()
        scheduler.step()
        print(scheduler.get_last_lr())  # [0.25]

    last_epoch: -1 to begin; to go on, the last epoch, which needs "initial_lr" in each group.
    ``base_lrs`` are the groups' first rates, which are in ``group["initial_lr"]`` too.
    """

    optimizer: Optimizer

    def __init__(self, optimizer: Optimizer, last_epoch: int = -1) -> None:
        self.optimizer = checked(self, optimizer)
        for i, group in enumerate(optimizer.param_groups):
            if last_epoch == -1:
                group.setdefault("initial_lr", group["lr"])
            elif "initial_lr" not in group:
                raise KeyError(
                    f"{type(self).__name__}: last_epoch={last_epoch}, but param_groups[{i}] has no "
                    '"initial_lr"; load the optimizer\'s state first, or begin with -1'
                )
        self.base_lrs: list[float] = [group["initial_lr"] for group in optimizer.param_groups]
        self.last_epoch = last_epoch
        self._initial_step()

    def _initial_step(self) -> None:
        self._step_count, self._is_initial = 0, True
        self.step()
        self._is_initial = False

    def get_lr(self) -> list[float]:
        """The rates at ``last_epoch``, by those of the epoch before; ``step`` asks for them."""
        raise NotImplementedError(f"{type(self).__name__} does not define get_lr")

    def closed_form(self) -> list[float]:
        """The rates at ``last_epoch``, whatever epoch was before."""
        return self.get_lr()

    def get_last_lr(self) -> list[float]:
        """The rates that were set last."""
        return self._last_lr

    def step(self, epoch: int | None = None) -> None:
        """Set the rates of the next epoch, or, which torch has deprecated, of ``epoch``."""
        if self._step_count == 1 and not self.optimizer.stepped:
            warnings.warn(
                "lr_scheduler.step() before optimizer.step(): the first rate of the schedule is "
                "left out; call optimizer.step() first",
                stacklevel=2,
            )
        if epoch is not None:
            warn_of_epoch()
        self._step_count += 1
        self._update_lr(epoch)

    def _update_lr(self, epoch: int | None = None) -> None:
        self.last_epoch = self.last_epoch + 1 if epoch is None else epoch
        self._write(self.get_lr() if epoch is None else self.closed_form())

    def _write(self, rates: Sequence[float]) -> None:
        for group, rate in zip(self.optimizer.param_groups, rates, strict=True):
            group["lr"] = rate
        self._last_lr = self._rates()

    def _rates(self) -> list[float]:
        """The rates of the groups now."""
        return [group["lr"] for group in self.optimizer.param_groups]

    def _times(self, factor: float) -> list[float]:
        """The rates of the groups now, times ``factor``."""
        return [rate * factor for rate in self._rates()]

    def state_dict(self) -> dict[str, Any]:
        """All attributes except the optimizer."""
        return {name: value for name, value in vars(self).items() if name != "optimizer"}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take what another scheduler's ``state_dict()`` gave."""
        vars(self).update(state_dict)


def checked(scheduler: Any, optimizer: Any) -> Optimizer:
    """The optimizer; TypeError unless it is one."""
    if not isinstance(optimizer, Optimizer):
        raise TypeError(
            f"{type(scheduler).__name__}: {type(optimizer).__name__} is not an Optimizer"
        )
    return optimizer


def each(scheduler: Any, name: str, optimizer: Optimizer, value: Any) -> list[Any]:
    """A setting for every group: a list of as many, or one for all."""
    count = len(checked(scheduler, optimizer).param_groups)
    if not isinstance(value, list | tuple):
        return [value] * count
    if len(value) != count:
        raise ValueError(
            f"{type(scheduler).__name__}: {name} has {len(value)} values for {count} groups"
        )
    return list(value)


def warn_of_epoch() -> None:
    """Say that ``step(epoch)`` is on its way out."""
    warnings.warn(
        "lr_scheduler.step(epoch) is deprecated; call step() without an argument", stacklevel=3
    )
