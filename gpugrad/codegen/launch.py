"""Where generated kernels run: the host's C, plain NumPy where there is no compiler, a device.

A target runs one kernel of a unit (kernels that are compiled together).
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any

from ..backend.device.elementwise import Elements
from ..backend.dtypes import HALVES, bool_, float32
from ..backend.kept import kept
from ..backend.kernels import buffers, pool, strided
from . import cuda_text, host_text
from .text import Kernel

BLOCK = 1 << 15  # elements whose intermediate results stay in the processor's cache
MOST_OPERATIONS = 3000  # of a kernel on the host, which compilers take some seconds for
plain_runs: Counter[str] = Counter()  # kernels that ran on NumPy instead of compiled


@dataclass(frozen=True)
class Unit:
    """Kernels that are compiled together, and the dtype that they are compiled for."""

    kernels: tuple[Kernel, ...]
    dtype: str
    answers: dict = field(default_factory=dict, init=False, repr=False, compare=False)

    def kernel(self, name: str) -> Kernel:
        """The kernel of that name."""
        return next(kernel for kernel in self.kernels if kernel.name == name)


def run(
    backend: Any,
    unit: Callable[[], Unit],
    kernel: Kernel,
    inputs: tuple,
    shape: tuple[int, ...],
    dtype: Any,
    numbers: tuple,
    into: tuple | None = None,
) -> tuple:
    """The kernel's outputs, of ``shape``; written to the arrays ``into``, if given."""
    if backend.driver is not None:
        return on_device(backend, unit, kernel, dtype)(inputs, numbers, shape, into)
    if len(inputs) + len(kernel.outputs) > strided.MOST_OPERANDS:
        return plain(backend, kernel, inputs, shape, dtype, numbers, into)
    if dtype not in kernel.answers:
        kernel.answers[dtype] = host_address(unit(), kernel.name)
    address = kernel.answers[dtype]
    if address is None:
        plain_runs[kernel.name] += 1
        return plain(backend, kernel, inputs, shape, dtype, numbers, into)
    return _on_host(address, kernel, inputs, shape, dtype, numbers, into)


def host_address(unit: Unit, name: str) -> int | None:
    """Address of a kernel of a host unit, which is compiled when first asked for; None where NumPy
    takes its place."""
    library = host_library(unit)
    return None if library is None else strided.address(library, name)


@kept
def host_library(unit: Unit) -> Any:
    """The compiled unit, or None."""
    if any(kernel.length > MOST_OPERATIONS for kernel in unit.kernels):
        return None
    return pool.kernels(host_text.unit(unit.kernels, unit.dtype))


def _on_host(
    address: int,
    kernel: Kernel,
    inputs: tuple,
    shape: tuple,
    dtype: Any,
    numbers: tuple,
    into: tuple | None,
) -> tuple:
    turn = into is None and len(shape) > 1 and strided.turned(inputs, shape)
    if turn:  # Fortran's order: the transposes are contiguous, and so is the result's
        inputs, shape = tuple(a.T for a in inputs), shape[::-1]
    outputs = into or tuple(
        buffers.empty(shape, bool_ if truth else dtype) for truth in kernel.truths
    )
    strided.run(address, inputs, outputs, numbers)
    return tuple(y.T for y in outputs) if turn else outputs


def compiles_units(backend: Any) -> bool:
    """Whether kernels are best compiled many at a time, since the compiler's start costs most."""
    return backend.driver is not None and backend.driver.compiles_units


def on_device(backend: Any, unit: Callable[[], Unit], kernel: Kernel, dtype: Any) -> Elements:
    """The kernel on a device, compiled when first asked for.

    The simulation compiles whole units.  On a GPU a unit is one kernel: NVRTC takes a tenth of a
    second for each of them, together or not.
    """
    key = backend.driver, dtype
    if key in kernel.answers:
        return kernel.answers[key]
    kernels = unit().kernels if compiles_units(backend) else (kernel,)
    source = cuda_text.unit(kernels, dtype.name)
    handle = backend.driver.function(source, cuda_text.name_of(kernel, dtype.name))
    outputs = tuple(bool_ if truth else dtype for truth in kernel.truths)
    made = Elements(backend, handle, dtype, outputs, len(kernel.settings))
    return kernel.answers.setdefault(key, made)


def plain(
    backend: Any,
    kernel: Kernel,
    inputs: tuple,
    shape: tuple,
    dtype: Any,
    numbers: tuple,
    into: tuple | None = None,
) -> tuple:
    """The kernel's outputs by the backend's own operations, in blocks that stay in the cache."""
    outputs = into or tuple(
        buffers.empty(shape, bool_ if truth else dtype) for truth in kernel.truths
    )
    for some, results in _blocks(inputs, outputs, shape):
        _plain_block(backend, kernel, some, results, dtype, numbers)
    return outputs


def _blocks(inputs: tuple, outputs: tuple, shape: tuple) -> Iterator[tuple[Sequence, Sequence]]:
    """Inputs and outputs in blocks of elements; as they are, if few or not all in one order."""
    count = prod(shape)
    flat = all(a.size == 1 or (a.shape == shape and a.flags.c_contiguous) for a in inputs)
    if not flat or count <= BLOCK:
        yield inputs, outputs
        return
    pieces = [a.reshape(-1) for a in inputs]
    results = [y.reshape(-1) for y in outputs]
    for start in range(0, count, BLOCK):
        part = slice(start, start + BLOCK)
        yield [a if a.size == 1 else a[part] for a in pieces], [y[part] for y in results]


def _plain_block(
    backend: Any, kernel: Kernel, inputs: Sequence, outputs: Sequence, dtype: Any, numbers: tuple
) -> None:
    wide = float32 if dtype in HALVES else dtype
    given = {
        name: a.astype(wide) if a.dtype != wide and name not in kernel.booleans else a
        for name, a in zip(kernel.inputs, inputs, strict=True)
    }
    settings = dict(zip(kernel.settings, numbers, strict=True))
    with backend.quiet():
        values = kernel.program(
            backend.xp,
            given,
            settings,
            lambda value: value if isinstance(value, bool) else backend.constant(value, wide),
        )
        for y, value in zip(outputs, values, strict=True):
            y[...] = value
