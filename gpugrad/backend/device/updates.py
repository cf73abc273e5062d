"""A device's native ``update``: an optimizer's kernel over many tensors in one launch.

Addresses and sizes are arguments of the kernel, by value: nothing is uploaded.
"""

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
        batch.prepared = _launches(batch, driver.multiprocessor_count)
    handle = kernel(driver, batch.kernel, batch.dtype.name)
    settings = (rate, steps, *map(np.float64, numbers))
    for launch in batch.prepared:
        launch.gradients[:] = [g.data.ptr for g in gradients[launch.members]]
        driver.launch(handle, (launch.blocks, 1, 1), (THREADS, 1, 1), (launch.tensors, *settings))


@lru_cache(1024)
def kernel(driver: Any, rule: Any, dtype: str) -> Any:
    """The driver's handle of a rule's kernel."""
    return driver.function(rule.device_text(dtype), rule.symbol(dtype))


class _Launch:
    """The struct ``Tensors`` for some tensors; the gradients' addresses change in every step."""

    def __init__(self, batch: Any, members: slice, chunk: int) -> None:
        parameters, *states = (arrays[members] for arrays in batch.lists)
        count = len(parameters)
        blocks = [-(-p.size // chunk) for p in parameters]
        self.members, self.blocks = members, sum(blocks)
        self.tensors = np.zeros((), _layout(len(states) + 2, batch.kernel.capacity))
        for role, arrays in enumerate((parameters, parameters, *states)):
            self.tensors["at"][role, :count] = [a.data.ptr for a in arrays]
        self.gradients = self.tensors["at"][1, :count]
        self.tensors["count"][:count] = [p.size for p in parameters]
        self.tensors["first"][:count] = np.cumsum([0, *blocks[:-1]])
        self.tensors["place"][:count] = batch.places[members]
        self.tensors["chunk"], self.tensors["tensors"] = chunk, count


def _launches(batch: Any, processors: int) -> list[_Launch]:
    sizes, most = [p.size for p in batch.lists[0]], processors * BLOCKS_A_PROCESSOR
    chunk = LEAST_CHUNK * max(1, -(-sum(sizes) // (LEAST_CHUNK * most)))
    capacity = batch.kernel.capacity
    members = (slice(i, i + capacity) for i in range(0, len(sizes), capacity))
    launches = [_Launch(batch, some, chunk) for some in members]
    return [launch for launch in launches if launch.blocks]


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
