"""Random numbers on a device: the host's bits."""

from contextlib import contextmanager

import numpy as np
import pytest
from kernel_checks import (
    DTYPES,
    EPSILON,
    needs_compiler,
    per_dtype,
    per_order,
)

from gpugrad.backend.device.backend import Device
from gpugrad.backend.host import random as philox_host
from gpugrad.backend.kernels import sources
from gpugrad.backend.random import generator as random
from gpugrad.backend.select import backend

HOST = backend("cpu")


@needs_compiler
@per_order
@pytest.mark.parametrize("count", [0, 1, 3, 4, 5, 9, 4_099])
def test_random_bits_are_the_hosts(ordered, count):
    draws = [
        lambda b, g: random.words(b, count, g),
        lambda b, g: random.integers(b, count, -7, 2**40, generator=g),
        lambda b, g: random.integers(b, count, -(2**63), 2**63, generator=g),
        lambda b, g: random.integers(b, count, 0, 10, "int32", generator=g),
        lambda b, g: random.bernoulli(b, count, 0.3, g),
        lambda b, g: random.bernoulli(b, count, 1.0, g),
        lambda b, g: random.permutation(b, count, g),
        *(
            lambda b, g, dtype=dtype: random.uniform(b, count, dtype, -0.3, 0.7, g)
            for dtype in DTYPES
        ),
    ]
    host, on_device = random.Generator(2**70 + 5, 3), random.Generator(2**70 + 5, 3)
    for draw in draws:
        expected, found = draw(HOST, host), ordered.to_host(draw(ordered, on_device))
        assert found.dtype == expected.dtype and found.tobytes() == expected.tobytes()
        assert host.counter.get() == on_device.counter.get()


@needs_compiler
@per_dtype
def test_normals_are_the_hosts_within_a_few_units(device, dtype):
    expected = random.normal(HOST, (300, 101), dtype, generator=random.Generator(5))
    drawn = random.normal(device, (300, 101), dtype, generator=random.Generator(5))
    found, size = device.to_host(drawn).astype("float64"), expected.astype("float64")
    units = np.abs(found - size) / (EPSILON[dtype] * 2.0 ** np.floor(np.log2(np.abs(size))))
    assert units.max() <= (8 if dtype == "float64" else 4)  # a logarithm's last bit makes 3


QUANTILES = """
extern "C" __global__ void quantiles(const double* p, double* z, int64 count) {
    for (int64 i = threadIdx.x; i < count; i += blockDim.x) z[i] = quantile(p[i]);
}
"""


@needs_compiler
def test_quantiles_are_the_hosts_far_out_too(device):
    """Sampling hardly ever reaches the outermost polynomial: 14 in 10**12 numbers do."""
    p = np.concatenate([2.0 ** -np.arange(2, 53.9, 0.1), [0.075, 0.5, 0.925, 1 - 2.0**-53]])
    z = device.asarray(np.empty_like(p))
    kernel = device.driver.function(sources.source("philox.cu") + QUANTILES, "quantiles")
    arguments = (device.asarray(p), z, np.int64(p.size))
    device.driver.launch(kernel, (1, 1, 1), (32, 1, 1), arguments)
    expected = philox_host.quantile(p)
    units = np.abs(device.to_host(z) - expected) / np.spacing(np.abs(expected))
    assert units.max() <= 2 and (np.sqrt(-np.log(p)) > 5).sum() > 100


@needs_compiler
def test_a_replayed_launch_reads_the_counter_anew(device):
    """Kernels add the base in their state to the position that they were launched with."""
    expected = random.words(HOST, 40, random.Generator(12, 1_000))
    position = device.asarray(np.array(1_000, np.uint64))
    drawn = device.natives["random_words"](12, position, (40,))
    assert np.array_equal(device.to_host(drawn), expected)
    assert np.array_equal(HOST.natives["random_words"](12, np.uint64(1_000), (40,)), expected)


@needs_compiler
def test_keys_and_constants_are_uploaded_once_and_done_before_they_are_read(device):
    begun, done = [], []

    @contextmanager
    def uploading():
        begun.append(1)
        yield
        done.append(1)

    other = Device(device.module, device.driver, uploading=uploading)
    for _ in range(2):
        other.natives["random_words"](5, 0, (4,))
        other.constant(2.5, np.dtype("float32"))
    assert len(begun) == len(done) == 2
