"""torch.nn.utils.stateless: Modules with other parameters."""

from ....nn.utils import stateless
from ...owning import owning_all

__all__ = [*stateless.__all__]
globals().update(owning_all(stateless))
