"""torch.optim: gpugrad's optimizers and schedules."""

from ...optim import *
from . import lr_scheduler as lr_scheduler  # type: ignore[no-redef]
