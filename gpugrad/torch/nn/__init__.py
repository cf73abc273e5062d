"""torch.nn: gpugrad's Modules, whose parameters and results have torch's methods."""

from functools import partial as _partial
from typing import TYPE_CHECKING as _TYPE_CHECKING

from ...tensor.absent import NN as _NN
from ...tensor.absent import absent as _absent
from . import functional, init, parallel, utils
from . import modules as modules
from .modules import *
from .modules import CLASSES as _CLASSES
from .parallel import DataParallel as DataParallel

__all__ = ["DataParallel", "Module", "Parameter", "functional", "init", "parallel", "utils"]
__all__ += _CLASSES

if not _TYPE_CHECKING:  # to a checker, a name that is not listed is a mistake
    __getattr__ = _partial(_absent, "gpugrad.torch.nn", _NN)
