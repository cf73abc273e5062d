"""torch.nn.utils.fusion: layers and normalisation as one."""

from ....nn.utils import fusion
from ...owning import owning_all

__all__ = [*fusion.__all__]
globals().update(owning_all(fusion))
