"""Samples of reductions and scans."""

import numpy as np
from sample import Sample, complexes, numbers, sample

X = numbers(2, 3)
CUBE = numbers(2, 3, 2)
AXES = ({}, {"axis": 0}, {"axis": (0, -1), "keepdims": True}, {"axis": 1, "keepdims": True})
ZEROS = np.array([[0.0, 1.3, 2.1], [0.0, 0.0, 0.7], [1.5, -0.4, 0.6]])


def reduction(reference, *more, order=2, empty=True, **settings) -> list[Sample]:
    """Samples over all axes, one, several; of a single number and of none."""
    over = [
        sample(
            CUBE,
            reference=lambda x, how=how: reference(x, **how, **settings),
            order=order,
            **how,
            **settings,
        )
        for how in AXES
    ]
    shapes = ((), (0, 2), (2, 0)) if empty else ((), (0, 2))
    for shape in shapes:
        how = {} if shape == () else {"axis": 1}
        over.append(
            sample(
                numbers(*shape),
                order=order,
                **how,
                **settings,
                reference=lambda x, how=how: reference(x, **how, **settings),
            )
        )
    return [*over, *more]


def _logsumexp(x, axis=None, keepdims=False):
    return np.log(np.sum(np.exp(x), axis=axis, keepdims=keepdims))


def _norm(x, axis=None, keepdims=False, ord=2):
    return np.sum(np.abs(x) ** ord, axis=axis, keepdims=keepdims) ** (1 / ord)


def _recurrence(a, b):
    h, state = np.empty_like(b), np.zeros(b.shape[:-1])
    for i in range(b.shape[-1]):
        state = a[..., i] * state + b[..., i]
        h[..., i] = state
    return h


REDUCTION = {
    "sum": reduction(
        np.sum,
        sample(np.arange(6), reference=np.sum, order=0),
        sample(complexes(2, 2), reference=np.sum),
    ),
    "mean": [
        *reduction(np.mean, sample(complexes(2, 2), reference=np.mean), empty=False),
        sample(np.arange(4), reference=np.mean, order=0),
    ],
    "var": [
        *reduction(np.var, empty=False)[:4],
        sample(CUBE, correction=1, axis=1, reference=lambda x: np.var(x, axis=1, ddof=1)),
        sample(np.array([3, 4, 8]), reference=np.var, order=0),
    ],
    "std": [
        *reduction(np.std, empty=False)[:4],
        sample(CUBE, correction=1, axis=(0, 2), reference=lambda x: np.std(x, (0, 2), ddof=1)),
    ],
    "logsumexp": [
        *reduction(_logsumexp, empty=False)[:5],
        sample(numbers(2, 0), axis=0, keepdims=True, reference=lambda x: np.zeros((1, 0))),
    ],
    "power_norm": [
        *reduction(_norm, ord=2),
        *reduction(_norm, ord=3)[:5],
        sample(complexes(2, 2), reference=_norm),
        sample(complexes(2, 2), ord=3, reference=lambda x: _norm(x, ord=3)),
        sample(numbers(3), ord=-2, reference=lambda x: _norm(x, ord=-2)),
    ],
    "any": reduction(
        np.any, sample([[True, False]], axis=0, reference=lambda x: x[0], order=0), order=0
    ),
    "all": reduction(np.all, order=0),
    "count_nonzero": reduction(
        np.count_nonzero, sample([0, 3, 0], reference=np.count_nonzero, order=0), order=0
    ),
    "max": reduction(
        np.max, sample([[3, 1], [7, 2]], axis=1, order=0, reference=lambda x: x[:, 0]), empty=False
    )[:5],
    "min": reduction(np.min, empty=False)[:5],
    "argmax": [
        sample(X, reference=np.argmax, order=0),
        sample(
            CUBE,
            axis=1,
            keepdims=True,
            order=0,
            reference=lambda x: np.argmax(x, axis=1, keepdims=True),
        ),
    ],
    "argmin": [
        sample(X, reference=np.argmin, order=0),
        sample(CUBE, axis=-1, order=0, reference=lambda x: np.argmin(x, axis=-1)),
    ],
}

SCAN = {
    "cumsum": [
        sample(X, axis=1, reference=lambda x: np.cumsum(x, 1)),
        sample(numbers(0, 2), axis=0, reference=lambda x: x),
    ],
    "cumulative_sum": [
        sample(numbers(4), reference=np.cumsum),
        sample(X, axis=-2, reference=lambda x: np.cumsum(x, 0)),
        sample(
            X,
            axis=1,
            include_initial=True,
            reference=lambda x: np.cumulative_sum(x, axis=1, include_initial=True),
        ),
    ],
    "recurrence": [
        sample(X, numbers(2, 3, seed=1), reference=_recurrence),
        sample(numbers(5), numbers(5, seed=1), reference=_recurrence),
        sample(numbers(2, 0), numbers(2, 0), reference=_recurrence),
    ],
    "running_product": [
        sample(ZEROS, reference=lambda x: np.cumprod(x, -1)),
        sample(numbers(2, 0), reference=lambda x: x),
    ],
    "cumulative_prod": [
        sample(numbers(4), reference=np.cumprod),
        sample(ZEROS, axis=0, reference=lambda x: np.cumprod(x, 0)),
        sample(
            X,
            axis=1,
            include_initial=True,
            reference=lambda x: np.cumulative_prod(x, axis=1, include_initial=True),
        ),
    ],
    "prod": reduction(
        np.prod,
        sample(ZEROS, axis=1, reference=lambda x: np.prod(x, 1)),
        sample(ZEROS, reference=np.prod),
        sample(np.arange(1, 5), reference=np.prod, order=0),
    ),
}

SAMPLES: dict[str, list[Sample]] = {
    **REDUCTION,
    **SCAN,
}
