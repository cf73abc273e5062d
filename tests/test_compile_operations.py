"""Every operation compiled: its value, its gradient within and from outside, on its samples."""

from dataclasses import replace

import nests_by_numpy
import numpy as np
import pytest
from batches import settings_of
from op_samples import SAMPLES

import gpugrad as gg
from gpugrad.compiler import building
from gpugrad.engine.functions import function_of
from gpugrad.ops import REGISTRY

SHAPED_BY_DATA = {"nonzero", "unique_all"}
HOST_TO_DEVICE = {"to_device"}  # reads values
TOLERANCE = 1e-9
WIDE = {  # operations that compute in float64 what is given in float32
    "astype": "as its samples ask",
    "max": "the number of equal elements, which float16 cannot hold",
    "min": "the same",
}
NARROW = {np.dtype(wide): narrow for wide, narrow in (("d", np.float32), ("D", np.complex64))}


@pytest.fixture(autouse=True)
def kernels_on_numpy(monkeypatch):
    """Kernels are put together, and run by NumPy: a compiler would take minutes for all of them."""

    monkeypatch.setattr(building, "compiled", nests_by_numpy.functions)


def arguments(sample):
    """The sample's arrays, those that have gradients as leaves."""
    return [
        gg.tensor(x, requires_grad=x.dtype.kind in "fc") if isinstance(x, np.ndarray) else x
        for x in sample.inputs
    ]


def outputs(name, sample):
    settings = settings_of(name, sample)

    def function(*inputs):
        y = function_of(REGISTRY[name])(*inputs, **settings)
        return y if isinstance(y, tuple) else (y,)

    return function


def walked(function):
    """The values of a function, and the gradients of its arguments."""

    def run(*inputs):
        results = function(*inputs)
        losses = [gg.sum(gg.real(y) * 0.7) for y in results if y.requires_grad]
        for i, loss in enumerate(losses):
            loss.backward(retain_graph=i + 1 < len(losses))
        leaves = [x for x in inputs if isinstance(x, gg.Tensor)]
        return [y.detach() for y in results], [x.grad for x in leaves if x.grad is not None]

    return run


def arrays(result):
    values, gradients = result
    return [v.numpy() for v in (*values, *gradients)]


def has_a_mask(sample):
    return any(isinstance(x, np.ndarray) and x.dtype == bool for x in sample.inputs)


def refuses(name, sample):
    reads = name in ("getitem", "getitem_or_zero", "unindex") and has_a_mask(sample)
    return name in SHAPED_BY_DATA | HOST_TO_DEVICE or reads


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", SAMPLES)
def test_a_compiled_operation_gives_what_it_gives(name):
    for sample in SAMPLES[name]:
        function = outputs(name, sample)
        if refuses(name, sample):
            with pytest.raises(RuntimeError, match=r"compile: .*differs from call to call"):
                gg.compile(function, wait=True)(*arguments(sample))
            continue
        expected = arrays(walked(function)(*arguments(sample)))
        within = gg.compile(walked(function), wait=True)
        outside = gg.compile(function, wait=True)
        for run in (within, walked(outside)):
            for _ in range(2):  # a recording, and a replay
                found = arrays(run(*arguments(sample)))
                for a, b in zip(found, expected, strict=True):
                    assert (a.shape, a.dtype) == (b.shape, b.dtype)
                    np.testing.assert_allclose(a, b, rtol=TOLERANCE, atol=TOLERANCE)
        assert within.recordings == outside.recordings == 1


def narrowed(sample):
    """The sample in single precision."""

    def one(x):
        return x.astype(NARROW.get(x.dtype, x.dtype)) if isinstance(x, np.ndarray) else x

    return replace(sample, inputs=tuple(map(one, sample.inputs)))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", [name for name in SAMPLES if name not in WIDE])
def test_single_precision_stays_single(name):
    for sample in map(narrowed, SAMPLES[name]):
        if not refuses(name, sample):
            step = gg.compile(walked(outputs(name, sample)))
            step(*arguments(sample))
            made = [v for s in step.graph.steps for v in s.outputs if not v.is_pythons]
            assert not [v.dtype for v in made if v.dtype in NARROW]
