"""Planted faults: what a GPU would answer with wrong numbers, the simulated device refuses."""

import numpy as np
import pytest

from gpugrad.backend.select import backend
from gpugrad.backend.simulated.driver import ORDERS
from gpugrad.backend.simulated.faults import DeviceFault

pytestmark = pytest.mark.needs_compiler

SUM = """
extern "C" __global__ void sum(const float* x, float* y, int n) {
    __shared__ float tile[64];
    float total = 0;
    for (int i = threadIdx.x; i < n; i += 64) total += x[blockIdx.x * n + i];
    tile[threadIdx.x] = total;
    __syncthreads();
    if (threadIdx.x != 0) return;
    for (int i = 1; i < 64; i++) total += tile[i];
    y[blockIdx.x] = total;
}
"""
ROWS, COLUMNS = 3, 100
X = np.random.default_rng(0).standard_normal((ROWS, COLUMNS)).astype(np.float32)


@pytest.fixture(params=ORDERS)
def device(request):
    """The simulated device in each order of threads."""
    found = backend("simulated")
    with found.driver.thread_order(request.param):
        yield found


@pytest.fixture
def one():
    """The simulated device in its usual order."""
    return backend("simulated")


def launch_sum(device, text=SUM, x=None, y=None, n=None, block=(64, 1, 1), **settings):
    x = device.asarray(X) if x is None else x
    y = device.natives["empty"](ROWS, dtype=np.float32) if y is None else y
    handle = device.driver.function(text, "sum")
    n = np.int32(COLUMNS) if n is None else n
    device.driver.launch(handle, (ROWS, 1, 1), block, (x, y, n), **settings)
    return y.get()


def changed(old, new):
    assert old in SUM
    return SUM.replace(old, new)


def test_the_kernel_without_a_fault(device):
    np.testing.assert_allclose(launch_sum(device), X.sum(1), rtol=1e-5)


def test_a_removed_barrier_is_a_race_in_every_order(device):
    with pytest.raises(DeviceFault, match="race"):
        launch_sum(device, changed("__syncthreads();", ""))


def test_a_removed_barrier_gives_wrong_numbers_where_no_race_is_seen(one):
    """The orders alone find it: what is read through atomics is not watched for races."""
    text = (
        changed("__syncthreads();", "__syncwarp();")
        .replace("total += tile[i]", "total += atomicAdd(&tile[i], 0.0f)")
        .replace("tile[threadIdx.x] = total;", "atomicExch(&tile[threadIdx.x], total);")
    )
    wrong = 0
    for order in ORDERS:
        with one.driver.thread_order(order):
            wrong += not np.allclose(launch_sum(one, text), X.sum(1), rtol=1e-5)
    assert wrong >= 2


def test_reusing_shared_memory_too_early_is_a_race(device):
    text = changed(
        "if (threadIdx.x != 0) return;",
        "total = tile[0]; tile[63 - threadIdx.x] = total; if (threadIdx.x != 0) return;",
    )
    with pytest.raises(DeviceFault, match="no barrier between: a race"):
        launch_sum(device, text)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("y[blockIdx.x] = total", "y[blockIdx.x + 1] = total", "writes 4 bytes 0 bytes after"),
        (
            "y[blockIdx.x] = total",
            "y[(int)blockIdx.x - 1] = total",
            "writes 4 bytes 4 bytes before",
        ),
        ("* n + i]", "* n + i + 1]", "reads 4 bytes 0 bytes after the end of 1200 bytes"),
        ("y[blockIdx.x] = total", "*(float*)8 = total", "outside of device memory"),
        ("i < 64", "i <= 64", "index 64 is outside of an array"),
        ("y[blockIdx.x] = total", "*(float*)((char*)y + 2) = total", "not aligned"),
        ("y[blockIdx.x] = total", "assert(total == 0)", "failed assert"),
    ],
)
def test_a_wrong_index_is_refused(device, old, new, words):
    with pytest.raises(DeviceFault, match=words):
        launch_sum(device, changed(old, new))


def test_an_unwritten_output_is_not_a_number(device):
    y = launch_sum(
        device, changed("y[blockIdx.x] = total", "if (blockIdx.x) y[blockIdx.x] = total")
    )
    assert np.isnan(y[0]) and not np.isnan(y[1:]).any()


def test_unwritten_shared_memory_is_not_a_number(device):
    y = launch_sum(
        device,
        changed("tile[threadIdx.x] = total;", "if (threadIdx.x != 9) tile[threadIdx.x] = total;"),
    )
    assert np.isnan(y).all()


def test_a_barrier_that_some_threads_do_not_reach(device):
    text = changed("__syncthreads();", "if (threadIdx.x < 40) __syncthreads();")
    with pytest.raises(DeviceFault, match="returned while others wait at the barrier of line 7"):
        launch_sum(device, text)


def test_threads_at_different_barriers(device):
    text = changed(
        "__syncthreads();", "if (threadIdx.x < 40) __syncthreads();\nelse __syncthreads();"
    )
    with pytest.raises(DeviceFault, match="different barriers"):
        launch_sum(device, text)


def test_a_shuffle_that_some_lanes_do_not_reach(device):
    shuffle = "if (threadIdx.x % 32 < 31) total += __shfl_down_sync(0xffffffffu, total, 1);"
    with pytest.raises(DeviceFault, match="warp exchange"):
        launch_sum(device, changed("__syncthreads();", shuffle + "__syncthreads();"))


@pytest.mark.parametrize("n", [np.int64(COLUMNS), np.float32(COLUMNS), np.uint32(COLUMNS), COLUMNS])
def test_a_scalar_of_another_type_is_refused(one, n):
    with pytest.raises(TypeError, match=r"argument 2 is .* the kernel takes a NumPy scalar of i4"):
        launch_sum(one, n=n)


def test_an_array_of_another_dtype_or_of_the_host_is_refused(one):
    with pytest.raises(TypeError, match=r"argument 0 is .* of float64, .* a device array of f4"):
        launch_sum(one, x=one.asarray(X.astype(np.float64)))
    with pytest.raises(TypeError, match=r"argument 0 is numpy.ndarray"):
        launch_sum(one, x=X)
    with pytest.raises(TypeError, match="takes 3 arguments, 1 were given"):
        one.driver.launch(one.driver.function(SUM, "sum"), (1, 1, 1), (1, 1, 1), (np.int32(1),))


class HostPointer:
    """Claims that memory of the host is the device's."""

    dtype, nbytes = X.dtype, X.nbytes
    __cuda_array_interface__ = None

    class data:
        ptr = X.ctypes.data


def test_a_pointer_into_host_memory_is_refused(one):
    with pytest.raises(DeviceFault, match="argument points outside of device memory"):
        launch_sum(one, x=HostPointer())


@pytest.mark.parametrize("block", [(2048, 1, 1), (0, 1, 1), (1, 1, 128), (32, 64, 1)])
def test_a_block_that_is_too_large_or_empty_is_refused(one, block):
    with pytest.raises(DeviceFault, match="a block has 1 to 1024 threads"):
        launch_sum(one, block=block)


def test_too_much_shared_memory_is_refused(one):
    with pytest.raises(DeviceFault, match="bytes of shared memory, over"):
        launch_sum(one, shared_bytes=1 << 20)


def test_freed_memory_is_refused(one):
    x, y = one.asarray(X), one.natives["empty"](ROWS, dtype=np.float32)
    with one.driver.capture() as graph:
        handle = one.driver.function(SUM, "sum")
        one.driver.launch(handle, (ROWS, 1, 1), (64, 1, 1), (x, y, np.int32(COLUMNS)))
    assert np.isnan(y.get()).all()  # recorded, not run
    graph.launch()
    np.testing.assert_allclose(y.get(), X.sum(1), rtol=1e-5)
    del x
    with pytest.raises(DeviceFault, match="in 1200 bytes that were freed"):
        graph.launch()


def test_a_launch_without_end_is_given_up(one, monkeypatch):
    monkeypatch.setattr(one.driver, "most_accesses", 100_000)
    text = changed("y[blockIdx.x] = total", "while (*(volatile float*)y != 0) {}")
    with pytest.raises(DeviceFault, match="without end"):
        launch_sum(one, text)


def test_a_fault_names_the_kernel_the_thread_and_the_block(one):
    text = changed("y[blockIdx.x] = total", "y[blockIdx.x * 100] = total")
    with pytest.raises(DeviceFault, match=r"sum, thread \(0, 0, 0\) of block \(1, 0, 0\): writes"):
        launch_sum(one, text)


def test_after_a_fault_the_next_launch_is_sound(one):
    with pytest.raises(DeviceFault):
        launch_sum(one, changed("__syncthreads();", ""))
    np.testing.assert_allclose(launch_sum(one), X.sum(1), rtol=1e-5)


def test_device_infinity_is_unknown_as_under_nvrtc(one):
    with pytest.raises(RuntimeError, match="INFINITY"):
        launch_sum(one, changed("float total = 0", "float total = INFINITY"))
