"""Schedulers made of others: SequentialLR, one after another, and ChainedScheduler, all at once."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

from ..optimizer import Optimizer
from .base import LRScheduler
from .plateau import ReduceLROnPlateau


class Several(LRScheduler):
    """Base of both: the state of the schedulers within."""

    _schedulers: Sequence[LRScheduler]

    def _hold(self, optimizer: Optimizer | None, schedulers: Sequence[LRScheduler]) -> None:
        """Have these schedulers; they and this one belong to one optimizer."""
        name = type(self).__name__
        if not schedulers:
            raise ValueError(f"{name}: no scheduler; give one at least")
        for i, one in enumerate(schedulers):
            if isinstance(one, ReduceLROnPlateau):
                raise ValueError(
                    f"{name}: number {i} is a ReduceLROnPlateau, whose step wants a metric; call "
                    "it apart"
                )
            if not isinstance(one, LRScheduler):
                raise TypeError(f"{name}: number {i} is no scheduler but {type(one).__name__}")
            if one.optimizer is not (optimizer or schedulers[0].optimizer):
                raise ValueError(f"{name}: number {i} belongs to another optimizer")
        self._schedulers, self.optimizer = schedulers, optimizer or schedulers[0].optimizer

    def state_dict(self) -> dict[str, Any]:
        """All attributes except the optimizer, and the states of the schedulers within."""
        return {**super().state_dict(), "_schedulers": [s.state_dict() for s in self._schedulers]}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take the state, and those of the schedulers within."""
        own = self._schedulers
        super().load_state_dict({**state_dict, "_schedulers": own})
        for scheduler, state in zip(own, state_dict["_schedulers"], strict=True):
            scheduler.load_state_dict(state)


class SequentialLR(Several):
    """One scheduler after another; the next begins at each epoch in ``milestones``."""

    def __init__(
        self,
        optimizer: Optimizer,
        schedulers: list[LRScheduler],
        milestones: list[int],
        last_epoch: int = -1,
    ) -> None:
        self._hold(optimizer, schedulers)
        if len(milestones) != len(schedulers) - 1:
            raise ValueError(
                f"SequentialLR: {len(milestones)} milestones for {len(schedulers)} schedulers; "
                "give one between two"
            )
        self._milestones, self.last_epoch = milestones, last_epoch + 1
        for group in optimizer.param_groups:
            group["lr"] = group["initial_lr"]
        undo(self)
        first = schedulers[bisect_right(milestones, 0)]
        first._initial_step()
        self._last_lr = first.get_last_lr()

    def step(self) -> None:  # type: ignore[override]
        """A step of the scheduler whose turn it is."""
        self.last_epoch += 1
        turn = bisect_right(self._milestones, self.last_epoch)
        scheduler = self._schedulers[turn]
        if turn and self._milestones[turn - 1] == self.last_epoch:
            scheduler._update_lr(0)
        else:
            scheduler.step()
        self._last_lr = scheduler.get_last_lr()


class ChainedScheduler(Several):
    """All schedulers make a step, in their order, each on the rates that the one before set."""

    def __init__(
        self, schedulers: Sequence[LRScheduler], optimizer: Optimizer | None = None
    ) -> None:
        self._hold(optimizer, schedulers)
        self._last_lr = self._rates()

    def step(self) -> None:  # type: ignore[override]
        """A step of each."""
        for scheduler in self._schedulers:
            scheduler.step()
        self._last_lr = self._rates()


def undo(scheduler: LRScheduler) -> None:
    """Take back the step that schedulers make when they are made."""
    if isinstance(scheduler, Several):
        for one in scheduler._schedulers:
            undo(one)
    else:
        scheduler.last_epoch -= 1
