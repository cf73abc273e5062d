"""Operations compiled for a device: values and gradients by nests and kernels of elements.

Every eighth operation of the table, all in one file: a compiler takes minutes for all of them.
"""

from functools import cache

import numpy as np
import pytest
from batches import settings_of
from compiled_graphs import recorded
from kernel_checks import needs_compiler
from op_samples import SAMPLES
from test_compile_operations import refuses

import gpugrad as gg
from gpugrad.backend.select import backend
from gpugrad.compiler import building, passes
from gpugrad.compiler.graph import Graph
from gpugrad.compiler.plan import Plan
from gpugrad.engine.functions import function_of
from gpugrad.ops import REGISTRY

NAMES = list(SAMPLES)[::8]


def program(name, sample):
    """A function of a sample's arrays of floats: the operation's values, the sum of them, and its
    gradients; and these arrays."""
    places = [i for i, x in enumerate(sample.inputs) if isinstance(x, np.ndarray)]
    floats = [i for i in places if sample.inputs[i].dtype.kind == "f"]

    def values(*arrays):
        inputs = list(sample.inputs)
        for i, array in zip(places, arrays, strict=True):
            inputs[i] = array
        y = function_of(REGISTRY[name])(*inputs, **settings_of(name, sample))
        return y if isinstance(y, tuple) else (y,)

    def loss(*arrays):
        found = [y for y in values(*arrays) if y.dtype.kind in "fc"]
        return sum(gg.sum(gg.real(y) * 0.7) for y in found), None

    def run(*arrays):
        made = values(*arrays)
        if not floats or not any(y.dtype.kind in "fc" for y in made):
            return made
        at = tuple(places.index(i) for i in floats)
        (value, _), gradients = gg.value_and_grad(loss, at, has_aux=True)(*arrays)
        return *made, value, *gradients

    return run, [sample.inputs[i] for i in places]


@cache
def plans():
    """The plans of all samples that have kernels, with their arrays and what NumPy gives."""
    where, graphs = backend("simulated"), []
    for name in NAMES:
        for sample in SAMPLES[name]:
            run, arrays = program(name, sample)
            if refuses(name, sample) or "device" in settings_of(name, sample) or not arrays:
                continue
            there = [where.asarray(a) for a in arrays]
            graph = passes.fused(building.on_device(passes.improved(recorded(run, *there))))
            if any(step.name == "fused" for step in graph.steps):
                expected = [y.numpy() for y in run(*map(gg.tensor, arrays))]
                graphs.append((name, graph, there, expected))
    building.compile_kernels(Graph(steps=[s for _, g, *_ in graphs for s in g.steps]))
    return [(name, Plan(graph), *rest) for name, graph, *rest in graphs]


@needs_compiler
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", NAMES)
def test_a_compiled_operation_gives_on_a_device_what_it_gives(name):
    where = backend("simulated")
    for other, plan, arrays, expected in plans():
        if other == name:
            found = map(where.to_host, plan.run(*arrays))
            for a, b in zip(found, expected, strict=True):
                assert (a.shape, a.dtype) == (b.shape, b.dtype)
                np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-9)
