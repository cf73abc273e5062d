"""Generated elementwise kernels started on a device, over arrays of any layout and numbers."""

from collections.abc import Callable
from functools import lru_cache
from math import prod
from typing import Any

from ..dtypes import HALVES
from .places import Layout, contiguous, places

THREADS = 256  # a block
BLOCKS_A_PROCESSOR = 16  # enough to hide memory latency; more elements go round the grid again
ALIGNED, UNALIGNED = 16, 15  # bytes that are loaded at once; bits of an address that is not so
LAYOUTS = 256  # of one kernel that are remembered


class Elements:
    """One kernel of codegen/cuda_text.py on one device.

    Inputs are arrays, which broadcast, and Python numbers, which go in as arguments.
    """

    def __init__(
        self, backend: Any, handle: Any, dtype: Any, outputs: tuple, settings: int
    ) -> None:
        """dtype: what all inputs and outputs have but truth values; outputs: the dtype of each;
        settings: how many the kernel takes."""
        self.backend, self.handle = backend, handle
        self.dtype, self.outputs, self.settings = dtype, outputs, settings
        self.width = ALIGNED // dtype.itemsize
        self._new = backend.driver.bound(backend.module.ndarray)
        self._start = lru_cache(LAYOUTS)(self._make_start)

    def __call__(
        self, inputs: tuple, numbers: tuple, shape: tuple[int, ...], into: tuple | None = None
    ) -> tuple:
        """The outputs, of ``shape``, or ``into``; ``numbers`` are the settings."""
        outputs = into or tuple([self._new(shape, dtype) for dtype in self.outputs])
        self.into(inputs, outputs, numbers)
        return outputs

    def into(self, inputs: tuple, outputs: tuple, numbers: tuple) -> None:
        """Write the outputs, or add to them: C-contiguous arrays of one shape."""
        shape = outputs[0].shape
        layouts: list[Layout | None] = []
        values: list[float] = []
        weak, bits = [], 0
        for value in inputs:
            if not hasattr(value, "dtype"):
                values.append(0)
                weak.append(self._rounded(value))
                layouts.append(None)
                continue
            pointer = value.data.ptr
            bits |= pointer if value.size != 1 else 0
            values.append(pointer)
            weak.append(0.0)
            layouts.append((value.shape, value.strides, value.itemsize))
        for y in outputs:
            values.append(y.data.ptr)
            bits |= y.data.ptr
        start = self._start(shape, tuple(layouts), not bits & UNALIGNED)
        if start is None:  # too many axes: arrays of the result's shape have one
            full = [self._repeated(a, shape) if hasattr(a, "dtype") else a for a in inputs]
            self.into(tuple(full), outputs, numbers)
        else:
            start((*values, *numbers, *(weak if None in layouts else ())), (*inputs, *outputs))

    def prepared(self, inputs: tuple, shape: tuple[int, ...]) -> Callable[[tuple, tuple], Any]:
        """What computes outputs of ``shape`` from inputs of the shapes that ``inputs`` have, and
        numbers where these are: called with inputs and settings it gives the only output, or all.

        Contiguous arrays start the kernel at once; others go the general way.
        """
        given = [contiguous(a.shape, a.itemsize) if hasattr(a, "dtype") else None for a in inputs]
        start = self._start(shape, tuple(given), True)

        def general(inputs: tuple, numbers: tuple) -> Any:
            outputs = self(inputs, numbers, shape)
            return outputs if len(outputs) > 1 else outputs[0]

        if start is None:
            return general
        if len(self.outputs) == 1 and None not in given:
            return self._of_arrays(start, shape, general)
        return self._of_any(start, given, shape, general)

    def _of_arrays(self, start: Callable, shape: tuple[int, ...], general: Callable) -> Callable:
        """The most frequent: arrays to one array."""
        new, (dtype,) = self._new, self.outputs

        def run(inputs: tuple, numbers: tuple) -> Any:
            values, bits = [], 0
            for value in inputs:
                if not value._c_contiguous:
                    return general(inputs, numbers)
                pointer = value.data.ptr
                bits |= pointer
                values.append(pointer)
            if bits & UNALIGNED:
                return general(inputs, numbers)
            y = new(shape, dtype)
            start((*values, y.data.ptr, *numbers), (*inputs, y))
            return y

        return run

    def _of_any(
        self, start: Callable, given: list, shape: tuple[int, ...], general: Callable
    ) -> Callable:
        new, dtypes = self._new, self.outputs
        arrays = [i for i, layout in enumerate(given) if layout is not None]
        weak = [i for i, layout in enumerate(given) if layout is None]
        pointers, zeros = [0] * len(given), [0.0] * len(given) if weak else []

        def run(inputs: tuple, numbers: tuple) -> Any:
            values, rounded, bits = pointers.copy(), zeros.copy(), 0
            for i in arrays:
                if not inputs[i]._c_contiguous:
                    return general(inputs, numbers)
                values[i] = pointer = inputs[i].data.ptr
                bits |= pointer
            if bits & UNALIGNED:
                return general(inputs, numbers)
            for i in weak:
                rounded[i] = self._rounded(inputs[i])
            outputs = tuple([new(shape, dtype) for dtype in dtypes])
            values += [y.data.ptr for y in outputs]
            start((*values, *numbers, *rounded), (*inputs, *outputs))
            return outputs if len(outputs) > 1 else outputs[0]

        return run

    def _rounded(self, number: Any) -> float:
        """A number as it is in an array: halves are rounded here, the kernel rounds the others."""
        return float(self.dtype.type(number)) if self.dtype in HALVES else float(number)

    def _repeated(self, array: Any, shape: tuple[int, ...]) -> Any:
        xp = self.backend.natives
        return self.backend.module.ascontiguousarray(xp["broadcast_to"](array, shape))

    def _make_start(
        self, shape: tuple[int, ...], layouts: tuple[Layout | None, ...], aligned: bool
    ) -> Callable[[tuple, tuple], None] | None:
        """What starts the kernel: called with the arguments and what the addresses belong to."""
        count = prod(shape)
        if not count:
            return lambda values, arrays: None
        found = places(shape, layouts, aligned, self.width)
        if found is None:
            return None
        driver = self.backend.driver
        width = self.width if found.packs else 1
        blocks = driver.multiprocessor_count * BLOCKS_A_PROCESSOR
        grid = (min(-(-count // (THREADS * width)), blocks), 1, 1)
        pointers = len(layouts) + len(self.outputs)
        over = len(layouts) if None in layouts else 0
        form = "Q" * pointers + "d" * (self.settings + over)
        return driver.prepared(self.handle, grid, (THREADS, 1, 1), form, found.struct(), over)
