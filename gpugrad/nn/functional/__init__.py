"""The functions behind the layers, with torch.nn.functional's names and arguments.

    import gpugrad as gg

    scores, labels = gg.tensor([[2.0, 0.0], [0.0, 1.0]]), gg.tensor([0, 1])
    print(round(gg.nn.functional.cross_entropy(scores, labels).item(), 4))  # 0.2201

Some are also functions of gg: ``gg.tanh`` is ``gg.nn.functional.tanh``.
"""

from functools import partial as _partial
from typing import TYPE_CHECKING

from ...tensor.absent import FUNCTIONAL as _FUNCTIONAL
from ...tensor.absent import absent as _absent
from . import (
    activations,
    attention,
    convolutions,
    ctc,
    dropouts,
    embeddings,
    grids,
    in_place,
    layers,
    linear_losses,
    losses,
    margins,
    normalisation,
    padding,
    pixels,
    pooling,
    probabilities,
    resizing,
    thresholds,
    vectors,
)
from .activations import *
from .attention import *
from .convolutions import *
from .ctc import *
from .dropouts import *
from .embeddings import *
from .grids import *
from .in_place import *
from .layers import *
from .linear_losses import *
from .losses import *
from .margins import *
from .normalisation import *
from .padding import *
from .pixels import *
from .pooling import *
from .probabilities import *
from .resizing import *
from .thresholds import *
from .vectors import *

__all__ = [
    *activations.__all__,
    *attention.__all__,
    *convolutions.__all__,
    *ctc.__all__,
    *dropouts.__all__,
    *embeddings.__all__,
    *grids.__all__,
    *in_place.__all__,
    *layers.__all__,
    *linear_losses.__all__,
    *losses.__all__,
    *margins.__all__,
    *normalisation.__all__,
    *padding.__all__,
    *pixels.__all__,
    *pooling.__all__,
    *probabilities.__all__,
    *resizing.__all__,
    *thresholds.__all__,
    *vectors.__all__,
]

if not TYPE_CHECKING:  # to a checker, a name that is not listed is a mistake
    __getattr__ = _partial(_absent, "gpugrad.nn.functional", _FUNCTIONAL)
