"""Calls of functions of images, for tests/nn_calls.py."""

import numpy as np
from op_samples_images import windows
from sample import Sample, numbers, sample

SEQUENCES, IMAGES, VOLUMES = numbers(2, 3, 6), numbers(2, 3, 4, 6), numbers(1, 2, 4, 2, 4)
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


FUNCTIONS: dict[str, list[Sample]] = {
    **{
        f"lp_pool{axes}d": [sample(x, norm_type=2, kernel_size=2, reference=roots(axes))]
        for axes, x in ((1, SEQUENCES), (2, IMAGES), (3, VOLUMES))
    },
    "max_unpool1d": [sample(numbers(1, 2, 4), PLACES, kernel_size=2, reference=put)],
}
INPUTS = dict.fromkeys((f"max_unpool{axes}d" for axes in (1, 2, 3)), ("indices",))
