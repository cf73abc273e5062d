"""Samples of the Modules of images: what makes them, then the inputs of one call."""

from collections.abc import Callable
from typing import Any

import numpy as np
from sample import numbers

from gpugrad import nn

SEQUENCES, IMAGES, VOLUMES = numbers(2, 4, 9), numbers(2, 4, 6, 6), numbers(1, 2, 3, 4, 4)
BY_AXES = {1: SEQUENCES, 2: IMAGES, 3: VOLUMES}
POOLS = {  # settings; of one axis, two and three
    "AdaptiveAvgPool": {"output_size": 2},
    "AdaptiveMaxPool": {"output_size": 3},
    "AvgPool": {"kernel_size": 3, "stride": 2, "padding": 1},
    "LPPool": {"norm_type": 2, "kernel_size": 2, "ceil_mode": True},
    "MaxPool": {"kernel_size": 2, "ceil_mode": True},
}
PLACES = np.array([1, 2, 7, 4]).reshape(1, 1, 4)


def of(name: str, *inputs: Any, **how: Any) -> tuple:
    """A sample of a class with settings."""
    return (lambda: getattr(nn, name)(**how), *inputs)


SAMPLES: dict[str, list[tuple[Callable[[], Any], Any]]] = {
    **{
        f"{kind}{axes}d": [of(f"{kind}{axes}d", x, **how)]
        for kind, how in POOLS.items()
        for axes, x in BY_AXES.items()
    },
    "Fold": [of("Fold", SEQUENCES[..., :4], output_size=(3, 3), kernel_size=2)],
    "MaxUnpool1d": [of("MaxUnpool1d", numbers(1, 1, 4), PLACES, kernel_size=2)],
    "MaxUnpool2d": [
        of("MaxUnpool2d", numbers(1, 1, 2, 2), PLACES.reshape(1, 1, 2, 2), kernel_size=2)
    ],
    "MaxUnpool3d": [
        of("MaxUnpool3d", numbers(1, 1, 1, 2, 2), PLACES.reshape(1, 1, 1, 2, 2), kernel_size=2)
    ],
    "PixelShuffle": [of("PixelShuffle", IMAGES, upscale_factor=2)],
    "PixelUnshuffle": [of("PixelUnshuffle", IMAGES, downscale_factor=3)],
    "Unfold": [of("Unfold", IMAGES, kernel_size=(2, 3), padding=1, stride=2)],
    "Upsample": [
        of("Upsample", IMAGES, scale_factor=2),
        of("Upsample", VOLUMES, size=(2, 3, 5), mode="trilinear"),
    ],
    "UpsamplingBilinear2d": [of("UpsamplingBilinear2d", IMAGES, size=(4, 9))],
    "UpsamplingNearest2d": [of("UpsamplingNearest2d", IMAGES, scale_factor=1.5)],
}
