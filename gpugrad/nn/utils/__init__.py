"""Helpers for training, with PyTorch's names.

    import gpugrad as gg

    w = gg.tensor([3.0, 4.0], requires_grad=True)
    (w * w / 2).sum().backward()
    print(gg.nn.utils.clip_grad_norm_([w], max_norm=1.0).item())  # 5.0
    print(w.grad.tolist())  # [0.6000000238418579, 0.800000011920929]

Sequences of different lengths: rnn.

Gradients: clip_grad_norm_, clip_grad_value_, clip_grads_with_norm_, get_total_norm.

Parameters as a vector: parameters_to_vector, vector_to_parameters.

Parameters that are computed: parametrize, and parametrizations for weights of given norms; with
torch's older names, weight_norm, remove_weight_norm, spectral_norm, remove_spectral_norm.

Layers fused with normalisation: fuse_conv_bn_eval, fuse_conv_bn_weights, fuse_linear_bn_eval,
fuse_linear_bn_weights.
"""

from . import fusion, parametrizations, parametrize, rnn, stateless
from .clipping import clip_grad_norm_, clip_grad_value_, clip_grads_with_norm_, get_total_norm
from .fusion import *
from .hooked import remove_spectral_norm, remove_weight_norm, spectral_norm, weight_norm
from .vectors import parameters_to_vector, vector_to_parameters

__all__ = [
    "clip_grad_norm_",
    "clip_grad_value_",
    "clip_grads_with_norm_",
    "get_total_norm",
    "parameters_to_vector",
    "parametrizations",
    "parametrize",
    "remove_spectral_norm",
    "remove_weight_norm",
    "rnn",
    "spectral_norm",
    "stateless",
    "vector_to_parameters",
    "weight_norm",
    *fusion.__all__,
]
