"""torch.optim.lr_scheduler: gpugrad's schedules of learning rates."""

from ...optim.lr_scheduler import *
