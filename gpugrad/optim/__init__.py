"""Optimizers, with PyTorch's names, formulas and settings.

    import gpugrad as gg

    w = gg.tensor([1.0, -2.0], requires_grad=True)
    optimizer = gg.optim.SGD([w], lr=0.25)
    for step in range(2):
        optimizer.zero_grad()
        gg.sum(w * w).backward()
        optimizer.step()
    print(w.tolist())  # [0.25, -0.5]

By elements: SGD, Adam, AdamW, Adamax, NAdam, RAdam, RMSprop, Adadelta, Adagrad, ASGD, Rprop.  Such
an optimizer is one rule for one element; from it come the kernels that update all parameters at
once.  ``help(gg.optim.Optimizer)`` shows an optimizer of your own.

By whole arrays: Adafactor, and Muon for matrices.  By several evaluations a step: LBFGS.

Schedules of the learning rate are in gg.optim.lr_scheduler, averages of a model's parameters in
gg.optim.swa_utils; gg.nn.utils clips gradients.  ``optimizer.param_groups[0]["lr"]`` is a number,
which may be set at any time, also for a compiled step.

``state_dict()`` has torch's form and names; ``load_state_dict`` takes that of torch, its tensors
as arrays.  ``foreach``, ``fused`` and ``capturable`` are accepted without effect, since one kernel
updates all parameters.
"""

from functools import partial as _partial
from typing import TYPE_CHECKING

from ..tensor.absent import OPTIM as _OPTIM
from ..tensor.absent import absent as _absent
from . import lr_scheduler, swa_utils
from .adadelta import Adadelta, Adagrad
from .adam import Adam, AdamW
from .adamax import Adamax, NAdam, RAdam
from .asgd import ASGD, Rprop
from .lbfgs import LBFGS
from .optimizer import Optimizer
from .rmsprop import RMSprop
from .sgd import SGD
from .whole import Adafactor, Muon

__all__ = [
    "ASGD",
    "LBFGS",
    "SGD",
    "Adadelta",
    "Adafactor",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "Muon",
    "NAdam",
    "Optimizer",
    "RAdam",
    "RMSprop",
    "Rprop",
    "lr_scheduler",
    "swa_utils",
]

if not TYPE_CHECKING:  # to a checker, a name that is not listed is a mistake
    __getattr__ = _partial(_absent, "gpugrad.optim", _OPTIM)
