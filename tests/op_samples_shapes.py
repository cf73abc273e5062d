"""Samples of operations that give elements another shape, another place, or neighbours."""

import numpy as np
from sample import Sample, numbers, sample

X = numbers(2, 3)
CUBE = numbers(2, 3, 2)

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
        sample(numbers(2, 0), sections=3, axis=1, reference=lambda x: np.split(x, 3, 1)),
        sample(CUBE, sections=(1, 1), axis=1, reference=lambda x: np.split(x, (1, 1), 1)),
    ],
}

SAMPLES: dict[str, list[Sample]] = {**SHAPE, **ARRANGEMENT, **JOINING}
