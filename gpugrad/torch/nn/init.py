"""torch.nn.init: gpugrad's initial values."""

from ...nn.init import *
