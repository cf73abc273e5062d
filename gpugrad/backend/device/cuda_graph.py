"""CUDA graphs through CuPy, and cuBLAS past it: CuPy refuses its libraries while capturing."""

import ctypes
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from typing import Any

import cupy

GEMM = "piiiiippiilpiilppiiliii"  # gemmStridedBatchedEx: a letter of C_TYPES for each argument
C_TYPES = {"p": ctypes.c_void_p, "i": ctypes.c_int, "l": ctypes.c_longlong}
HOPPER = 90  # compute capability from which cuBLAS wants more memory to work in
SMALL_WORKSPACE, LARGE_WORKSPACE = 4 << 20, 32 << 20


class Pool:
    """Memory of captures that run one after another, and what cuBLAS works in within them."""

    def __init__(self) -> None:
        self.memory = cupy.cuda.MemoryPool()
        self._workspace: Any = None

    def workspace(self) -> Any:
        """As much memory as cuBLAS has of its own otherwise, so that it computes the same bits."""
        if self._workspace is None:
            large = int(cupy.cuda.Device().compute_capability) >= HOPPER
            self._workspace = cupy.cuda.alloc(LARGE_WORKSPACE if large else SMALL_WORKSPACE)
        return self._workspace


class CudaGraph:
    """The work of one capture, the pool that its memory is from and what else it reads."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.kept: list[Any] = []
        self._stream = cupy.cuda.Stream(non_blocking=True)
        self._graph: Any = None

    @contextmanager
    def captured(self) -> Iterator["CudaGraph"]:
        """Record what this thread enqueues within the ``with``."""
        with self._stream, cupy.cuda.using_allocator(self.pool.memory.malloc):
            self._stream.begin_capture()
            try:
                yield self
            except BaseException:
                with suppress(Exception):  # what went wrong may have ended the capture
                    self._stream.end_capture()
                raise
            self._graph = self._stream.end_capture()

    def launch(self) -> None:
        """Enqueue all of it on the current stream."""
        self._graph.launch(stream=cupy.cuda.get_current_stream())

    def gemm(self, handle: int, *arguments: Any) -> None:
        """Record cublasGemmStridedBatchedEx."""
        gemm, set_stream, set_workspace = _blas()
        workspace = self.pool.workspace()
        _succeed(set_stream(handle, self._stream.ptr))
        _succeed(set_workspace(handle, workspace.ptr, workspace.mem.size))  # set_stream undid it
        _succeed(gemm(handle, *arguments))


class Capturing(threading.local):
    """The graph that this thread captures, if any."""

    graph: CudaGraph | None = None


class Turns:
    """In each ``with`` the current stream gets work on some memory, which waits for what another
    stream got in the last one."""

    def __init__(self) -> None:
        self._event = cupy.cuda.Event(disable_timing=True)
        self._last: tuple[int, int] | None = None

    def __enter__(self) -> None:
        if self._last not in (None, self._here()):
            cupy.cuda.get_current_stream().wait_event(self._event)

    def __exit__(self, *error: Any) -> None:
        self._event.record(cupy.cuda.get_current_stream())
        self._last = self._here()

    def _here(self) -> tuple[int, int]:
        """The current stream; each thread may have one that goes by the same number."""
        return cupy.cuda.get_current_stream().ptr, threading.get_ident()


@cache
def _blas() -> list[Callable[..., int]]:
    """Functions of the library that CuPy's module is linked with, found through it."""
    from cupy_backends.cuda.libs import cublas  # loads NVIDIA's library

    library = ctypes.CDLL(cublas.__file__)
    forms = {
        "cublasGemmStridedBatchedEx": GEMM,
        "cublasSetStream_v2": "pp",
        "cublasSetWorkspace_v2": "ppl",
    }
    for name, form in forms.items():
        getattr(library, name).argtypes = [C_TYPES[letter] for letter in form]
    return [getattr(library, name) for name in forms]


def _succeed(status: int) -> None:
    """RuntimeError where a function of cuBLAS failed."""
    if status:
        raise RuntimeError(f"cuBLAS: status {status} while capturing")
