"""Kernel texts on the simulated device: each feature gives the right numbers in every order."""

import time
from concurrent.futures import ThreadPoolExecutor

import ml_dtypes
import numpy as np
import pytest

from gpugrad.backend.kernels import nvrtc
from gpugrad.backend.select import backend
from gpugrad.backend.simulated import text
from gpugrad.backend.simulated.driver import ORDERS
from gpugrad.backend.simulated.faults import DeviceFault

pytestmark = pytest.mark.needs_compiler

SOFTMAX = """
extern "C" __global__ void softmax(const float* __restrict__ x, float* y, int columns) {
    __shared__ float tile[256];
    const float* row = x + blockIdx.x * columns;
    float largest = -1e30f, sum = 0;
    for (int c = threadIdx.x; c < columns; c += blockDim.x) largest = fmaxf(largest, row[c]);
    tile[threadIdx.x] = largest;
    __syncthreads();
    for (int half = 128; half > 0; half /= 2) {
        if (threadIdx.x < half)
            tile[threadIdx.x] = fmaxf(tile[threadIdx.x], tile[threadIdx.x + half]);
        __syncthreads();
    }
    largest = tile[0];
    __syncthreads();
    for (int c = threadIdx.x; c < columns; c += blockDim.x) sum += expf(row[c] - largest);
    for (int d = 16; d > 0; d /= 2) sum += __shfl_xor_sync(0xffffffffu, sum, d);
    if (threadIdx.x % 32 == 0) tile[threadIdx.x / 32] = sum;
    __syncthreads();
    sum = 0;
    for (int warp = 0; warp < 8; warp++) sum += tile[warp];
    for (int c = threadIdx.x; c < columns; c += blockDim.x)
        y[blockIdx.x * columns + c] = expf(row[c] - largest) / sum;
}
"""
DYNAMIC = """
template <typename T> __device__ T reversed(T value, T* buffer) {
    buffer[threadIdx.x] = value;
    __syncthreads();
    return buffer[blockDim.x - 1 - threadIdx.x];
}
extern "C" __global__ void reverse(double* x) {
    extern __shared__ double buffer[];
    x[threadIdx.x] = reversed(x[threadIdx.x], buffer);
}
"""
WARPS = """
extern "C" __global__ void warps(const int* x, int* y) {
    int t = threadIdx.x, v = x[t];
    y[t] = __shfl_up_sync(0xffffffffu, v, 1);
    y[64 + t] = __shfl_down_sync(0xffffffffu, v, 2);
    y[128 + t] = __shfl_sync(0xffffffffu, v, 5, 8);
    y[192 + t] = (int)__ballot_sync(0xffffffffu, v % 3 == 0);
    y[256 + t] = __any_sync(0xffffffffu, v == 40) + 2 * __all_sync(0xffffffffu, v >= 32);
    y[320 + t] = __syncthreads_count(v % 2);
}
"""
ATOMICS = """
extern "C" __global__ void counts(const int* x, int* bins, int* largest, long long n) {
    __shared__ int local[4];
    if (threadIdx.x < 4) local[threadIdx.x] = 0;
    __syncthreads();
    for (long long i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x) {
        atomicAdd(&local[x[i] % 4], 1);
        atomicMax(largest, x[i]);
    }
    __syncthreads();
    if (threadIdx.x < 4) atomicAdd(bins + threadIdx.x, local[threadIdx.x]);
}
"""
HALVES = """
#include <cuda_fp16.h>
#include <cuda_bf16.h>
extern "C" __global__ void halves(const __half* x, __nv_bfloat16* y, __half* z, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= n) return;
    y[i] = __float2bfloat16(__half2float(x[i]));
    z[i] = __float2half_rn(__half2float(x[i]) * 1.0009765625f);
}
"""
VECTORS = """
extern "C" __global__ void scaled(const float4* x, float4* y, float a, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= n) return;
    float4 v = __ldg(x + i);
    y[i] = make_float4(a * v.x, a * v.y, a * v.z, a * v.w);
}
"""
BLOCKS = """
extern "C" __global__ void places(int* y) {
    dim3 g = gridDim, b = blockDim;
    int block = blockIdx.x + g.x * (blockIdx.y + g.y * blockIdx.z);
    int thread = threadIdx.x + b.x * (threadIdx.y + b.y * threadIdx.z);
    y[block * b.x * b.y * b.z + thread] = block * 1000 + thread;
}
"""
STRUCT = """
struct Table { double* at[40]; long long count[40]; int used; };
extern "C" __global__ void fill(const Table table, double value) {
    int row = blockIdx.x;
    if (row < table.used && threadIdx.x < table.count[row]) table.at[row][threadIdx.x] = value;
}
"""


@pytest.fixture(params=ORDERS)
def device(request):
    """The simulated device in each order of threads."""
    found = backend("simulated")
    with found.driver.thread_order(request.param):
        yield found


def run(device, source, name, grid, block, *arguments, **settings):
    device.driver.launch(device.driver.function(source, name), grid, block, arguments, **settings)


def test_shared_memory_barriers_and_shuffles(device):
    x = np.random.default_rng(0).standard_normal((64, 1000)).astype(np.float32)
    y = device.natives["empty"](x.shape, dtype=np.float32)
    run(device, SOFTMAX, "softmax", (64, 1, 1), (256, 1, 1), device.asarray(x), y, np.int32(1000))
    e = np.exp(x - x.max(1, keepdims=True))
    np.testing.assert_allclose(y.get(), e / e.sum(1, keepdims=True), rtol=2e-6)


def test_a_struct_by_value(device):
    fields = [("at", np.uint64, 40), ("count", np.int64, 40), ("used", np.int32)]
    table = np.zeros((), np.dtype(fields, align=True))
    rows = [device.asarray(np.zeros(n)) for n in (3, 1)]
    table["at"][:2], table["count"][:2] = [row.data.ptr for row in rows], [3, 1]
    table["used"] = 2
    run(device, STRUCT, "fill", (2, 1, 1), (4, 1, 1), table, np.float64(2.5))
    assert [row.get().tolist() for row in rows] == [[2.5] * 3, [2.5]]
    smaller = np.zeros((), fields)  # not aligned as C does
    with pytest.raises(TypeError, match="s648"):
        run(device, STRUCT, "fill", (2, 1, 1), (4, 1, 1), smaller, np.float64(2.5))


def test_dynamic_shared_memory_in_a_template(device):
    x = device.asarray(np.arange(96.0))
    run(device, DYNAMIC, "reverse", (1, 1, 1), (96, 1, 1), x, shared_bytes=96 * 8)
    np.testing.assert_array_equal(x.get(), np.arange(96.0)[::-1])


def test_warp_exchanges(device):
    v = np.arange(64, dtype=np.int32)
    y = device.natives["empty"]((6, 64), dtype=np.int32)
    run(device, WARPS, "warps", (1, 1, 1), (64, 1, 1), device.asarray(v), y)
    lane, warp = v % 32, v // 32 * 32
    up, down, fifth, ballot, votes, count = y.get()
    np.testing.assert_array_equal(up, np.where(lane >= 1, v - 1, v))
    np.testing.assert_array_equal(down, np.where(lane < 30, v + 2, v))
    np.testing.assert_array_equal(fifth, v // 8 * 8 + 5)
    bits = [sum(1 << (k - w) for k in range(w, w + 32) if k % 3 == 0) for w in warp.tolist()]
    np.testing.assert_array_equal(ballot.view(np.uint32), bits)
    np.testing.assert_array_equal(votes, np.where(v >= 32, 3, 0))
    np.testing.assert_array_equal(count, 32)


def test_atomics(device):
    x = np.random.default_rng(1).integers(0, 1000, 5000).astype(np.int32)
    bins, largest = (device.natives["zeros"](n, dtype=np.int32) for n in (4, 1))
    arguments = device.asarray(x), bins, largest, np.int64(x.size)
    run(device, ATOMICS, "counts", (3, 1, 1), (128, 1, 1), *arguments)
    np.testing.assert_array_equal(bins.get(), np.bincount(x % 4))
    assert largest.item() == x.max()


def test_halves_round_as_ml_dtypes_and_numpy_do(device):
    x = np.arange(2**16, dtype=np.uint16).view(np.float16)
    y, z = (device.natives["empty"](x.shape, dtype=d) for d in (ml_dtypes.bfloat16, np.float16))
    arguments = device.asarray(x), y, z, np.int32(x.size)
    run(device, HALVES, "halves", (256, 1, 1), (256, 1, 1), *arguments)
    with np.errstate(all="ignore"):
        narrow = x.astype(ml_dtypes.bfloat16).astype(np.float32)
        y = y.get().astype(np.float32)
        scaled = (x.astype(np.float32) * np.float32(1.0009765625)).astype(np.float16)
    np.testing.assert_array_equal(y, narrow)
    np.testing.assert_array_equal(z.get(), scaled)


def test_vector_types(device):
    x = np.random.default_rng(2).standard_normal(4000).astype(np.float32)
    y = device.natives["empty"](x.shape, dtype=np.float32)
    arguments = device.asarray(x), y, np.float32(3), np.int32(1000)
    run(device, VECTORS, "scaled", (8, 1, 1), (128, 1, 1), *arguments)
    np.testing.assert_array_equal(y.get(), x * 3)


def test_three_axes_of_blocks_and_threads(device):
    y = device.natives["empty"]((24, 30), dtype=np.int32)
    run(device, BLOCKS, "places", (2, 3, 4), (5, 3, 2), y)
    np.testing.assert_array_equal(y.get(), np.arange(24)[:, None] * 1000 + np.arange(30))


@pytest.mark.needs_nvrtc
@pytest.mark.parametrize("arch", ["sm_80", "sm_90"])
@pytest.mark.parametrize("source", [SOFTMAX, DYNAMIC, WARPS, ATOMICS, HALVES, VECTORS, BLOCKS])
def test_nvrtc_compiles_the_same_texts(source, arch):
    assert nvrtc.cubin(source, arch).startswith(b"\x7fELF")


def test_threads_of_python_launch_one_after_another():
    device = backend("simulated")
    x = np.random.default_rng(4).standard_normal((8, 300)).astype(np.float32)

    def softmax(_):
        y = device.natives["empty"](x.shape, dtype=np.float32)
        run(device, SOFTMAX, "softmax", (8, 1, 1), (256, 1, 1), device.asarray(x), y, np.int32(300))
        return y.get()

    with ThreadPoolExecutor(4) as pool:
        first, *others = pool.map(softmax, range(40))
    assert all(np.array_equal(first, other) for other in others)


def test_fibers_of_other_processors(device, monkeypatch):
    """The C library's context switch, in place of our own for x86-64, gives the same."""
    monkeypatch.setattr(text, "FLAGS", (*text.FLAGS, "-DPORTABLE_FIBERS"))
    x = np.random.default_rng(3).standard_normal((4, 300)).astype(np.float32)
    found = []
    for source in (SOFTMAX + "// portable", SOFTMAX):
        y = device.natives["empty"](x.shape, dtype=np.float32)
        run(device, source, "softmax", (4, 1, 1), (256, 1, 1), device.asarray(x), y, np.int32(300))
        found.append(y.get())
    np.testing.assert_array_equal(*found)
    broken = SOFTMAX.replace("__syncthreads();", "") + "// portable"
    with pytest.raises(DeviceFault, match="race"):
        arguments = device.asarray(x), y, np.int32(300)
        run(device, broken, "softmax", (4, 1, 1), (256, 1, 1), *arguments)


def test_names_stamped_by_macros_are_found():
    driver = backend("simulated").driver
    source = "\n".join(
        (
            '#define STAMP(T) extern "C" __global__ void twice_##T(T* x) { x[threadIdx.x] *= 2; }',
            "STAMP(float)",
            "STAMP(double)",
        )
    )
    x = backend("simulated").asarray(np.arange(4.0))
    driver.launch(driver.function(source, "twice_double"), (1, 1, 1), (4, 1, 1), (x,))
    np.testing.assert_array_equal(x.get(), [0, 2, 4, 6])
    with pytest.raises(ValueError, match="twice_float, twice_double"):
        driver.function(source, "twice_int")


def test_launches_are_counted_by_kernel_and_order(device):
    driver = device.driver
    before = driver.launched["places", driver.order]
    run(device, BLOCKS, "places", (1, 1, 1), (2, 1, 1), device.natives["empty"](2, dtype=np.int32))
    assert driver.launched["places", driver.order] == before + 1
    assert "places" in driver.compiled


def test_a_row_softmax_is_cheap_enough_for_every_test_run():
    device = backend("simulated")
    x = device.asarray(np.ones((64, 1000), np.float32))
    y = device.natives["empty"](x.shape, dtype=np.float32)

    def seconds():
        start = time.perf_counter()
        run(device, SOFTMAX, "softmax", (64, 1, 1), (256, 1, 1), x, y, np.int32(1000))
        return time.perf_counter() - start

    assert min(seconds() for _ in range(5)) < 0.5  # 0.02 measured; ucontext's would take seconds
