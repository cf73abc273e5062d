"""A convolution or linear layer and the batch normalisation behind it as one layer."""

from copy import deepcopy
from typing import Any

from ...api import functions as F
from ...engine.levels import no_grad
from ..parameter import Parameter

__all__ = [
    "fuse_conv_bn_eval",
    "fuse_conv_bn_weights",
    "fuse_linear_bn_eval",
    "fuse_linear_bn_weights",
]


def fuse_conv_bn_eval(conv: Any, bn: Any, transpose: bool = False) -> Any:
    """A convolution that computes ``bn(conv(x))``, of two layers in evaluation mode.

    transpose: the weight is a transposed convolution's.  AssertionError, as torch's, in training
    mode or without running statistics.
    """
    return _fused(conv, bn, transpose)


def fuse_linear_bn_eval(linear: Any, bn: Any) -> Any:
    """A linear layer that computes ``bn(linear(x))``; see ``fuse_conv_bn_eval``."""
    return _fused(linear, bn, False)


def fuse_conv_bn_weights(
    conv_w: Any,
    conv_b: Any,
    bn_rm: Any,
    bn_rv: Any,
    bn_eps: float,
    bn_w: Any,
    bn_b: Any,
    transpose: bool = False,
) -> tuple[Parameter, Parameter]:
    """Weight and bias of one layer, of a convolution's and what normalises behind it.

    Any of conv_b, bn_w and bn_b may be None.  bn_rm, bn_rv: the running mean and variance.
    """
    wants = getattr(conv_w, "requires_grad", False)
    with no_grad():
        factor = (1 if bn_w is None else bn_w) / F.sqrt(bn_rv + bn_eps)
        shape = ((1, -1) if transpose else (-1, 1)) + (1,) * (len(conv_w.shape) - 2)
        bias = ((0 if conv_b is None else conv_b) - bn_rm) * factor + (0 if bn_b is None else bn_b)
        weight = F.astype(conv_w * F.reshape(factor, shape), conv_w.dtype)
        bias = F.astype(bias, conv_w.dtype if conv_b is None else conv_b.dtype)
    return Parameter(weight, wants), Parameter(bias, wants)


def fuse_linear_bn_weights(
    linear_w: Any, linear_b: Any, bn_rm: Any, bn_rv: Any, bn_eps: float, bn_w: Any, bn_b: Any
) -> tuple[Parameter, Parameter]:
    """Weight and bias of one linear layer; see ``fuse_conv_bn_weights``."""
    return fuse_conv_bn_weights(linear_w, linear_b, bn_rm, bn_rv, bn_eps, bn_w, bn_b)


def _fused(layer: Any, bn: Any, transpose: bool) -> Any:
    if layer.training or bn.training or bn.running_mean is None:
        raise AssertionError("fusion is for evaluation with running statistics; call .eval()")
    fused = deepcopy(layer)
    statistics = (bn.running_mean, bn.running_var, bn.eps, bn.weight, bn.bias)
    made = fuse_conv_bn_weights(fused.weight, fused.bias, *statistics, transpose)
    fused.weight, fused.bias = made
    return fused
