"""Dropout of whole channels, and dropout that keeps mean and variance, with torch's arguments."""

from math import sqrt
from typing import Any

from ... import random
from ...api import functions as gg
from ...tensor.cell import Tensor
from .layers import probability

__all__ = ["alpha_dropout", "dropout1d", "dropout2d", "dropout3d", "feature_alpha_dropout"]
FLOOR = -1.7580993408473766  # of SELU, far to the left: -scale * alpha


def _kept(name: str, input: Any, p: float, axes: int) -> Any:
    """Truth values for the first ``axes`` axes, each True with probability 1 - p."""
    probability(name, p)
    shape = (*input.shape[:axes], *[1] * (input.ndim - axes))
    return random.bernoulli(1 - p, shape, device=str(input.device))


def _of_channels(name: str, input: Any, p: float, training: bool, axes: int) -> Any:
    probability(name, p)
    if input.ndim not in (axes + 1, axes + 2):
        raise ValueError(f"{name}: {tuple(input.shape)}; give {axes + 2} axes, or one example's")
    if not training or p == 0:
        return input
    mask = _kept(name, input, p, input.ndim - axes)
    return gg.where(mask, input / (1 - p), 0.0) if p < 1 else input * 0.0


def dropout1d(input: Any, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """Channels of (N, C, L) or (C, L) are 0 with probability ``p``, else divided by 1 - p."""
    return _of_channels("dropout1d", input, p, training, 1)


def dropout2d(input: Any, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """Channels of (N, C, H, W) or (C, H, W) are 0 with probability ``p``."""
    return _of_channels("dropout2d", input, p, training, 2)


def dropout3d(input: Any, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """Channels of (N, C, D, H, W) or (C, D, H, W) are 0 with probability ``p``."""
    return _of_channels("dropout3d", input, p, training, 3)


def _alpha(name: str, input: Any, p: float, training: bool, axes: int) -> Any:
    probability(name, p)
    if not training or p == 0:
        return input
    if p == 1:
        return input * 0.0
    scale = 1 / sqrt((1 - p) * (1 + p * FLOOR**2))
    mask = _kept(name, input, p, axes)
    return gg.where(mask, input, FLOOR) * scale - scale * p * FLOOR


def alpha_dropout(
    input: Any, p: float = 0.5, training: bool = False, inplace: bool = False
) -> Tensor:
    """Elements become SELU's lowest value with probability ``p``; then all are scaled and moved,
    so that mean 0 and variance 1 stay (Klambauer and others 2017)."""
    return _alpha("alpha_dropout", input, p, training, input.ndim)


def feature_alpha_dropout(
    input: Any, p: float = 0.5, training: bool = False, inplace: bool = False
) -> Tensor:
    """``alpha_dropout`` of whole channels of (N, C, ...)."""
    return _alpha("feature_alpha_dropout", input, p, training, 2)
