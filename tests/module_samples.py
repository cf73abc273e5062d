"""Every class of modules that gpugrad.nn has, with inputs: what tests of all of them go through."""

from collections.abc import Callable
from typing import Any, NamedTuple

import module_samples_attention
import module_samples_convolution
import module_samples_images
import module_samples_recurrent
import module_samples_torch
import numpy as np
from sample import numbers

from gpugrad import nn


class ModuleSample(NamedTuple):
    """make: gives the module.  inputs: arrays of one call; floats are differentiated."""

    make: Callable[[], Any]
    inputs: tuple[Any, ...]


def of(make: Callable[[], Any], *inputs: Any) -> ModuleSample:
    """A sample, with floats in single precision, which parameters begin in."""
    return ModuleSample(make, tuple(x.astype("f4") if x.dtype.kind == "f" else x for x in inputs))


class Listed(nn.Module):
    """What a ModuleList is for."""

    def __init__(self):
        self.layers = nn.ModuleList([nn.Linear(4, 4), nn.Linear(4, 4)])

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


X, IMAGES, SIGNAL = numbers(3, 4), numbers(2, 4, 6, 6), numbers(2, 4, 9)
LOGITS, LABELS = numbers(3, 5), np.array([0, 4, 2])
CHANCES = np.abs(np.sin(numbers(3, 4)))
ACTIVATIONS = {  # of one argument, with settings
    "ELU": [{}, {"alpha": 0.5}],
    "GELU": [{}, {"approximate": "tanh"}],
    "SELU": [{}],
    "Hardswish": [{}],
    "Hardtanh": [{}, {"min_val": -0.5, "max_val": 0.25}],
    "Identity": [{}],
    "LeakyReLU": [{}, {"negative_slope": 0.2}],
    "LogSigmoid": [{}],
    "LogSoftmax": [{"dim": -1}, {"dim": 0}],
    "Mish": [{}],
    "ReLU": [{}],
    "SiLU": [{}],
    "Sigmoid": [{}],
    "Softmax": [{"dim": -1}, {"dim": 0}],
    "Softplus": [{}, {"beta": 2.0, "threshold": 1.0}],
    "Tanh": [{}],
}
LOSSES = {  # of two arrays of one shape
    "BCEWithLogitsLoss": CHANCES,
    "HuberLoss": X + 0.7,
    "L1Loss": X + 0.7,
    "MSELoss": X + 0.7,
}
TOPICS = (
    module_samples_convolution,
    module_samples_images,
)  # each with a table of what makes Modules and inputs
MODULES = {  # name -> samples
    **{
        name: [of(*one) for one in several]
        for topic in TOPICS
        for name, several in topic.SAMPLES.items()
    },
    **{
        name: [of(lambda name=name, how=how: getattr(nn, name)(**how), X) for how in several]
        for name, several in ACTIVATIONS.items()
    },
    **{
        name: [
            of(lambda name=name, how=how: getattr(nn, name)(reduction=how), X, target)
            for how in ("mean", "sum", "none")
        ]
        for name, target in LOSSES.items()
    },
    **{
        name: [of(*each) for each in several]
        for topic in (module_samples_attention, module_samples_recurrent, module_samples_torch)
        for name, several in topic.SAMPLES.items()
    },
    "BatchNorm1d": [
        of(lambda: nn.BatchNorm1d(4), X),
        of(lambda: nn.BatchNorm1d(4, momentum=None), SIGNAL),
    ],
    "BatchNorm2d": [
        of(lambda: nn.BatchNorm2d(4), IMAGES),
        of(lambda: nn.BatchNorm2d(4, affine=False, track_running_stats=False), IMAGES),
    ],
    "CrossEntropyLoss": [
        of(lambda: nn.CrossEntropyLoss(), LOGITS, LABELS),
        of(lambda: nn.CrossEntropyLoss(label_smoothing=0.1, reduction="none"), LOGITS, LABELS),
    ],
    "Dropout": [of(lambda: nn.Dropout(0.3), numbers(8, 9))],
    "Embedding": [of(lambda: nn.Embedding(6, 3, padding_idx=0), np.array([[0, 5], [5, 1]]))],
    "Flatten": [of(lambda: nn.Flatten(), IMAGES)],
    "GroupNorm": [of(lambda: nn.GroupNorm(2, 4), IMAGES)],
    "LayerNorm": [of(lambda: nn.LayerNorm(4), X), of(lambda: nn.LayerNorm((6, 6)), IMAGES)],
    "Linear": [of(lambda: nn.Linear(4, 3), X), of(lambda: nn.Linear(9, 2, bias=False), SIGNAL)],
    "ModuleList": [of(Listed, X)],
    "NLLLoss": [of(lambda: nn.NLLLoss(ignore_index=4), LOGITS, LABELS)],
    "Sequential": [
        of(lambda: nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout()), X)
    ],
}


def classes() -> set[str]:
    """The names of all classes of modules, those to come among them."""
    public = {name: getattr(nn, name) for name in nn.__all__}
    kinds = {name for name, value in public.items() if isinstance(value, type)}
    return {name for name in kinds if issubclass(public[name], nn.Module)} - {"Module"}
