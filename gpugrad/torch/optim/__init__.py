"""torch.optim: gpugrad's optimizers."""

from ...optim import *
