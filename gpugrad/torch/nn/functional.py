"""torch.nn.functional: gpugrad's functions, which give Tensors with torch's methods."""

from functools import partial as _partial

from ...nn import functional
from ...tensor.absent import FUNCTIONAL as _FUNCTIONAL
from ...tensor.absent import absent as _absent
from ..owning import owning_all
from .older import older_taken

__all__ = [*functional.__all__]
globals().update({name: older_taken(f) for name, f in owning_all(functional).items()})
__getattr__ = _partial(_absent, "gpugrad.torch.nn.functional", _FUNCTIONAL)
