"""Matrices without a result: LinAlgError, or NaN in their place, on the host and on the device; and
arguments that are no matrices."""

from functools import cache

import numpy as np
import pytest
from sample import numbers

import gpugrad as gg
from gpugrad.backend.maths import linalg_errors

LA = gg.linalg
A = numbers(3, 3) + 2 * np.eye(3)
SINGULAR = np.ones((3, 3))
LOST = np.full((3, 3), np.nan)
NOT_POSITIVE = np.array([[1.0, 2.0, 0.0], [2.0, 1.0, 0.0], [0.0, 0.0, 3.0]])
HALF_BAD = np.array([[4.0, 0.0, 0.0], [0.0, 1.0, 2.0], [0.0, 2.0, 1.0]])
B = numbers(3, 2)


def beside(x):
    return right_side(x.device)


@cache  # a capture takes nothing from the host
def right_side(where):
    return gg.tensor(B, device=where)


FAILURES = [
    (LA.inv, SINGULAR, "inv: Singular matrix"),
    (lambda x: LA.solve(x, beside(x)), SINGULAR, "solve: Singular matrix"),
    (lambda x: LA.solve(x, beside(x)[:, 0]), 0 * SINGULAR, "solve: Singular matrix"),
    (lambda x: LA.matrix_power(x, -2), SINGULAR, "Singular matrix"),
    (LA.tensorinv, SINGULAR.reshape(3, 1, 3), "Singular matrix"),
    (
        lambda x: LA.solve_triangular(x, beside(x)),
        np.diag([1.0, 0.0, 1.0]),
        "a zero on the diagonal",
    ),
    (LA.cholesky, NOT_POSITIVE, "cholesky: Matrix is not positive definite"),
    (LA.cholesky, HALF_BAD, "not positive definite"),
    (LA.cholesky, -np.eye(3), "not positive definite"),
    (lambda x: LA.cholesky(x, upper=True), NOT_POSITIVE, "not positive definite"),
    (LA.svdvals, LOST, "svdvals: SVD did not converge"),
    (LA.svd, LOST, "svd: SVD did not converge"),
    (LA.pinv, LOST, "SVD did not converge"),
    (LA.eigh, LOST, "eigh: Eigenvalues did not converge"),
    (LA.eigvalsh, LOST, "eigvalsh: Eigenvalues did not converge"),
    (LA.eig, LOST, "eig: "),
    (LA.eigvals, np.diag([1.0, np.inf, 2.0]), "eigvals: "),
    (lambda x: LA.norm(x, "nuc"), LOST, "SVD did not converge"),
]
DEVICES = ["cpu", pytest.param("simulated", marks=pytest.mark.needs_compiler)]


def parts(y):
    return [part.numpy() for part in (y if isinstance(y, tuple) else (y,))]


@pytest.mark.parametrize("where", DEVICES)
@pytest.mark.parametrize(("function", "x", "message"), FAILURES)
def test_a_matrix_without_a_result(function, x, message, where):
    with gg.use_device(where):
        given = gg.tensor(x, device=where)
        with pytest.raises(LA.LinAlgError, match=message):
            function(given)
        with gg.errstate(linalg="nan"):
            assert all(np.isnan(part).any() for part in parts(function(given)))
            with gg.errstate(linalg="raise"), pytest.raises(np.linalg.LinAlgError):
                function(given)
        with pytest.raises(ValueError, match=message):  # LinAlgError is one, as NumPy's
            function(given)


@pytest.mark.parametrize("where", DEVICES)
@pytest.mark.parametrize(("function", "x", "message"), [f for f in FAILURES[:-1] if f[1].ndim == 2])
def test_the_other_members_of_a_stack_have_their_results(function, x, message, where):
    good = A @ A.T
    with gg.use_device(where), gg.errstate(linalg="nan"):
        found = parts(function(gg.tensor(np.stack([[good, x], [x, 2 * good]]), device=where)))
        for i, factor in ((0, 1), (1, 2)):
            wanted = parts(function(gg.tensor(factor * good, device=where)))
            for one, alone in zip(found, wanted, strict=True):
                np.testing.assert_allclose(one[i, i], alone, rtol=1e-11, atol=1e-13)
                assert np.isnan(one[i, 1 - i]).all()


@pytest.mark.parametrize("where", DEVICES)
def test_gradients_of_a_stack_with_a_singular_member(where):
    stack = np.stack([A, SINGULAR])
    x = gg.tensor(stack, device=where, requires_grad=True)
    right = gg.tensor(B, device=where, requires_grad=True)
    with gg.errstate(linalg="nan"):
        y = LA.solve(x, right)
        gg.sum(gg.where(gg.isnan(y), 0.0, y * y)).backward()
    alone = gg.grad(lambda a: gg.sum(LA.solve(a, B) ** 2))(A)
    np.testing.assert_allclose(x.grad[0].numpy(), alone, rtol=1e-11)
    assert np.isnan(x.grad[1].numpy()).all()


def test_the_mode_is_that_at_the_time_of_computing():
    with gg.errstate(linalg="nan"):
        x = gg.tensor(np.ones((2, 2)), requires_grad=True)
        y = gg.sum(LA.solve(x, np.ones(2)))
    assert np.isnan(y.item())
    with pytest.raises(LA.LinAlgError, match="Singular"):
        y.backward()
    assert linalg_errors.raising()


def test_a_mode_that_is_not_known():
    with (
        pytest.raises(ValueError, match="errstate: linalg='ignore'; use 'raise' or 'nan'"),
        gg.errstate(linalg="ignore"),
    ):
        pass
    with pytest.raises(ZeroDivisionError), gg.errstate(linalg="nan"):
        raise ZeroDivisionError
    assert linalg_errors.raising()


@pytest.mark.needs_compiler
@pytest.mark.parametrize(("function", "x", "message"), FAILURES)
def test_a_capture_refuses_solvers(function, x, message, device):
    given = gg.tensor(x, device=device.name)
    beside(given)
    with (
        device.driver.capture(),
        pytest.raises(NotImplementedError, match=r"calling cu(BLAS|SOLVER) API during stream capt"),
    ):
        function(given)


def test_a_cholesky_factor_that_looks_sound_is_found_out(device, monkeypatch):
    """Left by a library that tests a pivot before it writes it: all of the diagonal is positive."""
    x = device.asarray(np.array([[1.0, 2.0], [2.0, 1.0]]))
    monkeypatch.setattr(device.module.linalg, "cholesky", lambda a: device.module.tril(a))
    with pytest.raises(LA.LinAlgError, match="not positive definite"):
        device.natives["cholesky"](x)
    factor = np.linalg.cholesky(A @ A.T)
    monkeypatch.setattr(device.module.linalg, "cholesky", lambda a: device.asarray(factor))
    device.natives["cholesky"](device.asarray(A @ A.T))


@pytest.mark.parametrize("where", DEVICES)
def test_where_numpy_gives_nan_nothing_is_raised(where):
    x = gg.tensor(np.stack([LOST, A @ A.T]), device=where)
    for function in (LA.cholesky, LA.inv, LA.det, LA.expm, lambda x: LA.solve(x, x)):
        with np.errstate(invalid="ignore"):
            y = function(x).numpy()
        assert np.isnan(y[0]).any() and np.isfinite(y[1]).all()


def test_ill_conditioned_matrices_are_no_errors(device):
    hilbert = 1 / (np.arange(8)[:, None] + np.arange(8) + 1.0)
    for where in ("cpu", device.name):
        x = gg.tensor(hilbert, device=where)
        assert np.isfinite(LA.cholesky(x).numpy()).all()
        assert np.isfinite(LA.inv(x).numpy()).all()


WRONG = [
    (
        lambda: LA.inv(numbers(2, 3)),
        r"inv: the matrices of an array of shape \(2, 3\) are not square",
    ),
    (
        lambda: LA.det(numbers(3)),
        r"det: an array of shape \(3,\) is not a matrix, which has two axes",
    ),
    (lambda: LA.cholesky(numbers(2, 3)), "cholesky: .* not square"),
    (lambda: LA.eigh(numbers(2, 3)), "eigh: .* not square"),
    (lambda: LA.svd(numbers(3)), "svd: .* not a matrix"),
    (lambda: LA.qr(numbers(3)), "qr: .* not a matrix"),
    (lambda: LA.expm(numbers(2, 3)), "expm: .* not square"),
    (lambda: LA.matrix_power(numbers(2, 3), 2), "matrix_power: .* not square"),
    (lambda: LA.solve(A, numbers(4)), r"solve: 3 unknowns, but right-hand sides of shape \(4, 1\)"),
    (lambda: LA.solve_triangular(A, numbers(2, 2)), "solve_triangular: 3 unknowns"),
    (lambda: LA.lstsq(A, numbers(2)), r"lstsq: \(3, 3\) and \(2,\)"),
    (lambda: LA.cond(np.zeros((0, 0))), "cond: .* no element"),
    (lambda: LA.cond(numbers(2, 3), 1), "cond: .* not square"),
    (lambda: LA.tensorsolve(numbers(2, 3, 4), numbers(2)), "tensorsolve: .* not a square matrix"),
    (lambda: LA.tensorinv(numbers(2, 3)), "not square"),
]
WRONG_VALUES = [
    (lambda: LA.solve(np.stack([A] * 2), np.stack([B] * 3)), "solve: stacks .* do not broadcast"),
    (lambda: LA.qr(A, "raw"), "qr: mode='raw'; use 'reduced', 'complete' or 'r'"),
    (lambda: LA.eigh(A, "X"), "eigh: UPLO='X'; use 'L' or 'U'"),
    (lambda: LA.norm(numbers(3), "fro"), "ord='fro' is for matrices"),
    (lambda: LA.norm(A, 3), "norm: ord=3 for matrices; use 'fro', 'nuc'"),
    (lambda: LA.norm(numbers(2, 2, 2), 2), "norm: 3 axes"),
    (lambda: LA.norm(A, axis=(0, 0)), "names an axis twice"),
    (lambda: LA.pinv(A, 0.1, rtol=0.1), "pinv: rtol and rcond are one setting"),
    (lambda: LA.matrix_rank(A, 0.1, rtol=0.1), "matrix_rank: tol and rtol are one setting"),
    (lambda: LA.solve_triangular(A, B, trans=3), "solve_triangular: trans=3; use 0, 1, 2"),
    (lambda: LA.multi_dot([A]), "multi_dot: 1 arrays"),
    (lambda: LA.multi_dot([A, numbers(3), A]), "multi_dot: the arrays are matrices"),
    (lambda: LA.outer(A, A), "outer: .* not both vectors"),
    (lambda: LA.cross(A[:2], B), "cross: .* three elements"),
    (lambda: LA.tensorinv(A, 0), "tensorinv: ind=0"),
]


@pytest.mark.parametrize(("call", "message"), WRONG)
def test_what_is_no_matrix_is_named(call, message):
    with pytest.raises(LA.LinAlgError, match=message):
        call()


@pytest.mark.parametrize(("call", "message"), WRONG_VALUES)
def test_wrong_settings_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_power_is_an_integer():
    with pytest.raises(TypeError, match=r"matrix_power: n=0\.5; the exponent is an integer"):
        LA.matrix_power(A, 0.5)


@pytest.mark.parametrize("where", DEVICES)
@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32"])
def test_halves_are_computed_in_single_precision(where, dtype):
    x = gg.tensor(A @ A.T, dtype=dtype, device=where, requires_grad=True)
    y = LA.inv(x)
    gg.sum(LA.cholesky(y) * 1.0).backward()
    assert y.dtype == x.grad.dtype == x.dtype
    wide = np.linalg.inv(np.asarray(gg.astype(x, "float64").detach().numpy()))
    found = gg.astype(y, "float64").detach().numpy()
    np.testing.assert_allclose(found, wide, rtol=0.02 if dtype != "float32" else 1e-5, atol=1e-3)
