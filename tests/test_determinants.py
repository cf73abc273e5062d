"""Derivatives of determinants, which are minors: of singular matrices too, and of every size."""

import numpy as np
import pytest
from kernel_checks import needs_compiler
from sample import complexes, numbers

import gpugrad as gg
from gpugrad.testing import gradcheck

LA = gg.linalg
A = numbers(3, 3) + 2 * np.eye(3)
C = complexes(3, 3) + 2 * np.eye(3)
TURN = np.linalg.qr(numbers(4, 4, seed=1))[0]
LEVI_CIVITA = np.stack([np.cross(np.eye(3)[i], np.eye(3)) for i in range(3)])


@pytest.mark.parametrize(
    "x",
    [
        np.ones((3, 3)),
        np.zeros((2, 2)),
        np.zeros((3, 3)),
        np.diag([1.0, 0.0, 0.0]),
        np.outer(C[0], C[1]),
        np.stack([A, np.ones((3, 3)), 0 * A]),
        np.diag([1.0, 1e-9, 1.0, 0.0]),
    ],
)
def test_determinants_of_singular_matrices(x):
    gradcheck(LA.det, (x,), order=2)


@pytest.mark.parametrize("device", ["cpu", pytest.param("simulated", marks=needs_compiler)])
def test_third_derivatives_of_determinants(device):
    t = gg.tensor(numbers(3, 3, seed=5), device=device)

    def along(function):
        return lambda x: gg.jvp(function, (x,), (t,))[1]

    third = along(along(along(LA.det)))
    ones = np.ones((3, 3))
    for x in (A, ones, ones + 1e-16 * A, 0 * A, 1e-120 * np.eye(3), 1e-200 * A, A * [1, 1e-8, 1]):
        found = third(gg.tensor(x, device=device)).item()
        assert found == pytest.approx(6 * np.linalg.det(t.numpy()), rel=1e-12)


@pytest.mark.parametrize("far", [1e-3, 1e-6, 1e-9, 1e-12, 1e-16, 0.0])
def test_third_derivatives_of_determinants_near_singular_ones(far):
    """Every derivative of a determinant is linear in each column."""

    def third(element):
        x = TURN * [1.0, 2.0, 0.5, element]
        return np.asarray(gg.jacfwd(gg.jacrev(gg.grad(LA.det)))(x))

    expected = third(0.5) + (far - 0.5) * (third(1.0) - third(0.5)) / 0.5
    np.testing.assert_allclose(third(far), expected, atol=1e-12)


@pytest.mark.parametrize("x", [A, np.ones((3, 3)) + 1e-16 * A, 1e-120 * np.eye(3), 0 * A])
def test_first_and_second_derivatives_where_the_determinant_has_no_room(x):
    """Closed forms of 3 x 3 matrices: products of two elements, and single ones."""
    first = np.cross(x[[1, 2, 0]], x[[2, 0, 1]])
    np.testing.assert_allclose(gg.grad(LA.det)(x), first, rtol=1e-12, atol=1e-15 * np.max(abs(x)))
    second = np.asarray(gg.hessian(LA.det)(x))
    expected = np.einsum("ikm,jln,mn->ijkl", LEVI_CIVITA, LEVI_CIVITA, x)
    np.testing.assert_allclose(second, expected, rtol=1e-12, atol=1e-14 * np.max(abs(x)))


def test_a_fourth_derivative_of_a_determinant():
    t = numbers(4, 4, seed=5)
    x = 0.4 * numbers(4, 4) + 1.5 * np.eye(4)

    def along(function):
        return lambda x: gg.jvp(function, (x,), (t,))[1]

    fourth = along(along(along(along(LA.det))))
    assert float(fourth(gg.tensor(x))) == pytest.approx(24 * np.linalg.det(t), rel=1e-11)
    with pytest.raises(LA.LinAlgError, match="Singular"):
        fourth(gg.tensor(np.ones((4, 4))))
