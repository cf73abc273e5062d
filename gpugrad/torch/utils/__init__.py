"""torch.utils: loading of data and checkpoints of activations."""

from . import checkpoint as checkpoint
from . import data as data
