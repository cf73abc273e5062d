"""Samples of operations on whole arrays: reductions, scans, shapes, indices, order."""

import numpy as np
from sample import Sample, complexes, numbers, sample

A, ALL = "array", (None, None, None)
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


def index(x, spec, *arrays, shape=None) -> Sample:
    """A sample of reading ``x`` at an index."""

    def reference(x, *arrays):
        return x[_restored(spec, arrays)]

    return sample(x, *arrays, spec=spec, reference=reference)


def _restored(spec, arrays):
    rest = iter(arrays)
    return tuple(next(rest) if p == A else slice(*p) if isinstance(p, tuple) else p for p in spec)


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
    "logsumexp": reduction(_logsumexp, empty=False)[:5],
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

SHAPE = {
    "reshape": [
        sample(X, shape=(3, 2), reference=lambda x: x.reshape(3, 2)),
        sample(X, shape=-1, reference=np.ravel),
        sample(numbers(), shape=(1, 1), reference=lambda x: x.reshape(1, 1)),
        sample(numbers(0, 3), shape=(3, 0), reference=lambda x: x.reshape(3, 0)),
    ],
    "flatten": [sample(CUBE, reference=np.ravel), sample(numbers(), reference=np.ravel)],
    "broadcast_to": [
        sample(X[:, :1], shape=(2, 2, 3), reference=lambda x: np.broadcast_to(x, (2, 2, 3))),
        sample(numbers(), shape=(2,), reference=lambda x: np.full(2, x)),
        sample(numbers(1, 2), shape=(0, 2), reference=lambda x: x[:0]),
    ],
    "sum_to": [
        sample(CUBE, shape=(3, 1), reference=lambda x: x.sum((0, 2))[:, None]),
        sample(X, shape=(), reference=np.sum),
        sample(X, shape=(2, 3), reference=np.copy),
    ],
    "broadcast_arrays": [sample(X[:, :1], numbers(3), reference=np.broadcast_arrays)],
    "expand_dims": [
        sample(X, axis=0, reference=lambda x: x[None]),
        sample(X, axis=(0, -1), reference=lambda x: x[None, ..., None]),
    ],
    "squeeze": [
        sample(numbers(1, 3, 1), reference=np.squeeze),
        sample(numbers(1, 3, 1), axis=2, reference=lambda x: x[..., 0]),
        sample(numbers(1, 3, 1), axis=(0, -1), reference=np.squeeze),
    ],
    "tile": [
        sample(X, reps=2, reference=lambda x: np.tile(x, 2)),
        sample(X, reps=(2, 1, 3), reference=lambda x: np.tile(x, (2, 1, 3))),
        sample(CUBE, reps=(2, 1), reference=lambda x: np.tile(x, (2, 1))),
        sample(numbers(), reps=(3,), reference=lambda x: np.tile(x, 3)),
        sample(X, reps=(0, 2), reference=lambda x: np.tile(x, (0, 2))),
    ],
    "repeat": [
        sample(X, repeats=2, reference=lambda x: np.repeat(x, 2)),
        sample(X, repeats=3, axis=1, reference=lambda x: np.repeat(x, 3, 1)),
        sample(X, repeats=(1, 0, 2), axis=-1, reference=lambda x: np.repeat(x, (1, 0, 2), 1)),
    ],
    "astype": [sample(X, dtype=np.dtype("float64"), reference=np.copy)],
    "to_device": [sample(X, source="cpu", target="cpu", reference=np.copy)],
}

ARRANGEMENT = {
    "permute_dims": [
        sample(CUBE, reference=np.transpose),
        sample(CUBE, axes=(2, 0, 1), reference=lambda x: np.transpose(x, (2, 0, 1))),
        sample(CUBE, axes=(-1, 0, 1), reference=lambda x: np.transpose(x, (2, 0, 1))),
    ],
    "matrix_transpose": [sample(CUBE, reference=lambda x: np.swapaxes(x, 1, 2))],
    "moveaxis": [
        sample(CUBE, source=0, destination=-1, reference=lambda x: np.moveaxis(x, 0, -1)),
        sample(
            CUBE,
            source=(0, 1),
            destination=(2, 0),
            reference=lambda x: np.moveaxis(x, (0, 1), (2, 0)),
        ),
    ],
    "swapaxes": [sample(CUBE, axis1=0, axis2=-1, reference=lambda x: np.swapaxes(x, 0, 2))],
    "flip": [
        sample(X, reference=np.flip),
        sample(X, axis=1, reference=np.fliplr),
        sample(CUBE, axis=(0, -1), reference=lambda x: np.flip(x, (0, 2))),
    ],
    "roll": [
        sample(X, shift=2, reference=lambda x: np.roll(x, 2)),
        sample(X, shift=(1, -1), axis=(0, 1), reference=lambda x: np.roll(x, (1, -1), (0, 1))),
    ],
    "tril": [
        sample(numbers(3, 3), reference=np.tril),
        sample(CUBE, k=1, reference=lambda x: np.tril(x, 1)),
    ],
    "triu": [
        sample(numbers(3, 3), reference=np.triu),
        sample(CUBE, k=-1, reference=lambda x: np.triu(x, -1)),
    ],
    "diagonal": [
        sample(X, reference=np.diagonal),
        sample(CUBE, offset=1, axis1=2, axis2=1, reference=lambda x: np.diagonal(x, 1, 2, 1)),
        sample(X, offset=-1, reference=lambda x: np.diagonal(x, -1)),
        sample(X, offset=5, reference=lambda x: x[:0, 0]),
    ],
    "pad": [
        sample(X, pad_width=1, reference=lambda x: np.pad(x, 1)),
        sample(
            X,
            pad_width=((0, 2), (1, 0)),
            value=0.5,
            reference=lambda x: np.pad(x, ((0, 2), (1, 0)), constant_values=0.5),
        ),
        sample(X, pad_width=(1, 2), reference=lambda x: np.pad(x, (1, 2))),
    ],
    "differences": [
        sample(numbers(5), n=2, reference=lambda x: np.diff(x, 2)),
        sample(X, axis=0, reference=lambda x: np.diff(x, axis=0)),
        sample(X, axis=0, n=2, reference=lambda x: x[:0]),
    ],
}

JOINING = {
    "concat": [
        sample(X, numbers(1, 3), reference=lambda a, b: np.concatenate((a, b))),
        sample(X, numbers(2, 0), X[:, ::2], axis=-1, reference=lambda *a: np.concatenate(a, -1)),
        sample(X, numbers(2), axis=None, reference=lambda *a: np.concatenate(a, None)),
    ],
    "stack": [
        sample(X, numbers(2, 3, seed=1), reference=lambda *a: np.stack(a)),
        sample(X, numbers(2, 3, seed=1), X, axis=-1, reference=lambda *a: np.stack(a, -1)),
    ],
    "unstack": [sample(CUBE, axis=1, reference=lambda x: np.unstack(x, axis=1))],
    "split": [
        sample(numbers(4, 2), sections=2, reference=lambda x: np.split(x, 2)),
        sample(CUBE, sections=(1, 1), axis=1, reference=lambda x: np.split(x, (1, 1), 1)),
    ],
}

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

SAMPLES: dict[str, list[Sample]] = {
    **REDUCTION,
    **SCAN,
    **SHAPE,
    **ARRANGEMENT,
    **JOINING,
    **INDEXING,
    **SORTING,
}
