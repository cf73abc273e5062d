"""torch.nn.functional: gpugrad's functions, which give Tensors with torch's methods."""

from ...nn import functional
from ..owning import owning_all

__all__ = [*functional.__all__]
globals().update(owning_all(functional))
