"""Samples of the normal density of vectors: matrices far from singular, not all symmetric."""

import numpy as np
from op_samples_linalg import NONE, SQUARE, STACK, positive
from sample import Sample, numbers, sample

POINTS = numbers(4, 3)
MANY = 0.02 * numbers(96, 96) + 1.5 * np.eye(96)


def _gaussian_logpdf(off, cov):
    """By the textbook's formula."""
    cov = (cov + np.swapaxes(cov, -1, -2)) / 2
    inverse = np.linalg.inv(cov)
    score = -off @ inverse
    size = off.shape[-1] * np.log(2 * np.pi) + np.linalg.slogdet(cov)[1]
    density = (np.sum(score * off, -1) - size[..., None]) / 2
    batch = np.broadcast_shapes(off.shape[:-2], cov.shape[:-2])
    return density, score, np.broadcast_to(inverse, (*batch, *cov.shape[-2:]))


def gaussian(off, cov, order=2) -> Sample:
    return sample(off, cov, reference=_gaussian_logpdf, order=order)


SAMPLES: dict[str, list[Sample]] = {
    "gaussian_logpdf": [
        gaussian(POINTS, positive(SQUARE)),
        gaussian(POINTS, positive(STACK)),
        gaussian(numbers(2, 3, 3), positive(SQUARE)),
        gaussian(numbers(2, 1, 3), positive(STACK)),
        gaussian(numbers(2, 1), np.array([[0.7]])),
        gaussian(numbers(2, 96), MANY, order=0),  # as many rows as are solved another way
        gaussian(np.zeros((0, 3)), positive(SQUARE)),
        gaussian(np.zeros((2, 0)), NONE),
    ]
}
