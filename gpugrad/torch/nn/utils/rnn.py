"""torch.nn.utils.rnn: sequences of different lengths."""

from ....nn.utils import rnn
from ...owning import owning_all

__all__ = [*rnn.__all__]
globals().update(owning_all(rnn))
