"""Samples of what derivatives of eigenvalues and singular values are made of."""

import numpy as np
from op_samples_linalg import COMPLEX, NONE, SQUARE, STACK, TALL, WIDE, positive
from sample import Sample, complexes, numbers, sample

LEFT, RIGHT = np.array([1.0, 2.3, 4.2]), np.array([1.5, 2.9, 4.7])
SOME = np.arange(9).reshape(3, 3) % 4 == 0  # no gap is 0 there


def _transposed(x):
    return np.swapaxes(x, -1, -2)


def _adjoint(x):
    return np.conj(_transposed(x))


def _hermitian(x):
    return x + _adjoint(x)


def _gaps(x, left, right, *_):
    return x / (right[..., None, :] - (0 if left is None else left[..., None]))


def _of_hermitian(x, g, *_):
    _, v = np.linalg.eigh(x)
    return (np.conj(v) * g[..., None, :]) @ _transposed(v)


def _hermitian_change(x, t):
    _, v = np.linalg.eigh(x)
    return np.einsum("...ii->...i", _adjoint(v) @ t @ v).real


def _of_singular(x, g, *_):
    u, _, vh = np.linalg.svd(x, full_matrices=False)
    return np.conj((u * g[..., None, :]) @ vh)


def _singular_change(x, t):
    u, _, vh = np.linalg.svd(x, full_matrices=False)
    return np.einsum("...ii->...i", _adjoint(u) @ t @ _adjoint(vh)).real


def _of_general(x, g, *_):
    _, v = np.linalg.eig(x)
    return _transposed((v * g) @ np.linalg.inv(v))


def _general_change(x, t, *_):
    _, v = np.linalg.eig(x)
    return np.diagonal(np.linalg.solve(v, t @ v))


def by_values(x, seed=0):
    """A number for each eigenvalue or singular value."""
    return numbers(*x.shape[:-2], min(x.shape[-2:]), seed=seed)


def moves(x):
    """A matrix along which ``x`` moves."""
    return complexes(*x.shape, seed=4) if x.dtype.kind == "c" else numbers(*x.shape, seed=4)


GAPS = {
    "unmoved": [sample(numbers(2, 3), order=0, reference=lambda x: x)],
    "over_gaps": [
        sample(numbers(3, 3), LEFT, RIGHT, SOME, None, None, own=False, size=3, reference=_gaps),
        sample(numbers(4, 3), None, RIGHT, None, None, None, own=False, size=4, reference=_gaps),
        sample(
            complexes(2, 3, 3),
            LEFT,
            RIGHT,
            None,
            None,
            np.array([1e-9]),
            own=False,
            size=3,
            reference=_gaps,
        ),
        sample(
            NONE,
            np.zeros(0),
            np.zeros(0),
            None,
            None,
            None,
            own=True,
            size=0,
            reference=lambda x, *_: x,
        ),
    ],
}

HERMITIAN = {
    "eigvalsh_gradient": [
        sample(x, by_values(x), None, None, reference=_of_hermitian)
        for x in (positive(SQUARE), positive(COMPLEX), positive(STACK), NONE)
    ],
    "eigvalsh_change": [
        sample(x, _hermitian(moves(x)), reference=_hermitian_change)
        for x in (positive(SQUARE), positive(COMPLEX), positive(STACK), NONE)
    ],
    "log_pseudo_det": [
        sample(
            x,
            None,
            reference=lambda x, _: np.linalg.slogdet(np.tril(x) + _adjoint(np.tril(x, -1)))[1],
        )
        for x in (positive(SQUARE), positive(COMPLEX), positive(STACK))
    ],
}

SINGULAR = {
    "svdvals_gradient": [
        sample(x, by_values(x), None, None, None, reference=_of_singular)
        for x in (SQUARE, COMPLEX, STACK, TALL, WIDE, NONE)
    ],
    "svdvals_change": [
        sample(x, moves(x), reference=_singular_change)
        for x in (SQUARE, COMPLEX, STACK, TALL, WIDE, NONE)
    ],
}

NEAR = np.diag([4 + 1j, 2.7 - 1j, 1.4 + 0j]) + 0.1 * complexes(3, 3)  # all libraries keep its order
GENERAL = {
    "eigvals_gradient": [sample(NEAR, complexes(3), None, None, reference=_of_general)],
    "eigvals_change": [sample(NEAR, moves(NEAR), None, reference=_general_change)],
}

SAMPLES: dict[str, list[Sample]] = {**GAPS, **HERMITIAN, **SINGULAR, **GENERAL}
