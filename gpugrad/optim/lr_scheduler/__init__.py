"""Schedules of learning rates, with PyTorch's names and formulas.

    import gpugrad as gg

    w = gg.tensor([1.0], requires_grad=True)
    optimizer = gg.optim.SGD([w], lr=0.5)
    scheduler = gg.optim.lr_scheduler.StepLR(optimizer, step_size=2, gamma=0.5)
    for epoch in range(4):
        optimizer.step()
        scheduler.step()
    print(scheduler.get_last_lr())  # [0.125]

By the epoch: StepLR, MultiStepLR, ConstantLR, LinearLR, ExponentialLR, PolynomialLR,
CosineAnnealingLR, CosineAnnealingWarmRestarts, LambdaLR, MultiplicativeLR.  In cycles: CyclicLR,
OneCycleLR.  By a metric: ReduceLROnPlateau.  Of others: SequentialLR, ChainedScheduler.

Most multiply the rate that is there, so that several can be used at once.  A compiled step reads
the rate at every call: ``scheduler.step()`` stands outside of it and costs no recording.
``help(gg.optim.lr_scheduler.LRScheduler)`` shows a scheduler of your own.
"""

from .base import LRScheduler
from .cycles import CyclicLR, OneCycleLR
from .plateau import ReduceLROnPlateau
from .several import ChainedScheduler, SequentialLR
from .simple import (
    ConstantLR,
    CosineAnnealingLR,
    CosineAnnealingWarmRestarts,
    ExponentialLR,
    LambdaLR,
    LinearLR,
    MultiplicativeLR,
    MultiStepLR,
    PolynomialLR,
    StepLR,
)

__all__ = [
    "ChainedScheduler",
    "ConstantLR",
    "CosineAnnealingLR",
    "CosineAnnealingWarmRestarts",
    "CyclicLR",
    "ExponentialLR",
    "LRScheduler",
    "LambdaLR",
    "LinearLR",
    "MultiStepLR",
    "MultiplicativeLR",
    "OneCycleLR",
    "PolynomialLR",
    "ReduceLROnPlateau",
    "SequentialLR",
    "StepLR",
]
