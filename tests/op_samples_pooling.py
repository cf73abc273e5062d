"""Samples of pooling along one axis to three, and of places put back."""

from itertools import product

import numpy as np
from op_samples_images import windows
from sample import Sample, numbers, sample

SEQUENCES, VOLUMES = numbers(2, 3, 7), numbers(1, 2, 3, 4, 5)
PLACES = np.array([[0, 7, 7], [5, 4, 2]]).reshape(1, 2, 3)


def pooled(reduce, kernel, strides, padding, fill=0.0):
    """A reduction of every window; padding: pairs."""
    axes = len(kernel)

    def reference(x):
        met = windows(x, kernel, strides, padding, (1,) * axes, fill)
        return reduce(met, axis=tuple(range(2, 2 + axes)))

    return reference


def covered(reduce, size):
    """A reduction of so many windows as cover all."""

    def reference(x):
        lengths = x.shape[-len(size) :]
        y = np.empty((*x.shape[: -len(size)], *size))
        for at in product(*map(range, size)):
            box = [
                slice(i * n // m, -(-(i + 1) * n // m))
                for i, n, m in zip(at, lengths, size, strict=True)
            ]
            y[(..., *at)] = reduce(x[(..., *box)], axis=tuple(range(-len(size), 0)))
        return y

    return reference


def put(x, places, size):
    y = np.zeros((*x.shape[:2], np.prod(size)))
    for at in product(*map(range, x.shape)):
        y[(*at[:2], places[at])] = x[at]
    return y.reshape(*x.shape[:2], *size)


def adaptive(x, size, reduce) -> list[Sample]:
    return [sample(x, output_size=size, reference=covered(reduce, size))]


SAMPLES: dict[str, list[Sample]] = {
    "placed": [
        sample(
            numbers(*PLACES.shape),
            PLACES,
            size=(2, 4),
            reference=lambda x, places: put(x, places, (2, 4)),
        )
    ],
    "adaptive_sum": [
        sample(x, sizes=sizes, reference=covered(np.sum, sizes))
        for x, sizes in ((SEQUENCES, (3,)), (VOLUMES, (2, 4, 3)), (VOLUMES, (4, 1, 2)))
    ],
    "max_pool3d": [
        sample(
            VOLUMES,
            kernel_size=2,
            ceil_mode=True,
            reference=pooled(np.max, (2, 2, 2), (2, 2, 2), ((0, 1), (0, 0), (0, 1)), -np.inf),
        ),
        sample(
            VOLUMES[0],
            kernel_size=(1, 2, 3),
            stride=1,
            padding=(0, 1, 1),
            reference=lambda x: pooled(
                np.max, (1, 2, 3), (1, 1, 1), ((0, 0), (1, 1), (1, 1)), -np.inf
            )(x[None])[0],
        ),
    ],
    "avg_pool3d": [
        sample(
            VOLUMES,
            kernel_size=(2, 2, 3),
            stride=2,
            divisor_override=5,
            reference=lambda x: (
                pooled(np.sum, (2, 2, 3), (2, 2, 2), ((0, 0), (0, 0), (0, 0)))(x) / 5
            ),
        ),
        sample(
            VOLUMES,
            kernel_size=2,
            ceil_mode=True,
            reference=pooled(np.nanmean, (2, 2, 2), (2, 2, 2), ((0, 1), (0, 0), (0, 1)), np.nan),
        ),
    ],
    "adaptive_avg_pool1d": adaptive(SEQUENCES, (3,), np.mean),
    "adaptive_avg_pool3d": [
        *adaptive(VOLUMES, (2, 2, 5), np.mean),
        *adaptive(VOLUMES[0], (3, 2, 1), np.mean),
    ],
    "adaptive_max_pool1d": adaptive(SEQUENCES, (3,), np.max),
    "adaptive_max_pool2d": [
        *adaptive(VOLUMES[0], (2, 2), np.max),
        *adaptive(VOLUMES[0], (3, 3), np.max),
    ],
    "adaptive_max_pool3d": adaptive(VOLUMES, (2, 3, 2), np.max),
}
