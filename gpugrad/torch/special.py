"""torch.special: gpugrad's special functions."""

from ..scipy import special as _special
from .owning import owning, owning_all

globals().update(owning_all(_special))
expit, gammaln, erf = (owning(getattr(_special, name)) for name in ("expit", "gammaln", "erf"))
__all__ = [*_special.__all__]
