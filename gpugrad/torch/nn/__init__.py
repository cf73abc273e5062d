"""torch.nn: gpugrad's Modules, whose parameters and results have torch's methods."""

from . import functional, init, utils
from . import modules as modules
from .modules import *
from .modules import CLASSES as _CLASSES

__all__ = ["Module", "Parameter", "functional", "init", "utils", *_CLASSES]
