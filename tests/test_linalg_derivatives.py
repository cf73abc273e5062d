"""Derivatives of linear algebra where they are delicate: Hermitian arguments, complex vectors whose
phase is free, equal and zero values (more of them in test_linalg_ties.py), singular matrices,
stacks, transforms in transforms."""

import numpy as np
import pytest
from sample import complexes, numbers

import gpugrad as gg
from gpugrad.testing import gradcheck

LA = gg.linalg
A = numbers(3, 3) + 2 * np.eye(3)
C = complexes(3, 3) + 2 * np.eye(3)
TURN = np.linalg.qr(numbers(4, 4, seed=1))[0]
OTHER = np.linalg.qr(numbers(3, 3, seed=2))[0]
UNITARY = np.linalg.qr(complexes(3, 3, seed=3))[0]
TIED = TURN[:, :3] @ np.diag([2.0, 2.0, 0.7]) @ OTHER  # 4 x 3, two singular values equal


def adjoint(x):
    return gg.conj(gg.matrix_transpose(x))


def hermitian(x):
    return (x + adjoint(x)) * 0.5


# --- Hermitian arguments ------------------------------------------------------------------------

OF_HERMITIAN = [
    LA.cholesky,
    lambda x: LA.cholesky(x, upper=True),
    LA.eigvalsh,
    lambda x: LA.eigvalsh(x, "U"),
    lambda x: LA.pinv(x, hermitian=True),
    lambda x: LA.svd(x, hermitian=True, compute_uv=False),
]


@pytest.mark.parametrize("function", OF_HERMITIAN)
@pytest.mark.parametrize("x", [A @ A.T, C @ C.conj().T], ids=["real", "complex"])
def test_hermitian_arguments(function, x):
    gradcheck(lambda x: function(hermitian(x)), (x,), order=2)
    weights = complexes(3, 3, seed=4)

    def loss(x):
        y = function(x)
        return gg.real(gg.sum(y * weights[: y.shape[0]] if y.ndim == 2 else y * y))

    gradient = gg.grad(loss)(x)
    np.testing.assert_allclose(gradient, gg.grad(lambda x: loss(hermitian(x)))(x), atol=1e-13)
    np.testing.assert_allclose(gradient, gradient.T if x.dtype == float else gradient.conj().T)


def test_only_one_triangle_is_read():
    x, y = A @ A.T, np.tril(A @ A.T) + np.triu(numbers(3, 3), 1)
    for function in (LA.cholesky, LA.eigvalsh, lambda x: LA.pinv(x, hermitian=True)):
        np.testing.assert_array_equal(function(x).numpy(), function(y).numpy())


# --- vectors up to a sign or a phase ------------------------------------------------------------


def rebuilt(x):
    u, s, vh = LA.svd(x, full_matrices=False)
    return (u * gg.expand_dims(gg.sin(s), -2)) @ vh


def projectors(x):
    u, _, vh = LA.svd(x)
    k = min(x.shape)
    return u[:, :1] @ adjoint(u[:, :1]), u[:, k:] @ adjoint(u[:, k:]), adjoint(vh[1:]) @ vh[1:]


def sines(x):
    w, v = LA.eigh(hermitian(x))
    return (v * gg.expand_dims(gg.sin(w), -2)) @ adjoint(v)


@pytest.mark.parametrize("x", [C, C[:, :2], C[:2], numbers(2, 4), numbers(4, 2)])
@pytest.mark.parametrize("function", [rebuilt, projectors])
def test_singular_vectors(function, x):
    gradcheck(function, (x,), order=2)


@pytest.mark.parametrize("x", [A, C])
def test_eigenvectors_of_hermitian_matrices(x):
    gradcheck(sines, (x,), order=2)
    gradcheck(lambda x: gg.abs(LA.eigh(hermitian(x))[1]), (x,), order=1)


@pytest.mark.parametrize("x", [A, C, np.array([[0.3, 2.0], [-1.0, 0.4]])])
def test_eigenvectors_are_those_that_lapack_normalises(x):
    gradcheck(lambda x: tuple(LA.eig(x)), (x,), order=2)
    gradcheck(LA.eigvals, (x,), order=2)


def test_a_defective_matrix_has_no_derivative():
    with pytest.raises(LA.LinAlgError, match="Singular"):
        gg.grad(lambda x: gg.real(gg.sum(LA.eigvals(x) ** 2)))(np.array([[1.0, 1.0], [0.0, 1.0]]))


# --- equal and zero values ----------------------------------------------------------------------


DEGENERATE = [
    TIED,
    np.eye(3),
    np.zeros((3, 3)),
    np.zeros((2, 3)),
    np.ones((4, 3)),
    UNITARY,
    np.diag([1.0, 0.0, 0.0]),
    np.eye(3) * (1 + 1e-16 * np.arange(3)),
    1e-60 * TIED,
]
EVERYTHING = [
    lambda x: LA.svd(x),
    lambda x: LA.svd(x, full_matrices=False),
    LA.svdvals,
    LA.pinv,
    lambda x: LA.norm(x, 2),
    lambda x: LA.norm(x, "nuc"),
    lambda x: LA.norm(x, 1),
    lambda x: LA.eigh(x @ adjoint(x)),
    lambda x: LA.eigvalsh(x @ adjoint(x)),
    lambda x: LA.expm(x @ adjoint(x)),
    lambda x: LA.det(x @ adjoint(x)),
    lambda x: LA.lstsq(x, x[:, 0])[0],
]
WITH_ERRORS = [EVERYTHING[i] for i in (0, 1, 2, 4, 5, 7, 8)]  # of values and vectors


@pytest.mark.parametrize("function", EVERYTHING)
@pytest.mark.parametrize("x", DEGENERATE, ids=range(len(DEGENERATE)))
def test_what_is_not_an_error_is_finite(function, x):
    def loss(x):
        results = function(x)
        parts = results if isinstance(results, tuple) else (results,)
        return sum(gg.sum(gg.real(y) ** 2 + gg.abs(y) + gg.imag(y) * gg.real(y)) for y in parts)

    def slope(x):
        return gg.sum(gg.real(gg.grad(loss)(x) * numbers(*x.shape)))

    for number in (loss, slope):
        by_forward = gg.jvp, number, (x,), (x + 0.5,)
        for derivative, *arguments in ((gg.grad(number), x), by_forward):
            try:
                found = derivative(*arguments)
            except LA.LinAlgError as error:
                assert function in WITH_ERRORS
                assert str(error).startswith(("eigh: ", "eigvalsh: ", "svd: ", "svdvals: "))
            else:
                found = found[1] if derivative is gg.jvp else found
                assert np.isfinite(found).all()


@pytest.mark.parametrize("x", [TIED, np.ones((4, 3)), np.zeros((3, 3)), np.diag([1.0, 1.0, 0.0])])
def test_norms_have_gradients_at_zero_and_at_ties(x):
    assert not np.any(gg.grad(lambda x: LA.norm(x, 2) + LA.norm(x, "nuc"))(0 * x))
    u, s, vh = np.linalg.svd(x, full_matrices=False)
    if s[0]:
        largest = s > s[0] - 1e-9
        wanted = (u * largest / largest.sum()) @ vh
        np.testing.assert_allclose(gg.grad(lambda x: LA.norm(x, 2))(x), wanted, atol=1e-14)


def test_ranks_below_full():
    """Of matrices of one rank the pseudoinverse is smooth, and so is the least-squares solution."""
    left, right, b = numbers(4, 2), complexes(2, 3), numbers(4)
    gradcheck(lambda a, b: LA.pinv(a @ b), (left, right), order=2)
    gradcheck(lambda a, b, c: LA.lstsq(a @ b, c)[0], (left, right, b), order=2)


# --- what has no derivative ---------------------------------------------------------------------


def test_the_further_columns_of_a_complete_q_have_no_derivative():
    x = gg.tensor(numbers(4, 2), requires_grad=True)
    q, r = LA.qr(x, "complete")
    assert q.shape == (4, 4) and r.shape == (4, 2)
    with pytest.raises(TypeError, match="mode='complete' the last columns of Q are any"):
        gg.sum(q).backward()
    with pytest.raises(TypeError, match="mode='complete'"):
        gg.jvp(lambda x: LA.qr(x, "complete"), (numbers(4, 2),), (numbers(4, 2),))
    gg.sum(r * numbers(4, 2)).backward()
    same = gg.grad(lambda x: gg.sum(LA.qr(x)[1] * numbers(4, 2)[:2]))(numbers(4, 2))
    np.testing.assert_allclose(x.grad.numpy(), same, atol=1e-14)
    gradcheck(lambda x: LA.qr(x, "complete"), (numbers(2, 3),), order=2)


def test_dependent_columns_have_no_qr_derivative():
    with pytest.raises(LA.LinAlgError, match="Singular"):
        gg.grad(lambda x: gg.sum(LA.qr(x)[0]))(np.zeros((3, 2)))


def test_a_singular_matrix_has_no_logarithm_of_a_determinant():
    sign, logarithm = LA.slogdet(np.ones((2, 2)))
    assert (float(sign), float(logarithm)) == (0, -np.inf)
    with pytest.raises(LA.LinAlgError, match="Singular"):
        gg.grad(lambda x: LA.slogdet(x)[1])(np.ones((2, 2)))


# --- transforms ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "function",
    [
        lambda a, b: LA.solve(a, b),
        lambda a, b: LA.solve_triangular(a, b, lower=True),
        lambda a, b: LA.lstsq(a[:, :2], b)[0],
        lambda a, b: LA.expm(a) @ b,
        lambda a, b: LA.cholesky(a @ a.T) @ b,
        lambda a, b: LA.norm(a, "nuc") * b,
        lambda a, b: LA.matrix_power(a, -2) @ b,
        lambda a, b: LA.slogdet(a)[1] * b,
    ],
)
def test_batches_of_gradients_are_gradients_of_members(function):
    a, b = np.stack([A, A.T - 0.5, 2 * A]), numbers(3, 3)
    slope = gg.grad(lambda a, b: gg.sum(gg.sin(function(a, b))), argnums=(0, 1))
    batched = gg.vmap(slope)(a, b)
    for i in range(3):
        for one, wanted in zip(batched, slope(a[i], b[i]), strict=True):
            np.testing.assert_allclose(one[i], wanted, rtol=1e-10, atol=1e-12)


def test_a_hessian_of_a_gaussian_likelihood():
    points, y = numbers(6, seed=8), numbers(6, seed=9)

    def cover(theta):
        gaps = gg.square(points[:, None] - points)
        return gg.exp(theta[0]) * gg.exp(-gaps * gg.exp(theta[1])) + 0.1 * np.eye(6)

    def by_factor(theta):
        factor = LA.cholesky(cover(theta))
        white = LA.solve_triangular(factor, y, lower=True)
        return 0.5 * gg.sum(white**2) + gg.sum(gg.log(LA.diagonal(factor)))

    def by_inverse(theta):
        return 0.5 * (y @ LA.inv(cover(theta)) @ y + LA.slogdet(cover(theta))[1])

    theta = np.array([0.3, -0.2])
    gradcheck(by_factor, (theta,), order=2)
    wanted = gg.hessian(by_inverse)(theta)
    np.testing.assert_allclose(gg.hessian(by_factor)(theta), wanted, rtol=1e-10)
