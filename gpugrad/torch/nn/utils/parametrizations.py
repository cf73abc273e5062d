"""torch.nn.utils.parametrizations: weights of given norms and orthogonal ones."""

from ....nn.utils import parametrizations
from ...owning import owning_all

__all__ = [*parametrizations.__all__]
globals().update(owning_all(parametrizations))
