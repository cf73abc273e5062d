"""Operators of Tensors, in place too."""

import operator

import numpy as np
import pytest
from kernel_checks import needs_compiler
from sample import numbers

import gpugrad as gg
from gpugrad.backend.dtypes import BY_NAME

X, Y = numbers(2, 3), numbers(2, 3, seed=1)
INTEGERS, OTHERS = np.array([5, 3, 12]), np.array([2, 1, 3])
BINARY = ("add", "sub", "mul", "truediv", "floordiv", "mod", "lt", "le", "gt", "ge", "eq", "ne")
BITWISE = ("and_", "or_", "xor", "lshift", "rshift", "floordiv", "mod", "pow")
ALIKE = {  # operators and the functions of the same name
    operator.add: gg.add,
    operator.sub: gg.subtract,
    operator.mul: gg.multiply,
    operator.truediv: gg.divide,
    operator.pow: gg.power,
    operator.floordiv: gg.floor_divide,
    operator.mod: gg.remainder,
}
IN_PLACE = ("iadd", "isub", "imul", "itruediv", "ifloordiv", "imod")


@pytest.mark.parametrize("name", BINARY)
def test_binary_operators(name):
    function = getattr(operator, name)
    for a, b in ((X, Y), (X, 1.5)):
        left = gg.tensor(a)
        np.testing.assert_array_equal(
            function(left, gg.tensor(b) if b is Y else b).numpy(), function(a, b)
        )
    np.testing.assert_array_equal(function(1.5, gg.tensor(Y)).numpy(), function(1.5, Y))
    np.testing.assert_array_equal(function(X, gg.tensor(Y)).numpy(), function(X, Y))


@pytest.mark.parametrize("name", BITWISE)
def test_operators_of_integers(name):
    function = getattr(operator, name)
    for a, b in ((INTEGERS, OTHERS), (INTEGERS, 2)):
        b_tensor = gg.tensor(b) if isinstance(b, np.ndarray) else b
        np.testing.assert_array_equal(function(gg.tensor(a), b_tensor).numpy(), function(a, b))
    np.testing.assert_array_equal(function(2, gg.tensor(OTHERS)).numpy(), function(2, OTHERS))


@pytest.mark.parametrize("dtype", BY_NAME)
@pytest.mark.parametrize("number", [2, 2.0, 3, 0.5, True, 2j], ids=str)
def test_an_operator_gives_what_its_function_gives(number, dtype):
    def outcome(function, *arguments):
        try:
            y = function(*arguments)
        except TypeError as error:  # complex numbers have no remainder
            return str(error), None
        return y.dtype, y.numpy().astype("complex128")

    x = gg.tensor(np.array([1, 3, 5]).astype(BY_NAME[dtype]))
    for operation, function in ALIKE.items():
        for arguments in ((x, number), (number, x)):
            found, expected = outcome(operation, *arguments), outcome(function, *arguments)
            assert found[0] == expected[0], operation
            if expected[1] is not None:
                np.testing.assert_allclose(found[1], expected[1], rtol=0.01)


def test_squares_of_integers_by_a_float_have_room():
    assert (gg.tensor(np.array([200], "uint8")) ** 2.0).item() == 40000.0
    assert (gg.tensor(np.array([100_000], "int32")) ** 2.0).item() == 1e10
    assert (gg.tensor([True, False]) ** 2).dtype == "int64"


@pytest.mark.parametrize("device", ["cpu", pytest.param("simulated", marks=needs_compiler)])
@pytest.mark.parametrize("count", [1, 5, 100_000])
def test_half_a_power_is_no_root(device, count):
    """IEEE 754: of -inf it is inf, and of -0.0 it is 0.0."""
    with gg.use_device(device):
        x = gg.tensor([-np.inf, -0.0, 4.0] * count)
        for half in (0.5, gg.tensor(0.5), gg.full((3 * count,), 0.5)):
            for y in (x**half, gg.power(x, half)):
                assert y.tolist()[:3] == [np.inf, 0.0, 2.0]
                assert not gg.signbit(y).any()


@pytest.mark.parametrize("name", IN_PLACE)
def test_in_place_operators_keep_the_cell(name):
    function = getattr(operator, name)
    x = same = gg.tensor(X)
    x = function(x, Y)
    assert x is same
    np.testing.assert_array_equal(x.numpy(), function(X.copy(), Y))


def test_in_place_operators_of_integers_and_products():
    x = gg.tensor(INTEGERS)
    x &= 7
    x |= 16
    x ^= 1
    x <<= 2
    x >>= 1
    assert x.tolist() == ((((INTEGERS & 7 | 16) ^ 1) << 2) >> 1).tolist()
    y = gg.tensor(np.eye(2) * 3)
    y @= np.ones((2, 2))
    y **= 2
    assert y.tolist() == [[9, 9], [9, 9]]


def test_unary_operators():
    x = gg.tensor(X)
    for function in (operator.neg, operator.pos, abs):
        np.testing.assert_array_equal(function(x).numpy(), function(X))
    np.testing.assert_array_equal((~gg.tensor(INTEGERS)).numpy(), ~INTEGERS)
    np.testing.assert_array_equal((~(x > 0)).numpy(), ~(X > 0))
