"""The loss of sequences' labels: against PyTorch, against all paths, and where none spells them."""

import numpy as np
import pytest
from op_samples_ctc import COUNTS, LENGTHS, TARGETS, losses

import gpugrad as gg
from gpugrad import nn
from gpugrad.nn.functional import ctc_loss, log_softmax

SCORES = np.random.default_rng(0).normal(size=(4, 3, 3))


def loss(scores, **how):
    given = (gg.tensor(TARGETS), gg.tensor(LENGTHS), gg.tensor(COUNTS))
    return ctc_loss(log_softmax(scores, -1), *given, **how)


def made(seed):
    """Scores, targets and lengths, and settings, at random; lengths are tuples if seed is odd."""
    rng = np.random.default_rng(seed)
    steps, members, classes, most = (int(n) for n in rng.integers((1, 1, 2, 1), (9, 5, 5, 5)))
    blank, single = int(rng.integers(classes)), seed % 4 == 3
    members = 1 if single else members
    scores = rng.normal(size=(steps, classes) if single else (steps, members, classes))
    lengths = rng.integers(0, steps + 1, members)
    counts = rng.integers(0, most + 1, members)
    targets = rng.choice([c for c in range(classes) if c != blank], size=(members, most))
    if seed % 4 >= 2:  # one after another
        targets = np.concatenate([row[:n] for row, n in zip(targets, counts, strict=True)])
    reduction = str(rng.choice(["mean", "sum", "none"]))
    how = {"blank": blank, "reduction": reduction, "zero_infinity": True}
    if seed % 2:
        lengths, counts = (tuple(int(n) for n in x) for x in (lengths, counts))
    return scores, [targets, lengths, counts], how


@pytest.mark.parametrize("seed", range(20))
def test_it_agrees_with_torch(seed):
    torch = pytest.importorskip("torch")
    scores, others, how = made(seed)
    found = []
    for library in (torch, gg):
        x = library.tensor(scores, requires_grad=True)
        given = [library.tensor(a) if isinstance(a, np.ndarray) else a for a in others]
        y = library.nn.CTCLoss(**how)(library.nn.functional.log_softmax(x, -1), *given)
        (y * y).sum().backward()
        found.append((y.detach().numpy(), x.grad.numpy()))
    for ours, theirs in zip(*reversed(found), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)


def test_reductions():
    known = losses(log_softmax(gg.tensor(SCORES), -1).numpy(), TARGETS, LENGTHS, COUNTS)
    for reduction, expected in (
        ("none", known),
        ("sum", known.sum()),
        ("mean", (known / COUNTS).mean()),
    ):
        np.testing.assert_allclose(loss(gg.tensor(SCORES), reduction=reduction), expected)
        module = nn.CTCLoss(reduction=reduction)
        given = (gg.tensor(TARGETS), tuple(LENGTHS), tuple(COUNTS))
        found = module(log_softmax(gg.tensor(SCORES), -1), *given)
        np.testing.assert_allclose(found, expected)
    assert repr(module) == "CTCLoss()"


def test_gradients_of_gradients_agree_with_differences():
    gg.testing.gradcheck(lambda x: loss(x, reduction="sum"), [SCORES], order=2)


@pytest.mark.parametrize("endless", [False, True])
def test_nothing_is_nan_where_no_path_spells_the_labels(endless):
    scores = SCORES.copy()
    if endless:
        scores[:, 1] = [0.0, -np.inf, 0.0]  # a class that is impossible
        targets = gg.tensor([[1, 2], [1, 2], [1, 0]])
        lengths, counts = gg.tensor([4, 4, 3]), gg.tensor([2, 2, 1])
    else:
        targets = gg.tensor([[1, 2], [2, 2], [1, 0]])
        lengths, counts = gg.tensor([4, 2, 3]), gg.tensor([2, 2, 1])

    def each(x, **how):
        return ctc_loss(x, targets, lengths, counts, reduction="none", **how)

    x = gg.tensor(scores, requires_grad=True)
    assert each(x)[1] == np.inf and each(x, zero_infinity=True)[1] == 0
    for zero in (False, True):
        first = gg.grad(lambda x, zero=zero: gg.sum(each(x, zero_infinity=zero)[::2]))(x)
        assert np.isfinite(first).all() and (first[:, 1] == 0).all()
    whole = gg.grad(lambda x: gg.sum(each(x, zero_infinity=True)))
    second = gg.grad(lambda x: gg.sum(whole(x) ** 2))(x)
    assert np.isfinite(second).all() and (second[:, 1] == 0).all()
    moved = gg.jvp(lambda x: each(x, zero_infinity=True), (x,), (gg.ones_like(x),))[1]
    assert np.isfinite(moved).all() and moved[1] == 0


X = log_softmax(gg.tensor(SCORES), -1)


@pytest.mark.parametrize(
    ("arguments", "error", "match"),
    [
        ((X[0, 0], TARGETS, LENGTHS, COUNTS), ValueError, r"log_probs of shape \(3,\)"),
        ((X, TARGETS, (5, 4, 3), (2, 2, 1)), ValueError, "an input length of 5; .* 4 steps"),
        ((X, TARGETS, (4, 4, 3), (3, 2, 1)), ValueError, "a target length of 3; .* 2 labels"),
        ((X, TARGETS, (4, 4), (2, 2, 1)), ValueError, "input_lengths: 2 for 3 sequences"),
        ((X, TARGETS, (4, 4, -3), (2, 2, 1)), ValueError, "from 0 on"),
        ((X, TARGETS, (4.0, 4, 3), (2, 2, 1)), TypeError, "input_lengths of float"),
        ((X, TARGETS * 1.0, (4, 4, 3), (2, 2, 1)), TypeError, "targets of float64"),
        ((X, TARGETS[0], (4, 4, 3), (2, 2, 1)), ValueError, "2 targets one after another"),
        ((X, TARGETS[:2], (4, 4, 3), (2, 2, 1)), ValueError, "targets of 2 sequences for 3"),
        ((X, TARGETS + 5, (4, 4, 3), (2, 2, 1)), IndexError, "label 6 of 3 classes"),
        ((X, TARGETS, (4, 4, 3), (2, 2, 1), 3), ValueError, "blank 3 of 3 classes"),
        ((X, TARGETS, (4, 4, 3), (2, 2, 1), 0, "min"), ValueError, "reduction='min'"),
    ],
)
def test_what_is_refused(arguments, error, match):
    x, targets, *others = arguments
    with pytest.raises(error, match=match):
        ctc_loss(x, gg.tensor(targets), *others)
