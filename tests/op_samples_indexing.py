"""Samples of reading and writing at indices, and of sorting."""

import numpy as np
from sample import Sample, numbers, sample

A, ALL = "array", (None, None, None)
X = numbers(2, 3)
CUBE = numbers(2, 3, 2)
INSIDE = np.array([[2, 0], [1, 1]])


def index(x, spec, *arrays, shape=None) -> Sample:
    """A sample of reading ``x`` at an index."""

    def reference(x, *arrays):
        return x[_restored(spec, arrays)]

    return sample(x, *arrays, spec=spec, reference=reference)


def _restored(spec, arrays):
    rest = iter(arrays)
    return tuple(next(rest) if p == A else slice(*p) if isinstance(p, tuple) else p for p in spec)


INDICES = (
    index(X, (1,)),
    index(X, (..., -1)),
    index(X, ((None, None, -1), (0, 3, 2))),
    index(X, (None, 0, None)),
    index(X, (A,), np.array([1, 0, 1, 1])),
    index(X, (A, A), np.array([[1], [0]]), np.array([2, 2, -1])),
    index(X, (A,), X > 0),
    index(CUBE, (A, ALL, A), np.array([0, 1, 1]), np.array([1, 1, 0])),
    index(CUBE, (ALL, A), np.array([True, False, True])),
    index(CUBE, (0, A, None), np.array([2, 2])),
    index(X, (A,), np.zeros((0,), int)),
    index(numbers(3), (A,), np.array(-2)),
    index(numbers(), (...,)),
)


def _written(spec):
    def reference(x, v, *arrays):
        y = x.copy()
        y[_restored(spec, arrays)] = v
        return y

    return reference


def _scattered(x, indices, updates):
    y = x.copy()
    np.add.at(y, indices, updates)
    return y


def _unindexed(spec, shape):
    def reference(g, *arrays):
        y = np.zeros(shape)
        np.add.at(y, _restored(spec, arrays), g)
        return y

    return reference


def written(x, v, spec, *arrays) -> Sample:
    return sample(x, v, *arrays, spec=spec, reference=_written(spec))


INDEXING = {
    "getitem": list(INDICES),
    "getitem_or_zero": list(INDICES),
    "unindex": [
        sample(
            one.reference(*one.inputs),
            *one.inputs[1:],
            **one.settings,
            shape=x.shape,
            reference=_unindexed(one.settings["spec"], x.shape),
        )
        for one in INDICES
        for x in one.inputs[:1]
    ],
    "setitem": [
        written(X, numbers(seed=3), (1, 2)),
        written(X, numbers(3), (0,)),
        written(X, numbers(1, 1, 2), (ALL, (0, None, 2))),
        written(X, numbers(2, 1), (...,)),
        written(X, numbers(seed=4), (A,), X > 0),
        written(CUBE, numbers(2, 2), (A, A), np.array([1, 0]), np.array([2, 0])),
    ],
    "take": [
        sample(X, np.array([[2, 0], [2, 1]]), reference=np.take),
        sample(X, np.array([2, 2, 0]), axis=1, reference=lambda x, i: x[:, i]),
        sample(CUBE, np.array(1), axis=-2, reference=lambda x, i: x[:, 1]),
        sample(numbers(3), np.array(-1), reference=np.take),
    ],
    "within": [
        sample(INSIDE, order=0, size=3, what="index", whole="rows", reference=lambda i, **_: i)
    ],
    "take_along_axis": [
        sample(
            X,
            np.array([[2, 0], [1, 1]]),
            axis=1,
            reference=lambda x, i: np.take_along_axis(x, i, 1),
        ),
        sample(
            X, np.array([[1, 0, 1]]), axis=0, reference=lambda x, i: np.take_along_axis(x, i, 0)
        ),
    ],
    "scatter_add": [
        sample(X, np.array([1, 1, 0, 1]), numbers(4, 3), reference=_scattered),
        sample(numbers(3), np.array([2, 2]), numbers(2), reference=_scattered),
        sample(X, np.zeros(0, int), numbers(0, 3), reference=_scattered),
    ],
    "nonzero": [sample([[0.0, 2.0], [3.0, 0.0]], reference=np.nonzero, order=0)],
}

SORTING = {
    "argsort": [
        sample(X, order=0, reference=lambda x: np.argsort(x, kind="stable")),
        sample(
            [2, 1, 2, 1, 3], descending=True, order=0, reference=lambda x: np.array([4, 0, 2, 1, 3])
        ),
    ],
    "sorted_places": [
        sample(
            CUBE,
            places=(1, 0),
            order=0,
            reference=lambda x: np.argsort(x, axis=-1, kind="stable")[..., [1, 0]],
        ),
        sample([2, 1, 2, 1, 3], places=(3, 0, 3), order=0, reference=lambda x: np.array([2, 1, 2])),
    ],
    "sort": [
        sample(X, reference=np.sort),
        sample(CUBE, axis=1, descending=True, reference=lambda x: -np.sort(-x, axis=1)),
        sample(numbers(2, 1, 3, 2), axis=-2, reference=lambda x: np.sort(x, axis=-2)),
    ],
    "searchsorted": [
        sample([1.0, 2.0, 2.0, 3.0], [2.0, 0.0, 9.0], order=0, reference=np.searchsorted),
        sample(
            [1.0, 2.0, 2.0, 3.0],
            [2.0, 1.5],
            side="right",
            order=0,
            reference=lambda x, v: np.searchsorted(x, v, "right"),
        ),
    ],
    "unique_all": [
        sample(
            [[3, 1], [1, 2]],
            order=0,
            reference=lambda x: (
                np.array([1, 2, 3]),
                np.array([1, 3, 0]),
                np.array([[2, 0], [0, 1]]),
                np.array([2, 1, 1]),
            ),
        )
    ],
}

SAMPLES: dict[str, list[Sample]] = {**INDEXING, **SORTING}
