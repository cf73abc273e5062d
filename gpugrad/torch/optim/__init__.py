"""torch.optim: gpugrad's optimizers and schedules."""

from ...optim import *
from ...optim import __getattr__ as __getattr__  # type: ignore[attr-defined]
from . import lr_scheduler as lr_scheduler  # type: ignore[no-redef]
