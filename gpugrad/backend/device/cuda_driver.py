"""The CUDA driver through CuPy: every vendor call of the device backend is in this file, or in
cuda_graph.py.

backend/simulated/driver.py has the same interface and runs without a GPU.
tests/test_cupy_signatures.py holds the calls below against the installed wheel.
"""

import ctypes
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property, lru_cache, wraps
from struct import Struct
from typing import Any

import cupy
import numpy as np
from cupy.cuda import function as cuda_function
from cupy_backends.cuda.api import driver as cuda_api
from cupy_backends.cuda.api import runtime

from ..dtypes import bfloat16, complex64, complex128, float16, float32, float64
from ..kernels import nvrtc
from .cuda_graph import Capturing, CudaGraph, Pool, Turns

NULL = np.uint64(0)  # a null pointer
SMALL_SHARED = 48 * 1024  # more dynamic shared memory than this must be asked for
COMPUTE_32F, COMPUTE_64F = 68, 70  # cublasComputeType_t
GEMM_DEFAULT = -1  # cublasGemmAlgo_t
OPERATION = {False: 0, True: 1}  # cublasOperation_t: as it is, transposed
# dtype -> (cudaDataType_t, compute type, dtype of alpha and beta)
GEMM_TYPES = {
    float16: (2, COMPUTE_32F, float32),
    bfloat16: (14, COMPUTE_32F, float32),
    float32: (0, COMPUTE_32F, float32),
    float64: (1, COMPUTE_64F, float64),
    complex64: (4, COMPUTE_32F, complex64),
    complex128: (5, COMPUTE_64F, complex128),
}


class Context(threading.local):
    """CUDA's context, which is current in a thread once the thread has looked at ``current``."""

    def __init__(self, device: Any) -> None:
        with device:
            runtime.memGetInfo()  # a call of the runtime makes it; this one is cheap
        self.current = True


class Arguments:
    """Memory for the arguments of one launch: words of eight bytes, then a struct."""

    def __init__(self, words: int, struct: bytes) -> None:
        self.memory = ctypes.create_string_buffer(
            bytes(8 * words) + struct, 8 * words + len(struct)
        )
        start = ctypes.addressof(self.memory)
        self.pointers = (ctypes.c_void_p * (words + 1))(*range(start, start + 8 * words + 1, 8))
        self.address = ctypes.addressof(self.pointers)


@lru_cache(64)
def _number(dtype: Any, value: float) -> tuple[Any, int]:
    """A number in the host's memory, and its address."""
    held = np.array(value, dtype)
    return held, held.ctypes.data


class CudaDriver:
    """One GPU: kernels compiled by NVRTC for its architecture, launched on the current stream."""

    compiles_units = False  # NVRTC takes as long for each kernel, together or not

    def __init__(self, index: int) -> None:
        self.index = index
        self.name = f"cuda:{index}"
        self.device = cupy.cuda.Device(index)
        self.multiprocessor_count: int = self.device.attributes["MultiProcessorCount"]
        self.architecture = f"sm_{self.device.compute_capability}"
        self.context = Context(self.device)
        self._call = self.bound(cuda_function.Function.__call__)
        self._modules: dict[str, Any] = {}
        self._now = Capturing()

    def function(self, source: str, name: str) -> Any:
        """The kernel ``name`` of a CUDA text, compiled and loaded."""
        if source not in self._modules:
            module = cuda_function.Module()
            with self.device:
                module.load(nvrtc.cubin(source, self.architecture))
            self._modules[source] = module
        return self._modules[source].get_function(name)

    def launch(
        self,
        handle: Any,
        grid: tuple[int, int, int],
        block: tuple[int, int, int],
        arguments: tuple,
        shared_bytes: int = 0,
    ) -> None:
        """Start a kernel on device arrays, typed NumPy scalars, and None for null pointers."""
        if shared_bytes > SMALL_SHARED:
            attribute = cuda_api.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES
            cuda_api.funcSetAttribute(handle.ptr, attribute, shared_bytes)
        given = tuple([NULL if a is None else a for a in arguments])
        self._call(handle, grid, block, given, shared_bytes)

    def prepared(
        self,
        handle: Any,
        grid: tuple[int, int, int],
        block: tuple[int, int, int],
        form: str,
        struct: bytes = b"",
        over: int = 0,
    ) -> Callable[[tuple, tuple], None]:
        """What starts a kernel: it is called with its arguments, and with the arrays among them.

        form: a letter of struct.pack for each argument: Q an address, q an integer, d a double.
        struct: one more argument, by value; the last ``over`` of the others go over its beginning.
        """
        words = len(form) - over
        pack, launch = Struct(form).pack_into, cuda_api.launchKernel
        function, sizes, context = handle.ptr, (*grid, *block, 0), self.context
        stream, free = cupy.cuda.get_current_stream, [Arguments(words, struct)]

        def start(values: tuple, arrays: tuple) -> None:
            _ = context.current  # no assert, which python -O leaves out
            try:
                own = free.pop()  # nobody else's until it is back, whatever thread this is
            except IndexError:
                own = Arguments(words, struct)
            pack(own.memory, 0, *values)
            launch(function, *sizes, stream().ptr, own.address, 0)
            free.append(own)

        return self.bound(start)

    def gemm(
        self,
        dtype: Any,
        sizes: tuple[int, int, int],
        a: Any,
        b: Any,
        c: Any,
        batch: int = 1,
        alpha: float = 1.0,
        beta: float = 0.0,
    ) -> None:
        """c = alpha op(a) op(b) + beta c on stacks of column-major matrices (products.Matrix)."""
        kind, compute, scalar = GEMM_TYPES[dtype]
        (_one, one), (_other, other) = _number(scalar, alpha), _number(scalar, beta)
        operations = (OPERATION[a.transposed], OPERATION[b.transposed])
        left = (one, a.pointer, kind, a.leading, a.stride)
        right = (b.pointer, kind, b.leading, b.stride)
        result = (other, c.pointer, kind, c.leading, c.stride)
        how, handle = (batch, compute, GEMM_DEFAULT), self.device.cublas_handle
        gemm = self._captured_gemm if self.capturing else self._gemm
        gemm(handle, *operations, *sizes, *left, *right, *result, *how)

    @cached_property
    def _gemm(self) -> Callable:
        from cupy_backends.cuda.libs import cublas  # loads NVIDIA's library

        return self.bound(cublas.gemmStridedBatchedEx)

    def _captured_gemm(self, handle: int, *arguments: Any) -> None:
        graph = self._now.graph
        assert graph is not None
        graph.gemm(handle, *arguments)

    def pool(self) -> Pool:
        """Memory for captures that run one after another, which may overwrite each other's."""
        with self.device:
            cupy.get_default_memory_pool().free_all_blocks()  # which no other pool can use
            return Pool()

    def turns(self) -> AbstractContextManager:
        """What work on the same memory is enqueued within, whatever the stream."""
        with self.device:
            return Turns()

    @contextmanager
    def capture(self, pool: Pool | None = None) -> Iterator[CudaGraph]:
        """Record what the ``with`` enqueues, without running it, for the graph's ``launch()``.

        Memory comes from ``pool``, or from one of the graph's own.
        """
        with self.device, CudaGraph(pool or Pool()).captured() as graph:
            self._now.graph = graph
            try:
                yield graph
            finally:
                self._now.graph = None

    @property
    def capturing(self) -> bool:
        """Whether this thread's work is recorded at present."""
        return self._now.graph is not None

    def keep(self, array: Any) -> Any:
        """An array from outside, which lives as long as the graph that is captured, if any is."""
        if self._now.graph is not None:
            self._now.graph.kept.append(array)
        return array

    def scipy_linalg(self) -> Any:
        """CuPy's linear algebra beside NumPy's."""
        from cupyx.scipy import linalg  # loads NVIDIA's libraries

        return linalg

    def special(self) -> Any:
        """CuPy's special functions."""
        from cupyx.scipy import special  # a tenth of a second, paid at the first call

        return special

    def bound(self, operation: Callable) -> Callable:
        """``operation`` with this GPU as the current one, where there are several."""
        if cupy.cuda.runtime.getDeviceCount() == 1:
            return operation

        @wraps(operation)
        def here(*arguments: Any, **settings: Any) -> Any:
            with self.device:
                return operation(*arguments, **settings)

        return here

    def synchronize(self) -> None:
        """Wait for all work on the current stream."""
        with self.device:
            cupy.cuda.get_current_stream().synchronize()
