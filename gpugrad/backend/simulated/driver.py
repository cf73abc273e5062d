"""A CUDA driver played on the CPU: the real kernel texts run, with every access checked."""

import ctypes
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache, wraps
from typing import Any

import numpy as np

from ...settings import settings
from ..locks import LAUNCHING
from . import text
from .arguments import Function, Pointer, in_memory, marshalled, unpacked
from .capture import Capturing, Graph, Pool, refusal
from .faults import DeviceFault, Fault, Launch, explained
from .gemm import product
from .memory import Allocation, DeviceId, arena, current_device, zeros

ORDERS = ("ascending", "descending", "shuffled", "interleaved")
MOST_THREADS, WARP = 1024, 32
MOST_GRID = (2**31 - 1, 65535, 65535)
MOST_BLOCK = (1024, 1024, 64)
MOST_SHARED = 232_448  # dynamic and static together, of compute capability 9.0
STACK = 1 << 16
TRACE = 24  # bytes of a Trace in headers/threads.hpp


class SimulatedDriver:
    """Compiles and launches kernels on the CPU, in a chosen order of threads.

    launched[name, order]: how often each kernel ran; compiled: the kernels compiled so far.
    most_accesses: reads and writes after which a launch is taken to have no end.
    """

    multiprocessor_count = 4
    compiles_units = True  # kernels of one text together: the compiler's own start costs most

    def __init__(self, index: int = 0) -> None:
        self.index, self.device = index, DeviceId(index)
        self.name = f"simulated:{index}" if index else "simulated"
        self.arena = arena()
        self.order = ORDERS[0]
        self.most_accesses = 1 << 32
        self.launched: Counter[tuple[str, str]] = Counter()
        self.compiled: set[str] = set()
        self._now = Capturing()
        self.scipy_linalg: Callable[[], Any]  # the stand-ins for cupyx.scipy's, which are built on
        self.special: Callable[[], Any]  # arrays and so on this: given by open_device

    def function(self, source: str, name: str) -> Function:
        """The kernel ``name`` of a CUDA text; ValueError if the text has none of that name."""
        handle = _function(source, name)
        self.compiled.add(name)
        return handle

    def launch(
        self,
        handle: Function,
        grid: tuple[int, int, int],
        block: tuple[int, int, int],
        arguments: tuple,
        shared_bytes: int = 0,
    ) -> None:
        """Run a kernel on ``grid`` blocks of ``block`` threads.

        arguments: device arrays, typed NumPy scalars, structs (0-d NumPy arrays), None for a null
        pointer.  DeviceFault for
        what a GPU forbids, TypeError for arguments that the kernel's parameters do not take.
        """
        check_sizes(handle, grid, block, shared_bytes)
        values = marshalled(handle, arguments)
        self.enqueue(lambda: self._run(handle, grid, block, values, shared_bytes))

    def prepared(
        self,
        handle: Function,
        grid: tuple[int, int, int],
        block: tuple[int, int, int],
        form: str,
        struct: bytes = b"",
        over: int = 0,
    ) -> Callable[[tuple, tuple], None]:
        """As CudaDriver's: what starts a kernel, called with its arguments and its arrays.

        The arrays stand where their addresses do, and are checked as those of ``launch`` are.
        """

        def start(values: tuple, arrays: tuple) -> None:
            self.launch(handle, grid, block, unpacked(form, values, arrays, struct, over))

        return self.bound(start)

    def _run(
        self, handle: Function, grid: Any, block: Any, values: list, shared_bytes: int
    ) -> None:
        for value in values:
            if isinstance(value, Pointer):
                value.check(handle.name, self.arena)
        _memory, pointers = in_memory(values)
        with LAUNCHING:
            given = _launch(grid, block, shared_bytes, ORDERS.index(self.order))
            given.most_accesses = self.most_accesses
            fault = Fault()
            blocks = np.empty(grid[0] * grid[1] * grid[2] if given.order == 2 else 0, np.uint32)
            handle.entry(ctypes.byref(given), ctypes.byref(fault), blocks.ctypes.data, pointers)
            self.launched[handle.name, self.order] += 1
        if fault.kind:
            raise explained(handle.name, fault, self.arena)

    def gemm(self, dtype: Any, sizes: tuple, a: Any, b: Any, c: Any, **settings: Any) -> None:
        """c = alpha op(a) op(b) + beta c on stacks of column-major matrices (device/products.py).

        Halves accumulate in float32, as gemmStridedBatchedEx does with CUBLAS_COMPUTE_32F.
        """
        self.enqueue(lambda: product(self.arena, np.dtype(dtype), sizes, a, b, c, **settings))

    @contextmanager
    def thread_order(self, order: str) -> Iterator[None]:
        """Run every launch inside the ``with`` in one of ORDERS."""
        if order not in ORDERS:
            raise ValueError(f"unknown thread order {order!r}; known: {', '.join(ORDERS)}")
        before, self.order = self.order, order
        try:
            yield
        finally:
            self.order = before

    def pool(self) -> Pool:
        """Memory for captures that run one after another, which may overwrite each other's."""
        return Pool(self.arena)

    def turns(self) -> AbstractContextManager:
        """As CudaDriver's: what is enqueued has run, so nothing has to wait."""
        return nullcontext()

    @contextmanager
    def capture(self, pool: Pool | None = None) -> Iterator[Graph]:
        """Record what the ``with`` enqueues, without running it, for the graph's ``launch()``.

        Memory comes from ``pool``, or from one of the graph's own.
        """
        self.forbid("a capture inside a capture")
        self._now.graph = graph = Graph(self.pool() if pool is None else pool)
        try:
            yield graph
        finally:
            self._now.graph = None

    @property
    def capturing(self) -> bool:
        """Whether this thread's work is recorded at present."""
        return self._now.graph is not None

    def enqueue(self, work: Callable[[], None]) -> None:
        """Do ``work`` now, or have the graph do it that is being captured."""
        if self._now.graph is None:
            work()
        else:
            self._now.graph.work.append(work)

    def forbid(self, what: str) -> None:
        """Refuse what a capturing stream does not permit, as CuPy does (capture.refusal)."""
        if self._now.graph is not None:
            raise refusal(what)

    def memory(self, nbytes: int) -> Allocation:
        """Memory for an array: of the graph's pool while capturing, as in CuPy."""
        graph = self._now.graph
        return self.arena.allocate(nbytes) if graph is None else graph.pool.allocate(nbytes)

    def keep(self, array: Any) -> Any:
        """An array from outside, which lives as long as the graph that is captured, if any is."""
        if self._now.graph is not None:
            self._now.graph.kept.append(array)
        return array

    def bound(self, operation: Callable) -> Callable:
        """``operation`` with this device as the current one, where there are several."""
        if settings.simulated_devices == 1:
            return operation

        @wraps(operation)
        def here(*arguments: Any, **given: Any) -> Any:
            with self.device:
                return operation(*arguments, **given)

        return here

    def synchronize(self) -> None:
        """Everything ran when it was enqueued; an error while capturing."""
        self.forbid("synchronize")


def driver(index: int | None = None) -> SimulatedDriver:
    """The driver of a simulated device, of the current one if ``index`` is None."""
    return _driver(current_device().id if index is None else index)


_driver = cache(SimulatedDriver)


@cache
def _function(source: str, name: str) -> Function:
    if name not in text.kernels(source):
        known = ", ".join(text.kernels(source))
        raise ValueError(f'the text has no extern "C" __global__ {name!r}; it has: {known}')
    loaded = text.library(source)
    words = ctypes.create_string_buffer(8192)
    getattr(loaded, f"simulated_signature_{name}")(words, ctypes.c_size_t(len(words)))
    entry = getattr(loaded, f"simulated_launch_{name}")
    entry.argtypes, entry.restype = (ctypes.c_void_p,) * 4, None
    shared = getattr(loaded, f"simulated_shared_{name}")()
    return Function(name, entry, tuple(words.value.decode().split()), shared)


def check_sizes(handle: Function, grid: Any, block: Any, shared_bytes: int) -> None:
    """DeviceFault for a launch that is larger than a GPU takes, or empty."""
    threads = block[0] * block[1] * block[2]
    fits = all(
        1 <= n <= most for n, most in zip((*grid, *block), MOST_GRID + MOST_BLOCK, strict=True)
    )
    if not fits or threads > MOST_THREADS:
        raise DeviceFault(
            f"{handle.name}: grid {tuple(grid)}, block {tuple(block)}: a block has 1 to "
            f"{MOST_THREADS} threads within {MOST_BLOCK}, a grid 1 to {MOST_GRID} blocks"
        )
    if shared_bytes + handle.static_shared > MOST_SHARED:
        raise DeviceFault(
            f"{handle.name}: {shared_bytes} bytes of shared memory, over {MOST_SHARED}"
        )


@cache
def _buffers() -> tuple[np.ndarray, ...]:
    """Stacks, dynamic shared memory and traces: one set, since launches run one at a time."""
    return zeros(STACK * MOST_THREADS), zeros(MOST_SHARED), zeros(MOST_SHARED * TRACE)


@cache
def _addresses() -> dict[str, int]:
    memory = arena()
    stacks, shared, traces = (buffer.ctypes.data for buffer in _buffers())
    return {
        "arena": memory.address,
        "arena_bytes": len(memory.memory),
        "shadow": memory.shadow.ctypes.data,
        "stacks": stacks,
        "stack_bytes": STACK,
        "shared": shared,
        "traces": traces,
    }


def _launch(grid: Any, block: Any, shared_bytes: int, order: int) -> Launch:
    return Launch(tuple(grid), tuple(block), shared_bytes, order, **_addresses())
