"""Boundary rules as they are written, zero that stays zero, special values."""

import math

import numpy as np
import pytest
from kernel_checks import needs_compiler

import gpugrad as gg

INF, NAN = math.inf, math.nan


def slopes(function, *inputs):
    """The gradient of a sum by every input, by each of the modes; they must agree."""
    arrays = [np.asarray(x, dtype=np.float64) for x in inputs]
    with np.errstate(all="ignore"):
        leaves = [gg.tensor(x, requires_grad=True) for x in arrays]
        gg.sum(function(*leaves)).backward()
        backward = [x.grad.tolist() for x in leaves]
        reverse = gg.grad(lambda *x: gg.sum(function(*x)), tuple(range(len(arrays))))(*arrays)
        forward = []
        for i, x in enumerate(arrays):
            columns = (moved(function, arrays, i, place) for place in np.ndindex(x.shape))
            forward.append(np.reshape([*columns], x.shape))
    for by_node, *others in zip(backward, reverse, forward, strict=True):
        for other in others:
            np.testing.assert_allclose(by_node, other, rtol=1e-12)
    return backward[0] if len(backward) == 1 else tuple(backward)


def moved(function, arrays, i, place):
    tangents = [np.zeros_like(x) for x in arrays]
    tangents[i][place] = 1
    return float(gg.jvp(lambda *x: gg.sum(function(*x)), tuple(arrays), tuple(tangents))[1])


@pytest.mark.parametrize(
    ("function", "inputs", "expected"),
    [
        pytest.param(gg.maximum, ([1, 2, INF], [1, 3, INF]), ([0.5, 0, 0.5], [0.5, 1, 0.5])),
        pytest.param(gg.minimum, ([1, 2, -INF], [1, 3, -INF]), ([0.5, 1, 0.5], [0.5, 0, 0.5])),
        pytest.param(gg.max, ([1, 3, 3, 2],), [0, 0.5, 0.5, 0]),
        pytest.param(gg.min, ([[1, 1], [1, 1]],), [[0.25, 0.25], [0.25, 0.25]]),
        pytest.param(lambda x: gg.max(x, axis=0), ([[1, 2], [1, 3]],), [[0.5, 0], [0.5, 1]]),
        pytest.param(gg.max, ([1, NAN, 2],), [0, 1, 0]),
        pytest.param(lambda x: gg.clip(x, 0, 1), ([-1, 0, 0.5, 1, 2],), [0, 1, 1, 1, 0]),
        pytest.param(gg.clip, ([-1, 0, 1, 2], 0, 1), ([0, 1, 1, 0], 1, 1)),
        pytest.param(gg.relu, ([-1, 0, 2, INF],), [0, 0, 1, 1]),
        pytest.param(gg.leaky_relu, ([-1, 0, 2],), [0.01, 0.01, 1]),
        pytest.param(gg.elu, ([0],), [1]),
        pytest.param(gg.selu, ([0],), [1.6732632423543772 * 1.0507009873554805]),
        pytest.param(gg.hardtanh, ([-2, -1, 0, 1, 2],), [0, 0, 1, 0, 0]),
        pytest.param(gg.hardswish, ([-4, -3, 0, 3, 4],), [0, 0, 0.5, 1, 1]),
        pytest.param(gg.abs, ([-2, 0, 3],), [-1, 0, 1]),
        pytest.param(gg.copysign, ([0, -2, 2], [1, 1, -1]), ([0, -1, -1], [0, 0, 0])),
        pytest.param(gg.hypot, ([0, 3], [0, 4]), ([0, 0.6], [0, 0.8])),
        pytest.param(gg.power, ([0, 0, 2], [0, 2, 0]), ([0, 0, 0], [0, 0, math.log(2)])),
        pytest.param(lambda y: gg.power(0.0, y), ([-1, -0.5, 0, 3],), [-INF, -INF, 0, 0]),
        pytest.param(lambda y: gg.power(INF, y), ([-1, 0, 2],), [0, INF, INF]),
        pytest.param(gg.atan2, ([0, 0, 1], [0, -2, 0]), ([0, -0.5, 0], [0, 0, -1])),
        pytest.param(gg.angle, ([-2, 0, 3],), [0, 0, 0]),
        pytest.param(gg.norm, ([0, 0],), [0, 0]),
        pytest.param(lambda x: gg.norm(x, ord=3), ([0, 0],), [0, 0]),
        pytest.param(gg.std, ([2, 2, 2],), [0, 0, 0]),
        pytest.param(gg.std, ([2],), [0]),
        pytest.param(gg.logsumexp, ([-INF, 0],), [0, 1]),
        pytest.param(gg.logsumexp, ([-INF, -INF],), [0, 0]),
        pytest.param(
            gg.logaddexp, ([INF, -INF, 1], [INF, -INF, -INF]), ([0.5, 0.5, 1], [0.5, 0.5, 0])
        ),
        pytest.param(gg.prod, ([2, 0, 3],), [0, 6, 0]),
        pytest.param(gg.prod, ([0, 0, 3],), [0, 0, 0]),
        pytest.param(gg.cumprod, ([2, 0, 3],), [1, 8, 0]),
        pytest.param(gg.silu, ([-INF, 0, INF],), [0, 0.5, 1]),
        pytest.param(gg.gelu, ([-INF, 0, INF],), [0, 0.5, 1]),
        pytest.param(gg.softplus, ([-INF, 0, INF],), [0, 0.5, 1]),
        pytest.param(gg.log_sigmoid, ([-INF, 0, INF],), [1, 0.5, 0]),
    ],
)
def test_written_boundary_rules(function, inputs, expected):
    found = slopes(function, *inputs)
    for one, wanted in zip(
        *((found, expected) if len(inputs) > 1 else ([found], [expected])), strict=True
    ):
        np.testing.assert_allclose(one, wanted, rtol=1e-14)


@pytest.mark.parametrize(
    ("function", "inputs", "expected"),
    [
        (lambda x: gg.where(x > 0, gg.sqrt(x), 0), ([-1, 0, 4],), [0, 0, 0.25]),
        (lambda x: gg.where(x > 0, gg.log(x), x), ([-1, 0, 4],), [1, 1, 0.25]),
        (lambda x: gg.where(x != 0, gg.sin(x) / x, 1), ([0],), [0]),
        (lambda x: gg.where(x > 0, x**-0.5, 0), ([-1, 0, 4],), [0, 0, -0.0625]),
        (lambda x: gg.where(x < 700, gg.exp(x), 0), ([0, 1000],), [1, 0]),
        (lambda x: gg.where(x > 0, gg.acos(x), 0), ([-2, 0],), [0, 0]),
        (lambda x: gg.prod(gg.sqrt(x)), ([0, 0, 4],), [0, 0, 0]),
        (lambda x: gg.cumprod(gg.sqrt(x))[1:], ([0, 0, 4],), [0, 0, 0]),
        (lambda x: gg.var(gg.sqrt(x)), ([0, 0],), [0, 0]),
        (lambda x: gg.std(gg.sqrt(x)), ([0, 0],), [0, 0]),
        (lambda x: gg.norm(gg.sqrt(x)), ([0, 0],), [0, 0]),
        (lambda x: gg.linalg.det(gg.sqrt(x)), ([[0, 0], [0, 0]],), [[0, 0], [0, 0]]),
        (lambda x: gg.sqrt(gg.prod(x)), ([0, 0, 4],), [0, 0, 0]),
        (lambda x: gg.sqrt(gg.cumprod(x))[1:], ([0, 0, 4],), [0, 0, 0]),
        (lambda x: gg.sqrt(gg.var(x)), ([2, 2],), [0, 0]),
        (lambda x: gg.sqrt(gg.std(x)), ([2, 2],), [0, 0]),
        (lambda x: gg.sqrt(gg.norm(x)), ([0, 0],), [0, 0]),
        (lambda x: gg.sqrt(gg.linalg.det(x)), ([[0, 0], [0, 0]],), [[0, 0], [0, 0]]),
    ],
)
def test_zero_stays_zero(function, inputs, expected):
    np.testing.assert_array_equal(slopes(function, *inputs), expected)


def by_backward(function, x):
    leaf = gg.tensor(x, dtype="float64", requires_grad=True)
    function(leaf).backward(create_graph=True)
    first = leaf.grad
    leaf.grad = None
    first.backward()
    return leaf.grad.item()


SECOND = {
    "backward of backward": by_backward,
    "grad of grad": lambda f, x: gg.grad(gg.grad(f))(x),
    "jvp of grad": lambda f, x: gg.jvp(gg.grad(f), (x,), (1.0,))[1],
    "grad of jvp": lambda f, x: gg.grad(lambda y: gg.jvp(f, (y,), (1.0,))[1])(x),
    "jvp of jvp": lambda f, x: gg.jvp(lambda y: gg.jvp(f, (y,), (1.0,))[1], (x,), (1.0,))[1],
}


@pytest.mark.parametrize("second", SECOND.values(), ids=SECOND)
@pytest.mark.parametrize(
    ("function", "x", "expected"),
    [
        (lambda x: gg.sin(x) ** 2, 0.0, 2),
        (lambda x: gg.square(gg.sin(x)), 0.0, 2),
        (lambda x: gg.sin(x) * gg.sin(x), 0.0, 2),
        (lambda x: x * gg.abs(x), 0.0, 0),
        (lambda x: gg.power(x, 3), 0.0, 0),
        (lambda x: gg.logaddexp(x, 0.0), 0.0, 0.25),
        (lambda x: gg.where(x > 0, gg.sqrt(x), 0), -1.0, 0),
        (gg.silu, 0.0, 0.5),
        (lambda x: gg.std(gg.stack([x])), 3.0, 0),
        (lambda x: gg.std(gg.stack([x, x])), 3.0, 0),
        (lambda x: gg.atan2(x, 0.0 * x), 0.0, 0),
        (lambda x: gg.hypot(x, x), 0.0, 0),
        (lambda x: gg.norm(gg.stack([x, x])), 0.0, 0),
        (lambda x: gg.norm(gg.stack([x, x]), ord=3), 0.0, 0),
    ],
)
def test_second_derivatives_at_zero(second, function, x, expected):
    with np.errstate(invalid="ignore"):
        found = float(second(function, x))
    assert found == pytest.approx(expected, abs=1e-14)


@pytest.mark.parametrize("x", [-1.0, -0.5])
def test_a_power_of_zero_is_steep_below_the_exponent_zero(x):
    with np.errstate(divide="ignore"):  # of the value
        for second in SECOND.values():
            assert float(second(lambda y: 0.0**y, x)) == INF
        assert gg.grad(lambda y: 0.0**y)(x) == -INF


def test_the_sign_of_a_complex_number_turns():
    z = gg.tensor(np.array([3 + 4j, 0]), requires_grad=True)
    gg.sum(gg.real(gg.sign(z))).backward()
    np.testing.assert_allclose(z.grad.numpy(), [0.128 - 0.096j, 0], rtol=1e-15)  # torch's


def test_the_angle_of_zero_has_no_slope():
    z = gg.tensor(np.array([0, 2j]), requires_grad=True)
    gg.sum(gg.angle(z)).backward()
    assert z.grad.tolist() == [0, -0.5]


LENGTHS = {
    "std": gg.std,
    "norm of order 3": lambda x: gg.norm(x, ord=3),
    "norm of order 4": lambda x: gg.norm(x, ord=4),
    "norm of order 1/2": lambda x: gg.norm(x, ord=0.5),
    "norm of order -2": lambda x: gg.norm(x, ord=-2),
    "hypot": lambda x: gg.hypot(x[0], x[1]),
}


@pytest.mark.parametrize("size", [1e-23, 1e-40, 1e-15, 1.0, 1e25], ids=str)
@pytest.mark.parametrize("name", LENGTHS)
@pytest.mark.parametrize("device", ["cpu", pytest.param("simulated", marks=needs_compiler)])
def test_lengths_have_their_slopes_where_powers_have_no_room(name, size, device):
    function, values = LENGTHS[name], np.array([1.5, 2.0, -4.0, 3.0])
    with gg.use_device(device):
        x = gg.tensor((size * values).astype("float32"), requires_grad=True)
        y = function(x)
        y.backward()
        wide = gg.tensor(size * values, dtype="float64", requires_grad=True)
        reference = function(wide / size)
        reference.backward()
        few = 1e-4 if size == 1e-40 else 1e-5  # of so small ones there are few digits
        assert y.item() == pytest.approx(reference.item() * size, rel=few)
        expected = (wide.grad * size).numpy()
        np.testing.assert_allclose(x.grad.numpy(), expected, rtol=few, atol=few)
        moved = gg.jvp(function, (x.detach(),), (gg.ones(4),))[1]
        assert moved.item() == pytest.approx(expected.sum(), rel=10 * few, abs=10 * few)


VALUES = np.array([0.0, -0.0, INF, -INF, NAN, 1e-300, 1e300])


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (gg.relu, [0, 0, INF, 0, NAN, 1e-300, 1e300]),
        (gg.sigmoid, [0.5, 0.5, 1, 0, NAN, 0.5, 1]),
        (gg.softplus, [math.log(2), math.log(2), INF, 0, NAN, math.log(2), 1e300]),
        (gg.log_sigmoid, [-math.log(2), -math.log(2), 0, -INF, NAN, -math.log(2), 0]),
        (gg.silu, [0, 0, INF, 0, NAN, 5e-301, 1e300]),
        (gg.gelu, [0, 0, INF, 0, NAN, 5e-301, 1e300]),
        (lambda x: gg.gelu(x, "tanh"), [0, 0, INF, 0, NAN, 5e-301, 1e300]),
        (gg.mish, [0, 0, INF, 0, NAN, 6e-301, 1e300]),
        (gg.elu, [0, 0, INF, -1, NAN, 1e-300, 1e300]),
        (gg.hardswish, [0, 0, INF, 0, NAN, 5e-301, 1e300]),
        (gg.erf, [0, 0, 1, -1, NAN, 1.1283791670955126e-300, 1]),
        (gg.erfc, [1, 1, 0, 2, NAN, 1, 0]),
        (lambda x: gg.logaddexp(x, x), [math.log(2)] * 2 + [INF, -INF, NAN, math.log(2), 1e300]),
    ],
)
def test_special_values(function, expected):
    with np.errstate(over="ignore", invalid="ignore"):
        np.testing.assert_allclose(function(VALUES).numpy(), expected, rtol=1e-14, atol=0)


def test_good_forms_keep_their_digits():
    assert gg.log_sigmoid(-800.0) == -800
    assert float(gg.softplus(-40.0)) == pytest.approx(math.exp(-40), rel=1e-14)
    assert gg.gelu(np.array([-9.0])).item() == pytest.approx(
        -4.5 * math.erfc(9 / 2**0.5), rel=1e-13
    )
    assert gg.logsumexp(np.array([1e4, 1e4])).item() == pytest.approx(1e4 + math.log(2))
    assert gg.erfc(np.array([20.0])).item() == pytest.approx(math.erfc(20), rel=1e-13)


@pytest.mark.parametrize("x", [-700.0, -40.0, -1.0, 1.0, 40.0, 700.0])
def test_slopes_of_the_sigmoid_far_out(x):
    slope = (e := math.exp(-abs(x))) / (1 + e) ** 2
    bend = slope * (1 - e) / (1 + e) * (-1 if x > 0 else 1)
    for once in (gg.grad, lambda f: lambda x: gg.jvp(f, (x,), (1.0,))[1]):
        assert once(gg.sigmoid)(x) == pytest.approx(slope, rel=1e-14, abs=0)
        assert once(gg.grad(gg.sigmoid))(x) == pytest.approx(bend, rel=1e-14, abs=0)
    assert gg.grad(lambda x: gg.sum(gg.sigmoid(x)))(np.full(70_000, x))[9] == pytest.approx(slope)


def test_error_functions_follow_pythons():
    x = np.concatenate([np.linspace(-7, 27, 2001), [0.46875, 4.0, 26.5, 1e300]])
    np.testing.assert_allclose(gg.erf(x).numpy(), [*map(math.erf, x)], rtol=1e-15)
    np.testing.assert_allclose(gg.erfc(x).numpy(), [*map(math.erfc, x)], rtol=2e-15, atol=1e-307)


def test_sorts_are_stable_and_share_nothing():
    x = gg.tensor([2.0, 1.0, 2.0, 1.0], requires_grad=True)
    assert gg.argsort(x).tolist() == [1, 3, 0, 2]
    assert gg.argsort(x, descending=True).tolist() == [0, 2, 1, 3]
    (gg.sort(x) * gg.tensor([1.0, 2.0, 3.0, 4.0])).sum().backward()
    assert x.grad.tolist() == [3, 1, 4, 2]


def test_complex_conventions():
    z = gg.tensor([3 + 4j], requires_grad=True)
    (abs(z) ** 2).sum().backward()
    assert z.grad.tolist() == [6 + 8j]  # torch's: the direction in which the value grows
    assert gg.grad(lambda z: gg.sum(abs(z) ** 2))(np.array([3 + 4j])).tolist() == [6 - 8j]
    assert gg.grad(lambda z: gg.sum(gg.abs(z)))(np.array([0j])).tolist() == [0]
    x = gg.tensor([2.0], requires_grad=True)  # a real input has a real gradient
    gg.real(x * gg.tensor([1 + 3j])).sum().backward()
    assert x.grad.tolist() == [1]
    assert x.grad.dtype == np.float32


@pytest.mark.parametrize("default", ["float32", "float64"])
@pytest.mark.parametrize("count", [3, 40_000])
def test_a_partial_of_the_default_dtype_widens_no_gradient(default, count):
    @gg.elementwise
    def chosen(x, y):
        return gg.where(x > y, x * x, gg.exp(-y))

    a = gg.full((count,), 0.5, dtype="float16")
    before = gg.tensor(1.0).dtype
    gg.set_default_dtype(default)
    try:
        for function in (gg.maximum, chosen):
            _, moved = gg.jvp(function, (a, a), (a, a))
            x, y = (a.clone().requires_grad_() for _ in range(2))
            function(x, y).backward(a, create_graph=True)
            twice = gg.grad(lambda x, f=function: gg.grad(lambda z: f(x, z).sum())(a).sum())(a)
            assert {t.dtype.name for t in (moved, x.grad, y.grad, twice)} == {"float16"}
    finally:
        gg.set_default_dtype(before)
