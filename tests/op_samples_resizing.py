"""Samples of resizing: matrices along each axis."""

import numpy as np
from sample import Sample, numbers, sample

SEQUENCES, IMAGES, VOLUMES = numbers(2, 2, 4), numbers(1, 2, 3, 4), numbers(1, 1, 2, 3, 2)
PLACES = (np.array([[0, 1], [1, 1], [2, 0]]), np.array([[3, 0, 2], [1, 1, 0]]))
WEIGHTS = (
    np.array([[5, 2], [1, -1], [3, 0]]),  # whole numbers, which get no gradients
    np.array([[5, 0, 1], [2, -5, 3]]),
)
TABLES = (PLACES[0], WEIGHTS[0], PLACES[1], WEIGHTS[1])
PLAIN = {"kind": "linear", "align_corners": False, "antialias": False}


def matrix(places, weights, length):
    """The matrix (count, length) of a table."""
    y = np.zeros((len(places), length))
    for i, t in np.ndindex(*places.shape):
        y[i, places[i, t]] += weights[i, t]
    return y


def along(x, *matrices):
    """The product with a matrix along each of the last axes."""
    for i, m in enumerate(matrices):
        axis = i - len(matrices)
        x = np.moveaxis(np.moveaxis(x, axis, -1) @ m.T, -1, axis)
    return x


def hats(length, count, align_corners=False, ratio=None, width=1.0, clip=True):
    """The matrix of linear interpolation: a hat around every place that is read."""
    step = ratio or length / count
    at = (np.arange(count) + 0.5) * step - 0.5
    if align_corners:
        at = np.linspace(0, length - 1, count)
    at = np.clip(at, 0, length - 1) if clip else at
    y = np.maximum(1 - abs(np.arange(length) - at[:, None]) / width, 0)
    return y / y.sum(axis=1, keepdims=True)


RESIZED = [
    (SEQUENCES, (6,), (hats(4, 6),), {}),
    (SEQUENCES, (3,), (np.eye(4)[[0, 1, 2]],), {"kind": "nearest"}),
    (SEQUENCES, (2,), (np.eye(4)[[1, 3]],), {"kind": "nearest-exact"}),
    (IMAGES, (5, 3), (hats(3, 5, True), hats(4, 3, True)), {"align_corners": True}),
    (IMAGES, (3, 2), (np.eye(3), hats(4, 2, width=2.0, clip=False)), {"antialias": True}),
    (IMAGES, (3, 4), (np.eye(3), np.eye(4)), {"kind": "cubic"}),
    (
        VOLUMES,
        (3, 3, 3),
        (hats(2, 3, ratio=0.6), hats(3, 3), hats(2, 3)),
        {"ratios": (0.6, None, None)},
    ),
]
SAMPLES: dict[str, list[Sample]] = {
    "band_sums": [
        sample(
            IMAGES,
            *TABLES,
            reference=lambda x, *tables: along(x, matrix(*tables[:2], 3), matrix(*tables[2:], 4)),
        )
    ],
    "band_spread": [
        sample(
            numbers(2, 1, 3, 2),
            *TABLES,
            size=(3, 4),
            reference=lambda x, *tables: along(
                x, matrix(*tables[:2], 3).T, matrix(*tables[2:], 4).T
            ),
        )
    ],
    "resized": [
        sample(
            x,
            **{**PLAIN, "size": size, "ratios": (None,) * len(size), **how},
            reference=lambda x, m=matrices: along(x, *m),
        )
        for x, size, matrices, how in RESIZED
    ],
    "resized_gradient": [
        sample(
            numbers(*x.shape[:2], *size),
            lengths=x.shape[2:],
            **{**PLAIN, "size": size, "ratios": (None,) * len(size), **how},
            reference=lambda x, m=matrices: along(x, *(each.T for each in m)),
        )
        for x, size, matrices, how in RESIZED
    ],
}
