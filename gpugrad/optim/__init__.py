"""Optimizers: SGD, Adam, AdamW and RMSprop, with PyTorch's names and formulas.

    import gpugrad as gg

    w = gg.tensor([1.0, -2.0], requires_grad=True)
    optimizer = gg.optim.SGD([w], lr=0.25)
    for step in range(2):
        optimizer.zero_grad()
        gg.sum(w * w).backward()
        optimizer.step()
    print(w.tolist())  # [0.25, -0.5]

An optimizer is one rule for one element; from it come the kernels that update all parameters at
once.  ``help(gg.optim.Optimizer)`` shows an optimizer of your own.

A learning rate is changed by assignment: ``optimizer.param_groups[0]["lr"] = 0.01``.  There are no
schedulers.  ``state_dict()`` has torch's form.
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
