"""Samples, polynomials and sets of ``gpugrad.numpy`` at their corners, and what is refused."""

import warnings

import numpy as np
import pytest
from numpy_case import agree
from sample import numbers

import gpugrad as gg
import gpugrad.numpy as gnp
from gpugrad.testing import gradcheck

V = numbers(5, seed=2)
XP, FP = np.array([0.0, 1.0, 3.0]), np.array([5.0, 7.0, 3.0])


def test_interpolation_at_a_point_has_the_slope_to_its_right():
    slope = gg.grad(lambda x: gnp.interp(x, XP, FP))
    assert [slope(x) for x in (-1.0, 0.0, 0.5, 1.0, 2.0, 3.5)] == [0, 2, 2, -2, -2, 0]
    agree(gnp.interp(XP, XP, FP), FP)
    agree(gnp.interp([np.nan, np.inf, -np.inf], XP, FP), np.array([np.nan, 3.0, 5.0]))


def test_interpolation_of_members_with_points_of_their_own():
    points = np.sort(numbers(3, 4, seed=1), axis=1)
    x, values = numbers(3, 6, seed=3), numbers(3, 4, seed=4)
    found = gg.vmap(gnp.interp)(x, points, values)
    each = [np.interp(*row) for row in zip(x, points, values, strict=True)]
    agree(gg.tensor(found), np.stack(each))
    shared = gg.vmap(gnp.interp, in_axes=(0, None, None))(x, points[0], values[0])
    agree(gg.tensor(shared), np.stack([np.interp(row, points[0], values[0]) for row in x]))


def test_places_in_what_is_sorted_for_members_of_their_own():
    rows, values = np.sort(np.round(numbers(3, 5)), axis=1), np.round(numbers(3, 4, seed=1))
    for side in ("left", "right"):
        found = gg.vmap(lambda a, v, side=side: gnp.searchsorted(a, v, side))(rows, values)
        each = [np.searchsorted(a, v, side) for a, v in zip(rows, values, strict=True)]
        agree(gg.tensor(found), np.stack(each))


def test_slopes_move_with_coordinates_that_are_evenly_spaced():
    f = V[:4]
    for order in (1, 2):
        gradcheck(lambda x, k=order: gnp.gradient(f, x, edge_order=k), (np.arange(4.0),), order=2)


def test_whole_periods_are_constants():
    jumps = np.array([0.3, 3.5, 7.1, 6.2, 0.4])
    np.testing.assert_array_equal(gg.jacobian(gnp.unwrap)(jumps), np.eye(5))
    half = np.array([0.0, 2.0, 0.0, -2.0])  # jumps of exactly half a period keep their sign
    agree(gnp.unwrap(half, period=4.0), np.unwrap(half, period=4.0))


def test_points_that_do_not_determine_a_polynomial_are_warned_of():
    with pytest.warns(np.exceptions.RankWarning, match="hardly determine"):
        gnp.polyfit([1.0, 1.0, 1.0], [1.0, 2.0, 3.0], 2)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = gnp.polyfit([1.0, 1.0, 1.0], [1.0, 2.0, 3.0], 2, full=True)
    assert int(found[2]) == 1


def test_polyfit_returns_what_lstsq_found():
    x, y = V, V**2 + np.array([0.1, -0.2, 0.3, 0.0, 0.1])
    found, expected = gnp.polyfit(x, y, 1, full=True), np.polyfit(x, y, 1, full=True)
    for one, other in zip(found[:4], expected[:4], strict=True):
        np.testing.assert_allclose(gg.asarray(one).numpy(), other, rtol=1e-10)
    assert found[4] == expected[4]


def test_the_polynomial_through_exact_points_has_a_closed_derivative():
    """Coefficients of a line through two points: (y1 - y0) / (x1 - x0) is the slope."""
    slopes = gg.jacobian(lambda y: gnp.polyfit([0.0, 2.0], y, 1))(np.array([1.0, 5.0]))
    np.testing.assert_allclose(slopes, [[-0.5, 0.5], [1, 0]], atol=1e-12)


def test_roots_move_by_the_implicit_function_theorem():
    p = np.array([2.0, 0.5, -3.0, 1.0])
    roots = np.roots(p)
    powers = roots[:, None] ** np.arange(3, -1, -1)
    expected = -powers / np.polyval(np.polyder(p), roots)[:, None]
    for part in (np.real, np.imag):
        found = gg.jacobian(lambda p, part=part: getattr(gg, part.__name__)(gnp.roots(p)))(p)
        np.testing.assert_allclose(found, part(expected), atol=1e-10)


def test_roots_and_coefficients_of_members():
    rows = np.array([[1.0, 2, 3], [1, -3, 2]])
    found = gg.vmap(gnp.roots)(rows)
    assert found.dtype == np.complex128
    np.testing.assert_allclose(found, np.stack([np.roots(p) + 0j for p in rows]))
    quotient, rest = gg.vmap(gnp.polydiv)(numbers(2, 5), numbers(2, 3, seed=1))
    assert (quotient.shape, rest.shape) == ((2, 3), (2, 2))
    longer = gg.vmap(gnp.polymul)(np.array([[0.0, 1.0], [1.0, 1.0]]), np.ones((2, 2)))
    np.testing.assert_array_equal(longer, [[0, 1, 1], [1, 2, 1]])


def test_windows_and_convolutions_of_long_vectors_agree():
    long, short = numbers(300), numbers(41, seed=1)
    for mode in ("full", "same", "valid"):
        agree(gnp.convolve(long, short, mode), np.convolve(long, short, mode))
        agree(gnp.correlate(short, long, mode), np.correlate(short, long, mode))


def test_the_gradient_of_a_value_goes_to_the_first_element_that_has_it():
    x = np.array([3.0, 1.0, 3.0, 2.0])
    assert gg.grad(lambda x: gg.sum(gnp.unique(x) ** 2))(x).tolist() == [6, 2, 0, 4]
    both = gg.grad(lambda x, y: gg.sum(gnp.intersect1d(x, y)), (0, 1))(x, np.array([3.0, 4.0]))
    assert [g.tolist() for g in both] == [[1, 0, 0, 0], [0, 0]]


REFUSED = [
    (lambda: gnp.diff(V, -1), ValueError, "0 times or more"),
    (lambda: gnp.diff(3.0), ValueError, "a number has no neighbours"),
    (lambda: gnp.ediff1d([1, 2], 0.5), TypeError, r"write ary.astype\(float\)"),
    (lambda: gnp.gradient(V, edge_order=3), ValueError, "use 1 or 2"),
    (lambda: gnp.gradient(V, [1.0, 2.0]), ValueError, "use a number or the coordinates"),
    (lambda: gnp.gradient(V, 1.0, 2.0), TypeError, "2 spacings for 1 axes"),
    (lambda: gnp.gradient([1.0]), ValueError, "needs 2 elements"),
    (lambda: gnp.interp(0.5, XP, FP[:2]), ValueError, "two vectors of one length"),
    (lambda: gnp.interp(0.5, XP, FP, period=0), ValueError, "period=0"),
    (lambda: gnp.convolve([], V), ValueError, "none may be empty"),
    (lambda: gnp.convolve(V, np.ones((2, 2))), ValueError, "use vectors"),
    (lambda: gnp.correlate(V, V, "all"), ValueError, "use one of full, same, valid"),
    (lambda: gnp.vander(np.ones((2, 2))), ValueError, "use a vector"),
    (lambda: gnp.polymul(np.ones((2, 2)), V), ValueError, "use a vector"),
    (lambda: gnp.polyder(V, -1), ValueError, "use polyint"),
    (lambda: gnp.polyint(V, -1), ValueError, "use polyder"),
    (lambda: gnp.polyint(V, 3, [1, 2]), ValueError, "2 constants for 3 integrals"),
    (lambda: gnp.poly(np.ones((2, 3))), ValueError, "a vector or a square matrix"),
    (lambda: gnp.roots(np.ones((2, 2))), ValueError, "use a vector"),
    (lambda: gnp.polyfit(V, V, -1), ValueError, "use 0 or more"),
    (lambda: gnp.polyfit(V, V[:3], 1), TypeError, "vectors of one length"),
    (lambda: gnp.polyfit(V, V, 1, w=V[:2]), TypeError, "weights of shape"),
    (lambda: gnp.polyfit(V[:2], V[:2], 1, cov=True), ValueError, "cov='unscaled'"),
    (lambda: gnp.isin(V, V, kind="hash"), ValueError, "use None, 'sort' or 'table'"),
    (lambda: gnp.searchsorted(np.ones((2, 2)), 1), ValueError, "use a vector"),
    (lambda: gg.vmap(gnp.unique)(np.ones((2, 3))), TypeError, "under vmap"),
]


@pytest.mark.parametrize(("call", "error", "message"), REFUSED)
def test_what_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
