"""torch.special: gpugrad's special functions."""

from ..scipy import special as _special
from .owning import owning_all

globals().update(owning_all(_special))
__all__ = [*_special.__all__]
