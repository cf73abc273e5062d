"""Samples of operations of sparse matrices."""

import numpy as np
from sample import numbers, sample

ROWS, COLUMNS = np.array([0, 2, 2, 0, 1]), np.array([1, 0, 3, 1, 2])  # one place twice


def dense(values, rows, columns, shape):
    """The whole matrix."""
    a = np.zeros(shape)
    np.add.at(a, (rows, columns), values)
    return a


def _product(values, x, rows, columns):
    return dense(values, rows, columns, (3, x.shape[0])) @ x


def _solved(values, b, rows, columns):
    return np.linalg.solve(dense(values, rows, columns, (3, 3)), b)


SQUARE = np.array([0, 1, 2, 0, 2]), np.array([0, 1, 2, 2, 0])
SAMPLES = {
    "sparse_product": [
        sample(numbers(5), numbers(4, k), ROWS, COLUMNS, count=3, reference=_product)
        for k in (2, 1)
    ],
    "sampled_product": [
        sample(
            numbers(3, 2),
            numbers(4, 2),
            ROWS,
            COLUMNS,
            reference=lambda a, b, rows, columns: (a @ b.T)[rows, columns],
        )
    ],
    "sparse_solve": [
        sample(np.array([2.5, 3.2, -2.7, 0.4, 0.7]), numbers(3, 2), *SQUARE, reference=_solved)
    ],
}
