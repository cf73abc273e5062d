"""Samples of modules that are made of functions: activations, losses, padding, normalisation."""

import numpy as np
from sample import numbers

import gpugrad as gg
from gpugrad import nn

X, Y = numbers(3, 4).astype("f4"), numbers(3, 4, seed=1).astype("f4")
P = np.abs(np.sin(numbers(3, 4, seed=2))).astype("f4") * 0.5 + 0.1
H, SIGNS = (numbers(3, 4) > 0).astype("f4"), np.sign(numbers(3, 4, seed=3)).astype("i8")
K = np.array([0, 3, 1])
SEQUENCES, IM = numbers(2, 4, 6).astype("f4"), numbers(2, 4, 5, 6).astype("f4")
VOL = numbers(2, 3, 4, 4, 4).astype("f4")


class Dictionary(nn.Module):
    """What a ModuleDict and a ParameterDict are for."""

    def __init__(self):
        self.layers = nn.ModuleDict({"a": nn.Linear(4, 4), "b": nn.Linear(4, 4)})
        self.factors = nn.ParameterDict({"c": nn.Parameter(np.ones(4, "f4"))})
        self.biases = nn.ParameterList([gg.zeros(4)])

    def forward(self, x):
        return self.layers["b"](self.layers["a"](x)) * self.factors["c"] + self.biases[0]


class Clustered(nn.AdaptiveLogSoftmaxWithLoss):
    """The loss alone."""

    def forward(self, input_, target_):
        return super().forward(input_, target_).loss


def of(*inputs, **several):
    """Samples by name, each with its settings, of the same inputs."""
    return {
        name: [(lambda name=name, how=how: getattr(nn, name)(*how), *inputs)]
        for name, how in several.items()
    }


SAMPLES = {  # name -> (what makes the module, inputs)
    **of(X, CELU=(0.7,), Hardshrink=(), Hardsigmoid=(), ReLU6=(), Softshrink=(), Softsign=()),
    **of(X, Tanhshrink=(), Threshold=(0.1, 2.0), PReLU=(), RReLU=(), GLU=(), Softmin=(1,)),
    **of(X, AlphaDropout=(0.3,), RMSNorm=(4,), Unflatten=(1, (2, 2))),
    **of(IM, Softmax2d=(), Dropout2d=(0.3,), FeatureAlphaDropout=(0.3,), InstanceNorm2d=(4,)),
    **of(IM, LocalResponseNorm=(2,), ConstantPad2d=(1, 2.0), ReflectionPad2d=(1,), ZeroPad2d=(1,)),
    **of(IM, ReplicationPad2d=((1, 2, 0, 1),), CircularPad2d=(1,)),
    **of(
        SEQUENCES,
        Dropout1d=(0.3,),
        InstanceNorm1d=(4,),
        ConstantPad1d=(1, 2.0),
        ReflectionPad1d=(2,),
    ),
    **of(SEQUENCES, ZeroPad1d=(1,), ReplicationPad1d=(1,), CircularPad1d=(2,)),
    **of(VOL, Dropout3d=(0.3,), InstanceNorm3d=(3,), BatchNorm3d=(3,), ConstantPad3d=(1, 2.0)),
    **of(VOL, ReflectionPad3d=(1,), ReplicationPad3d=(1,), ZeroPad3d=(1,), CircularPad3d=(1,)),
    **of(P, H, BCELoss=()),
    **of(X, Y, SmoothL1Loss=(), PairwiseDistance=(), CosineSimilarity=(), Bilinear=(4, 4, 2)),
    **of(X, P, KLDivLoss=(None, None, "sum"), PoissonNLLLoss=()),
    **of(X, Y, P, GaussianNLLLoss=(), TripletMarginLoss=(), TripletMarginWithDistanceLoss=()),
    **of(X, SIGNS, HingeEmbeddingLoss=(), SoftMarginLoss=()),
    **of(X, Y, SIGNS, MarginRankingLoss=(0.2,)),
    **of(X, Y, SIGNS[:, 0], CosineEmbeddingLoss=()),
    **of(X, K, MultiMarginLoss=(), LinearCrossEntropyLoss=(4, 4)),
    **of(X, np.array([[1, 3, -1, 0], [2, -1, 1, 1], [0, 1, 2, 3]]), MultiLabelMarginLoss=()),
    **of(X, H, MultiLabelSoftMarginLoss=()),
    **of(np.array([[1, 3], [2, 1]]), EmbeddingBag=(5, 3, 0.7)),
    **of(IM, SyncBatchNorm=(4,), ChannelShuffle=(2,)),
    "AdaptiveLogSoftmaxWithLoss": [(lambda: Clustered(4, 6, [2, 4], 2.0), X, K)],
    **{name: [(Dictionary, X)] for name in ("ModuleDict", "ParameterDict", "ParameterList")},
}
