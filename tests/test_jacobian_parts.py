"""Batches that Jacobians hold in parts: scaled rows with a diagonal, products with themselves."""

import numpy as np
import pytest
from sample import numbers

import gpugrad as gg
from gpugrad.engine.anything import ANY
from gpugrad.transforms.basis import Directions
from gpugrad.transforms.lines import Lines

SQUARE, X = numbers(4, 4), numbers(4, seed=2)
TALL = numbers(700, 20, seed=3)
W = numbers(20, seed=4)


def by_loop(f, x):
    """The Jacobian column by column, by forward mode along each unit direction."""
    columns = [gg.jvp(f, (x,), (unit,))[1] for unit in np.eye(x.size, dtype=x.dtype)]
    return np.stack([np.asarray(column) for column in columns], -1)


LAYERS = {
    "gated": lambda x: gg.tanh(SQUARE @ x) * x,
    "residual": lambda x: x + gg.sin(SQUARE @ (x * x)),
    "residual, the other way": lambda x: gg.sin(SQUARE @ (x * x)) - x * 3.0,
    "plain beside itself": lambda x: SQUARE @ x + x,
    "transposed": lambda x: x @ SQUARE + 2 * x,
    "two layers": lambda x: SQUARE.T @ gg.tanh(SQUARE @ x) + x,
    "three shares": lambda x: x * (SQUARE @ x) + gg.exp(x) + x / 2,
    "scaled afterwards": lambda x: gg.sin(x) * (SQUARE @ gg.cos(x) + x),
    "not square": lambda x: SQUARE[:3] @ x * x[:3],
}


@pytest.mark.parametrize("layer", LAYERS.values(), ids=LAYERS)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_layers_agree_with_a_loop(layer, dtype, monkeypatch):
    monkeypatch.setitem(globals(), "SQUARE", SQUARE.astype(dtype))
    x = X.astype(dtype)
    expected = by_loop(layer, x)
    for jacobian in (gg.jacfwd, gg.jacrev, gg.jacobian):
        found = jacobian(layer)(x)
        assert found.dtype == dtype
        np.testing.assert_allclose(found, expected, rtol=1e-13 if dtype == np.float64 else 2e-5)


def test_what_went_in_is_not_written():
    """The diagonal is added to an array of the batch's own."""
    matrix = SQUARE.copy()
    gg.jacrev(lambda x: matrix @ x + x)(X)
    np.testing.assert_array_equal(matrix, SQUARE)


@pytest.mark.parametrize("jacobian", [gg.jacfwd, gg.jacrev, gg.jacobian])
@pytest.mark.parametrize(
    "f",
    [
        lambda m: lambda x: m @ x,
        lambda m: lambda x: x @ m,
        lambda m: lambda x: gg.reshape(m @ gg.reshape(x, (4, 1)), (2, 2)),
        lambda m: lambda x: gg.zeros(4, dtype="float64") + x[0] * 0,
    ],
)
def test_a_jacobian_is_nobody_elses(f, jacobian):
    """Of a linear map it is the map's own matrix, which must not be written through it."""
    matrix = SQUARE.copy()
    found = jacobian(f(matrix))(X)
    found[...] = 99.0
    np.testing.assert_array_equal(matrix, SQUARE)


def test_parts_stay_parts_until_somebody_asks():
    units, scaled = Directions(X, None, 7), Directions(X, X, 7)
    lines = SQUARE @ units
    assert isinstance(lines, Lines)
    for both in (lines + scaled, scaled + lines):
        assert isinstance(both, Lines)
        np.testing.assert_array_equal(both.data, SQUARE.T + np.diag(X))
    assert not isinstance(lines + lines, Lines)
    weighted = ANY.scale(lines, X)
    assert isinstance(weighted, Lines)
    np.testing.assert_array_equal(weighted.data, SQUARE.T * X)


def test_a_diagonal_is_made_part_of_the_batch_before_it_is_scaled():
    both = SQUARE @ Directions(X, None, 7) + Directions(X, X, 7)
    scaled = ANY.scale(both, X)
    assert not isinstance(scaled, Lines)
    np.testing.assert_array_equal(scaled.data, (SQUARE.T + np.diag(X)) * X)


@pytest.mark.parametrize(
    ("matrix", "calls"),
    [
        (TALL.T, 1),  # a second array of the same elements
        (np.array(TALL.T), 0),
        (np.concatenate([TALL[1:], TALL[:1]]).T, 0),
    ],
)
def test_a_product_with_the_same_matrix_is_one_operation(matrix, calls, monkeypatch):
    found = []

    def noted(*arrays):
        found.append(arrays)
        return gram(*arrays)

    gram = ANY.weighted_gram
    monkeypatch.setattr(ANY, "weighted_gram", noted)
    weights = numbers(700, seed=5)
    lines = ANY.scale(TALL @ Directions(W, None, 7), weights)
    y = matrix @ lines
    assert len(found) == calls
    expected = (matrix @ (weights[:, None] * TALL)).T
    np.testing.assert_allclose(y.data, expected, rtol=1e-12, atol=1e-11)


def test_a_zero_that_both_parts_add_up_to_stays_zero():
    """0 times an infinite slope is 0, also where the rows and the diagonal cancel."""

    def f(x):
        return gg.sqrt(np.eye(3) @ x - x)

    np.testing.assert_array_equal(gg.jacfwd(f)(X[:3]), np.zeros((3, 3)))
    np.testing.assert_array_equal(by_loop(f, X[:3]), np.zeros((3, 3)))


@pytest.mark.parametrize("jacobian", [gg.jacfwd, gg.jacrev, gg.jacobian])
def test_infinite_slopes_are_no_warning(jacobian):
    """The batch is made after the walk; pytest turns NumPy's warnings into errors."""
    found = jacobian(lambda x: gg.sqrt(SQUARE @ x**2))(np.zeros(4))
    np.testing.assert_array_equal(found, np.zeros((4, 4)))


def likelihood(w):
    return gg.sum(gg.log1p(gg.exp(-(TALL @ w))))


def by_hand(weights):
    return TALL.T @ (weights[:, None] * TALL)


@pytest.mark.parametrize(
    ("function", "weights"),
    [
        (likelihood, lambda z: np.exp(z) / (1 + np.exp(z)) ** 2),
        (lambda w: gg.sum((TALL @ w) ** 3), lambda z: 6 * z),  # of both signs
        (lambda w: gg.sum(gg.maximum(TALL @ w, 0) ** 2), lambda z: 2.0 * (z > 0)),  # zeros
        (lambda w: gg.sum(gg.exp(TALL @ w)) + gg.sum(w**2), None),
    ],
)
def test_hessians_of_linear_models(function, weights):
    z = TALL @ W
    expected = by_hand(np.exp(z)) + 2 * np.eye(20) if weights is None else by_hand(weights(z))
    found = gg.hessian(function)(W)
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12 * np.abs(expected).max())


def test_infinite_data_follow_the_rule_of_zeros():
    """A zero weight ends what meets it, as in every product of a rule."""
    data = TALL.copy()
    data[3] = np.inf

    def f(w):
        return gg.sum(gg.exp(gg.minimum(data @ w, 1.0)))

    small = np.abs(W) * 0.01
    kept = np.delete(data, 3, axis=0)
    z = kept @ small
    expected = kept.T @ ((np.exp(z) * (z < 1))[:, None] * kept)
    found = gg.hessian(f)(small)
    by_columns = by_loop(gg.grad(f), small)
    np.testing.assert_array_equal(np.isnan(found), np.isnan(by_columns))
    good = ~np.isnan(found)
    np.testing.assert_allclose(found[good], expected[good], rtol=1e-12)
