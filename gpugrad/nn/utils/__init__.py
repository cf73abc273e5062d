"""Helpers for training, with PyTorch's names.

    import gpugrad as gg

    w = gg.tensor([3.0, 4.0], requires_grad=True)
    (w * w / 2).sum().backward()
    print(gg.nn.utils.clip_grad_norm_([w], max_norm=1.0).item())  # 5.0
    print(w.grad.tolist())  # [0.6000000238418579, 0.800000011920929]

Sequences of different lengths: rnn.

Gradients: clip_grad_norm_, clip_grad_value_, clip_grads_with_norm_, get_total_norm.
"""

from . import rnn
from .clipping import clip_grad_norm_, clip_grad_value_, clip_grads_with_norm_, get_total_norm

__all__ = ["clip_grad_norm_", "clip_grad_value_", "clip_grads_with_norm_", "get_total_norm", "rnn"]
