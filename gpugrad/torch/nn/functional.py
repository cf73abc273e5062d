"""torch.nn.functional: gpugrad's functions, which give Tensors with torch's methods."""

from ...nn import functional
from ..owning import owning_all
from .older import older_taken

__all__ = [*functional.__all__]
globals().update({name: older_taken(f) for name, f in owning_all(functional).items()})
