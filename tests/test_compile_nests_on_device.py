"""Nests as CUDA kernels: compiled programs on the simulated device against NumPy's eager ones.

All nests of one dtype are compiled in one file, and run in every order of threads.
"""

import itertools
from functools import cache

import numpy as np
import pytest
from compiled_graphs import names, recorded
from kernel_checks import DTYPES, ORDERS, needs_compiler
from nest_programs import PROGRAMS, arguments, soft

import gpugrad as gg
from gpugrad.backend.kernels import nvrtc
from gpugrad.backend.select import backend
from gpugrad.codegen import nest_launch
from gpugrad.codegen.nest_forms import form
from gpugrad.compiler import building, passes
from gpugrad.compiler.graph import Graph
from gpugrad.compiler.plan import Plan
from gpugrad.compiler.report import cost

HALVES = (
    "slopes of the largest",
    "softmax's slopes",
    "layer norm's slopes",
    "batch norm's slopes of many",
    "several sums",
)
CASES = [
    *itertools.product(PROGRAMS, ("float32", "float64")),
    *itertools.product(HALVES, ("float16", "bfloat16")),
]
BOUNDS = {"float32": 3e-5, "float64": 1e-11, "float16": 3e-2, "bfloat16": 2e-1}


def given(name, dtype):
    """The arrays of a program, on the simulated device."""
    return [backend("simulated").asarray(a) for a in arguments(name, DTYPES[dtype])]


def graph_of(name, dtype):
    """A program as it is recorded."""
    return passes.improved(recorded(PROGRAMS[name][0], *given(name, dtype)))


@cache
def plans(dtype):
    """Every program as a plan of the simulated device, and its graph."""
    graphs = {}
    for name in [name for name, of in CASES if of == dtype]:
        graphs[name] = passes.fused(building.on_device(graph_of(name, dtype)))
    building.compile_kernels(Graph(steps=[s for g in graphs.values() for s in g.steps]))
    return {name: (Plan(graph), graph) for name, graph in graphs.items()}


def nests_of(graph):
    return [step.settings["nest"] for step in graph.steps if "nest" in step.settings]


@needs_compiler
@pytest.mark.parametrize(("name", "dtype"), CASES)
def test_a_program_gives_on_a_device_what_numpy_gives(name, dtype):
    plan, graph = plans(dtype)[name]
    where = backend("simulated")
    wide = [gg.tensor(a.astype("float64")) for a in arguments(name, DTYPES[dtype])]
    expected = PROGRAMS[name][0](*wide)
    expected = expected if isinstance(expected, tuple) else (expected,)
    assert "fused" in names(graph)
    bound = BOUNDS[dtype]
    for order in ORDERS:
        with where.driver.thread_order(order):
            found = plan.run(*given(name, dtype))
        for a, b in zip(map(where.to_host, found), expected, strict=True):
            b = b.numpy()
            assert a.shape == b.shape and a.dtype == (bool if b.dtype == bool else DTYPES[dtype])
            size = max(1.0, np.abs(b).max(initial=0))
            np.testing.assert_allclose(a.astype(b.dtype), b, rtol=0, atol=bound * size)


@pytest.mark.parametrize("name", PROGRAMS)
def test_nests_take_no_more_launches_than_kernels_of_elements(name):
    graph = graph_of(name, "float32")
    before, after = passes.fused(graph), passes.fused(building.on_device(graph))
    later = sum(bool(form(nest).later) for nest in nests_of(after))
    assert cost(after).calls + later <= cost(before).calls
    assert cost(after).moved <= cost(before).moved


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    "name", ["softmax", "softmax's slopes", "layer norm", "layer norm's slopes"]
)
def test_forward_and_backward_are_one_kernel(name, dtype):
    graph = building.on_device(graph_of(name, dtype))
    assert names(graph).count("fused") == 1


@pytest.mark.needs_nvrtc
@pytest.mark.parametrize("arch", ["sm_80", "sm_90", "sm_100"])
@pytest.mark.parametrize("dtype", DTYPES)
def test_nvrtc_compiles_every_nest(dtype, arch):
    nests = [nest for _, graph in plans(dtype).values() for nest in nests_of(graph)]
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
        return soft(gg.permute_dims(x, (1, 0, 2)), gg.permute_dims(y, (1, 0, 2)))

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
        for order in ORDERS:
            with where.driver.thread_order(order):
                results = plan.run(*given(name, "float32"))
            found.add(tuple(where.to_host(y).tobytes() for y in results))
    assert len(found) == 3


@needs_compiler
def test_a_captured_nest_reads_its_arguments_anew():
    where, name = backend("simulated"), "layer norm's slopes of long rows"
    plan, _ = plans("float32")[name]
    arrays = given(name, "float32")
    with where.driver.capture() as graph:
        made = plan.run(*arrays)
    for scale in (1.0, 0.5):
        arrays[0][...] = given(name, "float32")[0] * np.float32(scale)
        graph.launch()
        for a, b in zip(made, plan.run(*arrays), strict=True):
            np.testing.assert_array_equal(where.to_host(a), where.to_host(b))


@needs_compiler
@pytest.mark.parametrize("where", ["cpu", "simulated"])
def test_a_half_is_the_same_number_in_every_nest(where):
    """It is not computed again where it has been rounded and stored, or what was the largest
    element of a row might be there no more."""
    x = np.random.default_rng(4).normal(size=(40, 1000)).astype("float32")

    def function(x, one):
        y = x * 1.1
        half = gg.astype(y, "float16")
        largest = gg.matmul(gg.max(half, axis=1, keepdims=True), one)
        return gg.sum(gg.where(half == largest, abs(y * largest) + 1.0, 0.0), axis=1)

    with gg.use_device(where):
        compiled = gg.compile(function, wait=True)
        for _ in range(2):
            found = compiled(gg.tensor(x), gg.ones((1, 1), dtype="float16"))
    assert found.numpy().min() >= 1
