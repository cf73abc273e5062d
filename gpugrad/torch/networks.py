"""Functions of torch.nn.functional that torch has at its top too."""

from typing import Any

from ..nn.functional import grids
from .both import alias
from .nn import functional

# fmt: off
_SAME = [
    "adaptive_avg_pool1d", "alpha_dropout", "avg_pool1d", "batch_norm", "bilinear",
    "binary_cross_entropy_with_logits", "celu", "celu_", "channel_shuffle", "conv1d", "conv2d",
    "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d", "cosine_embedding_loss",
    "cosine_similarity", "dropout", "embedding", "feature_alpha_dropout", "group_norm",
    "hardshrink", "hinge_embedding_loss", "instance_norm", "kl_div", "layer_norm",
    "margin_ranking_loss", "max_pool1d", "max_pool1d_with_indices", "max_pool2d", "max_pool3d",
    "native_channel_shuffle", "pairwise_distance", "pdist", "pixel_shuffle", "pixel_unshuffle",
    "poisson_nll_loss", "prelu", "rms_norm", "rrelu", "rrelu_", "threshold", "threshold_",
    "triplet_margin_loss",
]
# fmt: on
__all__ = [
    "adaptive_max_pool1d",
    "affine_grid_generator",
    "grid_sampler",
    "grid_sampler_2d",
    "grid_sampler_3d",
    *_SAME,
]
globals().update({name: getattr(functional, name) for name in _SAME})
for _name in ("hardshrink", "prelu"):
    alias(_name, getattr(functional, _name))
adaptive_max_pool1d = vars(functional)["adaptive_max_pool1d_with_indices"]  # both, at the top
affine_grid_generator = vars(functional)["affine_grid"]


def grid_sampler(
    input: Any, grid: Any, interpolation_mode: int, padding_mode: int, align_corners: bool
) -> Any:
    """``nn.functional.grid_sample`` with numbers for the modes, in the order it names them."""
    modes = grids.MODES[interpolation_mode], grids.PADDINGS[padding_mode]
    return vars(functional)["grid_sample"](input, grid, *modes, align_corners)


grid_sampler_2d = grid_sampler_3d = grid_sampler
