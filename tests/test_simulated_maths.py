"""Functions of CUDA that C has not, on the simulated device, against Python's own numbers."""

import math

import numpy as np
import pytest

from gpugrad.backend.kernels import nvrtc
from gpugrad.backend.select import backend

pytestmark = pytest.mark.needs_compiler

MATHS = """
extern "C" __global__ void maths(const double* x, double* y, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= n) return;
    y[i] = erfinv(x[i]);
    y[n + i] = erfinvf((float)x[i]);
    y[2 * n + i] = normcdf(x[i]);
    y[3 * n + i] = rsqrt(x[i] * x[i] + 1) + rcbrtf(8.0f);
    y[4 * n + i] = sinpi(x[i]) + cospi(x[i]);
    y[5 * n + i] = max(x[i], 0.25f) - min(3, i) + fmaxf(0.0f / 0.0f, 1.0f);
}
extern "C" __global__ void bits(const unsigned* x, unsigned long long* y, int n) {
    int i = threadIdx.x;
    if (i >= n) return;
    y[i] = __popc(x[i]) + 100 * __clz((int)x[i]) + 10000 * __ffs((int)x[i]);
    y[n + i] = __umulhi(x[i], 0xD2511F53u);
    y[2 * n + i] = __umul64hi(x[i] * 0x9E3779B97F4A7C15ull, 0xD2E7470EE14C6C93ull);
    y[3 * n + i] = __float_as_uint(__uint_as_float(x[i])) == x[i];
}
"""


def run(device, name, grid, block, *arguments):
    device.driver.launch(device.driver.function(MATHS, name), grid, block, arguments)


def test_functions_that_the_c_library_has_not():
    device, n = backend("simulated"), 201
    x = np.linspace(-1, 1, n)
    y = device.natives["empty"]((6, n), dtype=np.float64)
    run(device, "maths", (4, 1, 1), (64, 1, 1), device.asarray(x), y, np.int32(n))
    inverse, single, normal, roots, pi, most = y.get()
    erf = np.vectorize(math.erf)
    np.testing.assert_allclose(erf(inverse[1:-1]), x[1:-1], rtol=1e-14, atol=1e-16)
    np.testing.assert_array_equal(inverse[[0, -1]], [-np.inf, np.inf])
    np.testing.assert_allclose(erf(single[1:-1]), x[1:-1].astype(np.float32), rtol=3e-7)
    np.testing.assert_allclose(normal, (1 + erf(x / math.sqrt(2))) / 2, rtol=1e-14)
    np.testing.assert_allclose(roots, 1 / np.sqrt(x * x + 1) + 0.5, rtol=1e-7)
    np.testing.assert_allclose(pi, np.sin(np.pi * x) + np.cos(np.pi * x), atol=1e-15)
    np.testing.assert_array_equal(most, np.maximum(x, 0.25) - np.minimum(3, np.arange(n)) + 1)


def test_integer_functions():
    device = backend("simulated")
    x = np.array([0, 1, 2, 0x80000000, 0xFFFFFFFF, 12345678], np.uint32)
    y = device.natives["empty"]((4, x.size), dtype=np.uint64)
    run(device, "bits", (1, 1, 1), (32, 1, 1), device.asarray(x), y, np.int32(x.size))
    counts, high, wide, same = y.get().tolist()
    numbers = x.tolist()
    first = [(v & -v).bit_length() for v in numbers]
    zeros = [32 - v.bit_length() for v in numbers]
    ones = [v.bit_count() for v in numbers]
    assert counts == [o + 100 * z + 10000 * f for o, z, f in zip(ones, zeros, first, strict=True)]
    assert high == [v * 0xD2511F53 >> 32 for v in numbers]
    factor, mask = 0x9E3779B97F4A7C15, 2**64 - 1
    assert wide == [(v * factor & mask) * 0xD2E7470EE14C6C93 >> 64 for v in numbers]
    assert same == [1] * x.size


@pytest.mark.needs_nvrtc
def test_nvrtc_knows_the_same_functions():
    assert nvrtc.cubin(MATHS, "sm_80").startswith(b"\x7fELF")
