"""Samples of grids of places, and of images read there."""

import numpy as np
from sample import Sample, numbers, sample

IMAGES, VOLUMES = numbers(2, 2, 3, 4), numbers(1, 1, 2, 3, 2)
GRID = numbers(2, 2, 3, 2, low=-1.3, high=1.3) * 0.97  # no place is an element
DEEP = numbers(1, 2, 1, 2, 3, low=-0.9, high=0.9) * 0.97
PLAIN = {"mode": "bilinear", "padding": "zeros", "align_corners": False}


def read(x, grid, align_corners, end=lambda at, length: at):
    """Elements weighted by hats around the places, all of them."""
    y = np.zeros((*x.shape[:2], *grid.shape[1:-1]))
    for n, *at in np.ndindex(*grid.shape[:-1]):
        weights = np.ones(())
        for length, u in zip(x.shape[2:], grid[(n, *at)][::-1], strict=True):
            place = (u + 1) / 2 * (length - 1) if align_corners else ((u + 1) * length - 1) / 2
            hat = np.maximum(1 - abs(np.arange(length) - end(place, length)), 0)
            weights = weights[..., None] * hat
        y[(n, slice(None), *at)] = (x[n] * weights).sum(axis=tuple(range(1, x.ndim - 1)))
    return y


def border(at, length):
    return np.clip(at, 0, length - 1)


def affine(theta, size, align_corners):
    lines = [
        np.zeros(1) if n == 1 else np.linspace(-1, 1, n) * (1 if align_corners else (n - 1) / n)
        for n in size
    ]
    base = np.stack([*np.meshgrid(*lines, indexing="ij")[::-1], np.ones(size)], axis=-1)
    return np.einsum("...j,nij->n...i", base, theta)


SAMPLES: dict[str, list[Sample]] = {
    "affine_grid": [
        sample(
            numbers(2, len(size), len(size) + 1),
            size=size,
            align_corners=corners,
            reference=lambda theta, size=size, corners=corners: affine(theta, size, corners),
        )
        for size, corners in (((3, 4), False), ((2, 1, 3), True))
    ],
    "grid_sample": [
        sample(IMAGES, GRID, **PLAIN, reference=lambda x, grid: read(x, grid, False)),
        sample(VOLUMES, DEEP, **PLAIN, reference=lambda x, grid: read(x, grid, False)),
        sample(
            IMAGES,
            GRID,
            **{**PLAIN, "padding": "border", "align_corners": True},
            reference=lambda x, grid: read(x, grid, True, border),
        ),
        sample(IMAGES, GRID, **{**PLAIN, "mode": "bicubic", "padding": "reflection"}),
    ],
}
