"""Samples of losses."""

from itertools import product

import numpy as np
from sample import Sample, numbers, sample

X = numbers(3, 4)
LABELS = np.array([1, 0, -100, 3, 3])
SCORES = numbers(5, 4)
WEIGHT = np.array([0.3, 1.7, 0.6, 1.1])


# references, written for reading


def softmax(x, axis=-1):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


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


TARGETS = np.abs(numbers(3, 4, seed=1))
ROW = {"ignored": -100, "smoothing": 0.0}
SCORED, SMOOTHED = scores(**ROW), scores(ignored=-100, smoothing=0.2)
INDICES = np.array([[0, 2], [2, 1]])

SAMPLES: dict[str, list[Sample]] = {
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
