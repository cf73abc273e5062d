"""Generated kernels: each is counted, compiled for real architectures, and run on every target.

The reference is the expression itself, evaluated by NumPy.
"""

import kernel_catalogue
import numpy as np
import pytest
from kernel_checks import (
    all_run,
    assert_compiled,
    needs_compiler,
    per_architecture,
    per_order,
)

from gpugrad.backend import dtypes, select
from gpugrad.backend.device import elementwise as elementwise_device
from gpugrad.backend.kernels import nvrtc
from gpugrad.codegen import launch
from gpugrad.codegen.launch import Unit
from gpugrad.ops import REGISTRY

QUICK = ("--Ofast-compile=max",)  # the same text and checks in a sixth of the time
BATCHES = kernel_catalogue.batches()
TOLERANCE = {"float16": 2e-3, "bfloat16": 2e-2, "float32": 2e-5, "float64": 1e-11}
NUMBERS = {"min_val": -0.5, "max_val": 0.75, "min": -0.5, "max": 0.75, "p": 0.25}
SPECIAL = [0.0, -0.0, 1.0, -1.0, np.inf, -np.inf, np.nan, 1e-40, -1e-40, 3e38, 2.0, -2.0]
each_batch = pytest.mark.parametrize("batch", BATCHES, ids=lambda b: f"{b.file}-{b.dtype}")


def inputs_of(kernel, dtype, shape, seed=0, low=-2.0):
    """Random inputs: numbers between ``low`` and 2, truth values where the kernel wants them."""
    draw = np.random.default_rng(seed)
    return tuple(
        draw.random(shape) < 0.5
        if name in kernel.booleans
        else draw.uniform(low, 2, shape).astype(dtype)
        for name in kernel.inputs
    )


def numbers_of(kernel):
    return tuple(NUMBERS.get(name, 0.3) for name in kernel.settings)


def wide(array):
    return np.asarray(array).astype(np.float64)


def assert_close(results, expected, dtype, kernel):
    for got, want in zip(results, expected, strict=True):
        assert got.dtype == want.dtype and got.shape == want.shape
        bound = TOLERANCE[dtype]
        np.testing.assert_allclose(wide(got), wide(want), bound, bound, err_msg=kernel.name)


def by_numpy(kernel, inputs, shape, dtype):
    with np.errstate(all="ignore"):
        if kernel.name == "nextafter_forward":  # of halves, whose steps are not float32's
            return (np.broadcast_to(np.nextafter(*inputs), shape),)
        return launch.plain(select.HOST, kernel, inputs, shape, dtype, numbers_of(kernel))


def on(backend, batch, kernel, inputs, shape, dtype):
    unit = Unit(batch.kernels, batch.dtype)
    return launch.run(backend, lambda: unit, kernel, inputs, shape, dtype, numbers_of(kernel))


def test_every_float_operation_has_kernels():
    without = {
        "bitwise_and",
        "bitwise_or",
        "bitwise_xor",
        "bitwise_invert",
        "bitwise_left_shift",
        "bitwise_right_shift",
    }
    without |= {op.name for op in REGISTRY.values() if not op.fusible}
    elementwise = {op.name for op in REGISTRY.values() if op.kind == "elementwise"}
    names = kernel_catalogue.required()
    assert len(names) == len(set(names))
    assert {name for name in elementwise if f"{name}_forward_float32" in names} == (
        elementwise - without
    )


@needs_compiler
@each_batch
def test_host_kernels_equal_numpy(batch):
    dtype = dtypes.as_dtype(batch.dtype)
    for kernel in batch.kernels:
        for shape, low in (((3, 700), -2.0), ((5,), 0.1)):
            inputs = inputs_of(kernel, dtype, shape, low=low)
            expected = by_numpy(kernel, inputs, shape, dtype)
            results = on(select.HOST, batch, kernel, inputs, shape, dtype)
            assert_close(results, expected, batch.dtype, kernel)


@needs_compiler
@each_batch
def test_host_kernels_treat_special_values_as_numpy(batch):
    dtype = dtypes.as_dtype(batch.dtype)
    with np.errstate(all="ignore"):
        values = np.array(SPECIAL).astype(dtype)
    for kernel in batch.kernels:
        if len(kernel.inputs) > 3:  # their parts are in the others
            continue
        grids = np.meshgrid(*[values] * len(kernel.inputs))
        inputs = tuple(
            np.signbit(grid.ravel()) if name in kernel.booleans else grid.ravel()
            for name, grid in zip(kernel.inputs, grids, strict=True)
        )
        expected = by_numpy(kernel, inputs, inputs[0].shape, dtype)
        results = on(select.HOST, batch, kernel, inputs, inputs[0].shape, dtype)
        assert_close(results, expected, batch.dtype, kernel)


@needs_compiler
@each_batch
@per_order
def test_every_kernel_runs(batch, ordered, record_property):
    dtype = dtypes.as_dtype(batch.dtype)
    with all_run(ordered, batch.names, record_property):
        for kernel in batch.kernels:
            for shape in ((2, 9), (64,), (4_096,)):  # a tail after packs, none, several blocks
                inputs = inputs_of(kernel, dtype, shape)
                expected = by_numpy(kernel, inputs, shape, dtype)
                there = tuple(map(ordered.asarray, inputs))
                results = on(ordered, batch, kernel, there, shape, dtype)
                assert_close(map(ordered.to_host, results), expected, batch.dtype, kernel)


@pytest.mark.needs_nvrtc
@per_architecture
@each_batch
def test_nvrtc_compiles_every_kernel(batch, arch, record_property):
    assert_compiled(nvrtc.cubin(batch.source, arch, QUICK), batch.names, arch, record_property)


LAYOUTS = {
    "transposed": lambda a: a.T,
    "strided": lambda a: a[:, ::2],
    "reversed": lambda a: a[::-1],
    "a row": lambda a: a[:1],
    "a column": lambda a: a[:, :1],
    "one element": lambda a: a[0, 0],
    "repeated": lambda a: np.broadcast_to(a[0, 0], a.shape),
    "unaligned": lambda a: a.reshape(-1)[1:],
}
BINARY = next(b for b in BATCHES if (b.file, b.dtype) == ("arithmetic", "float32"))


@needs_compiler
@pytest.mark.parametrize("first", LAYOUTS)
@pytest.mark.parametrize("second", LAYOUTS)
def test_any_layout(first, second, device):
    kernel = next(k for k in BINARY.kernels if k.name == "divide_pull_11")
    names = dict(zip(kernel.inputs, inputs_of(kernel, np.float32, (40, 40), low=0.5), strict=True))
    layouts = [LAYOUTS[first], LAYOUTS[second]]
    changed = [layouts[i % 2](a) for i, a in enumerate(names.values())]
    try:
        shape = np.broadcast_shapes(*(a.shape for a in changed))
    except ValueError:
        changed = [layouts[0](a) for a in names.values()]
        shape = changed[0].shape
    inputs = tuple(changed)
    expected = by_numpy(kernel, inputs, shape, dtypes.float32)
    results = on(select.HOST, BINARY, kernel, inputs, shape, dtypes.float32)
    assert_close(results, expected, "float32", kernel)
    there = tuple(map(device.asarray, names.values()))
    there = tuple(reshaped(a, device, like) for a, like in zip(there, inputs, strict=True))
    results = on(device, BINARY, kernel, there, shape, dtypes.float32)
    assert_close(map(device.to_host, results), expected, "float32", kernel)


def reshaped(array, device, like):
    """A device array with the strides of a host array, as far as slicing gives them."""
    for change in LAYOUTS.values():
        try:
            changed = change(array)
        except (TypeError, AttributeError):
            continue
        if changed.shape == like.shape and changed.strides == like.strides:
            return changed
    return device.asarray(like)


@needs_compiler
@pytest.mark.parametrize("shape", [(0,), (3, 0), ()])
def test_no_elements_and_one(shape, device):
    kernel = next(k for k in BINARY.kernels if k.name == "multiply_pull_11")
    inputs = inputs_of(kernel, np.float32, shape)
    inputs = tuple(map(np.asarray, inputs))
    expected = by_numpy(kernel, inputs, shape, dtypes.float32)
    results = on(select.HOST, BINARY, kernel, inputs, shape, dtypes.float32)
    assert_close(results, expected, "float32", kernel)
    results = on(device, BINARY, kernel, tuple(map(device.asarray, inputs)), shape, dtypes.float32)
    assert_close(map(device.to_host, results), expected, "float32", kernel)


@needs_compiler
@per_order
@pytest.mark.parametrize("turned", [False, True], ids=["in packs", "by layout"])
def test_a_grid_that_goes_round_again(turned, ordered):
    """More elements than the largest grid has threads, by a whole round and a tail."""
    kernel = next(k for k in BINARY.kernels if k.name == "multiply_pull_11")
    width = 1 if turned else 4
    most = elementwise_device.BLOCKS_A_PROCESSOR * elementwise_device.THREADS
    shape = (2 * width * most * ordered.driver.multiprocessor_count // 1024 + 1, 1025)
    inputs = inputs_of(kernel, np.float32, shape[::-1] if turned else shape)
    there = tuple(map(ordered.asarray, inputs))
    if turned:
        inputs, there = (tuple(a.T for a in arrays) for arrays in (inputs, there))
    expected = by_numpy(kernel, inputs, shape, dtypes.float32)
    results = on(ordered, BINARY, kernel, there, shape, dtypes.float32)
    assert_close(map(ordered.to_host, results), expected, "float32", kernel)
