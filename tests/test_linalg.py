"""gpugrad.linalg gives what numpy.linalg and scipy.linalg give: every name, setting and shape."""

import inspect

import numpy as np
import pytest
import scipy
from linalg_calls import (
    CALLS,
    CUBE,
    EMPTY,
    HERMITIAN,
    NO_STACK,
    TALL,
    TENSOR,
    WIDE,
    A,
    B,
    C,
    S,
)
from sample import complexes, numbers

import gpugrad as gg
from gpugrad.testing import gradcheck

LA = gg.linalg


def close(found, expected, tolerance=1e-11):
    """Compare one or several results, whose dtypes are of one kind."""
    if isinstance(expected, tuple):
        assert len(found) == len(expected)
        for one, wanted in zip(found, expected, strict=True):
            close(one, wanted, tolerance)
        return
    found, expected = found.numpy(), np.asarray(expected)
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("case", CALLS, ids=lambda case: case[0])
def test_a_function_gives_what_numpys_gives(case):
    name, arguments, settings = case
    with np.errstate(all="ignore"):
        expected = getattr(np.linalg, name)(*arguments, **settings)
        found = getattr(LA, name)(*arguments, **settings)
    if hasattr(expected, "_fields"):
        assert found._fields == expected._fields
    if name == "svd" and settings.get("compute_uv", True):
        same_decomposition(found, expected, arguments[0])
    else:
        single = "dtype" in settings or name in ("vector_norm", "norm")
        close(found, expected, 3e-6 if single else 1e-9)


def same_decomposition(found, expected, x):
    """Vectors of a null space may be any, and of an empty matrix too."""
    u, s, vh = (part.numpy() for part in found)
    assert [part.shape for part in (u, s, vh)] == [part.shape for part in expected]
    np.testing.assert_allclose(s, expected[1], rtol=1e-11)
    k = s.shape[-1]
    np.testing.assert_allclose((u[..., :k] * s[..., None, :]) @ vh[..., :k, :], x, atol=1e-11)


@pytest.mark.parametrize("x", [A, C, S, np.array([[0.0, 1.0], [-1.0, 0.0]]), EMPTY, NO_STACK])
def test_eigenvalues_are_numpys_but_always_complex(x):
    w, v = np.linalg.eig(x)
    found = LA.eig(x)
    close(found, (w.astype(complex), v.astype(complex)))
    close(LA.eigvals(x), np.linalg.eigvals(x).astype(complex))
    assert found.eigenvalues.dtype == np.complex128
    assert LA.eigvals(gg.astype(x, "float32" if x.dtype.kind == "f" else "complex64")).dtype == (
        np.complex64
    )


@pytest.mark.parametrize("trans", [0, 1, 2, "N", "T", "C"])
@pytest.mark.parametrize("b", [B, B[:, 0], complexes(3, 2)])
def test_triangles_are_solved_as_by_scipy(trans, b):
    for how in ({}, {"lower": True}, {"lower": True, "unit_diagonal": True}):
        for a in (A, C):
            expected = scipy.linalg.solve_triangular(a, b, trans=trans, **how)
            close(LA.solve_triangular(a, b, trans=trans, **how), expected)


def test_a_large_triangle_is_solved_in_blocks():
    a = np.random.default_rng(0).normal(size=(150, 150)) / 12 + 2 * np.eye(150)
    b = np.random.default_rng(1).normal(size=(150, 2))
    for lower in (False, True):
        expected = scipy.linalg.solve_triangular(a, b, lower=lower)
        close(LA.solve_triangular(a, b, lower=lower), expected, 1e-10)


@pytest.mark.parametrize("size", [1e-3, 1.0, 30.0, 1e3])
def test_exponentials_are_scipys(size):
    for x in (A, C, S, HERMITIAN * 1j, np.zeros((2, 2)), EMPTY):
        x = x * size / max(1.0, np.abs(x).max(initial=0))
        if size == 1e3:  # bounded, however large the exponent
            x = x - np.swapaxes(x.conj(), -1, -2)
        expected = scipy.linalg.expm(x)
        scale = np.abs(expected).max(initial=1e-300)
        close(LA.expm(x) / scale, expected / scale, 1e-10 * max(1, size))


def test_members_of_a_stack_are_scaled_each_by_its_own():
    x = np.stack([A * 1e-3, A * 20, np.full((3, 3), np.nan)])
    found = LA.expm(x).numpy()
    np.testing.assert_allclose(found[0], scipy.linalg.expm(x[0]), rtol=1e-13)
    np.testing.assert_allclose(found[1], scipy.linalg.expm(x[1]), rtol=1e-10)
    assert np.isnan(found[2]).all()


@pytest.mark.parametrize("name", ["inv", "cholesky", "svdvals", "det", "expm", "norm", "eigvalsh"])
def test_lists_and_integers_are_taken(name):
    x = [[4, 1], [1, 3]]
    for given in (x, np.array(x)):
        found = getattr(LA, name)(given)
        assert found.dtype == np.float32
        wanted = (scipy if name == "expm" else np).linalg.__dict__[name](np.array(x, float))
        close(found, wanted, 1e-5)


def test_every_name_of_numpys_is_there():
    names = {n for n in np.linalg.__all__ if n != "LinAlgError"}
    assert names <= set(LA.__all__)
    for name in names - {"matmul", "matrix_transpose"}:
        settings, own = (by_name(getattr(module, name)) for module in (np.linalg, LA))
        assert own == [p for p in settings if p != "out"], name


def by_name(function):
    """The parameters that may be given by name."""
    parameters = inspect.signature(function).parameters.values()
    return [p.name for p in parameters if p.kind is not p.POSITIONAL_ONLY]


@pytest.mark.needs_compiler
@pytest.mark.parametrize("name", sorted({case[0] for case in CALLS}))
def test_the_device_gives_what_the_host_gives(name, device):
    seen = [case for case in CALLS if case[0] == name]
    for _, arguments, settings in seen[:: max(1, len(seen) // 6)]:
        with np.errstate(all="ignore"):
            expected = getattr(LA, name)(*arguments, **settings)
        moved = [_moved(device, x) for x in arguments]
        settings = {k: _moved(device, v) for k, v in settings.items()}
        found = getattr(LA, name)(*moved, **settings)
        several = isinstance(expected, tuple)
        for one, wanted in zip(
            *((found, expected) if several else ((found,), (expected,))), strict=True
        ):
            assert one.device == device.name or type(arguments[0]) in (float, list)
            close(one, wanted.numpy(), 1e-6 if "dtype" in settings else 1e-9)


def _moved(device, value):
    if isinstance(value, list) and isinstance(value[0], np.ndarray):
        return [_moved(device, x) for x in value]
    return gg.tensor(value, device=device.name) if isinstance(value, np.ndarray) else value


def test_functions_of_composed_operations_have_derivatives():
    for function, inputs in (
        (lambda a, b: LA.lstsq(a, b)[:2], (TALL, numbers(4, 2))),
        (lambda a, b: LA.lstsq(a, b)[0], (WIDE, B)),
        (lambda a: LA.qr(a), (WIDE,)),
        (lambda a: LA.qr(a, "r"), (CUBE,)),
        (lambda a: LA.cond(a, 1), (A,)),
        (LA.cond, (TALL,)),
        (lambda a: LA.norm(a, "nuc", axis=(0, 2)), (CUBE,)),
        (lambda a: LA.norm(a, -2), (TALL,)),
        (lambda a: LA.norm(a, 1), (C,)),
        (lambda a: LA.norm(a, -1, axis=0), (TALL,)),
        (lambda a, b: LA.multi_dot([b[:, 0], a, a, b]), (A, B)),
        (LA.tensorinv, (TENSOR,)),
        (LA.tensorsolve, (TENSOR, numbers(2, 3))),
        (LA.cross, (B.T, A[:2])),
        (lambda a: LA.trace(a, offset=1), (CUBE,)),
        (LA.solve, (S, B[:, 0])),
        (lambda a, b: LA.solve_triangular(a, b, "C"), (C, B)),
        (lambda a: LA.pinv(a, rtol=np.array([0.1, 0.2])), (CUBE,)),
    ):
        gradcheck(function, inputs, order=2)
