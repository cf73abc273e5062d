"""Operators and methods of what gpugrad.numpy makes find NumPy's dtypes, as its functions do."""

import operator
import pickle
import warnings
from itertools import product

import numpy as np
import numpy_case
import pytest
from test_numpy_cases import CASES

import gpugrad as gg
import gpugrad.numpy as gnp

OPERATORS = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "divide": operator.truediv,
    "floor_divide": operator.floordiv,
    "remainder": operator.mod,
    "power": operator.pow,
    "equal": operator.eq,
    "not_equal": operator.ne,
    "less": operator.lt,
    "less_equal": operator.le,
    "greater": operator.gt,
    "greater_equal": operator.ge,
    "bitwise_and": operator.and_,
    "bitwise_or": operator.or_,
    "bitwise_xor": operator.xor,
    "left_shift": operator.lshift,
    "right_shift": operator.rshift,
    "matmul": operator.matmul,
}
EXACT = ["bool", *(f"{kind}{bits}" for kind in ("int", "uint") for bits in (8, 16, 32, 64))]
DTYPES = [*EXACT, "float16", "float32", "float64", "complex64", "complex128"]
FIRST = [np.array([3, 1, 2]).astype(dtype) for dtype in DTYPES]
SECOND = [np.array([1, 2, 3]).astype(dtype) for dtype in DTYPES]
BESIDE = [True, 2, -1, 2.5, 1.5j, np.float32(1.5), np.int8(2), [1, 2, 3], [0.1, 2.5, 3.5]]
PAIRS = [
    *product(FIRST, SECOND),
    *product(FIRST, BESIDE),
    *product(BESIDE, FIRST),
]
METHODS = ["mean", "std", "var", "sum", "prod", "max", "any", "cumsum", "cumprod", "argmax"]
METHODS += ["ravel", "__neg__", "__pos__", "__abs__", "__invert__"]
WITH = [  # methods, and what they are given
    ("astype", (float,)),
    ("astype", (complex,)),
    ("clip", (0.5, 1.5)),
    ("clip", (1, 2)),
    ("dot", (np.ones(3, "float32"),)),
    ("mean", (0,)),
    ("std", (0,)),
    ("take", ([0, 1],)),
]
IN_PLACE = [operator.iadd, operator.imul, operator.itruediv, operator.ipow]


@pytest.fixture(autouse=True)
def quiet():
    """NumPy warns of 0 to a negative power, and so does what runs on NumPy here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        yield


def ours(x):
    return gnp.array(x) if isinstance(x, np.ndarray) else x


def outcome(function, *arguments):
    """The result; of what is refused, None."""
    try:
        return function(*arguments)
    except (TypeError, ValueError, OverflowError):
        return None


def agree(found, expected, what):
    """Assert that both are refused, or of one dtype and value."""
    assert (found is None) == (expected is None), what
    if expected is not None:
        assert found.dtype == np.asarray(expected).dtype, what
        tolerance = 1e-2 if found.dtype == "float16" else 1e-5 if found.dtype.itemsize < 8 else None
        numpy_case.agree(found, expected, tolerance)


def sides(a, b):
    """Both as arrays of gpugrad.numpy, and each of them beside an array of NumPy's."""
    yield ours(a), ours(b)
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        yield a, ours(b)
        yield ours(a), b


@pytest.mark.parametrize("name", OPERATORS)
def test_operators_and_functions_of_all_dtypes_are_numpys(name):
    for a, b in PAIRS:
        if name == "power" and type(b) is int and b == 2 and a.dtype == bool:
            continue  # NumPy's operator is square there, which is of int8
        expected = outcome(OPERATORS[name], a, b)
        for x, y in sides(a, b):
            agree(outcome(OPERATORS[name], x, y), expected, f"{x!r} {name} {y!r}")
        expected = outcome(getattr(np, name), a, b)
        agree(outcome(getattr(gnp, name), a, b), expected, f"{name}({a!r}, {b!r})")
        agree(outcome(getattr(gnp, name), ours(a), ours(b)), expected, f"{name}({a!r}, {b!r})")


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("name", "given"), [*((name, ()) for name in METHODS), *WITH])
def test_methods_of_all_dtypes_are_numpys(name, given, dtype):
    if dtype.startswith("complex") and name in ("clip", "std", "var"):
        return  # refused here: complex numbers have no order, and deviations are of real ones
    x = np.array([3, 1, 2]).astype(dtype)
    expected = outcome(lambda: getattr(x, name)(*given))
    agree(outcome(lambda: getattr(ours(x), name)(*map(ours, given))), expected, name)


@pytest.mark.parametrize("change", IN_PLACE, ids=lambda f: f.__name__)
def test_results_of_the_same_kind_are_cast_in_place(change):
    for a, b in product(FIRST, [*SECOND, 2, 2.5]):
        expected = outcome(change, a.copy(), b)
        agree(outcome(change, ours(a), ours(b)), expected, f"{change.__name__} {a!r} {b!r}")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_functions_make_of_arrays_lists_and_numbers_is_closed(case):
    """All results are of the class whose operators are NumPy's."""
    assert kinds(case.ours(*case.arguments)) <= {type(gnp.array(1))}


def kinds(result):
    if isinstance(result, tuple | list):
        return set().union(*map(kinds, result))
    return {type(result)} if isinstance(result, gg.Tensor) else set()


def test_tensors_keep_their_own_promotion():
    plain = gg.tensor([1, 2])
    assert (plain / 3).dtype == gnp.exp(gg.tensor([1.0])).dtype == gg.float32
    assert type(gnp.exp(gg.tensor([1.0]))) is gg.Tensor
    assert (plain / gnp.array([1, 2])).dtype == gg.float64  # beside one of NumPy's dtypes


def test_gradients_meet_integers_in_double_precision():
    """The closed form 2/3 * sum(m - x)."""
    x = gnp.array([3, 7, 100])
    found = gg.grad(lambda m: ((m - x) ** 2).mean())(gnp.array(0.1))
    assert type(found) is type(x)
    np.testing.assert_allclose(found.numpy(), 2 / 3 * (0.3 - 110), rtol=1e-15)
    single = gg.tensor([1.0, 2.0, 3.0], requires_grad=True)
    (single * x).sum().backward()
    assert single.grad.dtype == gg.float32 and single.grad.tolist() == [3.0, 7.0, 100.0]


def test_batches_of_integers_beside_constants_of_gpugrad_numpy():
    thirds = gg.vmap(lambda x: gnp.array([1, 2]) / 3 * x)(gnp.array([1.0, 3.0]))
    np.testing.assert_allclose(thirds.numpy(), [[1 / 3, 2 / 3], [1, 2]], rtol=1e-15)


def test_a_pickle_keeps_the_promotion():
    assert (pickle.loads(pickle.dumps(gnp.array([1, 2]))) / 3).dtype == gg.float64


def test_random_numbers_and_what_is_read_back_are_closed():
    drawn = gnp.random.randint(0, 9, (4,)), gnp.random.normal(0.0, 1.0, 3), gnp.random.rand(2)
    assert kinds(drawn) == {type(gnp.array(1))}


def test_lists_beside_arrays_on_a_device_are_exact():
    with gg.use_device("simulated"):
        found = gnp.array([1, 2]) * [0.1, 0.2]
        assert found.device == "simulated" and found.tolist() == [0.1, 0.4]
