"""Nests as CUDA kernels: compiled programs on the simulated device against NumPy's eager ones.

All nests of one dtype are compiled in one file, and run in every order of threads.
"""

import itertools
from functools import cache

import numpy as np
import pytest
from compiled_graphs import recorded
from kernel_checks import DTYPES, needs_compiler

import gpugrad as gg
from gpugrad.backend.kernels import nvrtc
from gpugrad.backend.select import backend
from gpugrad.codegen import nest_launch
from gpugrad.compiler import building, passes
from gpugrad.compiler.graph import Graph
from gpugrad.compiler.plan import Plan

F = gg.nn.functional


def slopes(function):
    """The value of a function's mean, and the gradients of all its arguments."""

    def run(*arrays):
        def loss(*arrays):
            return gg.sum(gg.sin(function(*arrays)))

        value, gradients = gg.value_and_grad(loss, tuple(range(len(arrays))))(*arrays)
        return value, *gradients

    return run


def batch_norm(x, g, b):
    mean = gg.mean(x, axis=(0, 2, 3), keepdims=True)
    variance = gg.mean((x - mean) ** 2, axis=(0, 2, 3), keepdims=True)
    return (x - mean) / gg.sqrt(variance + 1e-5) * g[:, None, None] + b[:, None, None]


def spelled_cross_entropy(x, target):
    shifted = x - gg.max(x, axis=1, keepdims=True)
    return gg.sum(
        target * (gg.log(gg.sum(gg.exp(shifted), axis=1, keepdims=True)) - shifted), axis=1
    )


def logsumexp(x):
    top = gg.max(x, axis=-1, keepdims=True)
    return gg.log(gg.sum(gg.exp(x - top), axis=-1)) + top[..., 0]


def soft(x, y):
    return F.softmax(x * 2.0 + y, dim=-1)


def attention(x, mask):
    return F.log_softmax(x / 3.0 + mask, dim=-1)


def norm(x, g, b):
    return F.layer_norm(x, x.shape[-1:], g, b)


def signs(x):
    top = gg.max(x * 1.5, axis=-1, keepdims=True)
    return (x * 1.5 == top) | gg.isnan(x), gg.sum(x * 2.0, axis=-1) > 0


def sums_over(axes):
    def run(x):
        return gg.sum(gg.sin(x) * x, axis=axes), gg.sum(x * 2.0, axis=axes, keepdims=True) * 0.5

    return run


def several_sums(x, y):
    z = gg.tanh(x * y)
    return gg.sum(z), gg.sum(z * x, axis=0), gg.sum(z, axis=(0, 2)), gg.sum(z, axis=1), z


def of_rows(x):
    sizes = gg.sqrt(gg.sum(x * x, axis=1, keepdims=True) + 1.0)
    return gg.sum(sizes * 2.0), x / sizes, gg.sum(x / sizes, axis=0)


SHAPES = {  # name -> (function, shapes of its arguments)
    "softmax": (soft, (9, 40), (40,)),
    "softmax of long rows": (soft, (3, 5000), (5000,)),
    "softmax of odd rows": (soft, (4, 7, 33), (7, 1)),
    "softmax of rows of three": (soft, (50, 3), (3,)),
    "softmax of one row": (soft, (700,), (1,)),
    "softmax's slopes": (slopes(soft), (9, 40), (40,)),
    "softmax's slopes of long rows": (slopes(soft), (3, 1501), (1501,)),
    "masked log_softmax": (slopes(attention), (2, 3, 6, 6), (6, 6)),
    "layer norm": (norm, (10, 48), (48,), (48,)),
    "layer norm's slopes": (slopes(norm), (10, 48), (48,), (48,)),
    "layer norm's slopes of odd rows": (slopes(norm), (70, 33), (33,), (33,)),
    "layer norm's slopes of long rows": (slopes(norm), (40, 1100), (1100,), (1100,)),
    "batch norm": (batch_norm, (6, 5, 4, 4), (5,), (5,)),
    "batch norm's slopes": (slopes(batch_norm), (6, 5, 4, 4), (5,), (5,)),
    "batch norm's slopes of many": (slopes(batch_norm), (40, 3, 20, 20), (3,), (3,)),
    "batch norm's slopes of one pixel": (slopes(batch_norm), (64, 6, 1, 1), (6,), (6,)),
    "cross entropy": (slopes(spelled_cross_entropy), (17, 10), (17, 10)),
    "cross entropy of long rows": (slopes(spelled_cross_entropy), (5, 1030), (5, 1030)),
    "logsumexp": (slopes(logsumexp), (6, 130)),
    "truth values": (signs, (12, 20)),
    "truth values of odd rows": (signs, (3, 7)),
    "several sums": (several_sums, (12, 5, 8), (5, 8)),
    "several sums of odd lengths": (several_sums, (7, 5, 3), (5, 1)),
    "sums of rows": (of_rows, (300, 20)),
    "a long sum": (lambda x: gg.sum(gg.exp(x) * x * 0.1), (50_000,)),
    "a long sum of an odd length": (lambda x: (gg.sum(gg.exp(x) * x), x * 2.0), (20_001,)),
    "a wide sum of columns": (lambda x, y: gg.sum(x * y, axis=0), (6, 9000), (6, 1)),
    "a wide sum of middles": (lambda x, y: gg.sum(x * y, axis=1), (3, 20, 4099), (20, 1)),
    "a high sum of columns": (lambda x, y: gg.sum(x * y, axis=0), (9000, 6), (6,)),
    "a sum of many middles": (lambda x, y: gg.sum(x * y, axis=1), (600, 5, 8), (8,)),
    "a wide sum by rows": (
        lambda x: (gg.sum(gg.exp(x), axis=0), gg.sum(x * 2.0, axis=(1, 3))),
        (4, 3, 5, 1300),
    ),
    **{
        f"sums over {axes}": (sums_over(axes), (3, 4, 5, 6))
        for axes in [None, 0, 1, 2, 3, (0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]
        + [(0, 1, 2), (0, 1, 3), (0, 2, 3), (1, 2, 3), (0, 1, 2, 3)]
    },
    **{
        f"broadcast from {shape}": (slopes(lambda x, y: gg.tanh(x * y) + y), (2, 3, 4, 5), shape)
        for shape in itertools.product((1, 2), (1, 3), (1, 4), (1, 5))
    },
}
BOUNDS = {"float32": 3e-5, "float64": 1e-11, "float16": 3e-2, "bfloat16": 2e-1}


def arguments(name, dtype):
    random = np.random.default_rng(0)
    return [random.normal(size=shape).astype(DTYPES[dtype]) for shape in SHAPES[name][1:]]


@cache
def plans(dtype):
    """Every program as a plan of the simulated device, and its graph."""
    where = backend("simulated")
    graphs = {}
    for name, (function, *_) in SHAPES.items():
        given = [where.asarray(a) for a in arguments(name, dtype)]
        graph = passes.improved(recorded(function, *given))
        graphs[name] = passes.fused(building.on_device(graph))
    building.compile_kernels(Graph(steps=[s for g in graphs.values() for s in g.steps]))
    return {name: (Plan(graph), graph) for name, graph in graphs.items()}


@needs_compiler
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", SHAPES)
def test_a_program_gives_on_a_device_what_numpy_gives(name, dtype):
    plan, graph = plans(dtype)[name]
    where = backend("simulated")
    wide = [gg.tensor(a.astype("float64")) for a in arguments(name, dtype)]
    expected = SHAPES[name][0](*wide)
    expected = expected if isinstance(expected, tuple) else (expected,)
    assert any("nest" in step.settings or step.name == "fused" for step in graph.steps)
    bound = BOUNDS[dtype]
    for order in ("ascending", "descending", "shuffled", "interleaved"):
        with where.driver.thread_order(order):
            found = plan.run(*map(where.asarray, arguments(name, dtype)))
        for a, b in zip(map(where.to_host, found), expected, strict=True):
            b = b.numpy()
            assert a.shape == b.shape and a.dtype == (bool if b.dtype == bool else DTYPES[dtype])
            size = max(1.0, np.abs(b).max(initial=0))
            np.testing.assert_allclose(a.astype(b.dtype), b, rtol=0, atol=bound * size)


@pytest.mark.needs_nvrtc
@pytest.mark.parametrize("arch", ["sm_80", "sm_90", "sm_100"])
@pytest.mark.parametrize("dtype", DTYPES)
def test_nvrtc_compiles_every_nest(dtype, arch):
    nests = [
        step.settings["nest"]
        for _, graph in plans(dtype).values()
        for step in graph.steps
        if "nest" in step.settings
    ]
    ((source, _), *_) = nest_launch.texts(nests, backend("simulated").driver)
    assert b".text.nest_0" in nvrtc.cubin(source, arch, ("--Ofast-compile=max",))


def on_simulated(function, *arrays):
    """What a compiled function gives in a replay, as arrays of NumPy."""
    with gg.use_device("simulated"):
        compiled = gg.compile(function, wait=True)
        for _ in range(2):
            found = compiled(*[gg.tensor(a) for a in arrays])
    assert any("nest" in step.settings for step in compiled.graph.steps)
    return [y.numpy() for y in (found if isinstance(found, tuple) else (found,))]


@needs_compiler
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("count", [5, 40, 1200])
def test_nan_and_infinity(count):
    x = np.random.default_rng(1).normal(size=(7, count))
    x[0, 2], x[1, 3], x[2, 0], x[3, :] = np.nan, np.inf, -np.inf, -np.inf
    x[4, 1], x[4, 4] = np.inf, -np.inf

    def function(x):
        y = x * 2.0
        return gg.max(y, axis=1), gg.min(y, axis=1), gg.sum(y, axis=1), gg.sum(y, axis=0)

    for a, b in zip(on_simulated(function, x), function(gg.tensor(x)), strict=True):
        np.testing.assert_allclose(a, b.numpy(), rtol=1e-12)


@needs_compiler
def test_operands_of_any_layout():
    x, y = np.random.default_rng(2).normal(size=(2, 6, 12, 8)).astype("float32")

    def function(x, y):
        return F.softmax(
            gg.permute_dims(x, (1, 0, 2)) * 2.0 + gg.permute_dims(y, (1, 0, 2)), dim=-1
        )

    (found,) = on_simulated(function, x, y)
    np.testing.assert_allclose(found, function(gg.tensor(x), gg.tensor(y)).numpy(), rtol=1e-5)


@needs_compiler
def test_an_operand_from_where_no_pack_can_be_loaded():
    x = np.random.default_rng(3).normal(size=41).astype("float32")

    def function(x):
        y = gg.reshape(x[1:], (5, 8)) * 3.0
        return gg.sum(y, axis=1)

    (found,) = on_simulated(function, x)
    np.testing.assert_allclose(found, 3 * x[1:].reshape(5, 8).sum(axis=1), rtol=1e-5)


@needs_compiler
def test_sums_have_the_same_bits_in_every_order_of_threads():
    where, found = backend("simulated"), set()
    for name in ("layer norm's slopes of long rows", "a long sum", "a high sum of columns"):
        plan, _ = plans("float32")[name]
        for order in ("ascending", "descending", "shuffled", "interleaved"):
            with where.driver.thread_order(order):
                given = map(where.asarray, arguments(name, "float32"))
                found.add(tuple(where.to_host(y).tobytes() for y in plan.run(*given)))
    assert len(found) == 3


@needs_compiler
def test_a_captured_nest_reads_its_arguments_anew():
    where, name = backend("simulated"), "layer norm's slopes of long rows"
    plan, _ = plans("float32")[name]
    given = [where.asarray(a) for a in arguments(name, "float32")]
    with where.driver.capture() as graph:
        made = plan.run(*given)
    for scale in (1.0, 0.5):
        given[0][...] = where.asarray(arguments(name, "float32")[0] * np.float32(scale))
        graph.launch()
        for a, b in zip(made, plan.run(*given), strict=True):
            np.testing.assert_array_equal(where.to_host(a), where.to_host(b))
