"""Neural networks: layers, losses and activations with PyTorch's names.

    import gpugrad as gg

    class Network(gg.nn.Module):
        def __init__(self):
            self.inner = gg.nn.Linear(3, 8)
            self.outer = gg.nn.Linear(8, 1)

        def forward(self, x):
            return self.outer(gg.tanh(self.inner(x)))

    model = Network()
    print(model(gg.ones((5, 3))).shape, len(list(model.parameters())))  # (5, 1) 4

Layers: Linear, Bilinear, Embedding, EmbeddingBag, Flatten, Unflatten, ChannelShuffle, Identity,
Dropout, Dropout1d, Dropout2d, Dropout3d, AlphaDropout, FeatureAlphaDropout, CosineSimilarity,
PairwiseDistance.

Convolution: Conv1d, Conv2d, Conv3d, ConvTranspose1d, ConvTranspose2d, ConvTranspose3d.

Pooling: MaxPool1d, MaxPool2d, MaxPool3d, AvgPool1d, AvgPool2d, AvgPool3d, LPPool1d, LPPool2d,
LPPool3d, AdaptiveMaxPool1d, AdaptiveMaxPool2d, AdaptiveMaxPool3d, AdaptiveAvgPool1d,
AdaptiveAvgPool2d, AdaptiveAvgPool3d, MaxUnpool1d, MaxUnpool2d, MaxUnpool3d.

Images: PixelShuffle, PixelUnshuffle, Unfold, Fold, Upsample, UpsamplingNearest2d,
UpsamplingBilinear2d.

Padding, each for 1d, 2d and 3d: ZeroPad1d, ZeroPad2d, ZeroPad3d, ConstantPad1d, ConstantPad2d,
ConstantPad3d, ReflectionPad1d, ReflectionPad2d, ReflectionPad3d, ReplicationPad1d,
ReplicationPad2d, ReplicationPad3d, CircularPad1d, CircularPad2d, CircularPad3d.

Normalisation: BatchNorm1d, BatchNorm2d, BatchNorm3d, SyncBatchNorm, InstanceNorm1d,
InstanceNorm2d, InstanceNorm3d, LayerNorm, GroupNorm, RMSNorm, LocalResponseNorm.

Recurrent: RNN, LSTM, GRU, RNNCell, LSTMCell, GRUCell; gg.nn.utils.rnn packs their sequences.

Attention: MultiheadAttention, Transformer, TransformerEncoder, TransformerDecoder,
TransformerEncoderLayer, TransformerDecoderLayer.

Activations: ReLU, ReLU6, LeakyReLU, PReLU, RReLU, ELU, CELU, SELU, GELU, GLU, SiLU, Mish, Sigmoid,
LogSigmoid, Tanh, Tanhshrink, Softplus, Softsign, Softmax, Softmax2d, Softmin, LogSoftmax,
Hardtanh, Hardswish, Hardsigmoid, Hardshrink, Softshrink, Threshold.

Losses: CrossEntropyLoss, NLLLoss, BCELoss, BCEWithLogitsLoss, MSELoss, L1Loss, HuberLoss,
SmoothL1Loss, KLDivLoss, PoissonNLLLoss, GaussianNLLLoss, HingeEmbeddingLoss, MarginRankingLoss,
SoftMarginLoss, CosineEmbeddingLoss, MultiMarginLoss, MultiLabelMarginLoss,
MultiLabelSoftMarginLoss, TripletMarginLoss, TripletMarginWithDistanceLoss, CTCLoss,
AdaptiveLogSoftmaxWithLoss, LinearCrossEntropyLoss.

Mixed precision: autocast, GradScaler.

Building blocks: Module, Parameter, Sequential, ModuleList, ModuleDict, ParameterList,
ParameterDict; functional_call computes a Module with other parameters.  The functions behind the
layers are in gg.nn.functional, initial values in gg.nn.init; gg.nn.utils has clipping of gradients,
parametrizations and norms of weights.

``model.train()`` and ``model.eval()`` switch Dropout and BatchNorm.  ``model.state_dict()`` and
``model.load_state_dict(...)`` have PyTorch's keys; arrays of any library are taken, so a
checkpoint of PyTorch loads once it is converted to NumPy.

Modules have PyTorch's hooks: of ``forward``, of the backward pass, and of their state.

Differences from PyTorch: __init__ need not call super().__init__(), and nothing is computed in
place: ``inplace=True`` gives the same result and writes nothing.
"""

from functools import partial as _partial
from typing import TYPE_CHECKING

from ..tensor.absent import NN as _NN
from ..tensor.absent import absent as _absent
from . import (
    activations,
    adaptive,
    amp,
    attention,
    cells,
    containers,
    convolutions,
    ctc,
    dropouts,
    embeddings,
    functional,
    init,
    instances,
    layers,
    linear_losses,
    losses,
    margins,
    module,
    normalisation,
    padding,
    parameter,
    parameter_containers,
    pixels,
    pooling,
    probabilities,
    recurrent,
    resizing,
    synchronised,
    thresholds,
    transformer_layers,
    transformers,
    utils,
    vectors,
)
from .activations import *
from .adaptive import *
from .amp import *
from .attention import *
from .cells import *
from .containers import *
from .convolutions import *
from .ctc import *
from .dropouts import *
from .embeddings import *
from .functional_call import functional_call
from .instances import *
from .layers import *
from .linear_losses import *
from .losses import *
from .margins import *
from .module import *
from .normalisation import *
from .padding import *
from .parameter import *
from .parameter_containers import *
from .pixels import *
from .pooling import *
from .probabilities import *
from .recurrent import *
from .resizing import *
from .synchronised import *
from .thresholds import *
from .transformer_layers import *
from .transformers import *
from .vectors import *

__all__ = [
    "functional",
    "functional_call",
    "init",
    "utils",
    *activations.__all__,
    *adaptive.__all__,
    *amp.__all__,
    *attention.__all__,
    *cells.__all__,
    *containers.__all__,
    *convolutions.__all__,
    *ctc.__all__,
    *dropouts.__all__,
    *embeddings.__all__,
    *instances.__all__,
    *layers.__all__,
    *linear_losses.__all__,
    *losses.__all__,
    *margins.__all__,
    *module.__all__,
    *normalisation.__all__,
    *padding.__all__,
    *parameter.__all__,
    *parameter_containers.__all__,
    *pixels.__all__,
    *pooling.__all__,
    *probabilities.__all__,
    *recurrent.__all__,
    *resizing.__all__,
    *synchronised.__all__,
    *thresholds.__all__,
    *transformer_layers.__all__,
    *transformers.__all__,
    *vectors.__all__,
]

if not TYPE_CHECKING:  # to a checker, a name that is not listed is a mistake
    __getattr__ = _partial(_absent, "gpugrad.nn", _NN)
