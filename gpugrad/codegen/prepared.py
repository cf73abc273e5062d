"""Fused operations on a device, prepared for all calls of one signature.

What depends on dtypes, shapes and settings' names alone is done once: the expressions are read,
kernels compiled, grids and layouts chosen.  A call allocates its outputs and starts a kernel.

``forward`` and ``record`` take examples of the arguments: of arrays only dtype and shape count.  A
Python number is an argument of the kernel and may be another one in each call, as may be the
values of numeric settings.  The arrays of a call may lie in memory in any way.
"""

from collections.abc import Callable
from typing import Any

from ..ops.declare import Op
from . import launch
from .fused import broadcast, computed_in, fused, is_input, shapes_of, unit_of
from .launch import Unit
from .reading import Reading
from .text import Kernel


def forward(op: Op, backend: Any, arrays: tuple, settings: dict) -> Callable[[tuple, dict], Any]:
    """``y = run(arrays, settings)``: what ``Fused.forward`` gives."""
    reading = fused(op).required(arrays, settings)
    return _prepared(op, backend, reading, reading.forward(), arrays)


def record(
    op: Op, backend: Any, arrays: tuple, needs: tuple[bool, ...], settings: dict
) -> tuple[Callable[[tuple, dict], tuple[Any, tuple]], Callable[..., tuple]]:
    """``y, kept = run(arrays, settings)`` and ``shares = pull(g, kept, settings)``.

    They are what ``Fused.record`` and ``Fused.pull`` give for the inputs in ``needs``; a number
    is kept as it is.  g: a raw gradient, or a broadcast view of one.
    """
    reading = fused(op).required(arrays, settings)
    run = _prepared(op, backend, reading, reading.forward(), arrays)
    order = (*op.inputs, "y")
    at = [order.index(name) for name in reading.names(needs)]

    def keeping(arrays: tuple, settings: dict) -> tuple[Any, tuple]:
        y = run(arrays, settings)
        values = (*arrays, y)
        return y, tuple([values[i] for i in at])

    return keeping, _pull(op, backend, reading, needs, arrays)


def _pull(
    op: Op, backend: Any, reading: Reading, needs: tuple[bool, ...], arrays: tuple
) -> Callable[..., tuple]:
    kernels, kernel = fused(op), reading.pull(needs)
    dtype, shape = computed_in(arrays), broadcast(op.name, shapes_of(arrays))

    def general(g: Any, kept: tuple, settings: dict) -> tuple:
        return kernels.pull(backend, needs, g, kept, settings)

    if all(is_input(root) for _, root in kernel.outputs):
        return general
    like = backend.natives["empty"](shape, dtype=dtype)
    named = {**dict(zip(op.inputs, arrays, strict=True)), "y": like}
    examples = (like, *(named[name] for name in reading.names(needs)))
    run, several = _prepared(op, backend, reading, kernel, examples), len(kernel.outputs) > 1

    def pull(g: Any, kept: tuple, settings: dict) -> tuple:
        if g.dtype != dtype or g.shape != shape:
            return general(g, kept, settings)
        shares = run((g, *kept), settings)
        return shares if several else (shares,)

    return pull


def _prepared(
    op: Op, backend: Any, reading: Reading, kernel: Kernel, arrays: tuple
) -> Callable[[tuple, dict], Any]:
    """The kernel's only output, or all, from arrays and settings."""
    dtype, shape = computed_in(arrays), broadcast(op.name, shapes_of(arrays))

    def unit() -> Unit:
        return unit_of(op, reading, kernel, dtype.name, launch.compiles_units(backend))

    present = [i for i, array in enumerate(arrays) if array is not None]
    elements = launch.on_device(backend, unit, kernel, dtype)
    run = elements.prepared(tuple(arrays[i] for i in present), shape)
    names = kernel.settings
    if len(present) == len(arrays) and not names:
        return lambda arrays, settings: run(arrays, ())
    return lambda arrays, settings: run(
        tuple([arrays[i] for i in present]), tuple([float(settings[name]) for name in names])
    )
