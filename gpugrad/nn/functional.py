"""The functions behind the layers, with torch.nn.functional's names and arguments.

    import gpugrad as gg

    scores, labels = gg.tensor([[2.0, 0.0], [0.0, 1.0]]), gg.tensor([0, 1])
    print(round(gg.nn.functional.cross_entropy(scores, labels).item(), 4))  # 0.2201

Some are also functions of gg: ``gg.relu`` is ``gg.nn.functional.relu``.
"""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from .. import random
from ..api.creation import asarray
from ..backend.select import backend_of
from ..engine.calling import called
from ..engine.cells import raw
from ..engine.levels import no_grad
from ..ops import activation as a
from ..ops import arithmetic, convolution, elementary, linalg, loss, pooling, shape
from ..ops import cross_entropy as labels
from ..ops import dropout as dropping
from ..ops import embedding as tables
from ..ops import normalisation as n
from ..tensor.absent import FUNCTIONAL, absent
from ..tensor.cell import Tensor
from ..tensor.operators import function_of

# fmt: off
__all__ = [
    "adaptive_avg_pool2d", "avg_pool1d", "avg_pool2d", "batch_norm",
    "binary_cross_entropy_with_logits", "conv1d", "conv2d", "cross_entropy", "dropout", "elu",
    "embedding", "gelu", "group_norm", "hardswish", "hardtanh", "huber_loss", "l1_loss",
    "layer_norm", "leaky_relu", "linear", "log_softmax", "logsigmoid", "max_pool1d", "max_pool2d",
    "mish", "mse_loss", "nll_loss", "relu", "rms_norm", "selu", "sigmoid", "silu", "smooth_l1_loss",
    "softmax", "softplus", "tanh",
]
# fmt: on

if not TYPE_CHECKING:  # to a checker, a name that is not listed is a mistake
    __getattr__ = partial(absent, "gpugrad.nn.functional", FUNCTIONAL)

relu, selu = function_of(a.relu), function_of(a.selu)
silu, mish = function_of(a.silu), function_of(a.mish)
sigmoid, logsigmoid = function_of(a.sigmoid), function_of(a.log_sigmoid)
tanh = function_of(elementary.tanh)
elu, leaky_relu = function_of(a.elu), function_of(a.leaky_relu)
hardtanh, hardswish = function_of(a.hardtanh), function_of(a.hardswish)
max_pool1d, max_pool2d = function_of(pooling.max_pool1d), function_of(pooling.max_pool2d)
adaptive_avg_pool2d = function_of(pooling.adaptive_avg_pool2d)


def _array(name: str, input: Any) -> Any:
    """``input``; TypeError, by the function's name, where it is neither a Tensor nor an array."""
    if not hasattr(input, "shape"):
        raise TypeError(f"{name}: input is {input!r}; give a Tensor or an array")
    return input


@called
def gelu(input: Any, approximate: str = "none") -> Tensor:
    """GELU: x times the normal distribution function of x; approximate="tanh" approximates it.

    Another ``approximate`` raises ValueError.
    """
    if approximate not in ("none", "tanh"):
        raise ValueError(f"gelu: approximate {approximate!r} is neither 'none' nor 'tanh'")
    return function_of(a.gelu if approximate == "none" else a.gelu_tanh)(input)


def softplus(input: Any, beta: float = 1.0, threshold: float = 20.0) -> Tensor:
    """Softplus log(1 + e**(beta x)) / beta; it is exact, so ``threshold`` changes nothing."""
    exact = function_of(a.softplus)
    return exact(input) if beta == 1 else exact(_array("softplus", input) * beta) / beta


def softmax(input: Any, dim: int = -1) -> Tensor:
    """Softmax along ``dim``: e**x divided by its sum."""
    return function_of(n.softmax)(input, axis=dim)


def log_softmax(input: Any, dim: int = -1) -> Tensor:
    """Logarithm of the softmax along ``dim``."""
    return function_of(n.log_softmax)(input, axis=dim)


def linear(input: Any, weight: Any, bias: Any = None) -> Tensor:
    """Linear map ``input @ weight.T + bias``: (..., inputs) gives (..., outputs)."""
    return function_of(linalg.linear)(input, weight, bias)


def conv1d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Tensor:
    """Convolution of sequences (N, C, L) with kernels (O, C / groups, K)."""
    return function_of(convolution.conv1d)(
        input, weight, bias, stride=stride, padding=padding, dilation=dilation, groups=groups
    )


def conv2d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Tensor:
    """Convolution of images (N, C, H, W) with kernels (O, C / groups, KH, KW)."""
    return function_of(convolution.conv2d)(
        input, weight, bias, stride=stride, padding=padding, dilation=dilation, groups=groups
    )


def avg_pool1d(
    input: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    count_include_pad: bool = True,
) -> Tensor:
    """Mean of each window of sequences (N, C, L) or (C, L)."""
    settings = {"kernel_size": kernel_size, "stride": stride, "padding": padding}
    return function_of(pooling.avg_pool1d)(input, **settings, count_include_pad=count_include_pad)


def avg_pool2d(
    input: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    count_include_pad: bool = True,
) -> Tensor:
    """Mean of each window of images (N, C, H, W) or (C, H, W)."""
    settings = {"kernel_size": kernel_size, "stride": stride, "padding": padding}
    return function_of(pooling.avg_pool2d)(input, **settings, count_include_pad=count_include_pad)


def layer_norm(
    input: Any,
    normalized_shape: int | Sequence[int],
    weight: Any = None,
    bias: Any = None,
    eps: float = 1e-5,
) -> Tensor:
    """Mean 0 and variance 1 over the last axes, then ``* weight + bias``; the shape stays."""
    size = normalized_shape if isinstance(normalized_shape, int) else tuple(normalized_shape)
    return function_of(n.layer_norm)(input, weight, bias, shape=size, eps=eps)


def rms_norm(
    input: Any, normalized_shape: int | Sequence[int], weight: Any = None, eps: float = 1e-5
) -> Tensor:
    """``input`` divided by its root mean square along the last axis, of length normalized_shape."""
    size = (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)
    if tuple(_array("rms_norm", input).shape[-1:]) != size:
        raise ValueError(f"rms_norm: the last axis of {input.shape} is not {size}")
    return function_of(n.rms_norm)(input, weight, eps=eps)


def group_norm(
    input: Any, num_groups: int, weight: Any = None, bias: Any = None, eps: float = 1e-5
) -> Tensor:
    """Mean 0 and variance 1 in each group of channels of (N, C, ...); the shape stays."""
    return function_of(n.group_norm)(input, weight, bias, groups=num_groups, eps=eps)


@called
def batch_norm(
    input: Any,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Any = None,
    bias: Any = None,
    training: bool = False,
    momentum: Any = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """Mean 0 and variance 1 of each channel of (N, C, ...); the shape stays.

    In training the batch's own statistics are used, and the running ones move towards them by
    ``momentum`` (by an empty batch they do not).  Else the running ones are used.
    """
    _array("batch_norm", input)
    if not training:
        if running_mean is None or running_var is None:
            raise ValueError("batch_norm: evaluation needs the running statistics")
        return function_of(n.batch_norm)(input, running_mean, running_var, weight, bias, eps=eps)
    y, mean, variance = function_of(n.batch_norm_training)(input, weight, bias, eps=eps)
    if running_mean is not None and running_var is not None and input.size:
        count = input.size // input.shape[1]
        _move(running_mean, mean, momentum, 1.0)
        _move(running_var, variance, momentum, count / (count - 1))  # torch's: unbiased
    return y


def _move(cell: Tensor, value: Any, momentum: Any, factor: float) -> None:
    """Move a running statistic towards ``value * factor``; transforms see nothing of it."""
    with no_grad():
        cell *= 1 - momentum
        cell += function_of(shape.astype)(value.detach() * (momentum * factor), dtype=cell.dtype)


def padding_row(name: str, padding_idx: int, rows: int) -> int:
    """The row that a padding index means, counted from either end; ValueError where there is none;
    errors say ``name``."""
    if not -rows <= padding_idx < rows:
        raise ValueError(f"{name}: padding_idx {padding_idx}; give {-rows} to {rows - 1}")
    return padding_idx % rows


def embedding(input: Any, weight: Any, padding_idx: int | None = None) -> Tensor:
    """Row of ``weight`` for each index; integers of any shape."""
    if padding_idx is not None:
        padding_idx = padding_row("embedding", padding_idx, weight.shape[0])
    return function_of(tables.embedding)(weight, input, padding_idx=padding_idx)


def probability(name: str, p: float) -> float:
    """``p``; ValueError, by ``name``, where it is none."""
    if not isinstance(p, str) and 0 <= p <= 1:
        return p
    raise ValueError(f"{name}: the probability is {p!r}; give a number from 0 to 1")


def dropout(input: Any, p: float = 0.5, training: bool = True) -> Tensor:
    """Zero with probability ``p``, else ``input / (1 - p)``; gg.random draws the mask, which the
    members of a ``gg.vmap`` share unless its ``randomness`` says otherwise."""
    probability("dropout", p)
    input = asarray(_array("dropout", input))
    if not training or p == 0:
        return input
    if p == 1:
        return function_of(arithmetic.multiply)(input, 0.0)
    device = backend_of(raw(input)).name
    mask = random.bernoulli(1 - p, tuple(input.shape), device=device)
    return function_of(dropping.masked)(input, mask, rate=p)


def cross_entropy(
    input: Any,
    target: Any,
    weight: Any = None,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Tensor:
    """Cross-entropy of scores (N, C, ...) with labels (N, ...) or probabilities (N, C, ...)."""
    settings = {"ignore_index": ignore_index, "reduction": reduction}
    return function_of(labels.cross_entropy)(
        input, target, weight, **settings, label_smoothing=label_smoothing
    )


def nll_loss(
    input: Any, target: Any, weight: Any = None, ignore_index: int = -100, reduction: str = "mean"
) -> Tensor:
    """Negative log-likelihood of labels (N, ...) for log-probabilities (N, C, ...)."""
    return function_of(labels.nll_loss)(
        input, target, weight, ignore_index=ignore_index, reduction=reduction
    )


def mse_loss(input: Any, target: Any, reduction: str = "mean") -> Tensor:
    """Squared difference of two arrays."""
    return function_of(loss.mse_loss)(input, target, reduction=reduction)


def l1_loss(input: Any, target: Any, reduction: str = "mean") -> Tensor:
    """Absolute difference of two arrays."""
    return function_of(loss.l1_loss)(input, target, reduction=reduction)


def huber_loss(input: Any, target: Any, reduction: str = "mean", delta: float = 1.0) -> Tensor:
    """Huber loss: half the squared difference up to ``delta``, linear beyond."""
    return function_of(loss.huber_loss)(input, target, reduction=reduction, delta=delta)


def smooth_l1_loss(input: Any, target: Any, reduction: str = "mean", beta: float = 1.0) -> Tensor:
    """Huber loss with delta = ``beta``, divided by ``beta``."""
    return function_of(loss.smooth_l1_loss)(input, target, reduction=reduction, beta=beta)


def binary_cross_entropy_with_logits(
    input: Any, target: Any, weight: Any = None, reduction: str = "mean", pos_weight: Any = None
) -> Tensor:
    """Cross-entropy of the probability sigmoid(input) with ``target`` in [0, 1], of one shape."""
    return function_of(loss.binary_cross_entropy_with_logits)(
        input, target, weight, pos_weight, reduction=reduction
    )
