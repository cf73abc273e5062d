"""gpugrad.scipy.linalg against scipy.linalg: values, derivatives, matrices that are not kind."""

import subprocess
import sys

import numpy as np
import pytest
import scipy.linalg
from sample import complexes, numbers
from source import CHECKOUT

import gpugrad as gg
from gpugrad.backend.select import HOST
from gpugrad.engine.decisions import forget
from gpugrad.scipy import linalg
from gpugrad.testing import gradcheck

A = numbers(3, 3) + 3 * np.eye(3)
POSITIVE = A @ A.T
Z = complexes(2, 2) + 3 * np.eye(2)
HERMITIAN = Z @ Z.conj().T
X = numbers(3, 2, seed=1)
GRCAR = np.triu(np.tril(np.ones((12, 12)), 3)) - np.eye(12, k=-1)  # far from normal


def jordan(n, value=1.0):
    """A block with one eigenvector, and the same seen from another basis."""
    block = value * np.eye(n) + np.eye(n, k=1)
    turn = numbers(n, n, seed=2) + 2 * np.eye(n)
    return [block, turn @ block @ np.linalg.inv(turn)]


UNKIND = [GRCAR, np.triu(np.ones((10, 10))), *jordan(2), *jordan(5), *jordan(3, -2.0 + 1j)]


def assert_close(found, expected, tolerance=1e-12):
    found, expected = (x if isinstance(x, tuple) else (x,) for x in (found, expected))
    for one, wanted in zip(found, expected, strict=True):
        assert one.shape == np.shape(wanted)
        np.testing.assert_allclose(one.numpy(), wanted, rtol=tolerance, atol=tolerance)


CALLS = {
    "cholesky": (lambda m, a: m.cholesky(a), POSITIVE),
    "cholesky lower": (lambda m, a: m.cholesky(a, lower=True), HERMITIAN),
    "cho_solve": (lambda m, a, b: m.cho_solve(m.cho_factor(a), b), POSITIVE, X),
    "cho_solve lower": (lambda m, a, b: m.cho_solve(m.cho_factor(a, True), b), HERMITIAN, Z),
    "solve": (lambda m, a, b: m.solve(a, b), A, X),
    "solve a vector": (lambda m, a, b: m.solve(a, b, transposed=True), A, X[:, 0]),
    "solve pos": (lambda m, a, b: m.solve(a, b, assume_a="pos"), POSITIVE, X),
    "solve_triangular": (lambda m, a, b: m.solve_triangular(a, b, "T"), A, X),
    "solve_triangular lower": (lambda m, a, b: m.solve_triangular(a, b, 2, True), Z, Z[0]),
    "solve_banded": (lambda m, ab, b: m.solve_banded((1, 1), ab, b), A, X[:, 0]),
    "solve_sylvester": (lambda m, a, b, q: m.solve_sylvester(a, b, q), A, POSITIVE[:2, :2], X),
    "inv": (lambda m, a: m.inv(a), A),
    "det": (lambda m, a: m.det(a), A),
    "expm": (lambda m, a: m.expm(a), A / 3),
    "sqrtm": (lambda m, a: m.sqrtm(a), A),
    "logm": (lambda m, a: m.logm(a), A),
    "logm complex": (lambda m, a: m.logm(a), Z),
    "logm of negative": (lambda m, a: m.logm(a), np.diag([-1.0, 2.0]) + 0.1),
    "eigvalsh": (lambda m, a: m.eigvalsh(a, lower=False), HERMITIAN),
    "eigvalsh b": (lambda m, a, b: m.eigvalsh(a + a.T, b), A, POSITIVE),
    "pinv": (lambda m, a: m.pinv(a), X),
    "svdvals": (lambda m, a: m.svdvals(a), X),
    "norm": (lambda m, a: m.norm(a, 2), A),
    "block_diag": (lambda m, a, b: m.block_diag(a, b[0], 2.0), A, X),
    "toeplitz": (lambda m, c, r: m.toeplitz(c, r), X[:, 0], A[0]),
    "toeplitz complex": (lambda m, c: m.toeplitz(c), Z[0]),
}


@pytest.mark.parametrize("name", CALLS)
def test_values_are_scipys_and_derivatives_are_differences(name):
    call, *inputs = CALLS[name]
    found = call(linalg, *inputs)
    assert_close(found, call(scipy.linalg, *inputs))
    order = 1 if name.startswith("logm") else 2
    hermitian = [
        x.ndim == 2 and x.shape == x.T.shape and np.allclose(x, x.conj().T) for x in inputs
    ]

    def of_hermitian(*arrays):  # matrices that are taken for Hermitian stay so
        pairs = zip(arrays, hermitian, strict=True)
        return call(linalg, *[_mean_with_adjoint(x) if one else x for x, one in pairs])

    gradcheck(of_hermitian, inputs, order=order)


def _mean_with_adjoint(x):
    return (x + gg.conj(gg.matrix_transpose(x))) / 2


def test_what_is_no_function_of_the_matrix_alone_still_solves_it():
    w, v = linalg.eigh(A + A.T, POSITIVE)
    np.testing.assert_allclose((A + A.T) @ v.numpy(), POSITIVE @ v.numpy() * w.numpy(), atol=1e-12)
    np.testing.assert_allclose(v.numpy().T @ POSITIVE @ v.numpy(), np.eye(3), atol=1e-12)
    vectors = lambda a, b: gg.abs(linalg.eigh(a + a.T, _mean_with_adjoint(b))[1])  # noqa: E731
    gradcheck(vectors, [A, POSITIVE])
    for mode in ("full", "economic", "r"):
        shapes = [x.shape for x in scipy.linalg.qr(X, mode=mode)]
        assert [x.shape for x in linalg.qr(X, mode)] == shapes
    q, r = linalg.qr(X)
    np.testing.assert_allclose(q.numpy() @ r.numpy(), X, atol=1e-12)
    with pytest.raises(ValueError, match="qr: mode='thin'"):
        linalg.qr(X, "thin")


@pytest.mark.parametrize("a", UNKIND, ids=lambda a: str(a.shape))
def test_matrices_without_as_many_eigenvectors_as_rows(a):
    q = numbers(len(a), len(a), seed=3)
    x = linalg.solve_sylvester(a, a, q).numpy()
    size = np.abs(q).max() + np.abs(a).max() * np.abs(x).max()
    assert np.abs(a @ x + x @ a - q).max() < 1e-14 * size
    root = linalg.sqrtm(a).numpy()
    assert np.abs(root @ root - a).max() < 1e-13 * np.abs(a).max()
    assert_close(linalg.sqrtm(a), scipy.linalg.sqrtm(a), 1e-9)
    logarithm = linalg.logm(a).numpy()
    assert np.abs(scipy.linalg.expm(logarithm) - a).max() < 1e-11 * np.abs(a).max()


def test_roots_of_negative_and_of_singular_matrices():
    for a in (-np.eye(2), -jordan(2)[0], np.diag([-4.0, 9.0])):
        assert_close(linalg.sqrtm(a), scipy.linalg.sqrtm(a))
    for root in (np.diag([2.0, 0.0]), np.zeros((2, 2))):
        assert_close(linalg.sqrtm(root @ root), root)
    assert linalg.sqrtm(np.float32(A)).dtype == np.float32
    assert linalg.sqrtm(-np.float32(A)).dtype == np.complex64
    assert linalg.sqrtm(np.stack([A, -A])).dtype == np.complex128
    with pytest.raises(linalg.LinAlgError, match="no square root"):
        linalg.sqrtm([[0, 1], [0, 0]])
    with pytest.raises(linalg.LinAlgError, match="singular"):
        linalg.logm([[0, 0], [1, 1]])


def test_sylvesters_equation_without_a_single_solution():
    with pytest.raises(linalg.LinAlgError, match="an eigenvalue of a is one of -b"):
        linalg.solve_sylvester(np.eye(2), -np.eye(2), np.ones((2, 2)))
    stack = np.stack([np.eye(2), 2 * np.eye(2)])
    with gg.errstate(linalg="nan"):
        x = linalg.solve_sylvester(stack, -np.eye(2), np.ones((2, 2))).numpy()
    assert np.isnan(x[0]).all()
    np.testing.assert_allclose(x[1], 1.0)


def test_banded_equations_with_and_without_a_banded_solver(monkeypatch):
    ab = numbers(4, 6) + np.array([[0], [6], [0], [0]])
    b = numbers(6, 2, seed=1)
    expected = scipy.linalg.solve_banded((2, 1), ab, b)
    assert_close(linalg.solve_banded((2, 1), ab, b), expected)
    monkeypatch.delitem(HOST.natives, "solve_banded")
    forget()
    assert_close(linalg.solve_banded((2, 1), ab, b), expected)
    with pytest.raises(linalg.LinAlgError, match="4 diagonals, but 1 below, 1 above"):
        linalg.solve_banded((1, 1), ab, b)
    monkeypatch.undo()
    forget()
    with pytest.raises(linalg.LinAlgError):
        linalg.solve_banded((0, 0), [[0.0, 1.0]], [1.0, 1.0])
    with gg.errstate(linalg="nan"):
        assert np.isnan(linalg.solve_banded((0, 0), [[0.0, 1.0]], [1.0, 1.0]).numpy()).all()


def test_blocks_and_constant_diagonals():
    assert_close(linalg.block_diag(), scipy.linalg.block_diag())
    assert linalg.block_diag([1, 2], [[3], [4]]).dtype == np.int64
    assert_close(linalg.toeplitz([1, 2, 3]), scipy.linalg.toeplitz([1, 2, 3]))
    with pytest.raises(ValueError, match="block_diag: a block has at most two axes"):
        linalg.block_diag(np.ones((1, 1, 1)))
    with pytest.raises(ValueError, match="toeplitz: c of shape"):
        linalg.toeplitz(A)


def test_scipy_is_not_needed():
    program = (
        "import sys; sys.modules['scipy'] = None\n"
        "from gpugrad.scipy import fft, integrate, linalg, signal\n"
        "integrate.odeint(lambda y, t: -y, [1.0], [0, 1])\n"
        "signal.convolve(fft.dct([1.0, 2.0]), [1.0])\n"
        "print(linalg.solve_banded((0, 0), [[2.0, 4.0]], linalg.sqrtm([[4.0]])[0].repeat(2)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("tensor([1. , 0.5]")


def test_scipy_is_not_loaded_before_it_is_needed():
    program = (
        "import sys; from gpugrad.scipy import fft, integrate, linalg, signal\n"
        "print('scipy' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"


@pytest.mark.needs_compiler
def test_device_agrees(device):
    for name in ("logm", "cho_solve", "eigvalsh b", "toeplitz", "block_diag"):
        call, *inputs = CALLS[name]
        with gg.use_device(device.name):
            found = call(linalg, *map(gg.tensor, inputs))
            assert found.device == device.name
        assert_close(found, call(scipy.linalg, *inputs))
