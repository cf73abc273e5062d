"""torch.nn.utils: gpugrad's, with results of torch's kind."""

from ....nn import utils
from ...owning import owning_all

__all__ = [*utils.__all__]
globals().update(owning_all(utils))
