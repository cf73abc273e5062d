"""gpugrad.numpy's ufuncs in every dtype and mixture of dtypes beside NumPy's: which there are, what
dtype they give, and their values; and what they have beside a call."""

import warnings

import numpy as np
import pytest
from numpy_case import agree

import gpugrad as gg
import gpugrad.numpy as gnp
from gpugrad.numpy import elements
from gpugrad.testing import gradcheck

UFUNCS = sorted(name for name in vars(elements) if name[0] != "_")
DTYPES = (
    "bool",
    "int8",
    "uint8",
    "int16",
    "int32",
    "int64",
    "uint64",
    "float16",
    "float32",
    "float64",
    "complex64",
    "complex128",
)
FIRST, SECOND = np.array([0, 1, 2, 3]), np.array([1, 1, 2, 1])
NUMBERS = (2, 2.0, 1 + 0j, True)
ORDERED = ("maximum", "minimum", "fmax", "fmin")  # of complex numbers only NumPy's know an order
SPECIAL = np.array([np.nan, np.inf, -np.inf, 0.0, -0.0, 3.0, 1.0, -1.0])
OTHER = np.array([1.0, np.nan, -np.inf, np.nan, 2.0, 3.0, -np.inf, 0.0])


@pytest.fixture(autouse=True)
def quiet():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        yield


def mixtures(name):
    """Arguments of every dtype, of every two, and beside numbers."""
    first = [FIRST.astype(dtype) for dtype in DTYPES]
    if getattr(np, name).nin == 1:
        return [(x,) for x in [*first, *NUMBERS, [1, 2], [0.5, 1.0]]]
    second = [SECOND.astype(dtype) for dtype in DTYPES]
    pairs = [(x, y) for x in first for y in [*second, *NUMBERS]]
    alone = [(2, 3), (1.5, 2), ([1, 2], [3, 4]), ([1.0], 2)]
    return [*pairs, *[(number, y) for number in NUMBERS for y in second], *alone]


def outcome(function, arguments):
    """The outputs as host arrays, or the type of the error."""
    try:
        y = function(*arguments)
    except TypeError:
        return TypeError
    return [
        x.numpy() if isinstance(x, gg.Tensor) else np.asarray(x)
        for x in (y if isinstance(y, tuple) else (y,))
    ]


@pytest.mark.parametrize("name", UFUNCS)
def test_every_mixture_of_dtypes_gives_what_numpys_gives(name):
    for arguments in mixtures(name):
        expected = outcome(getattr(np, name), arguments)
        found = outcome(getattr(gnp, name), arguments)
        if name in ORDERED and expected is not TypeError and expected[0].dtype.kind == "c":
            assert found is TypeError
            continue
        assert (found is TypeError) == (expected is TypeError), arguments
        for y, wanted in zip(found, expected, strict=True) if expected is not TypeError else ():
            assert (y.dtype, y.shape) == (wanted.dtype, wanted.shape), arguments
            half = 1e-2 if wanted.dtype == np.float16 else 1e-5
            np.testing.assert_allclose(y, wanted, rtol=half, err_msg=f"{arguments}")


@pytest.mark.parametrize("name", UFUNCS)
def test_special_values(name):
    ufunc = getattr(np, name)
    if not any("d" in types.partition("->")[0] for types in ufunc.types):
        return  # of integers only
    arguments = (SPECIAL, OTHER)[: ufunc.nin] if name != "ldexp" else (SPECIAL, FIRST.repeat(2))
    found, expected = outcome(getattr(gnp, name), arguments), outcome(ufunc, arguments)
    for y, wanted in zip(found, expected, strict=True):
        np.testing.assert_allclose(y, wanted, rtol=1e-12)


@pytest.mark.needs_compiler
@pytest.mark.parametrize("name", UFUNCS)
def test_a_device_has_the_same_dtypes(name):
    dtypes = ("bool", "int8", "int64", "float16", "float32", "float64")
    with gg.use_device("simulated"):
        for dtype in dtypes:
            arguments = [FIRST.astype(dtype), SECOND.astype(dtype)][: getattr(np, name).nin]
            expected = outcome(getattr(np, name), arguments)
            found = outcome(getattr(gnp, name), list(map(gg.tensor, arguments)))
            if expected is TypeError or found is TypeError:
                assert found is expected is TypeError
                continue
            for y, wanted in zip(found, expected, strict=True):
                assert y.dtype == wanted.dtype
                finite = np.isfinite(wanted)  # of integers by 0 devices have no infinity
                np.testing.assert_allclose(y[finite], wanted[finite], rtol=1e-5)


def test_bfloat16_mixes_by_gpugrads_own_table():
    x = gg.tensor([1.5, 2.0], dtype="bfloat16")
    assert gnp.sin(x).dtype == gnp.add(x, 1.0).dtype == gnp.multiply(x, 2).dtype == gg.bfloat16
    assert gnp.add(x, np.float32(1)).dtype == np.float32
    assert gnp.mean(x).dtype == gnp.concatenate([x, x]).dtype == gg.bfloat16


def test_numbers_alone_are_numpys():
    assert gnp.sin(1).dtype == gnp.add(1, 2.5).dtype == np.float64
    assert gnp.add(1, 2).dtype == np.int64
    assert gnp.sin(1.0).item() == np.sin(1.0)


def test_a_number_that_has_no_room_is_an_error():
    small = np.arange(3, dtype=np.int8)
    with pytest.raises(OverflowError, match="300"):
        gnp.add(small, 300)
    with pytest.raises(OverflowError, match="300"):
        gnp.sum(small, initial=300, dtype=np.int8)


def test_a_transforms_number_stays_exact():
    assert gg.grad(gnp.tanh)(1.0) == pytest.approx(1 - np.tanh(1.0) ** 2, rel=1e-15)
    y = gnp.multiply(gg.tensor([1.0, 2.0]), 3)
    assert y.dtype == np.float32
    assert gg.grad(lambda x: gnp.sum(gnp.power(x, 2) * np.array([1, 2])))(1.5) == 9.0


def test_what_writes_is_refused_with_the_way_out():
    x = gg.tensor([1.0, 2.0])
    with pytest.raises(TypeError, match=r"sin: out= .*y = np\.sin\(\.\.\.\)"):
        gnp.sin(x, out=np.zeros(2))
    with pytest.raises(
        TypeError, match=r"add: where= .*np\.where\(where, np\.add\(\.\.\.\), other\)"
    ):
        gnp.add(x, x, where=np.array([True, False]))
    with pytest.raises(TypeError, match="sin: unknown argument axis"):
        gnp.sin(x, axis=0)
    assert gnp.add(x, x, out=None, where=True, casting="safe").tolist() == [2.0, 4.0]


def test_a_dtype_to_compute_in():
    x = np.array([1, 2], dtype=np.int32)
    agree(gnp.sin(x, dtype=np.float32), np.sin(x, dtype=np.float32))
    agree(gnp.add(x, 1, dtype=float), np.add(x, 1, dtype=float))
    with pytest.raises(TypeError):
        gnp.bitwise_and(x, x, dtype=float)


# methods

REDUCED = ("add", "multiply", "maximum", "minimum", "logical_and", "logical_or", "logaddexp")
A = np.array([[0.3, 1.7, 0.0], [2.1, -0.4, 0.6]])


@pytest.mark.parametrize("name", REDUCED)
def test_reduce(name):
    theirs, ours = getattr(np, name).reduce, getattr(gnp, name).reduce
    agree(ours(A), theirs(A))
    agree(ours(A, axis=1, keepdims=True), theirs(A, axis=1, keepdims=True))
    agree(ours(A, axis=None), theirs(A, axis=None))


@pytest.mark.parametrize("name", ["add", "multiply"])
def test_accumulate(name):
    theirs, ours = getattr(np, name).accumulate, getattr(gnp, name).accumulate
    agree(ours(A), theirs(A))
    agree(ours(A, 1), theirs(A, 1))


@pytest.mark.parametrize("name", ["add", "multiply", "arctan2", "greater"])
def test_outer(name):
    agree(getattr(gnp, name).outer(A, A[0]), getattr(np, name).outer(A, A[0]))


def test_methods_have_gradients():
    gradcheck(gnp.multiply.outer, (A, A[0]))
    gradcheck(gnp.logaddexp.reduce, (A,))
    gradcheck(gnp.multiply.accumulate, (A,))


def test_names_are_numpys():
    assert (gnp.arcsin.__name__, gnp.asin) == ("arcsin", gnp.arcsin)
    assert all(getattr(gnp, name).__doc__ for name in UFUNCS)
