"""Samples of the Modules of convolution: what makes them, then the inputs of one call."""

from collections.abc import Callable
from typing import Any

from sample import numbers

from gpugrad import nn

IMAGES, SIGNAL, VOLUMES = numbers(2, 4, 6, 6), numbers(2, 4, 9), numbers(1, 2, 3, 4, 3)
SAMPLES: dict[str, list[tuple[Callable[[], Any], Any]]] = {
    "Conv1d": [
        (lambda: nn.Conv1d(4, 3, 3, stride=2, padding=1), SIGNAL),
        (lambda: nn.Conv1d(4, 3, 4, padding="same", padding_mode="replicate"), SIGNAL),
    ],
    "Conv2d": [
        (lambda: nn.Conv2d(4, 6, 3, padding=1, groups=2, bias=False), IMAGES),
        (lambda: nn.Conv2d(4, 2, 3, padding=(1, 2), padding_mode="reflect"), IMAGES),
        (lambda: nn.Conv2d(4, 2, 3, padding=(2, 1), padding_mode="circular"), IMAGES),
    ],
    "Conv3d": [(lambda: nn.Conv3d(2, 3, (2, 3, 2), padding=1, dilation=2), VOLUMES)],
    "ConvTranspose1d": [(lambda: nn.ConvTranspose1d(4, 3, 3, 2, 1, output_padding=1), SIGNAL)],
    "ConvTranspose2d": [(lambda: nn.ConvTranspose2d(4, 2, 4, 2, 1, groups=2), IMAGES)],
    "ConvTranspose3d": [(lambda: nn.ConvTranspose3d(2, 2, 2, 2, bias=False), VOLUMES)],
}
