"""Editing, writing in place and functions of functions in ``gpugrad.numpy``."""

import numpy as np
import pytest
from numpy_case import agree
from sample import numbers

import gpugrad as gg
import gpugrad.numpy as gnp
from gpugrad.testing import gradcheck

A = numbers(3, 4, seed=1)
INTEGERS = np.array([[3, 1, 4, 1], [5, 9, 2, 6]])
WRITTEN = [
    ("copyto", A, (2,), {}),
    ("copyto", A, (np.array([1.0, 2, 3, 4]),), {"where": A > 0}),
    ("copyto", INTEGERS, (np.array([True, False, True, True]),), {}),
    ("putmask", A, (A > 0, [1, 2, 3]), {}),
    ("place", A, (A > 0, [1.5, 2.5]), {}),
    ("place", INTEGERS, (INTEGERS > 10, []), {}),
    ("put", A, ([0, 5, -1], [9.5, 8.5]), {}),
    ("put", INTEGERS, ([0, 50], 7), {"mode": "wrap"}),
    ("put", INTEGERS, ([-3, 50], 7), {"mode": "clip"}),
    ("put_along_axis", A, (np.argmax(A, 1, keepdims=True), -9, 1), {}),
    ("put_along_axis", A, (np.array([[0, 1, 2, 0]]), np.array([[1, 2, 3, 4]]), 0), {}),
    ("put_along_axis", A, (np.array([1, 5]), 3, None), {}),
    ("fill_diagonal", A, (5,), {}),
    ("fill_diagonal", A.T.copy(), ([1, 2],), {}),
    ("fill_diagonal", np.zeros((7, 3)), (4,), {"wrap": True}),
    ("fill_diagonal", np.zeros((7, 3)), (4,), {}),
    ("fill_diagonal", np.zeros((2, 2, 2)), ([1, 2],), {}),
]


def written(name, a, arguments, settings):
    """What ``a`` is afterwards: NumPy's array and our Tensor."""
    expected, found = a.copy(), gg.tensor(a)
    getattr(np, name)(expected, *arguments, **settings)
    given = [gg.tensor(x) if isinstance(x, np.ndarray) else x for x in arguments]
    named = {k: gg.tensor(v) if isinstance(v, np.ndarray) else v for k, v in settings.items()}
    assert getattr(gnp, name)(found, *given, **named) is None
    return found, expected


@pytest.mark.parametrize(("name", "a", "arguments", "settings"), WRITTEN)
def test_a_tensor_holds_what_numpy_writes(name, a, arguments, settings):
    agree(*written(name, a, arguments, settings))


@pytest.mark.needs_compiler
@pytest.mark.parametrize(("name", "a", "arguments", "settings"), WRITTEN)
def test_on_a_device_too(name, a, arguments, settings):
    with gg.use_device("simulated"):
        agree(*written(name, a, arguments, settings))


def test_what_is_written_has_its_gradient_and_what_was_there_none():
    x = gg.tensor(np.ones((3, 3)), requires_grad=True)
    v = gg.tensor(np.array([2.0, 3.0, 4.0]), requires_grad=True)
    y = 5 * x
    before = gg.sum(y)
    gnp.fill_diagonal(y, v)
    (gg.sum(y * y) + before).backward()
    np.testing.assert_array_equal(v.grad.numpy(), [4, 6, 8])
    np.testing.assert_array_equal(x.grad.numpy(), 5 + 50 * (1 - np.eye(3)))


def half(a, b=2.0):
    """Half of what is larger."""
    return a * a if a > b else (a - b) / 2


VECTORIZED = [
    (half, {}, (A, 0.1)),
    (half, {"otypes": "f"}, (A, A[0])),
    (lambda a: (a, a + 1), {}, ([1, 2],)),
    (lambda p, x: p[0] * x, {"excluded": {0}}, ([3, 1], [1.0, 2])),
    (lambda a, b: a @ b, {"signature": "(m,n),(n)->(m)"}, (np.ones((2, 1, 3, 4)), A)),
    (lambda a: (a.sum(), a * 2), {"signature": "(n)->(),(n)"}, (A,)),
    (half, {"otypes": [float]}, ([],)),
    (lambda: 3, {}, ()),
]


@pytest.mark.parametrize(("function", "settings", "arguments"), VECTORIZED)
def test_vectorized_functions_give_what_numpys_give(function, settings, arguments):
    found = gnp.vectorize(function, **settings)(*arguments)
    if arguments:
        agree(found, np.vectorize(function, **settings)(*arguments))
    else:
        assert found == 3


def test_vectorize_decorates_and_differentiates():
    @gnp.vectorize
    def cube(a):
        """Three times over."""
        return a**3

    assert cube.__name__ == "cube"
    gradcheck(cube, (A,), order=2)
    gradcheck(lambda a: gnp.vectorize(half)(a, b=0.1), (A,), order=2)
    agree(gg.tensor(gg.vmap(cube)(A)), A**3)


def test_a_piece_is_given_only_its_own_elements():
    seen = []

    def root(x):
        seen.append(x.shape)
        return gg.sqrt(x)

    x = np.array([-4.0, 4.0, 9.0])
    gradient = gg.grad(lambda x: gg.sum(gnp.piecewise(x, [x < 0], [0.0, root])))(x)
    assert gradient.tolist() == [0, 0.25, 1 / 6]
    assert seen == [(2,)]


def test_pieces_of_members_are_selected():
    x = np.array([[-4.0, 4.0], [9.0, 1.0]])
    with np.errstate(invalid="ignore"):
        found = gg.vmap(lambda x: gnp.piecewise(x, [x < 0], [lambda x: -x, gg.sqrt]))(x)
        slopes = gg.vmap(
            gg.grad(lambda x: gg.sum(gnp.piecewise(x, [x < 0], [lambda x: -x, gg.sqrt])))
        )(x)
    agree(gg.tensor(found), np.array([[4.0, 2], [3, 1]]))
    np.testing.assert_allclose(slopes, [[-1, 0.25], [1 / 6, 0.5]])


def test_paths_are_numpys():
    a, b, c = np.ones((3, 4)), np.ones((4, 5)), np.ones((5, 2))
    expected = np.einsum_path("ij,jk,kl->il", a, b, c)
    assert gnp.einsum_path("ij,jk,kl->il", gg.tensor(a), b, c.tolist()) == expected
    for out in ([], [[0, 2]]):
        operands = (a, [0, 1], b, [1, 2], *out)
        best = {"optimize": "optimal"}
        assert gnp.einsum_path(*operands, **best) == np.einsum_path(*operands, **best)


REFUSED = [
    (lambda: gnp.delete(A, 5, 0), IndexError, "delete: index 5 is out of bounds"),
    (lambda: gnp.delete(A, [True], 0), ValueError, "an axis of length 3"),
    (lambda: gnp.delete(A, 1.5, 0), IndexError, "use integers or truth values"),
    (lambda: gnp.insert(A, 9, 1, 0), IndexError, "not within an axis of length 3"),
    (lambda: gnp.insert(A, [0, 9], 1, 0), IndexError, "not within an axis of length 3"),
    (lambda: gnp.resize(A, (-1, 2)), ValueError, "a negative length"),
    (lambda: gnp.trim_zeros(A, "x"), ValueError, "use 'f', 'b' or 'fb'"),
    (lambda: gg.vmap(gnp.trim_zeros)(A), TypeError, "outside of vmap"),
    (lambda: gnp.nonzero(3), ValueError, "a number has no places"),
    (lambda: gnp.take_along_axis(A, A, 1), IndexError, "use integers"),
    (lambda: gnp.fill_diagonal(A, 1), TypeError, r"give a Tensor, np.array\(x\)"),
    (lambda: gnp.fill_diagonal(gg.ones((2,)), 1), ValueError, "use a matrix"),
    (lambda: gnp.copyto(gg.tensor([1, 2]), 1.5), TypeError, "casting='same_kind'"),
    (lambda: gnp.put(gg.ones((2,)), 0, 1, "near"), ValueError, "'raise', 'wrap' or 'clip'"),
    (lambda: gnp.place(gg.ones((2,)), [True, False], []), ValueError, "no values"),
    (lambda: gnp.apply_along_axis(gg.sum, 0, np.ones((2, 0))), ValueError, "no line"),
    (lambda: gnp.apply_over_axes(lambda x, i: gg.sum(x), A, [0]), ValueError, r"shape \(\)"),
    (lambda: gnp.piecewise(A, [A < 0], [1, 2, 3]), ValueError, "give as many, or one more"),
    (lambda: gnp.vectorize(half)([]), ValueError, "give otypes="),
    (lambda: gnp.vectorize(half, signature="n->n"), ValueError, "write it as"),
    (lambda: gnp.vectorize(half, signature="(n)->()")(A, 1), TypeError, "the signature has 1"),
    (lambda: gnp.vectorize(abs, signature="(n)->()")(3), ValueError, "core axes"),
    (lambda: gnp.vectorize(abs, signature="(n)->()")(A), ValueError, "a result of shape"),
]


@pytest.mark.parametrize(("call", "error", "message"), REFUSED)
def test_what_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_arrays_that_are_checked_or_laid_out():
    agree(gnp.asarray_chkfinite([1, 2.5]), np.array([1, 2.5]))
    agree(gnp.asfortranarray(INTEGERS), INTEGERS)
    with pytest.raises(ValueError, match="NaN or infinities"):
        gnp.asarray_chkfinite([1.0, np.nan])


def test_a_number_of_a_transform_is_computed_in_double_precision():
    for function in (
        lambda x: gnp.piecewise(x, [x < 0, x >= 0], [lambda t: t, lambda t: t**3]),
        lambda x: gg.sum(gnp.histogram_bin_edges([0.1, 0.9], 3, (0, x)) ** 2),
        lambda x: gg.sum(gnp.insert([1, 2.0], 1, x) ** 3),
    ):
        slope = (function(0.7 + 1e-6) - function(0.7 - 1e-6)).item() / 2e-6
        assert gg.grad(function)(0.7) == pytest.approx(slope, rel=1e-8)
        assert gg.grad(function)(0.7) == pytest.approx(gg.jvp(function, (0.7,), (1.0,))[1])


@pytest.mark.parametrize("offset", [0, 2, -1])
@pytest.mark.parametrize("axes", [(0, 1), (-1, -2), (0, -1)])
def test_make_diagonal_is_what_diagonal_reads_back(offset, axes):
    """autograd.numpy's function, which NumPy does not have."""
    y = gnp.make_diagonal(A, offset, *axes)
    size = A.shape[-1] + abs(offset)
    assert sorted(y.shape) == sorted((len(A), size, size))
    np.testing.assert_array_equal(np.diagonal(y.numpy(), offset, *axes), A)
    assert float(gnp.sum(gnp.abs(y))) == pytest.approx(np.abs(A).sum())
    gradcheck(lambda x: gnp.make_diagonal(x, offset, *axes), (A,))
    with pytest.raises(ValueError, match="make_diagonal: a number has no axis"):
        gnp.make_diagonal(1.0)
