"""Derivatives where eigenvalues or singular values are equal or 0, of what has one there; what has
none is in test_linalg_refused.py."""

import numpy as np
import pytest
from sample import complexes, numbers

import gpugrad as gg
from gpugrad.testing import gradcheck

LA = gg.linalg
ONE = np.eye(3)
TURN = np.linalg.qr(numbers(4, 4, seed=1))[0]
OTHER = np.linalg.qr(numbers(3, 3, seed=2))[0]
UNITARY = np.linalg.qr(complexes(3, 3, seed=3))[0]
TIED = TURN[:, :3] @ np.diag([2.0, 2.0, 0.7]) @ OTHER  # 4 x 3, two singular values equal
TIED_HERMITIAN = (UNITARY * [1.5, 1.5, -0.5]) @ UNITARY.conj().T
TIED_SYMMETRIC = (OTHER * [1.5, 1.5, -0.5]) @ OTHER.T
BLOCK = np.diag([1.0, 1.0, 2.0])
SLANTED = numbers(3, 3, seed=4) + 2 * ONE
TIED_GENERAL = (SLANTED * [2.0, 2.0, 0.7]) @ np.linalg.inv(SLANTED)
RANK_TWO = TURN[:, :2] @ np.diag([2.0, 1.0]) @ OTHER[:2]
WEIGHTS = numbers(4, 4, seed=5)
REVERSE = ("reverse",)


def adjoint(x):
    return gg.conj(gg.matrix_transpose(x))


def hermitian(x):
    return (x + adjoint(x)) * 0.5


def of_values_and_vectors(f):
    """f(x) of a Hermitian matrix as it is put together from eigenvalues and vectors."""

    def function(x):
        w, v = LA.eigh(hermitian(x))
        return (v * gg.expand_dims(f(w), -2)) @ adjoint(v)

    return function


def of_singular_values_and_vectors(f, k=None):
    def function(x):
        u, s, vh = LA.svd(x, full_matrices=False)
        return (u[:, :k] * f(s[:k])) @ vh[:k]

    return function


def of_general(f):
    def function(x):
        w, v = LA.eig(x)
        return gg.real((v * f(w)) @ LA.inv(v))

    return function


def polar(x):
    u, _, vh = LA.svd(x, full_matrices=False)
    return u @ vh


def loss(function):
    """A weighed sum of what ``function`` gives."""

    def scalar(x):
        y = function(x)
        weights = WEIGHTS[: y.shape[0], : y.shape[1]]
        return gg.real(gg.sum(y * gg.asarray(weights, dtype="float64", device=x.device)))

    return scalar


# --- right at ties ------------------------------------------------------------------------------

SUMS = [lambda s: gg.sum(s**3), gg.sum, lambda s: gg.sum(gg.exp(s)), gg.prod]


@pytest.mark.parametrize("x", [TIED, TIED.T, ONE, 2 * OTHER, UNITARY])
def test_equal_singular_values(x):
    gradcheck(lambda x: [f(LA.svdvals(x)) for f in SUMS], (x,))
    gradcheck(lambda x: [f(LA.svd(x, full_matrices=False)[1]) for f in SUMS], (x,), REVERSE)
    gradcheck(polar, (x,), REVERSE)


@pytest.mark.parametrize("x", [TIED_HERMITIAN, TIED_SYMMETRIC, ONE, 0 * ONE, BLOCK])
def test_equal_eigenvalues(x):
    gradcheck(lambda x: [f(LA.eigvalsh(hermitian(x))) for f in SUMS], (x,))
    gradcheck(lambda x: [gg.real(f(LA.eigvals(x))) for f in SUMS], (x,))
    gradcheck(lambda x: [f(LA.eigh(hermitian(x))[0]) for f in SUMS], (x,), REVERSE)
    gradcheck(lambda x: [gg.real(f(LA.eig(x)[0])) for f in SUMS], (x,), REVERSE)


def test_equal_eigenvalues_of_general_matrices():
    gradcheck(lambda x: [gg.real(f(LA.eigvals(x))) for f in SUMS], (TIED_GENERAL,))

    def projector(x):
        w, v = LA.eig(x)
        mine = gg.real(gg.where(abs(w - 2) < 0.5, 1.0, 0.0)).detach()
        return gg.real((v * mine) @ LA.inv(v))

    gradcheck(projector, (TIED_GENERAL,), REVERSE)


@pytest.mark.parametrize("x", [TIED_HERMITIAN, TIED_SYMMETRIC, np.diag([1.0, 2.0, 2.0])])
def test_projectors_on_whole_eigenspaces(x):
    def projector(x):
        v = LA.eigh(hermitian(x))[1]
        return v[:, 1:] @ adjoint(v[:, 1:])

    gradcheck(projector, (x,), REVERSE)


@pytest.mark.parametrize("x", [TIED, np.diag([2.0, 2.0, 1.0])])
def test_projectors_on_spaces_of_equal_singular_values(x):
    def of_the_first_two(x):
        u, _, vh = LA.svd(x, full_matrices=False)
        return u[:, :2] @ gg.matrix_transpose(u[:, :2]), gg.matrix_transpose(vh[:2]) @ vh[:2]

    gradcheck(of_the_first_two, (x,), REVERSE)
    gradcheck(lambda x: gg.prod(LA.svdvals(x)[:2]), (x,))


@pytest.mark.parametrize("rest", [(0.7, 0.7), (0.0, 0.0), (0.7, 0.0)])
def test_what_is_not_used_may_be_equal_or_zero(rest):
    values = np.array([3.0, 2.0, *rest])
    left, right = TURN, np.linalg.qr(numbers(4, 4, seed=6))[0]
    gradcheck(of_singular_values_and_vectors(gg.sin, 2), ((left * values) @ right,), REVERSE)

    def largest(x):
        w, v = LA.eigh(hermitian(x))
        return (v[:, 2:] * w[2:]) @ adjoint(v[:, 2:])

    gradcheck(largest, ((left * values) @ left.T,), REVERSE)


@pytest.mark.parametrize("x", [TIED, OTHER, np.diag([1.0, 1.0, 3.0]), UNITARY])
def test_matrix_functions_that_need_no_vectors(x):
    gradcheck(LA.pinv, (x,), order=2)
    gradcheck(lambda x: LA.pinv(x, rtol=1e-6), (x,), order=2)
    gradcheck(lambda x: LA.lstsq(x, WEIGHTS[: x.shape[0], 0])[0], (x,), order=2)
    square = x[:3] @ adjoint(x[:3]).numpy()
    gradcheck(LA.expm, (square,), order=2)
    assert LA.matrix_rank(x).item() == 3
    ranks = gg.jvp(lambda x: gg.jvp(LA.matrix_rank, (x,), (x,))[0], (x,), (x,))[0]
    assert ranks.item() == 3


def test_singular_values_of_hermitian_matrices():
    """Eigenvalues 1 and -1 are no tie, and 0 has a sign."""

    def rebuilt(x):
        u, s, vh = LA.svd(hermitian(x), hermitian=True)
        return (u * gg.sin(s)) @ vh, u @ vh, u[:, 1:] @ adjoint(u[:, 1:])

    gradcheck(rebuilt, ((OTHER * [2.0, 1.0, -1.0]) @ OTHER.T,), order=2)
    gradcheck(lambda x: rebuilt(x)[0], ((OTHER * [2.0, 1.0, 0.0]) @ OTHER.T,), REVERSE)


def test_roots_at_equal_eigenvalues():
    from gpugrad.scipy import linalg

    gradcheck(linalg.sqrtm, (BLOCK,), order=2)


def nuclear(x):
    return LA.norm(x, "nuc")


@pytest.mark.parametrize("x", [TIED, TIED.T, ONE, 2 * OTHER, UNITARY, np.diag([2.0, 2.0, 0.5])])
def test_second_derivatives_of_sums(x):
    gradcheck(lambda x: gg.grad(nuclear)(x), (x,))
    if x.dtype == float and x.shape == (3, 3):
        for second in (gg.hessian, lambda f: gg.jacrev(gg.grad(f))):
            traces = [lambda x: gg.sum(LA.eigvalsh(x)), lambda x: gg.real(gg.sum(LA.eigvals(x)))]
            for f in traces:
                np.testing.assert_allclose(second(f)(x), 0, atol=1e-12)


# --- what would be lost -------------------------------------------------------------------------


def by_divided_differences(f, slope, x, direction, tie):
    """How f(x) moves along a direction; without the slope where values are equal, ``tie`` = 0."""
    w, v = np.linalg.eigh(x)
    gaps = w - w[:, None]
    equal = abs(gaps) < 1e-9
    quotients = (f(w) - f(w)[:, None]) / np.where(equal, 1, gaps)
    quotients = np.where(equal, tie * slope(w), quotients)
    np.fill_diagonal(quotients, slope(w))
    return v @ (quotients * (v.T @ direction @ v)) @ v.T


@pytest.mark.parametrize("x", [ONE, BLOCK, TIED_SYMMETRIC])
def test_an_error_stands_where_the_slope_would_be_lost(x):
    direction = numbers(3, 3, seed=7)
    direction = direction + direction.T
    whole = by_divided_differences(np.exp, np.exp, x, direction, 1)
    lacking = by_divided_differences(np.exp, np.exp, x, direction, 0)
    assert abs(whole - lacking).max() > 0.1
    np.testing.assert_allclose(gg.jvp(LA.expm, (x,), (direction,))[1], whole, atol=1e-12)
    together = of_values_and_vectors(gg.exp)
    with pytest.raises(LA.LinAlgError, match=r"eigh: eigenvalues \d and \d are equal"):
        gg.jvp(together, (x,), (direction,))
    with pytest.raises(LA.LinAlgError, match=r"eigh: eigenvalues \d and \d are equal"):
        gg.grad(loss(together))(x)


@pytest.mark.parametrize("gap", [1e-3, 1e-6])
def test_beside_a_tie_nothing_is_refused(gap):
    x = (OTHER * [1.5, 1.5 + gap, -0.5]) @ OTHER.T
    x, direction = (x + x.T) / 2, ONE + WEIGHTS[:3, :3] + WEIGHTS[:3, :3].T
    expected = by_divided_differences(np.exp, np.exp, x, direction, 1)
    function = of_values_and_vectors(gg.exp)
    atol = 1e-13 / gap
    np.testing.assert_allclose(gg.jvp(function, (x,), (direction,))[1], expected, atol=atol)
    slope = gg.grad(loss(function))(x)
    np.testing.assert_allclose(
        np.sum(slope * direction), np.sum(WEIGHTS[:3, :3] * expected), atol=10 * atol
    )


def test_a_direction_that_keeps_values_equal():
    function = of_values_and_vectors(gg.sin)
    for direction in (x := TIED_SYMMETRIC, x @ x, ONE):
        expected = by_divided_differences(np.sin, np.cos, x, direction, 1)
        np.testing.assert_allclose(gg.jvp(function, (x,), (direction,))[1], expected, atol=1e-12)
    angles = 2 * np.pi * np.arange(6) / 6

    def on_a_ring(scale):  # by its symmetry this has two pairs of equal eigenvalues for all scales
        kernel = gg.exp(scale * np.cos(angles[:, None] - angles))
        w, v = LA.eigh(kernel)
        return (v * gg.sqrt(w)) @ v.T

    def moved(scale):
        return gg.jvp(on_a_ring, (scale,), (np.array(1.0),))[1]

    def differences(function):
        return (function(np.array(0.7 + 1e-5)) - function(np.array(0.7 - 1e-5))) / 2e-5

    np.testing.assert_allclose(moved(np.array(0.7)), differences(on_a_ring), atol=1e-9)
    second = gg.jvp(moved, (np.array(0.7),), (np.array(1.0),))[1]
    np.testing.assert_allclose(second, differences(moved), atol=1e-8)
