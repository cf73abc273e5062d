"""Samples of products and of what neural networks are made of."""

import numpy as np
from op_samples_losses import softmax
from sample import Sample, complexes, numbers, sample

X = numbers(3, 4)
AXES = (-1, 0, 1)
EMPTY = (numbers(0), numbers(2, 0), numbers(0, 2))
WORDS = np.array([[200, 3, 1], [2, 5, 0]], "uint8")


# references, written for reading


def standardised(x, axes, epsilon=1e-5):
    mean, variance = x.mean(axis=axes, keepdims=True), x.var(axis=axes, keepdims=True)
    return (x - mean) / np.sqrt(variance + epsilon), mean, variance


def standardise(shape, axes, weight) -> Sample:
    """Of an array of ``shape``, with weight and bias of a shape or without."""
    others = [None if weight is None else numbers(*weight, seed=i) for i in (1, 2)]

    def reference(x, w, b):
        y, *statistics = standardised(x, axes, 0.01)
        return (y if w is None else y * w + b), *statistics

    return sample(numbers(*shape), *others, axes=axes, epsilon=0.01, reference=reference)


def by_channel(values, x):
    return values.reshape(-1, *(1,) * (x.ndim - 2))


# samples


def einsum(spec, *shapes) -> Sample:
    return sample(
        *(numbers(*shape, seed=i) for i, shape in enumerate(shapes)),
        spec=spec,
        reference=lambda *arrays: np.einsum(spec, *arrays),
    )


def affine(x, w, b):
    return x @ w.T + b


INDICES = np.array([[0, 2], [2, 1]])

PRODUCTS = {
    "matrix_vector": [
        sample(numbers(3, 4), numbers(4, seed=1), reference=np.matmul),
        sample(complexes(2, 3), complexes(3, seed=1), reference=np.matmul),
        sample(numbers(2, 0), numbers(0), reference=np.matmul),
        sample(numbers(0, 2), numbers(2), reference=np.matmul),
    ],
    "matrix_product": [sample(numbers(2, 1, 3, 4), numbers(3, 4, 2), reference=np.matmul)],
    "matmul": [
        sample(numbers(*a), numbers(*b, seed=1), reference=np.matmul)
        for a, b in (
            ((3, 4), (4, 2)),
            ((4,), (4,)),
            ((2, 3, 4), (4,)),
            ((4,), (2, 4, 3)),
            ((2, 3, 4), (4, 2)),
            ((2, 1, 3, 4), (5, 4, 2)),
            ((0, 3), (3, 2)),
            ((2, 0), (0, 3)),
            ((2, 3, 0), (0, 4)),
        )
    ],
    "linear": [
        sample(numbers(*shape, 4), numbers(5, 4, seed=1), numbers(5), reference=affine)
        for shape in ((), (3,), (2, 3), (0,))
    ]
    + [sample(X, numbers(5, 4), None, reference=lambda x, w, _: x @ w.T)],
    "vecdot": [
        sample(
            X,
            numbers(3, 4, seed=1),
            axis=axis,
            order=2,
            reference=lambda a, b, axis=axis: (a * b).sum(axis=axis),
        )
        for axis in (-1, 0)
    ]
    + [
        sample(X, numbers(4, seed=1), reference=lambda a, b: (a * b).sum(axis=-1)),
        sample(WORDS, WORDS, order=0, reference=np.vecdot),
    ],
    "outer": [sample(numbers(3), numbers(2, 2), reference=np.outer)],
    "tensordot": [
        sample(
            numbers(2, 3, 4),
            numbers(*shape, seed=1),
            axes=axes,
            reference=lambda a, b, axes=axes: np.tensordot(a, b, axes),
        )
        for axes, shape in ((1, (4, 2)), (0, (2,)), (((0, 2), (1, 0)), (4, 2, 3)), ((1, 0), (3, 2)))
    ],
    "einsum": [
        einsum("ij,jk->ik", (3, 4), (4, 2)),
        einsum("bij,bjk,kl->il", (2, 3, 4), (2, 4, 2), (2, 3)),
        einsum("...ij,...jk->...ik", (2, 1, 3, 2), (3, 2, 3)),
        einsum("ij", (2, 3)),
        einsum("ji", (2, 3)),
        einsum("ii", (3, 3)),
        einsum("iji->ij", (3, 2, 3)),
        einsum("i,i", (3,), (3,)),
        einsum("i,j->ij", (3,), (2,)),
        einsum("ij,ij->i", (2, 3), (2, 3)),
        einsum("ij->", (2, 3)),
        einsum("ab,bc,cd,de->ae", (2, 3), (3, 2), (2, 4), (4, 2)),
        einsum("ij,kj", (2, 1), (2, 3)),
        einsum("i,i->", (3,), (1,)),
        einsum("ij,ij->j", (2, 3), (1, 3)),
        einsum("...i,...i->...", (2, 1), (2, 3)),
        einsum("ij,jk->ik", (2, 3), (1, 4)),
        einsum("ii,i,ij->j", (3, 3), (1,), (1, 2)),
        einsum("...,...", (2, 3), (3,)),
    ],
}

NORMALISATION = {
    "softmax": [
        *[sample(numbers(2, 3, 2), axis=a, reference=lambda x, a=a: softmax(x, a)) for a in AXES],
        *[sample(empty, reference=np.exp) for empty in EMPTY],
    ],
    "log_softmax": [
        *[
            sample(numbers(2, 3, 2), axis=a, reference=lambda x, a=a: np.log(softmax(x, a)))
            for a in AXES
        ],
        *[sample(empty, reference=np.exp) for empty in EMPTY],
    ],
    "softmax_gradient": [
        sample(
            X,
            numbers(3, 4, seed=1),
            axis=1,
            reference=lambda g, y: y * (g - (g * y).sum(1, keepdims=True)),
        )
    ],
    "log_softmax_gradient": [
        sample(
            X,
            numbers(3, 4, seed=1),
            axis=0,
            reference=lambda g, y: g - np.exp(y) * g.sum(0, keepdims=True),
        )
    ],
    "standardise": [
        standardise((2, 3, 4), axes, weight)
        for axes, weight in (((2,), (4,)), ((0, 2), (3, 1)), ((1, 2), None), ((1, 2), (1, 3, 1)))
    ]
    + [
        sample(numbers(2, 3, 6), numbers(6), None, axes=(2,), epsilon=0.1),
        sample(
            *(numbers(2, 0), None, None),
            axes=(1,),
            epsilon=0.01,
            reference=lambda x, *_: (x, np.zeros((2, 1)), np.zeros((2, 1))),
        ),
    ],
    "standardise_gradient": [
        sample(
            *(X, numbers(3, 4, seed=1), weight, numbers(3, 1), np.abs(numbers(3, 1)) + 0.5),
            axes=(1,),
            epsilon=0.01,
        )
        for weight in (None, numbers(4, seed=2), numbers(3, 1, seed=2))
    ],
    "layer_norm": [
        sample(
            numbers(2, 3, 4),
            numbers(4),
            numbers(4, seed=1),
            shape=None,
            reference=lambda x, w, b: standardised(x, (2,))[0] * w + b,
        ),
        sample(
            numbers(2, 3, 4),
            None,
            None,
            shape=(3, 4),
            eps=0.1,
            reference=lambda x, *_: standardised(x, (1, 2), 0.1)[0],
        ),
        sample(numbers(2, 0), numbers(0), numbers(0), reference=lambda x, *_: x),
    ],
    "rms_norm": [
        sample(
            X,
            numbers(4),
            eps=0.1,
            reference=lambda x, w: x * w / np.sqrt((x * x).mean(1, keepdims=True) + 0.1),
        ),
        sample(numbers(2, 0), None, reference=lambda x, *_: x),
    ],
    "group_norm": [
        sample(
            numbers(2, 4, 3),
            numbers(4),
            numbers(4, seed=1),
            groups=2,
            reference=lambda x, w, b: (
                standardised(x.reshape(2, 2, 6), (2,))[0].reshape(x.shape) * by_channel(w, x)
                + by_channel(b, x)
            ),
        ),
        sample(numbers(2, 4, 0), None, None, groups=2, reference=lambda x, *_: x),
    ],
    "batch_norm": [
        sample(
            numbers(3, 2, 2),
            numbers(2),
            np.abs(numbers(2, seed=1)),
            numbers(2),
            numbers(2),
            reference=lambda x, m, v, w, b: (
                (x - by_channel(m, x)) * by_channel(w, x) / np.sqrt(by_channel(v, x) + 1e-5)
                + by_channel(b, x)
            ),
        )
    ],
    "batch_norm_training": [
        sample(
            numbers(3, 2, 2),
            numbers(2),
            numbers(2, seed=1),
            eps=0.01,
            reference=lambda x, w, b: (
                standardised(x, (0, 2), 0.01)[0] * by_channel(w, x) + by_channel(b, x),
                x.mean((0, 2)),
                x.var((0, 2)),
            ),
        )
    ],
}

SAMPLES: dict[str, list[Sample]] = {
    **PRODUCTS,
    **NORMALISATION,
    "embedding": [
        sample(numbers(4, 3), INDICES, reference=lambda w, i: w[i]),
        sample(numbers(4), np.array([3, 3, 0]), reference=lambda w, i: w[i]),
    ],
    "embedding_gradient": [
        sample(
            numbers(4, 3),
            np.array([1, 0, 1, 1]),
            rows=3,
            reference=lambda g, i: np.stack([g[1], g[0] + g[2] + g[3], np.zeros(3)]),
        )
    ],
    "masked": [sample(X, X > 0, rate=0.25, reference=lambda x, mask: np.where(mask, x / 0.75, 0))],
}
