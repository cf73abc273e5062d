"""Samples of convolution and pooling."""

from itertools import product

import numpy as np
from sample import Sample, numbers, sample

IMAGES = numbers(2, 4, 6, 5)
SAME = {"strides": (1, 1), "padding": ((0, 0), (0, 0)), "dilation": (1, 1)}
STEPS = {"strides": (2, 1), "padding": ((1, 0), (2, 1)), "dilation": (1, 2)}
DEEP = {"strides": (2, 1, 1), "padding": ((1, 0), (0, 1), (0, 0)), "dilation": (1, 1, 1)}
POOL = {"kernel": (3, 2), "strides": (2, 1), "padding": ((1, 0), (1, 1)), "dilation": (1, 2)}
SUM_POOL = {name: value for name, value in POOL.items() if name != "dilation"}
PLACES = np.array([0, 7, 7, 29, 3, 14], dtype=np.int32).reshape(1, 2, 3, 1)
PLACES = np.tile(PLACES, (2, 2, 1, 1))


# references, written for reading


def windows(x, kernel, strides, padding, dilation, fill=0.0):
    """(N, C, *kernel, *count), one element after the other."""
    framed = np.pad(x, ((0, 0), (0, 0), *padding), constant_values=fill)
    sizes = zip(framed.shape[2:], kernel, strides, dilation, strict=True)
    count = [(n - d * (k - 1) - 1) // s + 1 for n, k, s, d in sizes]
    y = np.empty((*x.shape[:2], *kernel, *count))
    for at in np.ndindex(*y.shape[2:]):
        steps = zip(at, at[len(kernel) :], strides, dilation, strict=False)
        y[(..., *at)] = framed[(..., *(o * s + k * d for k, o, s, d in steps))]
    return y


def overlap_add(x, size, strides, padding, dilation):
    """The transpose of ``windows``, by its matrix."""
    shape = (*x.shape[:2], *size)
    unit = np.eye(np.prod(size)).reshape(-1, 1, *size)
    kernel = x.shape[2 : 2 + len(size)]
    matrix = windows(unit, kernel, strides, padding, dilation).reshape(len(unit), -1)
    return (x.reshape(-1, matrix.shape[1]) @ matrix.T).reshape(shape)


def max_pool(x, kernel, strides, padding, dilation):
    met = windows(x, kernel, strides, padding, dilation, -np.inf)
    met = met.reshape(*x.shape[:2], -1, *met.shape[4:])
    inside = windows(
        np.arange(x[0, 0].size, dtype=float).reshape(1, 1, *x.shape[2:]),
        kernel,
        strides,
        padding,
        dilation,
    )
    places = np.broadcast_to(inside.reshape(1, 1, *met.shape[2:]), met.shape)
    first = np.expand_dims(met.argmax(axis=2), 2)
    return met.max(axis=2), np.take_along_axis(places, first, axis=2)[:, :, 0]


def collected(x, places, size):
    y = np.zeros((*x.shape[:2], np.prod(size)))
    for at in product(*map(range, x.shape)):
        y[(*at[:2], places[at])] += x[at]
    return y.reshape(*x.shape[:2], *size)


# samples


def images(reference, *settings, inputs=(IMAGES,)) -> list[Sample]:
    return [
        sample(*inputs, **one, reference=lambda *a, one=one: reference(*a, **one))
        for one in settings
    ]


def pooled(reduce, kernel, strides, padding, fill=0.0):
    def reference(x):
        met = windows(x, kernel, strides, tuple((n, n) for n in padding), (1, 1), fill)
        return reduce(met, axis=(2, 3))

    return reference


SAMPLES: dict[str, list[Sample]] = {
    "windows": [
        *images(windows, {"kernel": (3, 2), **STEPS}, {"kernel": (1, 2), **SAME}),
        *images(windows, {"kernel": (2, 1, 2), **DEEP}, inputs=(numbers(1, 2, 3, 2, 3),)),
    ],
    "overlap_add": [
        *images(overlap_add, {"size": (6, 5), **STEPS}, inputs=(numbers(2, 3, 3, 2, 3, 6),)),
        *images(
            overlap_add, {"size": (3, 2, 3), **DEEP}, inputs=(numbers(1, 2, 2, 1, 2, 2, 3, 2),)
        ),
    ],
    "chosen": [
        sample(
            IMAGES,
            PLACES,
            reference=lambda x, places: np.take_along_axis(
                x.reshape(2, 4, -1), places.reshape(2, 4, -1), axis=2
            ).reshape(places.shape),
        )
    ],
    "collected": [
        sample(
            numbers(*PLACES.shape),
            PLACES,
            size=(6, 5),
            reference=lambda x, places: collected(x, places, (6, 5)),
        )
    ],
    "max_pool": images(max_pool, POOL, {"kernel": (2, 2), **SAME, "strides": (2, 2)}),
    "sum_pool": images(
        lambda x, **how: windows(x, dilation=(1, 1), **how).sum(axis=(2, 3)), SUM_POOL
    ),
    "sum_pool_gradient": images(
        lambda x, size, kernel, **how: overlap_add(
            np.broadcast_to(x[:, :, None, None], (*x.shape[:2], *kernel, *x.shape[2:])),
            size,
            dilation=(1, 1),
            **how,
        ),
        {"size": (6, 5), **SUM_POOL},
        inputs=(numbers(2, 3, 3, 6),),
    ),
    "max_pool2d": [
        sample(IMAGES, kernel_size=2, reference=pooled(np.max, (2, 2), (2, 2), (0, 0))),
        sample(
            IMAGES,
            kernel_size=3,
            stride=2,
            padding=1,
            reference=pooled(np.max, (3, 3), (2, 2), (1, 1), -np.inf),
        ),
        sample(
            np.arange(12).reshape(1, 1, 3, 4) - 20,
            kernel_size=2,
            padding=1,
            order=0,
            reference=pooled(np.max, (2, 2), (2, 2), (1, 1), -99),
        ),
        sample(
            IMAGES[0],
            kernel_size=2,
            reference=lambda x: pooled(np.max, (2, 2), (2, 2), (0, 0))(x[None])[0],
        ),
    ],
    "avg_pool2d": [
        sample(
            IMAGES,
            kernel_size=(3, 2),
            stride=1,
            padding=1,
            reference=pooled(np.mean, (3, 2), (1, 1), (1, 1)),
        ),
        sample(
            IMAGES,
            kernel_size=3,
            stride=2,
            padding=1,
            count_include_pad=False,
            reference=pooled(np.nanmean, (3, 3), (2, 2), (1, 1), np.nan),
        ),
    ],
    "max_pool1d": [
        sample(numbers(2, 3, 6), kernel_size=2, reference=lambda x: x.reshape(2, 3, 3, 2).max(3))
    ],
    "avg_pool1d": [
        sample(numbers(2, 3, 6), kernel_size=2, reference=lambda x: x.reshape(2, 3, 3, 2).mean(3))
    ],
    "adaptive_avg_pool2d": [
        sample(
            numbers(2, 3, 5),
            output_size=(2, 2),
            reference=lambda x: np.stack(
                [
                    np.stack(
                        [
                            x[:, rows, columns].mean((1, 2))
                            for columns in (slice(0, 3), slice(2, 5))
                        ],
                        1,
                    )
                    for rows in (slice(0, 2), slice(1, 3))
                ],
                1,
            ),
        ),
        sample(
            numbers(2, 4, 6),
            output_size=(2, 3),
            reference=lambda x: x.reshape(2, 2, 2, 3, 2).mean((2, 4)),
        ),
    ],
}
