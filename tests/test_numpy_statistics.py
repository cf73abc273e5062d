"""Statistics of ``gpugrad.numpy`` at their corners: NaN, ties, nothing, and what is refused."""

import numpy as np
import pytest
from numpy_case import agree
from sample import numbers

import gpugrad as gg
import gpugrad.numpy as gnp
from gpugrad.engine.functions import function_of
from gpugrad.ops import REGISTRY
from gpugrad.testing import gradcheck

A = numbers(3, 4, seed=1)
HOLES = np.where(np.arange(12).reshape(3, 4) % 5 == 1, np.nan, A)
NAN_FUNCTIONS = (
    "nansum",
    "nanprod",
    "nanmean",
    "nanvar",
    "nanstd",
    "nanmax",
    "nanmin",
    "nancumsum",
    "nancumprod",
    "nanmedian",
    "nanquantile",
)


def nan_function(name):
    more = {"nanquantile": (0.3,)}.get(name, ())
    return lambda x: getattr(gnp, name)(x, *more)


def with_holes(v):
    """A vector with NaN at its second place and at its end."""
    hole = np.array([np.nan])
    return gg.concat([v[:1], gg.tensor(hole), v[1:], gg.tensor(hole)])


@pytest.mark.parametrize("name", NAN_FUNCTIONS)
def test_derivatives_beside_nan_are_those_without_it(name):
    f = nan_function(name)
    gradcheck(lambda v: f(with_holes(v)), (numbers(4, seed=3),), order=2)


@pytest.mark.parametrize("name", NAN_FUNCTIONS)
def test_the_gradient_of_a_nan_is_exactly_zero(name):
    f = nan_function(name)
    rows = np.stack([HOLES[0], np.full(4, np.nan)])  # in the second nothing is left

    def known(row):
        return gg.sum(gg.where(gg.isnan(f(row)), 0.0, f(row)))

    gradient = gg.grad(lambda x: known(x[0]) + known(x[1]))(rows)
    assert np.all(gradient[np.isnan(rows)] == 0)
    assert np.isfinite(gradient).all()
    _, tangent = gg.jvp(f, (HOLES[0],), (np.ones(4),))
    assert np.isfinite(gg.asarray(tangent).numpy()).all()


@pytest.mark.parametrize("name", NAN_FUNCTIONS[2:7])
def test_of_nothing_but_nan_comes_nan_without_a_gradient(name):
    empty = np.full((2, 3), np.nan)
    f = getattr(gnp, name)
    assert np.isnan(f(empty, axis=1).numpy()).all()
    np.testing.assert_array_equal(gg.grad(lambda x: gg.sum(f(x, axis=1)))(empty), 0)


def test_nanargmax_of_nothing_but_nan_is_an_error_that_vmap_cannot_see():
    rows = np.stack([HOLES[0], np.full(4, np.nan)])
    for function in (gnp.nanargmax, gnp.nanargmin):
        with pytest.raises(ValueError, match=r"all elements along axis=1 are NaN"):
            function(rows, axis=1)
        assert gg.vmap(function)(rows)[1] == 0


def test_the_deviation_of_equal_elements_has_the_gradient_zero():
    x = np.array([1.5, 1.5, np.nan, 1.5])
    np.testing.assert_array_equal(gg.grad(gnp.nanstd)(x), 0)


@pytest.mark.parametrize("name", ["median", "quantile", "percentile"])
def test_a_nan_makes_its_line_nan(name):
    more = () if name == "median" else (0.3,)
    found = getattr(gnp, name)(HOLES, *more, axis=1)
    agree(found, getattr(np, name)(HOLES, *more, axis=1))


def test_of_equal_elements_a_quantile_moves_with_those_that_a_stable_sort_chooses():
    gradient = gg.grad(lambda x: gnp.quantile(x, 0.5))(np.array([2.0, 1.0, 2.0, 2.0]))
    assert gradient.tolist() == [0.5, 0, 0.5, 0]


def test_a_quantile_moves_with_its_place():
    x = np.array([1.0, 2.0, 4.0, 8.0])
    assert gg.grad(lambda q: gnp.quantile(x, q))(0.5) == pytest.approx(3 * 2.0)
    assert gg.grad(lambda q: gnp.quantile(x, q, method="lower"))(0.5) == 0
    assert gg.jvp(lambda q: gnp.percentile(x, q), (50.0,), (1.0,))[1] == pytest.approx(0.06)


def test_few_places_of_long_lines_are_found_without_a_sort():
    long = np.round(numbers(2, 5000, seed=4), 1)  # many elements are equal
    places = (0, 2500, 2501, 4999)
    found = function_of(REGISTRY["sorted_places"])(long, places=places)
    agree(found, np.argsort(long, axis=-1, kind="stable")[:, places])
    holes = np.where(long > 1, np.nan, long)[0]
    found = function_of(REGISTRY["sorted_places"])(holes, places=(10, 4998))
    agree(found, np.argsort(holes, kind="stable")[[10, 4998]])
    agree(gnp.median(long, axis=1), np.median(long, axis=1))


def test_quantiles_of_nothing():
    agree(gnp.quantile(A, [], axis=1), np.quantile(A, [], axis=1))
    agree(gnp.median(np.ones((2, 0)), axis=1), np.full(2, np.nan))
    agree(gnp.nanquantile(np.ones((2, 0)), [0.2, 0.5], axis=1), np.full((2, 2), np.nan))
    with pytest.raises(IndexError, match="no elements"):
        gnp.quantile([], 0.5)


REFUSED = [
    (lambda: gnp.quantile(A, 1.5), ValueError, "outside of 0 to 1"),
    (lambda: gnp.percentile(A, [-1, 50]), ValueError, "outside of 0 to 100"),
    (lambda: gnp.quantile(A, 0.5, method="best"), ValueError, "method='best'; use one of linear"),
    (lambda: gnp.quantile(A + 1j, 0.5), TypeError, "complex numbers have no order"),
    (lambda: gnp.quantile(A, np.full((1, 1, 1), 0.5)), ValueError, "a number or a vector"),
    (lambda: gnp.quantile(A, 0.5, weights=A), ValueError, "weights below zero"),
    (lambda: gnp.quantile(A, 0.5, weights=abs(A)), ValueError, "only 'inverted_cdf'"),
    (lambda: gnp.quantile(A, 0.5, weights=0 * A, method="inverted_cdf"), ValueError, "all zero"),
    (lambda: gnp.median(A, out=A), TypeError, r"use the result, y = np.median\(...\)"),
    (lambda: gnp.average(A, weights=[1.0, 2.0]), TypeError, "name the axis"),
    (lambda: gnp.average(A, axis=0, weights=[1.0, 2.0]), ValueError, "do not fit axis=0"),
    (lambda: gnp.average([1, -1], weights=[1, -1]), ZeroDivisionError, "add up to zero"),
    (lambda: gnp.cov(np.ones((2, 2, 2))), ValueError, "at most two axes"),
    (lambda: gnp.cov(A, ddof=0.5), ValueError, "a whole number"),
    (lambda: gnp.cov(A, fweights=[1, 2, 3, 0.5]), TypeError, "whole numbers"),
    (lambda: gnp.cov(A, aweights=[1, 2, 3, -1]), ValueError, "aweights below zero"),
    (lambda: gnp.cov(A, aweights=[1, 2]), RuntimeError, "4 observations"),
    (lambda: gnp.bincount([1.5]), TypeError, "a vector of integers"),
    (lambda: gnp.bincount([-1, 2]), ValueError, "numbers from 0 on"),
    (lambda: gnp.bincount([1, 2], [1.0]), ValueError, r"weights of shape \(1,\)"),
    (lambda: gg.vmap(gnp.bincount)(np.ones((2, 3), int)), TypeError, "outside of vmap"),
    (lambda: gnp.digitize([1.0], [0, 2, 1]), ValueError, "must ascend or descend"),
    (lambda: gnp.histogram(A, 0), ValueError, "a positive number"),
    (lambda: gnp.histogram(A, 2.5), TypeError, "a positive number"),
    (lambda: gnp.histogram(A, [1, 0]), ValueError, "must not descend"),
    (lambda: gnp.histogram(A, 3, (1, 0)), ValueError, "the largest comes last"),
    (lambda: gnp.histogram(HOLES), ValueError, "not finite; give range="),
    (lambda: gnp.histogram(A, "auto", weights=A), TypeError, "takes no weights"),
    (lambda: gnp.histogram2d([1, 2], [1]), ValueError, "2 x for 1 y"),
    (lambda: gnp.nanstd(A, dtype=int), TypeError, "deviations from a mean are floats"),
]


@pytest.mark.parametrize(
    ("call", "error", "message"), REFUSED, ids=lambda x: getattr(x, "name", "")
)
def test_what_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize("seed", range(3))
def test_histograms_of_many_numbers_count_as_numpys(seed):
    random = np.random.default_rng(seed)
    x = np.round(random.normal(size=500), 1)  # many lie on the edges
    for bins, bounds in ((10, None), (30, (-1.5, 1.5)), ("doane", None), ([-2, -0.1, 0, 3], None)):
        agree(gnp.histogram(x, bins, bounds), np.histogram(x, bins, bounds))
        single = x.astype(np.float32)
        agree(gnp.histogram(single, bins, bounds), np.histogram(single, bins, bounds))


def test_edges_move_with_the_smallest_and_the_largest_element():
    x = np.array([0.4, 2.0, 1.1])
    slopes = gg.jacobian(lambda x: gnp.histogram_bin_edges(x, 2))(x)
    np.testing.assert_allclose(slopes, [[1, 0, 0], [0.5, 0.5, 0], [0, 1, 0]])


def test_a_grid_of_weights_has_derivatives_in_them_and_in_its_edges():
    points, weights = numbers(4, 2), np.array([0.4, 1.3, 0.7, 2.1])
    gradcheck(lambda x, w: gnp.histogramdd(x, (2, 2), None, True, w)[0], (points, weights), order=2)


def test_too_few_observations_have_an_infinite_covariance():
    assert np.isinf(gnp.cov(np.array([[1.0, 2.0], [3.0, 5.0]]), ddof=2).numpy()).all()
