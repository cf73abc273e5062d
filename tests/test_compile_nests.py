"""Nests: kernels over rows of elementwise steps and reductions, against the plain calls."""

from itertools import combinations

import numpy as np
import pytest
from compiled_graphs import names, recorded, values
from kernel_checks import DTYPES, EPSILON, needs_compiler
from nest_programs import PROGRAMS, arguments

import gpugrad as gg
from gpugrad.compiler import building, passes
from gpugrad.compiler.native.plan import NativePlan
from gpugrad.settings import settings

pytestmark = needs_compiler
F = gg.nn.functional
DRAW = np.random.default_rng(0)


def drawn(*shape, dtype=np.float64):
    return DRAW.normal(size=shape).astype(dtype)


def woven(graph):
    """The graph as it goes to a plan of the host."""
    ready = passes.shared(passes.simplified(passes.turned(passes.spelled(passes.living(graph)))))
    return passes.living(passes.nested(passes.living(ready)))


def native(graph, *arrays):
    return NativePlan(graph, building.compiled(graph)).run(*arrays)


def check(function, *arrays, kernels=None, tolerance=1e-12):
    """A function's results by its recorded steps and by nests; ``kernels``: how many these are."""
    graph = recorded(function, *arrays)
    made = woven(graph)
    with np.errstate(all="ignore"):
        expected = values(graph, *arrays)
    for a, b in zip(native(made, *arrays), expected, strict=True):
        assert (a.shape, a.dtype) == (b.shape, b.dtype)
        np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance)
    if kernels is not None:
        assert names(made).count("fused") == kernels and len(made.steps) == kernels
    return made


def gradients(function, count):
    return gg.grad(lambda *arrays: gg.sum(gg.sin(function(*arrays))), tuple(range(count)))


def softmax(x):
    e = gg.exp(x - gg.max(x, -1, keepdims=True))
    return e / gg.sum(e, -1, keepdims=True)


def layer_norm(x, w, b):
    away = x - gg.mean(x, -1, keepdims=True)
    return away / gg.sqrt(gg.mean(away * away, -1, keepdims=True) + 1e-5) * w + b


def batch_norm(x, w, b):
    away = x - gg.mean(x, (0, 2, 3), keepdims=True)
    scale = gg.sqrt(gg.mean(away * away, (0, 2, 3), keepdims=True) + 1e-5)
    return away / scale * w[:, None, None] + b[:, None, None]


def test_a_softmax_is_one_kernel_in_every_spelling():
    x = drawn(30, 17)
    for function in (softmax, lambda x: F.softmax(x, -1), lambda x: gg.exp(F.log_softmax(x, -1))):
        check(function, x, kernels=1)
    check(gradients(lambda x: F.softmax(x, -1), 1), x, kernels=1)


def test_a_layer_norm_is_one_kernel_and_its_gradient_another():
    x, w, b = drawn(6, 5, 16), drawn(16), drawn(16)
    check(layer_norm, x, w, b, kernels=1)
    check(lambda x, w, b: F.layer_norm(x, (16,), w, b), x, w, b, kernels=1)
    for function in (layer_norm, lambda x, w, b: F.layer_norm(x, (16,), w, b)):
        check(gradients(function, 3), x, w, b, tolerance=1e-10)


def test_a_batch_norm_and_its_gradient():
    x, w, b = drawn(4, 3, 5, 6), drawn(3), drawn(3)
    check(batch_norm, x, w, b)
    check(gradients(batch_norm, 3), x, w, b, tolerance=1e-9)


def test_a_cross_entropy_and_its_gradient():
    x, hot = drawn(20, 7), np.eye(7)[DRAW.integers(0, 7, 20)]

    def loss(x, hot):
        below = x - gg.max(x, 1, keepdims=True)
        return gg.mean(gg.log(gg.sum(gg.exp(below), 1)) - gg.sum(below * hot, 1))

    check(loss, x, hot, kernels=2)  # the second divides the sum by the number of rows
    check(gg.grad(loss), x, hot)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("axes", [a for n in (1, 2, 3, 4) for a in combinations(range(4), n)])
def test_sums_over_every_set_of_axes(axes, dtype):
    x = drawn(3, 4, 5, 6, dtype=dtype)
    tolerance = 1e-12 if dtype == np.float64 else 1e-5
    for keep in (True, False):
        check(lambda x, k=keep: gg.sum(gg.tanh(x) * x, axes, keepdims=k), x, tolerance=tolerance)
    check(lambda x: x - gg.mean(x, axes, keepdims=True), x, tolerance=tolerance)


SHAPES = [(), (6,), (1, 6), (5, 1), (5, 6), (4, 1, 6), (4, 5, 1), (3, 1, 1, 6), (3, 1, 5, 1)]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_operands_of_every_shape(shape):
    x, y = drawn(3, 4, 5, 6), drawn(*shape)
    check(lambda x, y: gg.exp(x * y) + y, x, y)
    check(lambda x, y: gg.max(x + y, -1, keepdims=True) * y, x, y)
    check(gradients(lambda x, y: x * gg.tanh(y), 2), x, y, tolerance=1e-10)


@pytest.mark.parametrize("count", [2, 7, 1023, 1024, 1025, 5000, 40_000])
def test_lengths_that_are_no_whole_number_of_rows(count):
    x = drawn(count)
    check(lambda x: (gg.tanh(x) * 2, gg.sum(gg.tanh(x))), x, kernels=1)
    check(softmax, x)
    check(lambda x: gg.where(x > 0, x, -x) * 2, x, kernels=1)
    check(lambda x: (x > 0) & (x < 1), x, kernels=1)


def test_rows_longer_than_a_kernel_keeps():
    x = drawn(3, 20_000)
    check(softmax, x, kernels=1)
    check(layer_norm, x, drawn(20_000), drawn(20_000), kernels=1)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_nan_wins_in_extremes_and_infinities_stay():
    x = drawn(5, 40)
    x[0, 3], x[1, 0], x[2, 39], x[3] = np.nan, np.inf, -np.inf, -np.inf
    check(lambda x: (gg.max(x * 1, 1) + 0, gg.min(x * 1, 1) + 0), x)
    check(softmax, x)


def test_sums_of_float32_are_as_good_as_pairwise_ones():
    x = drawn(1 << 21, dtype=np.float32) + np.float32(3)
    exact = float(np.sum(x, dtype=np.float64))
    graph = woven(recorded(lambda x: gg.sum(x * 1.0 + 0.0), x))
    assert abs(float(native(graph, x)[0]) - exact) < 2e-7 * exact


def test_a_kernel_of_many_operands():
    arrays = [drawn(30, 20) for _ in range(150)]
    check(lambda *xs: sum(gg.tanh(x) for x in xs), *arrays, kernels=1)
    check(lambda *xs: tuple(gg.sum(x * xs[0], 0) for x in xs), *arrays, tolerance=1e-10)
    check(lambda *xs: sum(gg.tanh(x) for x in 3 * xs), *(x + i for i in range(3) for x in arrays))


@pytest.mark.parametrize("shape", [(300, 400), (200_000,), (7, 30_000)])
def test_the_same_bits_with_any_number_of_threads(shape, monkeypatch):
    x = drawn(*shape, dtype=np.float32)

    def function(x):
        y = gg.tanh(x) * x
        return y, gg.sum(y), gg.sum(y, 0), gg.sum(y, -1)

    graph = woven(recorded(function, x))
    found = []
    for threads in (1, 2, 5):
        monkeypatch.setattr(settings, "threads", threads)
        found.append([y.tobytes() for y in native(graph, x)])
    assert found[0] == found[1] == found[2]


def test_what_is_cheap_is_computed_again_and_not_stored():
    x, y = drawn(100, 40), drawn(100, 40)

    def function(x, y):
        shifted = x - 1
        column = gg.sum(gg.exp(shifted), 0)
        return gg.sum(shifted * column * x, 1), y

    made = check(function, x, y, kernels=2)
    assert [value.shape for step in made.steps for value in step.outputs] == [(40,), (100,)]


def test_what_is_dear_is_stored():
    x = drawn(100, 40)
    made = check(lambda x: gg.sum(gg.exp(x), 0) * gg.exp(x), x, kernels=2)
    assert (100, 40) in [value.shape for value in made.steps[0].outputs]


def test_a_sum_over_other_rows_than_its_neighbours_reduce():
    x = drawn(6, 4, 8)
    check(lambda x: (softmax(x), gg.sum(softmax(x) * x, (0, 1)), gg.sum(x * x, (0, 2))), x)
    check(lambda x: softmax(gg.reshape(softmax(x), (6, 32))), x)
    check(lambda x: softmax(gg.permute_dims(softmax(x), (2, 0, 1))), x)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
@pytest.mark.parametrize("name", ["softmax's slopes", "layer norm's slopes", "several sums"])
def test_halves_are_computed_in_float32_and_rounded_where_they_are_stored(name, dtype):
    arrays = arguments(name, DTYPES[dtype])
    graph = woven(passes.improved(recorded(PROGRAMS[name][0], *arrays)))
    exact = PROGRAMS[name][0](*[gg.tensor(a.astype("float64")) for a in arrays])
    for a, b in zip(native(graph, *arrays), exact, strict=True):
        bound = 16 * EPSILON[dtype] * max(1.0, np.abs(b.numpy()).max())
        assert a.dtype == DTYPES[dtype]
        np.testing.assert_allclose(a.astype("float64"), b.numpy(), rtol=0, atol=bound)
    nests = [step.settings["nest"] for step in graph.steps if "nest" in step.settings]
    assert {nest.dtype for nest in nests} == {"float32"}
    assert {operand.dtype for nest in nests for operand in nest.reads} >= {dtype}


def test_an_operand_that_is_simplified_away():
    def function(x):
        y, total = gg.tanh(x @ x), gg.sum(x)
        flat = gg.sum(y * total, 0)
        return flat, gg.where((y > 2) & gg.zeros((4, 4), dtype=bool), y, 1.0) * total

    check(function, drawn(4, 4))
