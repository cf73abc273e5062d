"""gpugrad.numpy's linalg, fft and random beside NumPy's: dtypes, values and gradients."""

import inspect

import numpy as np
import pytest
from numpy_case import agree
from sample import complexes, numbers

import gpugrad as gg
import gpugrad.numpy as gnp
from gpugrad.numpy import fft, linalg, random
from gpugrad.testing import gradcheck

S = numbers(3, 3, seed=1)
SYMMETRIC = S @ S.T + np.eye(3)
A, V = numbers(2, 3, seed=2), numbers(3, seed=3)
Z = complexes(4)
INTEGERS = [[4, 1], [1, 3]]

ALGEBRA = {
    "cholesky": [(SYMMETRIC,), (INTEGERS,)],
    "det": [(S,), (INTEGERS,)],
    "inv": [(S,), (INTEGERS,)],
    "slogdet": [(S,)],
    "solve": [(S, V), (INTEGERS, [1, 2])],
    "pinv": [(A,)],
    "tensorinv": [(numbers(2, 3, 6, seed=4),)],
    "tensorsolve": [(numbers(2, 3, 6, seed=4), A)],
    "svdvals": [(A,)],
    "eigvalsh": [(SYMMETRIC,)],
    "cond": [(S,)],
    "matrix_norm": [(A,)],
    "matrix_rank": [(A,)],
    "vector_norm": [(V,)],
    "norm": [(A,), (INTEGERS,), (V, 1)],
    "trace": [(S,), (INTEGERS,)],
    "diagonal": [(S,)],
    "cross": [(A, A + 1)],
    "matmul": [(A, S), (INTEGERS, INTEGERS)],
    "matrix_power": [(S, 3), (INTEGERS, 2)],
    "matrix_transpose": [(A,)],
    "outer": [(V, V)],
    "tensordot": [(A, A)],
    "vecdot": [(V, V)],
    "multi_dot": [([A, S, V],)],
}
DECOMPOSED = {"eig": SYMMETRIC, "eigh": SYMMETRIC, "qr": A.T, "svd": A}
TRANSFORMS = {
    **dict.fromkeys(
        (
            "fft",
            "ifft",
            "fft2",
            "ifft2",
            "fftn",
            "ifftn",
            "rfft",
            "rfft2",
            "rfftn",
            "ihfft",
            "fftshift",
            "ifftshift",
        ),
        A,
    ),
    **dict.fromkeys(("irfft", "irfft2", "irfftn", "hfft"), complexes(2, 3)),
}


CALLS = [(name, arguments) for name, several in ALGEBRA.items() for arguments in several]


@pytest.mark.parametrize(("name", "arguments"), CALLS)
def test_linear_algebra_is_numpys(name, arguments):
    agree(getattr(linalg, name)(*arguments), getattr(np.linalg, name)(*arguments))


def test_least_squares_are_numpys():
    found, expected = linalg.lstsq(A.T, A.T), np.linalg.lstsq(A.T, A.T)
    for one, other in zip(found, expected, strict=True):  # the rank is int64 here
        np.testing.assert_allclose(one.numpy(), other, atol=1e-12)


def test_eigenvalues_are_complex_whatever_their_values():
    for x in (SYMMETRIC, S):
        found, expected = linalg.eigvals(x).numpy(), np.linalg.eigvals(x)
        assert found.dtype == np.complex128
        np.testing.assert_allclose(np.sort_complex(found), np.sort_complex(expected), atol=1e-12)


@pytest.mark.parametrize("name", DECOMPOSED)
def test_decompositions_have_numpys_shapes_and_dtypes(name):
    for x in (DECOMPOSED[name], DECOMPOSED[name].astype(np.float32), np.arange(1, 5).reshape(2, 2)):
        found, expected = getattr(linalg, name)(x), getattr(np.linalg, name)(x)
        assert [y.shape for y in found] == [y.shape for y in expected]
        dtypes = [y.dtype for y in expected]
        if name == "eig":  # complex throughout
            dtypes = [np.result_type(dtype, np.complex64) for dtype in dtypes]
        assert [y.dtype for y in found] == dtypes


@pytest.mark.parametrize("name", TRANSFORMS)
def test_transforms_are_numpys(name):
    x = TRANSFORMS[name]
    for given in (x, x.tolist(), x.astype(np.complex64 if x.dtype.kind == "c" else np.float32)):
        single = getattr(given, "dtype", None) in (np.float32, np.complex64)
        found, expected = getattr(fft, name)(given), getattr(np.fft, name)(given)
        agree(found, expected, 1e-5 if single else None)
    whole = np.arange(6).reshape(2, 3)
    agree(getattr(fft, name)(whole), getattr(np.fft, name)(whole))
    gradcheck(getattr(fft, name), (x,))


def test_frequencies_are_numpys():
    agree(fft.fftfreq(5, 0.5), np.fft.fftfreq(5, 0.5))
    agree(fft.rfftfreq(6), np.fft.rfftfreq(6))


def test_out_is_refused_with_the_way_out():
    for call in (lambda out: fft.fft(V, out=out), lambda out: linalg.multi_dot([A, S], out=out)):
        with pytest.raises(TypeError, match="out="):
            call(np.zeros(3))


def test_arguments_have_names():
    agree(linalg.norm(x=A, axis=1), np.linalg.norm(x=A, axis=1))
    agree(linalg.solve(S, b=V), np.linalg.solve(S, b=V))
    agree(fft.fft(a=V, n=4), np.fft.fft(a=V, n=4))
    agree(fft.rfft(a=V, n=4), np.fft.rfft(a=V, n=4))
    with pytest.raises(linalg.LinAlgError):
        linalg.inv([[1.0, 1.0], [1.0, 1.0]])


@pytest.mark.needs_compiler
def test_a_device_has_them_too():
    with gg.use_device("simulated"):
        there = linalg.solve(INTEGERS, [1.0, 2.0])
        assert there.device == fft.fft([1, 2, 3]).device == random.rand(2).device == "simulated"
    agree(there, np.linalg.solve(INTEGERS, [1.0, 2.0]))


@pytest.mark.needs_compiler
@pytest.mark.parametrize("name", ["array", "asarray", "ascontiguousarray", "asarray_chkfinite"])
def test_an_array_of_numpys_goes_to_the_default_device(name):
    make, values = getattr(gnp, name), np.array([1.0, 2.0])
    assert make(values).device == "cpu"
    with gg.use_device("simulated"):
        assert make(values).device == make([1.0]).device == "simulated"
        assert make(gg.tensor(values, device="cpu")).device == "cpu"
        gradient = gg.grad(lambda x: gg.sum(make(values) * x))(make(values))
    assert (gradient.device, gradient.tolist()) == ("simulated", [1.0, 2.0])


# random numbers

DISTRIBUTIONS = {  # name -> (parameters, a function of a number drawn whose mean is near 1)
    "exponential": ((2.0,), lambda x: x / 2),
    "gumbel": ((1.0, 2.0), lambda x: x / 2.1544),
    "laplace": ((1.0, 0.5), lambda x: x),
    "logistic": ((1.0, 0.5), lambda x: x),
    "lognormal": ((0.0, 0.5), lambda x: x / 1.1331),
    "normal": ((1.0, 0.5), lambda x: x),
    "pareto": ((5.0,), lambda x: 4 * x),
    "rayleigh": ((2.0,), lambda x: x / 2.5066),
    "uniform": ((0.0, 2.0), lambda x: x),
    "weibull": ((2.0,), lambda x: x / 0.8862),
}


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_numbers_are_distributed_as_named(name):
    parameters, scaled = DISTRIBUTIONS[name]
    drawn = getattr(random.default_rng(3), name)(*parameters, size=40_000)
    assert (drawn.shape, drawn.dtype) == ((40_000,), np.float64)
    assert scaled(drawn).mean().item() == pytest.approx(1.0, abs=0.02)
    quartiles = np.quantile(drawn.numpy(), (0.25, 0.75))
    theirs = getattr(np.random.default_rng(3), name)(*parameters, size=40_000)
    np.testing.assert_allclose(quartiles, np.quantile(theirs, (0.25, 0.75)), rtol=0.05, atol=0.02)


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_numbers_drawn_are_functions_of_their_parameters(name):
    parameters = tuple(map(np.asarray, DISTRIBUTIONS[name][0]))
    gradcheck(lambda *p: getattr(random.default_rng(5), name)(*p, size=3), parameters)


def test_random_words_are_philoxes():
    theirs = np.random.Generator(np.random.Philox(key=7))
    np.testing.assert_array_equal(random.default_rng(7).random(5).numpy(), theirs.random(5))


def test_a_seed_starts_the_shared_sequence_again():
    def drawn():
        random.seed(3)
        return [
            random.rand(2, 2),
            random.randn(3),
            random.randint(9, size=4),
            random.permutation(5),
            random.random_sample(2),
            random.standard_cauchy(2),
            random.default_rng().standard_exponential(2),
        ]

    first = drawn()
    for one, other in zip(first, drawn(), strict=True):
        np.testing.assert_array_equal(one.numpy(), other.numpy())
    assert (first[0].shape, first[1].dtype) == ((2, 2), np.float64)
    assert random.ranf == random.sample == random.random


def test_integers_are_in_their_bounds():
    generator = random.default_rng(1)
    drawn = generator.integers(2, 5, size=(100,)).numpy()
    assert set(drawn) == {2, 3, 4}
    assert set(generator.integers(1, size=9, endpoint=True).numpy()) == {0, 1}
    assert generator.integers(3).shape == ()


def test_choices():
    generator = random.default_rng(2)
    chosen = generator.choice(4, 20_000, p=[0.1, 0.2, 0.3, 0.4]).numpy()
    np.testing.assert_allclose(np.bincount(chosen) / 20_000, [0.1, 0.2, 0.3, 0.4], atol=0.01)
    assert sorted(generator.choice([5.0, 6.0, 7.0], 3, replace=False).tolist()) == [5.0, 6.0, 7.0]
    first = [int(generator.choice(2, 1, replace=False, p=[0.2, 0.8])[0]) for _ in range(500)]
    assert np.mean(first) == pytest.approx(0.8, abs=0.06)
    assert generator.choice(gg.tensor([[1.0, 2.0]]), (2, 2), axis=1).shape == (1, 2, 2)
    assert isinstance(generator.choice(3), gg.Tensor)
    with pytest.raises(ValueError, match="4 of 3 elements; draw with replace=True"):
        generator.choice(3, 4, replace=False)
    with pytest.raises(ValueError, match="sum 1"):
        generator.choice(2, p=[0.5, 0.6])


def test_orders():
    generator = random.default_rng(4)
    x = gg.tensor([[1.0, 2.0, 3.0]])
    assert sorted(generator.permutation(x, axis=1).tolist()[0]) == [1.0, 2.0, 3.0]
    generator.shuffle(x, axis=1)
    assert sorted(x.tolist()[0]) == [1.0, 2.0, 3.0]
    listed = list("abc")
    generator.shuffle(listed)
    assert sorted(listed) == ["a", "b", "c"]
    with pytest.raises(TypeError, match="permutation"):
        generator.shuffle(np.zeros(3))


def test_everything_has_a_docstring():
    members = inspect.getmembers(random.Generator, inspect.isfunction)
    assert all(inspect.getdoc(member) for name, member in members if name[0] != "_")
