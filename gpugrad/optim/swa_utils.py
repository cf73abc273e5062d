"""Averages of a model over training, with PyTorch's names.

    import gpugrad as gg

    model = gg.nn.Linear(1, 1, bias=False)
    averaged = gg.optim.swa_utils.AveragedModel(model)
    for value in (1.0, 3.0):
        model.load_state_dict({"weight": gg.tensor([[value]])})
        averaged.update_parameters(model)
    print(averaged.module.weight.item())  # 2.0

AveragedModel holds the average, equal or, by ``get_ema_multi_avg_fn``, exponential; SWALR anneals
the learning rate to a constant one; update_bn computes the statistics of BatchNorm anew.
"""

from collections.abc import Callable, Iterable
from copy import deepcopy
from itertools import chain
from typing import Any

from ..api import functions as F
from ..api.creation import full_like
from ..engine.levels import no_grad
from ..nn.module import Module
from ..nn.normalisation import BatchNorm
from ..tensor.cell import Tensor, tensor
from .lr_scheduler.base import LRScheduler, each
from .lr_scheduler.cycles import annealing, cosine, linear
from .optimizer import Optimizer

__all__ = [
    "SWALR",
    "AveragedModel",
    "get_ema_avg_fn",
    "get_ema_multi_avg_fn",
    "get_swa_avg_fn",
    "get_swa_multi_avg_fn",
    "update_bn",
]

Average = Callable[[Tensor, Tensor, Any], Tensor]
Averages = Callable[[list[Tensor], list[Tensor], Any], None]


def get_ema_avg_fn(decay: float = 0.999) -> Average:
    """Function of (average, value, number) that gives the new exponential average."""
    if not 0 <= decay <= 1:
        raise ValueError(f"get_ema_avg_fn: decay {decay!r}; give a number from 0 to 1")
    return lambda average, value, number: decay * average + (1 - decay) * value


def get_swa_avg_fn() -> Average:
    """Function of (average, value, number) that gives the new mean of number + 1 values."""

    def mean(average: Tensor, value: Tensor, number: Any) -> Tensor:
        count = number + 1
        if isinstance(count, Tensor):
            count = count.astype(average.dtype)
        return average + (value - average) / count

    return mean


def get_ema_multi_avg_fn(decay: float = 0.999) -> Averages:
    """Function that writes exponential averages into a list of Tensors."""
    return _each_by(get_ema_avg_fn(decay))


def get_swa_multi_avg_fn() -> Averages:
    """Function that writes means into a list of Tensors."""
    return _each_by(get_swa_avg_fn())


def _each_by(average: Average) -> Averages:
    def update(averages: list[Tensor], values: list[Tensor], number: Any) -> None:
        with no_grad():
            for mean, value in zip(averages, values, strict=True):
                mean.write(average(mean, value, number).astype(mean.dtype).held)

    return update


class AveragedModel(Module):
    """A model whose parameters are averages of another's, which ``update_parameters`` takes.

    avg_fn(average, value, number): the new average of one parameter, by default the mean.
    multi_avg_fn(averages, values, number): writes those of all; give one of the two.
    use_buffers: average buffers too; else they are copied.  Nothing is read back from a device, so
    an update may stand in a compiled step; the functions are called for the first update too, whose
    result is the model itself.
    """

    n_averaged: Tensor

    def __init__(
        self,
        model: Module,
        device: Any = None,
        avg_fn: Average | None = None,
        multi_avg_fn: Averages | None = None,
        use_buffers: bool = False,
    ) -> None:
        if avg_fn is not None and multi_avg_fn is not None:
            raise AssertionError("AveragedModel: avg_fn and multi_avg_fn; give one of them")
        self.module = deepcopy(model)
        if device is not None:
            self.module.to(device)
        first = next(chain(self.module.parameters(), self.module.buffers()), None)
        home = device if device is not None or first is None else first.device
        self.register_buffer("n_averaged", tensor(0, dtype="int64", device=home))
        self.avg_fn, self.multi_avg_fn, self.use_buffers = avg_fn, multi_avg_fn, use_buffers

    def forward(self, *inputs: Any, **settings: Any) -> Any:
        """Apply the averaged model."""
        return self.module(*inputs, **settings)

    def update_parameters(self, model: Module) -> None:
        """Take the model's parameters into the averages."""
        mine, theirs = _cells(self.module, self.use_buffers), _cells(model, self.use_buffers)
        with no_grad():
            values = [_beside(x, mean) for x, mean in zip(theirs, mine, strict=True)]
            update = self.multi_avg_fn or _each_by(self.avg_fn or get_swa_avg_fn())
            update(mine, values, self.n_averaged)
            for mean, value in zip(mine, values, strict=True):
                mean.write(F.where(self.n_averaged == 0, value, Tensor(mean.held)).held)
            if not self.use_buffers:
                for buffer, value in zip(self.module.buffers(), model.buffers(), strict=True):
                    buffer.write(_beside(value, buffer).clone().held)
            self.n_averaged.write((self.n_averaged + 1).held)


def _cells(model: Module, buffers: bool) -> list[Tensor]:
    return [*model.parameters(), *(model.buffers() if buffers else ())]


def _beside(x: Tensor, y: Tensor) -> Tensor:
    """``x`` without a history, in the dtype and on the device of ``y``."""
    plain = Tensor(x.held)
    return plain.astype(y.dtype) if x.device == y.device else plain.to(y.device, y.dtype)


def update_bn(loader: Iterable[Any], model: Module, device: Any = None) -> None:
    """Compute the running statistics of all BatchNorms in ``model`` from one pass over ``loader``.

    A batch that is a list or tuple has the input first.
    """
    norms = [module for module in model.modules() if isinstance(module, BatchNorm)]
    if not norms:
        return
    training, momenta = model.training, [norm.momentum for norm in norms]
    model.train()
    for norm in norms:
        _reset(norm)
        norm.momentum = None
    with no_grad():
        for batch in loader:
            given = batch[0] if isinstance(batch, list | tuple) else batch
            model(given if device is None else given.to(device))
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.momentum = momentum
    model.train(training)


def _reset(norm: Any) -> None:
    """Forget the running statistics."""
    for cell, value in (
        (norm.running_mean, 0),
        (norm.running_var, 1),
        (norm.num_batches_tracked, 0),
    ):
        if cell is not None:
            cell.write(full_like(cell, value).held)


class SWALR(LRScheduler):
    """The rate goes to swa_lr within anneal_epochs epochs, and stays there.

    swa_lr: for all groups, or a list.  anneal_strategy: "cos" or "linear".
    """

    def __init__(
        self,
        optimizer: Optimizer,
        swa_lr: Any,
        anneal_epochs: int = 10,
        anneal_strategy: str = "cos",
        last_epoch: int = -1,
    ) -> None:
        rates = each(self, "swa_lr", optimizer, swa_lr)
        if not isinstance(anneal_epochs, int) or anneal_epochs < 0:
            raise ValueError(
                f"SWALR: anneal_epochs {anneal_epochs!r}; give 0 or a positive integer"
            )
        for group, rate in zip(optimizer.param_groups, rates, strict=True):
            group["swa_lr"] = rate
        self._anneal_strategy = annealing(self, anneal_strategy)
        self.anneal_epochs = anneal_epochs
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        """The rates by the last ones, from which the first ones are found again."""
        step = self._step_count - 1
        if self.anneal_epochs == 0:
            step = max(1, step)
        before, now = self._share(step - 1), self._share(step)
        rates = []
        for group in self.optimizer.param_groups:
            end, rate = group["swa_lr"], group["lr"]
            first = end if before == 1 else (rate - before * end) / (1 - before)
            rates.append(end * now + first * (1 - now))
        return rates

    def _share(self, step: int) -> float:
        """How much of the way is done after so many steps."""
        part = max(0, min(1, step / max(1, self.anneal_epochs)))
        return (cosine if self._anneal_strategy == "cos" else linear)(0.0, 1.0, part)
