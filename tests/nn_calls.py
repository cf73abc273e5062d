"""Calls of the functions of gpugrad.nn.functional that are operations: those of their samples.

The reference is the samples', which knows what comes of other numbers in the first argument, and
nothing of dtypes or of what is refused.  With torch, which tests do not need, it is torch's own
function.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from differences import NoReference
from nn_calls_images import FUNCTIONS as IMAGES
from nn_calls_images import INPUTS as OF_IMAGES
from op_samples import SAMPLES
from op_samples_attention import FUNCTIONS as ATTENTION
from op_samples_ctc import FUNCTIONS as CTC
from sample import Sample, numbers, sample

from gpugrad.nn import functional

INPUTS = {  # names of the arrays after the first
    "batch_norm": ("running_mean", "running_var", "weight", "bias"),
    "binary_cross_entropy_with_logits": ("target", "weight", "pos_weight"),
    **dict.fromkeys(("cross_entropy", "nll_loss"), ("target", "weight")),
    **dict.fromkeys(("huber_loss", "l1_loss", "mse_loss", "smooth_l1_loss"), ("target",)),
    **dict.fromkeys(("linear", "layer_norm", "group_norm"), ("weight", "bias")),
    **dict.fromkeys(("conv1d", "conv2d", "conv3d"), ("weight", "bias")),
    **dict.fromkeys(("conv_transpose1d", "conv_transpose2d"), ("weight", "bias")),
    "conv_transpose3d": ("weight", "bias"),
    "rms_norm": ("weight",),
    **OF_IMAGES,
}
SETTINGS = {  # what a setting of the operation is called in the function
    "softmax": {"axis": "dim"},
    "log_softmax": {"axis": "dim"},
    "layer_norm": {"shape": "normalized_shape"},
    "group_norm": {"groups": "num_groups"},
}
OPERATIONS = {"logsigmoid": "log_sigmoid"}  # where the names differ
X = numbers(3, 4)
OF_THE_FUNCTION = {  # samples in the function's own terms
    **ATTENTION,
    **IMAGES,
    **CTC,
    "dropout": [sample(X, training=False, reference=lambda x: x), sample(X, p=0.0)],
    "gelu": [sample(X, approximate="tanh", reference=SAMPLES["gelu_tanh"][0].reference)],
    "softplus": [sample(X, beta=2.0, reference=lambda x: np.log1p(np.exp(2 * x)) / 2)],
    "batch_norm": [sample(X, None, None, numbers(4), numbers(4), training=True)],
    "embedding": [sample(np.array([[0, 2], [3, 1]]), weight=X)],
}


def calls(torch: bool) -> Iterator[tuple[str, dict[Any, Any], Callable, Callable]]:
    """(name, arguments, our function, the reference)."""
    for name in functional.__all__:
        ours = getattr(functional, name)
        for one in samples(name):
            arguments = given(name, one)
            yield name, arguments, ours, torchs(name) if torch else partial(known, one, arguments)


def samples(name: str) -> list[Sample]:
    """The samples of a function; none of one that is made of others, which torch_layers.txt has."""
    own = OF_THE_FUNCTION.get(name, [])
    alone = name in ("dropout", "embedding", "kl_div", "pad", *ATTENTION, *IMAGES)  # no operations
    operation = [] if alone else SAMPLES.get(OPERATIONS.get(name, name), [])
    return [*operation, *own]


def given(name: str, one: Sample) -> dict[Any, Any]:
    """The arguments of a function: the first by position, others by name."""
    first, *others = one.inputs
    renamed = SETTINGS.get(name, {})
    settings = {renamed.get(key, key): value for key, value in one.settings.items()}
    if name in ("layer_norm", "rms_norm") and settings.get("normalized_shape") is None:
        settings["normalized_shape"] = first.shape[-1:]
    return {0: first, **dict(zip(INPUTS.get(name, ()), others, strict=True)), **settings}


def known(one: Sample, usual: dict[Any, Any], first: Any, **others: Any) -> Any:
    """What the sample's reference gives, where the first argument alone is
    another than usual; NoReference where it cannot tell."""
    told = isinstance(first, np.ndarray) and first.dtype.kind == "f"
    same = all(others[key] is value for key, value in usual.items() if key)
    if one.reference is None or not told or not same or first.shape != usual[0].shape:
        raise NoReference
    floats = [x for x in one.inputs[1:] if isinstance(x, np.ndarray) and x.dtype.kind == "f"]
    y = one.reference(first.astype("float64"), *one.inputs[1:])
    return np.asarray(y).astype(np.result_type(first, *floats))


def torchs(name: str) -> Callable[..., Any]:
    """torch's function, of arrays."""
    import torch

    def tensor(x: Any) -> Any:
        if not isinstance(x, np.ndarray):
            return x
        return torch.tensor(np.array(x, x.dtype.newbyteorder("="), order="C"))

    def function(*arguments: Any, **settings: Any) -> Any:
        read = {key: tensor(x) for key, x in settings.items()}
        return getattr(torch.nn.functional, name)(*map(tensor, arguments), **read).numpy()

    return function
