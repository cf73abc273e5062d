"""``gg.elementwise``: a user's own function as an operation, in every mode."""

import numpy as np
import pytest
from kernel_checks import needs_compiler

import gpugrad as gg
from gpugrad.api.elementwise import elementwise
from gpugrad.codegen import launch

LARGE = 50_000  # elements: a kernel on the host, in blocks on NumPy


@elementwise
def formula(x, y):
    return gg.tanh(x * y + x / 2) * gg.sigmoid(y) - gg.log1p(gg.exp(-x))


@elementwise
def bounded(x, *, low=-1.0, slope=0.5, power=2):
    for _ in range(power):  # what Python counts with becomes text, a number stays a setting
        x = gg.where(x < low, slope * x, x)
    return x


def exact(x, y):
    return np.tanh(x * y + x / 2) / (1 + np.exp(-y)) - np.log1p(np.exp(-x))


def slopes(function, x, y, step=1e-6):
    return (
        (function(x + step, y) - function(x - step, y)) / (2 * step),
        (function(x, y + step) - function(x, y - step)) / (2 * step),
    )


def drawn(shape, dtype="float64"):
    draw = np.random.default_rng(0)
    return tuple(draw.normal(size=shape).astype(dtype) for _ in range(2))


@pytest.mark.parametrize("size", [7, LARGE])
def test_value_and_both_gradients(size):
    x, y = drawn(size)
    a, b = (gg.tensor(v, requires_grad=True) for v in (x, y))
    result = formula(a, b)
    result.sum().backward()
    np.testing.assert_allclose(result.detach().numpy(), exact(x, y), 1e-11)
    for tensor, slope in zip((a, b), slopes(exact, x, y), strict=True):
        np.testing.assert_allclose(tensor.grad.numpy(), slope, 1e-6, 1e-7)


WHOLE = {
    "bits": (lambda i: i & 3, [5, 6, 7], [1, 2, 3]),
    "remainder": (lambda i: i % 2, [16_777_217, 2], [1, 0]),
    "product": (lambda i: i * i + 1, [2**31, 3], [2**62 + 1, 10]),
    "shift": (lambda i: (i << 2) | 1, [1, 3], [5, 13]),
}


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("device", ["cpu", pytest.param("simulated", marks=needs_compiler)])
def test_integers_stay_integers(name, device):
    function, x, expected = WHOLE[name]
    function = elementwise(function)
    with gg.use_device(device):
        for given in (gg.tensor(x), x):
            y = function(given)
            assert (y.dtype, y.device, y.tolist()) == ("int64", device, expected)
        assert function(x[0]).tolist() == expected[0]
        assert gg.vmap(function)(gg.tensor(x)).tolist() == expected


def test_integers_beside_floats_are_not_rounded():
    @elementwise
    def f(x, i):
        return x * (i % 2) + gg.sin(x)

    x = gg.tensor([1.0, 2.0], requires_grad=True)
    gg.sum(f(x, gg.tensor([16_777_217, 2]))).backward()
    np.testing.assert_allclose(x.grad.numpy(), [1 + np.cos(1), np.cos(2)], rtol=1e-6)
    given = elementwise(dx=lambda x, i: 1.0)(lambda x, i: x + i)
    with pytest.raises(TypeError, match=r"arrays of float32 and int64; a partial.*x\.astype"):
        given(x, gg.tensor([1, 2]))


@pytest.mark.parametrize(
    "function", [lambda x: x & 3, lambda x: 3 | x, lambda x: ~(x + 1), lambda x: (x > 0) ^ (2 * x)]
)
def test_bits_of_floats_are_refused(function):
    with pytest.raises(TypeError, match=r"combined by bits \(&, \|, \^, ~\).*compare first"):
        elementwise(function)(gg.tensor([1.5, 2.0]))


def test_truth_values_are_combined_as_they_are():
    f = elementwise(lambda x, mask: gg.where(mask & (x > 0) & ~(x > 2), x, 0.0))
    y = f(gg.tensor([1.0, -1.0, 3.0, 2.0]), gg.tensor([True, True, True, False]))
    assert y.tolist() == [1, 0, 0, 0]


@needs_compiler
def test_the_same_on_the_simulated_device():
    x, y = drawn((30, 5), "float32")
    grads = {}
    for device in ("cpu", "simulated"):
        a, b = (gg.tensor(v, device=device, requires_grad=True) for v in (x, y))
        formula(a, b).sum().backward()
        grads[device] = [t.grad.to("cpu").numpy() for t in (a, b)]
    for host, simulated in zip(grads["cpu"], grads["simulated"], strict=True):
        np.testing.assert_allclose(host, simulated, 1e-5, 1e-6)


@pytest.mark.parametrize("size", [5, LARGE])
def test_second_order_after_the_partials_were_kept(size):
    x, y = drawn(size)
    a, b = (gg.tensor(v, requires_grad=True) for v in (x, y))
    result = formula(a, b).sum()
    result.backward(create_graph=True)
    first, a.grad = a.grad, None
    (first * first).sum().backward()
    dx = lambda x, y: slopes(exact, x, y, 1e-4)[0]  # noqa: E731
    expected = 2 * dx(x, y) * slopes(dx, x, y, 1e-4)[0]
    np.testing.assert_allclose(a.grad.numpy(), expected, 1e-4, 1e-5)


def test_forward_mode_and_nesting():
    x, y = drawn(6)
    _, tangent = gg.jvp(formula, (x, y), (np.ones(6), np.zeros(6)))
    np.testing.assert_allclose(np.asarray(tangent), slopes(exact, x, y)[0], 1e-6)
    inner = gg.grad(lambda v: formula(v, y).sum())
    outer = gg.grad(lambda v: inner(v).sum())(gg.tensor(x))
    expected = slopes(lambda x, y: slopes(exact, x, y, 1e-4)[0], x, y, 1e-4)[0]
    np.testing.assert_allclose(outer.numpy(), expected, 1e-4, 1e-5)


@pytest.mark.parametrize("size", [6, LARGE])
def test_broadcasting_and_numbers(size):
    x, y = drawn((3, size))
    column = gg.tensor(x[:, :1], requires_grad=True)
    formula(column, gg.tensor(y)).sum().backward()
    expected = slopes(exact, x[:, :1], y)[0].sum(axis=1, keepdims=True)
    np.testing.assert_allclose(column.grad.numpy(), expected, 1e-5)
    np.testing.assert_allclose(formula(gg.tensor(x), 2.0).numpy(), exact(x, 2.0), 1e-10)


@pytest.mark.parametrize("size", [6, LARGE])
def test_settings(size):
    x = np.linspace(-3, 3, size)
    t = gg.tensor(x, requires_grad=True)
    bounded(t, slope=0.25).sum().backward()
    steps = np.where(x * np.where(x < -1, 0.25, 1) < -1, 0.25, 1) * np.where(x < -1, 0.25, 1)
    np.testing.assert_allclose(t.grad.numpy(), steps)
    np.testing.assert_allclose(bounded(gg.tensor(x), power=0).numpy(), x)
    with pytest.raises(TypeError, match="unknown setting"):
        bounded(t, slop=1)


@needs_compiler
def test_another_number_compiles_nothing_new(monkeypatch):
    x = gg.tensor(np.linspace(-3, 3, LARGE))
    bounded(x, slope=0.3)
    monkeypatch.setattr(launch, "host_library", lambda unit: pytest.fail("compiled"))
    bounded(x, slope=0.7, low=-2)


def test_what_would_take_long_to_compile_runs_on_numpy(monkeypatch):
    @elementwise
    def nearing(x):
        for _ in range(launch.MOST_OPERATIONS):
            x = x + 0.001 * (1 - x)
        return x

    monkeypatch.setattr(launch.pool, "kernels", lambda text: pytest.fail("compiled"))
    values, left = np.linspace(-3, 3, LARGE), 0.999**launch.MOST_OPERATIONS
    x = gg.tensor(values, requires_grad=True)
    y = nearing(x)
    y.sum().backward()
    np.testing.assert_allclose(y.detach().numpy(), 1 + (values - 1) * left, rtol=1e-9)
    np.testing.assert_allclose(x.grad.numpy(), left, rtol=1e-9)


@pytest.mark.parametrize("size", [4, LARGE])
def test_partials_may_be_given(size):
    @elementwise(dx=lambda x, *, scale: 10 * scale * x)
    def half_given(x, y, *, scale=1.0):
        return scale * x * x + y

    x, y = (gg.tensor(v, requires_grad=True) for v in drawn(size))
    half_given(x, y, scale=2.0).sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), 20 * x.detach().numpy())
    np.testing.assert_array_equal(y.grad.numpy(), np.ones(size))


def test_zero_stays_zero():
    @elementwise
    def guarded(x):
        return gg.where(x > 0, gg.sqrt(x), 0)

    x = gg.tensor([-1.0, 0.0, 4.0], requires_grad=True)
    with np.errstate(invalid="ignore"):  # NumPy's word about sqrt(-1)
        guarded(x).sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), [0, 0, 0.25])


def test_functions_may_use_each_other():
    @elementwise(dx=lambda x: 7 * x)
    def inner(x):
        return x * x

    @elementwise
    def outer(y):
        return inner(2 * y) + y

    y = gg.tensor([1.0, 3.0], requires_grad=True)
    result = outer(y)
    result.sum().backward()
    np.testing.assert_allclose(result.detach().numpy(), [5, 39])
    np.testing.assert_allclose(y.grad.numpy(), [29, 85])  # 7 * 2y * 2 + 1: the given partial


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("cuda", ["__global__", "tanhf", "formula_pull_11_float32"]),
        ("c", ["void formula_forward", "gg_tanhf", "omp simd"]),
        ("numpy", ["def formula_forward(x, y_):", "np.tanh", "return"]),
    ],
)
def test_the_text_can_be_read(target, words):
    text = formula.source(target)
    assert all(word in text for word in words), text
    with pytest.raises(ValueError, match="known: cuda, c, numpy"):
        formula.source("fortran")


def test_the_numpy_text_computes_the_same():
    names = {"np": np}
    exec(formula.source("numpy"), names)
    x, y = drawn(9)
    np.testing.assert_allclose(names["formula_forward"](x, y), exact(x, y), 1e-12)
    shares = names["formula_pull_11"](np.ones(9), x, y)
    for share, slope in zip(shares, slopes(exact, x, y), strict=True):
        np.testing.assert_allclose(share, slope, 1e-6, 1e-7)


@needs_compiler
def test_a_scalar_of_numpy_is_an_argument_of_the_kernel(monkeypatch):
    x = gg.tensor(np.ones(LARGE))
    bounded(x, slope=3.0)
    monkeypatch.setattr(launch, "host_library", lambda unit: pytest.fail("compiled"))
    bounded(x, slope=np.float32(2), low=np.int64(-1))


@pytest.mark.parametrize("size", [3, LARGE])
def test_python_may_branch_on_settings(size):
    @elementwise
    def either(x, *, a=1.0, b=2.0):
        return a * x if a + 1 > b else -b * x

    x = gg.tensor(np.ones(size))
    assert either(x, a=3.0).numpy()[-1] == 3
    assert either(x, a=0.5).numpy()[-1] == -2
    with pytest.raises(TypeError, match=r"^function: a Python branch"):
        elementwise(lambda x, *, a: x if x > a else a)(x, a=1.0)


@pytest.mark.parametrize("size", [3, LARGE])
def test_arrays_have_names_and_defaults(size):
    @elementwise(dy=lambda x, y: x)
    def shifted(x, y=1.0, *, factor=2.0):
        return factor * x + y

    x = gg.tensor(np.ones(size), requires_grad=True)
    for result, last in [
        (shifted(x), 3),
        (shifted(x, factor=3.0), 4),
        (shifted(x, 2.0), 4),
        (shifted(y=x, x=4.0), 9),
        (shifted(x, y=x), 3),
    ]:
        assert result.detach().numpy()[-1] == last
    shifted(x, y=x).sum().backward()
    assert x.grad.numpy()[-1] == 3
    with pytest.raises(TypeError, match=r"shifted takes 2 arrays \(x, y\), not 0"):
        shifted(factor=1.0)
    with pytest.raises(TypeError, match="unknown setting y"):
        shifted(x, x, y=x)


@pytest.mark.parametrize("size", [3, LARGE])
def test_an_array_may_be_left_out(size):
    @elementwise
    def moved(x, by=None):
        return 2 * x if by is None else 2 * x + by

    x = gg.tensor(np.ones(size), requires_grad=True)
    (moved(x) + moved(x, by=x)).sum().backward()
    assert moved(x).detach().numpy()[-1] == 2 and x.grad.numpy()[-1] == 5
    with pytest.raises(TypeError, match="moved: unknown setting to; known: none"):
        moved(x, to=1.0)
