"""Calls of functions of images, for tests/nn_calls.py."""

import numpy as np
from op_samples_grids import affine, read
from op_samples_images import windows
from sample import Sample, numbers, sample

SEQUENCES, IMAGES, VOLUMES = numbers(2, 3, 6), numbers(2, 3, 4, 6), numbers(1, 2, 4, 2, 4)
GRID = numbers(2, 2, 3, 2, low=-1.3, high=1.3)
PLACES = np.array([[0, 3, 5, 6], [7, 1, 2, 4]]).reshape(1, 2, 4)


def roots(axes):
    """Roots of sums of squares of windows of two along each axis."""

    def reference(x):
        ones, none = (1,) * axes, ((0, 0),) * axes
        met = windows(x * x, (2,) * axes, (2,) * axes, none, ones)
        return np.sqrt(met.sum(axis=tuple(range(2, 2 + axes))))

    return reference


def put(x, indices):
    y = np.zeros((*x.shape[:2], 8))
    np.put_along_axis(y, indices, x, axis=2)
    return y


def shuffled(x):
    n, channels, rows, columns = x.shape
    y = np.empty((n, channels // 4, 2 * rows, 2 * columns))
    for i in range(4):
        y[:, :, i // 2 :: 2, i % 2 :: 2] = x[:, i::4]
    return y


def unshuffled(x):
    parts = [x[:, :, i // 2 :: 2, i % 2 :: 2] for i in range(4)]
    return np.stack(parts, axis=2).reshape(x.shape[0], -1, *parts[0].shape[2:])


FUNCTIONS: dict[str, list[Sample]] = {
    **{
        f"lp_pool{axes}d": [sample(x, norm_type=2, kernel_size=2, reference=roots(axes))]
        for axes, x in ((1, SEQUENCES), (2, IMAGES), (3, VOLUMES))
    },
    "fold": [  # no two windows meet
        sample(
            numbers(1, 8, 4),
            output_size=(2, 4),
            kernel_size=(2, 1),
            reference=lambda x: x.reshape(1, 4, 2, 4),
        )
    ],
    "unfold": [
        sample(
            IMAGES,
            kernel_size=(2, 3),
            padding=1,
            dilation=(1, 2),
            reference=lambda x: windows(x, (2, 3), (1, 1), ((1, 1), (1, 1)), (1, 2)).reshape(
                2, 18, -1
            ),
        )
    ],
    "pixel_shuffle": [sample(numbers(1, 8, 3, 2), upscale_factor=2, reference=shuffled)],
    "pixel_unshuffle": [sample(numbers(1, 2, 6, 4), downscale_factor=2, reference=unshuffled)],
    "interpolate": [
        sample(IMAGES, scale_factor=2, reference=lambda x: x.repeat(2, axis=2).repeat(2, axis=3))
    ],
    "grid_sample": [
        sample(IMAGES, GRID, align_corners=True, reference=lambda x, grid: read(x, grid, True))
    ],
    "affine_grid": [
        sample(
            numbers(2, 2, 3),
            size=(2, 1, 3, 4),
            reference=lambda theta: affine(theta, (3, 4), False),
        )
    ],
    "max_unpool1d": [sample(numbers(1, 2, 4), PLACES, kernel_size=2, reference=put)],
}
INPUTS = {
    **dict.fromkeys((f"max_unpool{axes}d" for axes in (1, 2, 3)), ("indices",)),
    "grid_sample": ("grid",),
}
