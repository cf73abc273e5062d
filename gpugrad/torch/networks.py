"""Functions of torch.nn.functional that torch has at its top too."""

from .nn import functional

# fmt: off
__all__ = [
    "alpha_dropout", "avg_pool1d", "batch_norm", "bilinear", "binary_cross_entropy_with_logits",
    "celu", "celu_", "channel_shuffle", "conv1d", "conv2d", "conv3d", "conv_transpose1d",
    "conv_transpose2d", "conv_transpose3d", "cosine_embedding_loss", "cosine_similarity",
    "dropout", "embedding", "feature_alpha_dropout", "group_norm", "hardshrink",
    "hinge_embedding_loss", "instance_norm", "kl_div", "layer_norm", "margin_ranking_loss",
    "max_pool1d", "max_pool2d", "pairwise_distance", "pdist", "poisson_nll_loss", "prelu",
    "rms_norm", "rrelu", "rrelu_", "threshold", "threshold_", "triplet_margin_loss",
]
# fmt: on
globals().update({name: getattr(functional, name) for name in __all__})
