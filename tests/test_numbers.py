"""Python numbers in transforms: exact to double precision, through every function."""

import numpy as np
import pytest
from kernel_checks import needs_compiler

import gpugrad as gg
from gpugrad.engine.functions import function_of
from gpugrad.ops import REGISTRY
from gpugrad.ops.declare import ELEMENTWISE, REQUIRED

per_device = pytest.mark.parametrize(
    "name", ["cpu", pytest.param("simulated", marks=pytest.mark.needs_compiler)]
)
POINT = {"acosh": 1.4}
FUNCTIONS = [
    op
    for op in REGISTRY.values()
    if op.kind == "elementwise"
    and len(op.inputs) == 1
    and any(op.rules)
    and all(value is not REQUIRED for value in op.settings.values())
    and op.name not in ("clip", "masked")  # their settings have no default
]


@pytest.mark.parametrize("op", FUNCTIONS, ids=lambda op: op.name)
def test_a_number_has_the_derivatives_of_a_float64_array(op):
    function, x = function_of(op), POINT.get(op.name, 0.7)
    array = np.array([x])
    expected = gg.grad(lambda x: gg.sum(function(x)))(array).item()
    assert gg.grad(function)(x) == pytest.approx(expected, rel=1e-15, abs=1e-300)
    assert gg.jvp(function, (x,), (1.0,))[1] == pytest.approx(expected, rel=1e-15, abs=1e-300)
    second = gg.grad(lambda x: gg.sum(gg.grad(lambda x: gg.sum(function(x)))(x)))(array).item()
    assert gg.grad(gg.grad(function))(x) == pytest.approx(second, rel=1e-14, abs=1e-300)
    assert type(gg.grad(function)(x)) is float


@pytest.mark.parametrize("mode", [gg.grad, lambda f: lambda x: gg.jvp(f, (x,), (1.0,))[1]])
def test_choices_between_numbers_stay_exact(mode):
    assert mode(lambda z: gg.where(z > 1, z, z / 3))(0.7) == 1 / 3
    assert mode(lambda z: z / 3 if z < 1 else z)(0.7) == 1 / 3
    assert mode(lambda z: gg.where(~(z > 1), z * z, z))(0.7) == 1.4
    assert mode(lambda z: gg.copysign(z, z))(0.7) == 1.0
    assert mode(lambda z: (z > 1) * 2.0)(0.7) == 0.0


INTEGERS = np.array([3, 7, 100])
BESIDE_INTEGERS = {
    "difference": (lambda m, i: np.sum((i - m) ** 2), -2 * np.sum(INTEGERS - 0.1), 6.0),
    "quotient": (lambda m, i: gg.sum(m / i), np.sum(1 / INTEGERS), 0.0),
    "choice": (lambda m, i: gg.sum(gg.where(i > 5, m / 3, i)), 2 / 3, 0.0),
    "truth": (lambda m, i: gg.sum((i > 5) * m / 3), 2 / 3, 0.0),
    "several": (lambda m, i: gg.sum(gg.stack([m / 3, i[0]])), 1 / 3, 0.0),
    "count": (lambda m, i: m / np.sum(i > 5) / 3, 1 / 6, 0.0),
}


@pytest.mark.parametrize("device", ["cpu", pytest.param("simulated", marks=needs_compiler)])
@pytest.mark.parametrize("name", BESIDE_INTEGERS)
def test_a_number_beside_integers_is_exact(name, device):
    with gg.use_device(device):
        integers = INTEGERS if device == "cpu" else gg.tensor(INTEGERS)

        def f(m):
            return BESIDE_INTEGERS[name][0](m, integers)

        expected = [pytest.approx(x, rel=1e-15) for x in BESIDE_INTEGERS[name][1:]]
        assert [gg.grad(f)(0.1), gg.grad(gg.grad(f))(0.1)] == expected
        assert [gg.jvp(f, (0.1,), (1.0,))[1], gg.jvp(gg.grad(f), (0.1,), (1.0,))[1]] == expected
        assert gg.vmap(gg.grad(f))(gg.tensor([0.1], dtype="float64")).item() == expected[0]


def test_a_complex_number_beside_integers_is_exact():
    slope = gg.grad(lambda z: gg.sum(z / INTEGERS), holomorphic=True)(1 + 2j)
    assert slope == pytest.approx(np.sum(1 / INTEGERS), rel=1e-15)


def test_logaddexp_of_numbers_to_second_order():
    _, moved = gg.jvp(gg.grad(gg.logaddexp), (0.7, 1.4), (1.0, 0.0))
    p = 1 / (1 + np.exp(0.7))
    assert moved == pytest.approx(p * (1 - p), rel=1e-15)


@pytest.mark.parametrize("copy", [True, False])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_cast_of_a_number_is_no_number_any_more(dtype, copy):
    """It has the dtype that was asked for, also beside integers, which say nothing of precision."""
    assert gg.astype(0.7, dtype, copy=copy).dtype == dtype
    seen = []

    def f(x):
        y = gg.astype(x, dtype, copy=copy) * np.array([1, 2])
        seen.append(y.dtype)
        return gg.sum(y)

    assert gg.grad(f)(0.7) == 3.0
    assert gg.jvp(f, (0.7,), (1.0,))[1] == 3.0
    assert seen == [dtype, dtype]


def test_a_power_that_is_a_setting():
    @gg.elementwise
    def raised(x, *, power=2.0):
        return x**power

    x = gg.tensor([1.0, 3.0], requires_grad=True)
    gg.sum(raised(x, power=3.0)).backward()
    np.testing.assert_allclose(x.grad.numpy(), [3, 27])


@pytest.mark.parametrize("name", ["sigmoid", "gelu", "relu", "softplus", "maximum", "logaddexp"])
def test_complex_numbers_are_refused_where_the_rule_is_real(name):
    z = gg.tensor([1 + 2j])
    arguments = (z,) * len(REGISTRY[name].inputs)
    with pytest.raises(TypeError, match=rf"{name}: takes no complex.*gg\.real"):
        getattr(gg, name)(*arguments)


def test_a_real_number_has_a_real_derivative_through_complex_ones():
    assert gg.grad(lambda x: gg.real(gg.exp(1j * gg.astype(x, "complex128"))))(0.5) == (
        pytest.approx(-np.sin(0.5))
    )
    assert type(gg.grad(lambda x: gg.real(gg.astype(x, "complex128")))(0.5)) is float


BINARY = [
    op
    for op in REGISTRY.values()
    if op.kind == ELEMENTWISE and len(op.inputs) == 2 and not op.settings and not op.variadic
    if all(op.rules) or op.name in ("greater", "less_equal", "equal", "floor_divide")
]


@pytest.mark.parametrize("first", [False, True], ids=["x, number", "number, x"])
@pytest.mark.parametrize("op", BINARY, ids=lambda op: op.name)
def test_a_number_beside_a_recorded_tensor_is_an_array_of_it(op, first):
    def found(number):
        x = gg.tensor([0.5, 1.5], requires_grad=True)
        y = function_of(op)(*((number, x) if first else (x, number)))
        if y.requires_grad:
            y.sum().backward()
        return y.detach().numpy(), None if x.grad is None else x.grad.numpy()

    for here, there in zip(found(2.0), found(gg.tensor([2.0, 2.0])), strict=True):
        np.testing.assert_array_equal(here, there)


@per_device
@pytest.mark.parametrize("size", [1, 5, 70_000])
@pytest.mark.parametrize("zeros", [(0.0, -0.0), (-0.0, 0.0)])
def test_zeros_of_both_signs_are_different_numbers(name, size, zeros):
    """Python's 0.0 == -0.0, so that what is kept of the one must not be used for the other."""
    with gg.use_device(name):
        ones = gg.ones(size, dtype="float64")
    for zero in zeros:
        expected = np.copysign(1.0, zero)
        functions = (
            lambda x, zero=zero: gg.copysign(x, zero),
            lambda x, zero=zero: gg.copysign(1.0, x * zero),
            lambda x, zero=zero: gg.copysign(1.0, gg.where(x > 0, zero, x)),
            lambda x, zero=zero: gg.round(1 - gg.atan2(x - 1, zero) / 2),  # an angle of 0 or pi
            lambda x, zero=zero: gg.copysign(1.0, gg.imag(gg.where(x > 0, complex(1.0, zero), x))),
        )
        found = [function(ones)[0].item() for function in functions]
        assert found == [expected] * len(functions)


@per_device
def test_integers_beyond_a_dtype(name):
    """NumPy's rule: an error to arithmetic, and beyond all others to comparisons."""
    with gg.use_device(name):
        small, large = (
            gg.tensor(np.array([1, 100], "int8")),
            gg.tensor(np.array([2**64 - 1], "uint64")),
        )
    for apply in (
        lambda: small + 300,
        lambda: 300 - small,
        lambda: large - (-1),
        lambda: small & 300,
        lambda: gg.where(small > 1, 300, small),
        lambda: gg.minimum(small, -300),
        lambda: small * 2**70,
    ):
        with pytest.raises(OverflowError, match=r"\w+: -?\d+ is beyond u?int\d+, which holds"):
            apply()
    assert (small < 300).all() and (small > -1000).all() and (small < 2**70).all()
    assert not (small == 300).any() and (small != -(2**70)).all()
    assert (large > -1).all() and (large < 2**64).all() and (large == 2**64 - 1).all()
    assert (small + 27).tolist() == [28, 127]


@pytest.mark.parametrize("data", [2**70, [1, -(2**70)], [[2**64]]])
def test_integers_beyond_every_dtype(data):
    with pytest.raises(OverflowError, match="beyond every dtype of integers; give a float"):
        gg.tensor(data)


# --- complex numbers of Python's

Z = 1 + 2j
OF_NUMBERS = {  # real functions of a complex number, and their gradients by hand
    "real": (lambda z: gg.real(z * z), 2 * Z),
    "imag": (lambda z: gg.imag(z**3), -3j * Z**2),
    "abs": (gg.abs, Z.conjugate() / abs(Z)),
    "cast": (lambda z: gg.astype(z * z, "float64"), 2 * Z),
    "array": (lambda z: gg.sum(gg.real(z * np.array([1.0, 2.0j]))), 1 + 2j),
    "constant": (lambda z: 3.0, 0j),
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", OF_NUMBERS)
def test_gradients_by_pythons_complex_numbers(name):
    function, expected = OF_NUMBERS[name]
    for found in (
        gg.grad(function)(Z),
        gg.value_and_grad(function)(Z)[1],
        gg.vjp(function, Z)[1](1.0)[0],
        gg.elementwise_grad(function)(Z),
        gg.grad(lambda tree: function(tree["z"]))({"z": Z})["z"],
        *([] if name == "constant" else [gg.jacrev(function)(Z)]),
    ):
        assert type(found) is complex and found == pytest.approx(expected, rel=1e-14)
    for along in (1, 1.0, 1j):
        moved = gg.jvp(function, (Z,), (along,))[1]
        assert moved == pytest.approx((expected * along).real)


@pytest.mark.filterwarnings("error")
def test_complex_functions_of_pythons_complex_numbers():
    for one in (1, 1.0, 1 + 0j):
        assert gg.vjp(lambda z: z * z, Z)[1](one) == (2 * Z,)
        assert gg.jvp(lambda z: z * z, (Z,), (one,)) == (Z * Z, 2 * Z)
    assert gg.grad(lambda z: z**3, holomorphic=True)(Z) == pytest.approx(3 * Z**2)
    unit = gg.jvp(lambda z: z / gg.abs(z), (Z,), (1,))[1]
    assert unit == pytest.approx((1 - Z.real * Z / abs(Z) ** 2) / abs(Z))
    assert gg.grad(lambda a: gg.real(Z**a))(2.0) == pytest.approx((Z**2 * np.log(Z)).real)


def test_numbers_of_numpys_count_as_pythons_do():
    """np.float64 is a float, of which arange makes floats."""
    for end in (3.0, np.float64(3.0)):
        assert gg.arange(end).dtype == "float32" and gg.arange(0, end).tolist() == [0.0, 1.0, 2.0]
    assert gg.arange(3).dtype == gg.arange(np.int64(3)).dtype == "int64"
