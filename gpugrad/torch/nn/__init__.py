"""torch.nn: gpugrad's Modules, whose parameters and results have torch's methods."""

from . import functional, init, parallel, utils
from . import modules as modules
from .modules import *
from .modules import CLASSES as _CLASSES
from .parallel import DataParallel as DataParallel

__all__ = ["DataParallel", "Module", "Parameter", "functional", "init", "parallel", "utils"]
__all__ += _CLASSES
