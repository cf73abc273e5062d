"""torch.nn.utils.parametrize: parameters that are computed."""

from ....nn.utils import parametrize
from ...owning import owning_all

__all__ = [*parametrize.__all__]
globals().update(owning_all(parametrize))
