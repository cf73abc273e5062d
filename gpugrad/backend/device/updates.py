"""A device's native ``update``: an optimizer's kernel over many tensors in one launch.

Addresses and sizes are arguments of the kernel, by value: nothing is uploaded.
"""

from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

import numpy as np

THREADS = 256  # a block
LEAST_CHUNK = 1024  # elements of a block: a pack of four for each thread
BLOCKS_A_PROCESSOR = 16  # beyond so many, blocks take more elements, which share the settings' cost


def update(
    device: Any, batch: Any, gradients: list, rate: Any, steps: Any, numbers: tuple[float, ...]
) -> None:
    """One step of a multi_tensor.MultiTensor."""
    driver = device.driver
    if batch.prepared is None:
        batch.prepared = _launches(batch, driver, len(numbers))
    common = (rate.data.ptr, steps.data.ptr, *numbers)
    for start, members in batch.prepared:
        start((*common, *[g.data.ptr for g in gradients[members]]), (rate, steps))


@lru_cache(1024)
def kernel(driver: Any, rule: Any, dtype: str) -> Any:
    """The driver's handle of a rule's kernel."""
    return driver.function(rule.device_text(dtype), rule.symbol(dtype))


def _launches(batch: Any, driver: Any, numbers: int) -> list[tuple[Callable, slice]]:
    """What starts the kernel on as many tensors as its arguments have room for, and on which."""
    sizes, most = [p.size for p in batch.lists[0]], driver.multiprocessor_count * BLOCKS_A_PROCESSOR
    chunk = LEAST_CHUNK * max(1, -(-sum(sizes) // (LEAST_CHUNK * most)))
    handle, capacity = kernel(driver, batch.kernel, batch.dtype.name), batch.kernel.capacity
    found: list[tuple[Callable, slice]] = []
    for i in range(0, len(sizes), capacity):
        blocks = [-(-size // chunk) for size in sizes[i : i + capacity]]
        if sum(blocks):
            members, count = slice(i, i + capacity), len(blocks)
            form, grid = "QQ" + "d" * numbers + "Q" * count, (sum(blocks), 1, 1)
            struct = _tensors(batch, members, chunk, blocks)
            start = driver.prepared(handle, grid, (THREADS, 1, 1), form, struct, count)
            found.append((start, members))
    return found


def _tensors(batch: Any, members: slice, chunk: int, blocks: list[int]) -> bytes:
    """The struct ``Tensors`` for some tensors, without their gradients' addresses."""
    parameters, *states = (arrays[members] for arrays in batch.lists)
    count = len(parameters)
    made = np.zeros((), _layout(len(states) + 2, batch.kernel.capacity))
    for role, arrays in enumerate((parameters, *states), 1):
        made["at"][role, :count] = [a.data.ptr for a in arrays]
    made["count"][:count] = [p.size for p in parameters]
    made["first"][:count] = np.cumsum([0, *blocks[:-1]])
    made["place"][:count] = batch.places[members]
    made["chunk"], made["tensors"] = chunk, count
    return made.tobytes()


@cache
def _layout(arrays: int, capacity: int) -> np.dtype:
    """The struct ``Tensors`` of codegen/update_text.py."""
    return np.dtype(
        [
            ("at", np.uint64, (arrays, capacity)),
            ("count", np.int64, (capacity,)),
            ("chunk", np.int64),
            ("first", np.int32, (capacity,)),
            ("place", np.int32, (capacity,)),
            ("tensors", np.int32),
        ],
        align=True,
    )
