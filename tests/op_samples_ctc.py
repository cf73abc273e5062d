"""Samples of connectionist temporal classification, with a reference that tries every path."""

from itertools import product

import numpy as np
from sample import Sample, numbers, sample

T, N, C = 4, 3, 3
TARGETS = np.array([[1, 2], [2, 2], [1, 0]])
LENGTHS, COUNTS = np.array([4, 4, 3]), np.array([2, 2, 1])


def spelt(path: tuple, blank: int) -> list:
    """Labels without repeats and blanks."""
    kept = [c for i, c in enumerate(path) if i == 0 or c != path[i - 1]]
    return [c for c in kept if c != blank]


def losses(x, targets, lengths, counts, blank=0):
    """Less the logarithm of the sum over all paths that spell the targets."""
    found = []
    for n, (length, count) in enumerate(zip(lengths, counts, strict=True)):
        paths = product(range(x.shape[2]), repeat=int(length))
        right = [path for path in paths if spelt(path, blank) == list(targets[n, :count])]
        logs = [sum(x[t, n, c] for t, c in enumerate(path)) for path in right]
        found.append(-np.logaddexp.reduce(logs) if right else np.inf)
    return np.array(found)


def of(targets, lengths, counts, blank=0) -> Sample:
    given = [np.array(x, np.int64) for x in (targets, lengths, counts)]
    return sample(
        numbers(T, N, C), *given, blank=blank, reference=lambda *x: losses(*x, blank=blank)
    )


SAMPLES = {
    "ctc": [
        of(TARGETS, LENGTHS, COUNTS),
        of(np.array([[0, 1], [1, 1], [0, 0]]), np.array([4, 3, 0]), np.array([1, 2, 0]), blank=2),
    ],
    "ctc_gradient": [
        sample(numbers(N, seed=3), numbers(T, N, C), TARGETS, LENGTHS, COUNTS, blank=0)
    ],
}
FUNCTIONS = {  # samples of gpugrad.nn.functional, in its own terms
    "ctc_loss": [
        sample(
            numbers(T, N, C),
            targets=TARGETS,
            input_lengths=LENGTHS,
            target_lengths=COUNTS,
            reduction="none",
            reference=lambda x: losses(x, TARGETS, LENGTHS, COUNTS),
        )
    ],
}
