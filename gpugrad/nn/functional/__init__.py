"""The functions behind the layers, with torch.nn.functional's names and arguments.

    import gpugrad as gg

    scores, labels = gg.tensor([[2.0, 0.0], [0.0, 1.0]]), gg.tensor([0, 1])
    print(round(gg.nn.functional.cross_entropy(scores, labels).item(), 4))  # 0.2201

Some are also functions of gg: ``gg.relu`` is ``gg.nn.functional.relu``.
"""

from functools import partial as _partial
from typing import TYPE_CHECKING

from ...tensor.absent import FUNCTIONAL as _FUNCTIONAL
from ...tensor.absent import absent as _absent
from . import activations, attention, convolutions, layers, losses, normalisation, pooling
from .activations import *
from .attention import *
from .convolutions import *
from .layers import *
from .losses import *
from .normalisation import *
from .pooling import *

__all__ = [
    *activations.__all__,
    *attention.__all__,
    *convolutions.__all__,
    *layers.__all__,
    *losses.__all__,
    *normalisation.__all__,
    *pooling.__all__,
]

if not TYPE_CHECKING:  # to a checker, a name that is not listed is a mistake
    __getattr__ = _partial(_absent, "gpugrad.nn.functional", _FUNCTIONAL)
