"""Samples of linear algebra: matrices far from singular, whose values are far from equal."""

import numpy as np
import scipy
from sample import Sample, complexes, numbers, sample

ONE = np.eye(3)
SQUARE = 0.4 * numbers(3, 3) + 1.5 * ONE
COMPLEX = 0.4 * complexes(3, 3) + 1.5 * ONE
STACK = np.stack([SQUARE, 0.4 * numbers(3, 3, seed=1) - 1.5 * ONE])
TALL, WIDE = numbers(4, 2) + 2 * np.eye(4, 2), numbers(2, 3, seed=2) + 2 * np.eye(2, 3)
APART = np.diag([4.0, 2.5, 1.0])  # the values of what is near to it are far from equal
NONE = np.zeros((0, 0))
FOUR = 0.4 * numbers(4, 4) + 1.5 * np.eye(4)
RIGHT = numbers(3, 2, seed=3)


def apart(rows, columns):
    """A matrix near to a diagonal one: of every precision its vectors have the same signs."""
    return APART[:rows, :columns] + 0.1 * numbers(rows, columns, seed=6)


def positive(x):
    """A positive definite matrix, of which only the lower triangle is that of ``x @ x^H``."""
    y = 0.5 * x @ np.conj(np.swapaxes(x, -1, -2)) + 0.5 * np.eye(x.shape[-1])
    return y + np.triu(np.full(y.shape, 0.3), 1)


def each(reference, *inputs, **settings) -> list[Sample]:
    """A sample for each input, with all derivatives."""
    return [sample(x, reference=lambda x: reference(x, **settings), **settings) for x in inputs]


def _triangular(a, b, *, lower, transposed, unit_diagonal):
    return scipy.linalg.solve_triangular(
        a, b, trans=int(transposed), lower=lower, unit_diagonal=unit_diagonal
    )


def triangular(a, b, **settings) -> Sample:
    return sample(a, b, reference=lambda a, b: _triangular(a, b, **settings), **settings)


def _cofactors(x):
    return np.linalg.det(x)[..., None, None] * np.swapaxes(np.linalg.inv(x), -1, -2)


def _cofactor_change(x, t):
    """By differences, which are exact for the cofactors of 3 x 3 matrices: of second degree."""
    return (_cofactors(x + t) - _cofactors(x - t)) / 2


def _cofactor_curvature(x, a, b):
    """By differences, exact for 3 x 3 matrices: it does not depend on ``x``."""
    change = _cofactor_change(x + a, b) - _cofactor_change(x - a, b)
    return change / 2


def _gram(a, w):
    return np.swapaxes(a, -1, -2) @ (w[..., None] * a)


def _with_diagonal(x, scales, diagonal):
    return scales[..., None] * x + diagonal[..., None] * np.eye(x.shape[-1])


ROW_PRODUCTS = {
    "weighted_gram": [
        sample(numbers(4, 3), numbers(4, seed=1), reference=_gram),
        sample(numbers(2, 4, 3), numbers(2, 4, seed=1), reference=_gram),
        sample(complexes(4, 2), complexes(4, seed=1), reference=_gram),
        sample(numbers(0, 2), numbers(0), reference=_gram),
        sample(numbers(2, 0), numbers(2), reference=_gram),
    ],
    "scale_add_diagonal": [
        sample(
            make(*outer, 3, 3),
            make(*outer, 3, seed=1),
            make(*outer, 3, seed=2),
            reference=_with_diagonal,
        )
        for make, outer in ((numbers, ()), (numbers, (2,)), (complexes, ()))
    ]
    + [sample(NONE, numbers(0), numbers(0), reference=_with_diagonal)],
}

DECOMPOSITION = {
    "cholesky": each(
        np.linalg.cholesky, positive(SQUARE), positive(COMPLEX), positive(STACK), NONE
    ),
    "qr": [
        *each(np.linalg.qr, SQUARE, TALL, COMPLEX[:, :2], STACK),
        *each(lambda x, mode: np.linalg.qr(x, mode), SQUARE, mode="complete"),
        *each(np.linalg.qr, TALL[:, :0]),
    ],
    "svd": [
        *each(np.linalg.svd, apart(3, 3), apart(3, 2), apart(2, 3)),
        *each(
            lambda x, full_matrices: np.linalg.svd(x, full_matrices=False),
            apart(3, 1),
            apart(1, 3),
            apart(3, 0),
            full_matrices=False,
        ),
    ],
    "svdvals": each(np.linalg.svdvals, TALL, WIDE, COMPLEX, STACK, NONE),
    "eigh": [
        *each(np.linalg.eigh, apart(3, 3), NONE),
        *each(lambda x, UPLO: np.linalg.eigh(x, "U"), apart(3, 3), UPLO="U"),
    ],
    "eigvalsh": [
        *each(np.linalg.eigvalsh, SQUARE, COMPLEX, STACK, NONE),
        *each(lambda x, UPLO: np.linalg.eigvalsh(x, "U"), SQUARE, UPLO="U"),
    ],
    "eig": each(np.linalg.eig, COMPLEX, np.stack([COMPLEX, COMPLEX.T]), NONE.astype(complex)),
    "eigvals": each(np.linalg.eigvals, COMPLEX, NONE.astype(complex)),
}

EQUATIONS = {
    "solve": [
        sample(SQUARE, RIGHT, reference=np.linalg.solve),
        sample(COMPLEX, complexes(3, 1), reference=np.linalg.solve),
        sample(SQUARE, numbers(2, 3, 2), reference=np.linalg.solve),
        sample(STACK, RIGHT, reference=np.linalg.solve),
        sample(NONE, numbers(0, 2), reference=lambda a, b: b),
        sample(SQUARE, numbers(3, 0), reference=lambda a, b: b),
    ],
    "solve_triangular": [
        *(
            triangular(SQUARE, RIGHT, lower=lower, transposed=transposed, unit_diagonal=unit)
            for lower in (False, True)
            for transposed in (False, True)
            for unit in (False, True)
        ),
        triangular(COMPLEX, complexes(3, 2), lower=True, transposed=True, unit_diagonal=False),
        sample(STACK, RIGHT, lower=True, reference=lambda a, b: np.linalg.solve(np.tril(a), b)),
        sample(SQUARE, numbers(2, 3, 2), reference=lambda a, b: np.linalg.solve(np.triu(a), b)),
        sample(NONE, numbers(0, 2), reference=lambda a, b: b),
    ],
    "inv": each(np.linalg.inv, SQUARE, COMPLEX, STACK, NONE),
    "pinv": [
        *(
            sample(x, None, reference=lambda x, _: np.linalg.pinv(x))
            for x in (TALL, WIDE, COMPLEX[:2], STACK)
        ),
        sample(numbers(0, 3), None, reference=lambda x, _: x.T),
        sample(
            positive(COMPLEX),
            None,
            hermitian=True,
            reference=lambda x, _: np.linalg.pinv(x, hermitian=True),
        ),
    ],
}

NUMBERS = {
    "det": [
        *each(np.linalg.det, SQUARE, COMPLEX, STACK, NONE),
        *each(np.linalg.det, np.outer([1.0, 2.0, -1.0], [0.5, 1.5, 1.0])),
        *each(np.linalg.det, np.zeros((2, 2))),
    ],
    "cofactors": each(_cofactors, SQUARE, COMPLEX, STACK, NONE),
    "cofactor_change": [
        sample(SQUARE, numbers(3, 3, seed=7), reference=_cofactor_change),
        sample(COMPLEX, complexes(3, 3, seed=7), reference=_cofactor_change),
        sample(STACK, numbers(3, 3, seed=7), reference=_cofactor_change),
        sample(NONE, NONE, reference=lambda x, t: x),
    ],
    "cofactor_curvature": [
        sample(
            COMPLEX,
            complexes(3, 3, seed=7),
            complexes(3, 3, seed=8),
            reference=_cofactor_curvature,
        ),
        sample(FOUR, numbers(4, 4, seed=7), numbers(4, 4, seed=8)),
        sample(np.stack([FOUR, -FOUR]), numbers(4, 4, seed=7), numbers(2, 4, 4, seed=8)),
        sample(NONE, NONE, NONE, reference=lambda x, a, b: x),
    ],
    "slogdet": each(np.linalg.slogdet, SQUARE, COMPLEX, STACK, NONE),
    "expm": each(scipy.linalg.expm, SQUARE, COMPLEX, STACK, NONE),
    "matrix_power": [
        sample(x, n=n, reference=lambda x, n=n: np.linalg.matrix_power(x, n))
        for x, n in ((SQUARE, 3), (COMPLEX, -2), (NONE, 2))
    ]
    + [sample(STACK, n=0, order=0, reference=lambda x: np.linalg.matrix_power(x, 0))],
}

PRODUCTS = {
    "cross": [
        sample(numbers(3), numbers(3, seed=1), reference=np.cross),
        sample(
            numbers(3, 2),
            numbers(3, 2, seed=1),
            axis=0,
            reference=lambda a, b: np.cross(a, b, axis=0),
        ),
        sample(numbers(2, 1, 3), numbers(3, seed=1), reference=np.cross),
    ],
}

SAMPLES: dict[str, list[Sample]] = {
    **ROW_PRODUCTS,
    **DECOMPOSITION,
    **EQUATIONS,
    **NUMBERS,
    **PRODUCTS,
}
