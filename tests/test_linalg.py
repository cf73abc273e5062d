"""gpugrad.linalg gives what numpy.linalg and scipy.linalg give: every name, setting and shape."""

import inspect

import numpy as np
import pytest
import scipy
from sample import complexes, numbers

import gpugrad as gg
from gpugrad.testing import gradcheck

LA = gg.linalg
A = numbers(3, 3) + 2 * np.eye(3)
B = numbers(3, 2, seed=1)
C = complexes(3, 3) + 2 * np.eye(3)
S = np.stack([A, numbers(3, 3, seed=2) - 2 * np.eye(3)])
TALL, WIDE = numbers(4, 3, seed=3), numbers(3, 5, seed=4)
CUBE = numbers(2, 3, 4)
LOW_RANK = numbers(4, 2, seed=5) @ numbers(2, 3, seed=6)
NEARLY = LOW_RANK + 1e-6 * TALL  # of lower rank
SYMMETRIC = A + A.T
HERMITIAN = C + C.conj().T
POSITIVE, COMPLEX_POSITIVE = A @ A.T, C @ C.conj().T
EMPTY, NO_ROWS, NO_COLUMNS, NO_STACK = (np.zeros(s) for s in ((0, 0), (0, 3), (3, 0), (0, 3, 3)))
TENSOR = numbers(2, 3, 6, seed=7) + np.eye(6).reshape(2, 3, 6)


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


CALLS = [
    *(
        (name, (x,), {})
        for name in ("inv", "det", "slogdet", "eigvalsh", "eigh")
        for x in (SYMMETRIC, HERMITIAN, S + S.swapaxes(1, 2), EMPTY, NO_STACK)
    ),
    *(("eigh", (x,), {"UPLO": u}) for x in (A, C) for u in ("U", "u")),
    ("eigvalsh", (A, "U"), {}),
    *(
        ("cholesky", (x,), {"upper": upper})
        for upper in (False, True)
        for x in (POSITIVE, COMPLEX_POSITIVE, POSITIVE + np.triu(A, 1), S @ S.swapaxes(1, 2), EMPTY)
    ),
    *(
        ("solve", pair, {})
        for pair in (
            (A, B),
            (A, B[:, 0]),
            (S, B[:, 0]),
            (S, B),
            (S[0], CUBE[:, :, :2]),
            (C, B),
            (A, C),
            (S[:, None], CUBE),
            (EMPTY, np.zeros(0)),
            (EMPTY, NO_ROWS[:, :2]),
            (A, NO_COLUMNS),
            (NO_STACK, B),
        )
    ),
    *(
        ("qr", (x, mode), {})
        for mode in ("reduced", "complete", "r")
        for x in (A, TALL, WIDE, C, C[:, :2], C[:2], S, CUBE, NO_ROWS, NO_COLUMNS, EMPTY, NO_STACK)
    ),
    *(
        ("svd", (x,), how)
        for x in (A, TALL, WIDE, C[:2], CUBE, NO_ROWS, NO_COLUMNS, EMPTY, NO_STACK)
        for how in ({}, {"full_matrices": False}, {"compute_uv": False})
    ),
    *(
        ("svd", (x,), {"hermitian": True, "compute_uv": uv})
        for x in (SYMMETRIC, HERMITIAN)
        for uv in (True, False)
    ),
    *(("svdvals", (x,), {}) for x in (TALL, WIDE, C, CUBE, EMPTY)),
    *(
        (name, (x,), {})
        for name in ("pinv", "matrix_rank")
        for x in (A, TALL, WIDE, C[:2], CUBE, LOW_RANK, NO_ROWS, NO_STACK, np.zeros((2, 3)))
    ),
    ("pinv", (NEARLY, 1e-4), {}),
    ("pinv", (NEARLY,), {"rtol": 1e-4}),
    ("pinv", (CUBE, np.array([0.5, 0.01])), {}),
    ("pinv", (HERMITIAN,), {"hermitian": True}),
    ("matrix_rank", (NEARLY,), {"tol": 1e-4}),
    ("matrix_rank", (B[:, 0],), {}),
    ("matrix_rank", (CUBE,), {"rtol": np.array([0.5, 0.01])}),
    ("matrix_rank", (CUBE,), {"tol": np.array([9.0, 0.01])}),
    ("matrix_rank", (SYMMETRIC,), {"hermitian": True}),
    ("matrix_rank", (np.zeros(3),), {}),
    *(
        ("lstsq", pair, {})
        for pair in (
            (TALL, numbers(4)),
            (TALL, numbers(4, 2)),
            (WIDE, B),
            (A, B),
            (LOW_RANK, numbers(4, 2)),
            (complexes(4, 2), complexes(4)),
            (NO_ROWS, NO_ROWS),
            (NO_COLUMNS, B),
        )
    ),
    ("lstsq", (NEARLY, numbers(4)), {"rcond": 1e-4}),
    ("lstsq", (TALL, numbers(4)), {"rcond": -1}),
    *(("matrix_power", (x, n), {}) for x in (A, C, S) for n in (0, 1, 2, 5, -1, -3)),
    ("matrix_power", (np.array([[1, 1], [1, 0]]), 30), {}),
    *(("cond", (x, p), {}) for x in (A, C, S) for p in (None, 2, -2, "fro", "nuc", 1, -1, np.inf)),
    ("cond", (TALL,), {}),
    ("cond", (np.zeros((2, 2)),), {}),
    ("cond", (np.ones((2, 2)), 1), {}),
    ("cond", (np.diag([1.0, np.nan]), 1), {}),
    *(
        ("matrix_norm", (x,), {"ord": o, "keepdims": keep})
        for x in (TALL, C, CUBE)
        for keep in (False, True)
        for o in ("fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf)
    ),
    *(("norm", (EMPTY, o), {}) for o in (None, "fro", "nuc", 1, 2, np.inf)),
    *(
        ("norm", (CUBE, o), {"axis": axis, "keepdims": keep})
        for keep in (False, True)
        for axis in ((0, 2), (2, 0), (-1, 0))
        for o in (None, "nuc", 1, -1, 2, -2, np.inf, -np.inf)
    ),
    *(
        ("norm", (CUBE, o), {"axis": axis})
        for axis in (0, -1, (1,))
        for o in (None, 0, 1, 2, 3, -1, -2.5, 0.5, np.inf, -np.inf)
    ),
    ("norm", (CUBE,), {}),
    ("norm", (CUBE,), {"keepdims": True}),
    ("norm", (B[:, 0], 3), {}),
    ("norm", (A, 2), {}),
    ("norm", (3.0,), {}),
    ("norm", ([3, 4],), {}),
    ("norm", (C, "f"), {}),
    *(
        ("vector_norm", (x,), {"ord": o})
        for x in (CUBE, C, np.arange(4))
        for o in (0, 1, 2, 3, -1, np.inf)
    ),
    ("vector_norm", (CUBE,), {"axis": (0, 2), "keepdims": True}),
    ("multi_dot", ([A, B],), {}),
    ("multi_dot", ([B[:, 0], A, B],), {}),
    ("multi_dot", ([numbers(*s) for s in ((5, 2), (2, 7), (7, 1), (1, 3), (3, 4))],), {}),
    ("multi_dot", ([B[:, 0], A, A, B[:, 1]],), {}),
    ("multi_dot", ([B[:, 0], B[:, 1]],), {}),
    ("tensorinv", (TENSOR,), {}),
    ("tensorinv", (A,), {"ind": 1}),
    ("tensorsolve", (TENSOR, numbers(2, 3)), {}),
    ("tensorsolve", (TENSOR.transpose(0, 2, 1), numbers(2, 3)), {"axes": (1,)}),
    ("diagonal", (CUBE,), {"offset": 1}),
    ("diagonal", (CUBE,), {"offset": -1}),
    ("trace", (CUBE,), {"offset": -1}),
    ("trace", (CUBE,), {"dtype": np.float32}),
    ("cross", (B.T, A[:2]), {}),
    ("cross", (B, B[:, ::-1]), {"axis": 0}),
    ("outer", (B[:, 0], C[0]), {}),
    ("vecdot", (C, A), {}),
    ("vecdot", (C, B[:, :1]), {"axis": 0}),
    ("matmul", (S, B), {}),
    ("tensordot", (CUBE, CUBE), {"axes": ((0, 1), (0, 1))}),
    ("tensordot", (CUBE, TALL), {"axes": 1}),
    ("matrix_transpose", (CUBE,), {}),
]


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
