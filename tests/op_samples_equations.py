"""Samples of matrix equations."""

import numpy as np
import scipy.linalg
from sample import complexes, numbers, sample

A, B = numbers(2, 2) + 3 * np.eye(2), numbers(3, 3, seed=1) + 3 * np.eye(3)
TURNED = np.array([[0.4, 1.5], [-1.5, 0.2]])
TWICE = np.array([[2.0, 1.0], [0.0, 2.0]])  # has one eigenvector


def stacked(function):
    """A function of matrices, on stacks of them."""

    def run(*stacks, **settings):
        batch = np.broadcast_shapes(*(x.shape[:-2] for x in stacks))
        whole = [np.broadcast_to(x, (*batch, *x.shape[-2:])) for x in stacks]
        each = [function(*(x[i] for x in whole), **settings) for i in np.ndindex(batch)]
        return np.array(each).reshape(*batch, *each[0].shape)

    return run


_sylvester = stacked(scipy.linalg.solve_sylvester)


def _banded(ab, b, lower, upper):
    return scipy.linalg.solve_banded((lower, upper), ab, b)


def banded(lower, upper, n, columns=1, make=numbers):
    ab = make(lower + upper + 1, n)
    ab[upper] += 5
    settings = {"lower": lower, "upper": upper}
    return sample(
        ab,
        make(n, columns, seed=1),
        **settings,
        reference=lambda ab, b: _banded(ab, b, lower, upper),
    )


SAMPLES = {
    "solve_sylvester": [
        sample(A, B, numbers(2, 3), reference=_sylvester),
        sample(TWICE, TWICE, numbers(2, 2), reference=_sylvester),
        sample(np.stack([A, A + 1]), A, numbers(2, 2), reference=_sylvester),
        sample(A + 1j * TURNED, complexes(1, 1), complexes(2, 1), reference=_sylvester),
        sample(np.eye(0), A, numbers(0, 2), reference=lambda a, b, q: q),
    ],
    "sqrtm": [
        sample(A, reference=scipy.linalg.sqrtm),
        sample(TURNED, reference=scipy.linalg.sqrtm),
        sample(TWICE, reference=scipy.linalg.sqrtm),
        sample(np.diag([-2.0, 3.0]) + 0.1, reference=scipy.linalg.sqrtm),
        sample(np.stack([A, A @ A.T]), reference=stacked(scipy.linalg.sqrtm)),
        sample(A + 1j * TURNED, reference=scipy.linalg.sqrtm),
        sample(np.eye(0), reference=np.copy),
    ],
    "solve_banded": [
        banded(1, 1, 4),
        banded(2, 0, 4, 2),
        banded(0, 2, 3),
        banded(1, 2, 3, 2, complexes),
        banded(0, 0, 3),
        banded(2, 1, 1),
    ],
}
