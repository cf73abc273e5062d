"""Samples of products and of what neural networks are made of."""

from itertools import product

import numpy as np
import op_samples_images
from sample import Sample, complexes, numbers, sample

X = numbers(3, 4)
LABELS = np.array([1, 0, -100, 3, 3])
SCORES = numbers(5, 4)
WEIGHT = np.array([0.3, 1.7, 0.6, 1.1])


# references, written for reading


def softmax(x, axis=-1):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def standardised(x, axes, epsilon=1e-5):
    mean, variance = x.mean(axis=axes, keepdims=True), x.var(axis=axes, keepdims=True)
    return (x - mean) / np.sqrt(variance + epsilon), mean, variance


def by_channel(values, x):
    return values.reshape(-1, *(1,) * (x.ndim - 2))


def entropies(x, target):
    """Cross-entropy of each row with its row of ``target``, which need not sum to 1."""
    return -(target * np.log(softmax(x))).sum(axis=-1)


def targets(labels, classes, weight=None, smoothing=0.0, ignored=-100):
    """What each log-probability counts."""
    each = np.ones(classes) if weight is None else weight
    rows = (1 - smoothing) * np.eye(classes)[labels % classes] * each + smoothing / classes * each
    return np.where((labels == ignored)[:, None], 0, rows)


def counts(labels, weight=None, ignored=-100):
    each = np.ones(4) if weight is None else weight
    return each[labels[labels != ignored]].sum()


# samples


def einsum(spec, *shapes) -> Sample:
    return sample(
        *(numbers(*shape, seed=i) for i, shape in enumerate(shapes)),
        spec=spec,
        reference=lambda *arrays: np.einsum(spec, *arrays),
    )


def scores(**settings) -> dict[str, list[Sample]]:
    """Cross-entropy of rows and its mean, with and without weights."""
    smoothing = settings.get("smoothing", 0.0)

    def both(weight):
        def rows(x, *_):
            return entropies(x, targets(LABELS, 4, weight, smoothing))

        inputs = (SCORES, LABELS, weight)
        return (
            sample(*inputs, **settings, reference=rows),
            sample(
                *inputs, **settings, reference=lambda x, *_: rows(x).sum() / counts(LABELS, weight)
            ),
        )

    plain, weighted = both(None), both(WEIGHT)
    return {"rows": [plain[0], weighted[0]], "mean": [plain[1], weighted[1]]}


def slopes(mean: bool) -> list[Sample]:
    """Gradients of cross-entropy by the scores, for a given gradient of the losses."""
    found = []
    for weight, smoothing in product((None, WEIGHT), (0.0, 0.2)):
        target = targets(LABELS, 4, weight, smoothing)
        count = counts(LABELS, weight) if mean else 1.0

        def slope(g, x, *_, target=target, count=count):
            share = np.broadcast_to(g / count, (5,))[:, None]
            return share * (softmax(x) * target.sum(axis=1, keepdims=True) - target)

        # the sum of a slope is 0 whatever g is, so that its gradient by g is but rounding
        g = np.array(2) if mean else numbers(5)
        found.append(
            sample(g, SCORES, LABELS, weight, ignored=-100, smoothing=smoothing, reference=slope)
        )
    return found


def losses(reference, *inputs, **settings) -> list[Sample]:
    """A loss of elements with each reduction."""
    return [
        sample(
            *inputs,
            **settings,
            reduction=reduction,
            reference=lambda *a, reduce=reduce: reduce(reference(*a)),
        )
        for reduction, reduce in (("mean", np.mean), ("sum", np.sum), ("none", np.asarray))
    ]


def huber(x, t, delta=0.7):
    distance = np.abs(x - t)
    return np.where(distance < delta, distance**2 / 2, delta * (distance - delta / 2))


def logits(x, t, weight, positive):
    probability = 1 / (1 + np.exp(-x))
    both = -(positive * t * np.log(probability) + (1 - t) * np.log(1 - probability))
    return both * weight


def affine(x, w, b):
    return x @ w.T + b


TARGETS = np.abs(numbers(3, 4, seed=1))
ROW = {"ignored": -100, "smoothing": 0.0}
SCORED, SMOOTHED = scores(**ROW), scores(ignored=-100, smoothing=0.2)
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
        einsum("...,...", (2, 3), (3,)),
    ],
}

NORMALISATION = {
    "softmax": [
        sample(numbers(2, 3, 2), axis=a, reference=lambda x, a=a: softmax(x, a)) for a in (-1, 0, 1)
    ],
    "log_softmax": [
        sample(numbers(2, 3, 2), axis=a, reference=lambda x, a=a: np.log(softmax(x, a)))
        for a in (-1, 0, 1)
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
        sample(
            numbers(2, 3, 4),
            axes=axes,
            epsilon=0.01,
            reference=lambda x, axes=axes: standardised(x, axes, 0.01),
        )
        for axes in ((2,), (0, 2), (1, 2))
    ],
    "standardise_gradient": [
        sample(
            X,
            numbers(3, 4, seed=1),
            np.abs(numbers(3, 1)),
            axes=(1,),
            epsilon=0.01,
            reference=lambda g, y, v: (
                (g - g.mean(1, keepdims=True) - y * (g * y).mean(1, keepdims=True))
                / np.sqrt(v + 0.01)
            ),
        )
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
    ],
    "rms_norm": [
        sample(
            X,
            numbers(4),
            eps=0.1,
            reference=lambda x, w: x * w / np.sqrt((x * x).mean(1, keepdims=True) + 0.1),
        )
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
        )
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

LOSSES = {
    "cross_entropy_rows": SCORED["rows"] + SMOOTHED["rows"],
    "cross_entropy_mean": SCORED["mean"] + SMOOTHED["mean"],
    "cross_entropy_gradient": slopes(mean=False),
    "cross_entropy_mean_gradient": slopes(mean=True),
    "cross_entropy": [
        sample(
            SCORES, LABELS, None, reference=lambda x, *_: entropies(x, targets(LABELS, 4)).sum() / 4
        ),
        sample(
            SCORES,
            LABELS,
            WEIGHT,
            reduction="sum",
            label_smoothing=0.1,
            reference=lambda x, *_: entropies(x, targets(LABELS, 4, WEIGHT, 0.1)).sum(),
        ),
        sample(
            numbers(2, 3, 2),
            INDICES,
            None,
            reduction="none",
            reference=lambda x, labels, _: entropies(
                np.moveaxis(x, 1, 2).reshape(4, 3), np.eye(3)[labels.ravel()]
            ).reshape(2, 2),
        ),
        sample(numbers(4), np.array(2), None, reference=lambda x, *_: -np.log(softmax(x))[2]),
        sample(
            X,
            TARGETS,
            WEIGHT,
            label_smoothing=0.1,
            reference=lambda x, t, w: entropies(x, (0.9 * t + 0.1 / 4) * w).mean(),
        ),
        sample(
            numbers(2, 3, 2),
            np.abs(numbers(2, 3, 2, seed=1)),
            None,
            reduction="none",
            reference=lambda x, t, _: -(t * np.log(softmax(x, 1))).sum(1),
        ),
    ],
    "nll_loss": [
        sample(
            SCORES,
            LABELS,
            WEIGHT,
            reference=lambda x, *_: (
                -(targets(LABELS, 4, WEIGHT) * x).sum() / counts(LABELS, WEIGHT)
            ),
        ),
        sample(
            SCORES,
            LABELS,
            None,
            reduction="none",
            reference=lambda x, *_: -(targets(LABELS, 4) * x).sum(1),
        ),
    ],
    "mse_loss": losses(lambda x, t: (x - t) ** 2, X, TARGETS),
    "l1_loss": losses(lambda x, t: np.abs(x - t), X, TARGETS),
    "huber_loss": losses(huber, X, TARGETS, delta=0.7),
    "smooth_l1_loss": [
        *losses(lambda x, t: huber(x, t) / 0.7, X, TARGETS, beta=0.7),
        sample(X, TARGETS, beta=0.0, reference=lambda x, t: np.abs(x - t).mean()),
    ],
    "binary_cross_entropy_with_logits": [
        *losses(logits, X, TARGETS / 2, WEIGHT, WEIGHT[::-1].copy()),
        sample(
            X, TARGETS / 2, None, None, reference=lambda x, t, *_: logits(x, t, 1.0, 1.0).mean()
        ),
    ],
}

SAMPLES: dict[str, list[Sample]] = {
    **PRODUCTS,
    **NORMALISATION,
    **LOSSES,
    **op_samples_images.SAMPLES,
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
