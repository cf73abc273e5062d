"""Many arrays copied by one launch, between memory that stays and memory that is another each time.

Addresses and sizes are arguments of the kernel, by value: nothing is uploaded.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .launchers import function

CAPACITY = 128  # of one launch, as copies.cu has it
THREADS = 256  # a block
LEAST_CHUNK = 16 * THREADS  # bytes of a block: 16 for each thread
BLOCKS_A_PROCESSOR = 16  # beyond so many, blocks take more bytes
WORD = 8  # bytes that an address takes, or that are given in its place
COPIES = np.dtype(
    [
        ("moving", np.uint64, (CAPACITY,)),
        ("fixed", np.uint64, (CAPACITY,)),
        ("bytes", np.int64, (CAPACITY,)),
        ("chunk", np.int64),
        ("first", np.int32, (CAPACITY,)),
        ("count", np.int32),
    ],
    align=True,
)
Place = tuple[int, int]  # an address, and the number of bytes there


def copy_in(driver: Any, places: Sequence[Place]) -> Callable[[Sequence[int]], None]:
    """What fills ``places``, called with as many addresses of what they shall hold.

    Where a number of bytes is negative, as many bytes are given in place of their address: a word,
    an integer without sign.
    """
    return _copying(driver, "copy_in", places)


def copy_out(driver: Any, places: Sequence[Place]) -> Callable[[Sequence[int]], None]:
    """What copies ``places`` to as many addresses, with which it is called."""
    return _copying(driver, "copy_out", places)


def words(array: Any) -> list[Place]:
    """The places of an array's words."""
    starts = range(0, array.nbytes, WORD)
    return [(array.data.ptr + i, -min(WORD, array.nbytes - i)) for i in starts]


def words_of(number: Any, dtype: Any) -> list[int]:
    """What these words are where the array holds one number of Python's."""
    whole = np.asarray(number).astype(dtype).tobytes()
    return [int.from_bytes(whole[i : i + WORD], "little") for i in range(0, len(whole), WORD)]


def _copying(driver: Any, symbol: str, places: Sequence[Place]) -> Callable[[Sequence[int]], None]:
    parts = [slice(i, i + CAPACITY) for i in range(0, len(places), CAPACITY)]
    starts = [(_start(driver, symbol, places[part]), part) for part in parts]

    def copy(moving: Sequence[int]) -> None:
        for start, part in starts:
            start(tuple(moving[part]), ())

    return copy


def _start(driver: Any, symbol: str, places: Sequence[Place]) -> Callable[[tuple, tuple], None]:
    most = driver.multiprocessor_count * BLOCKS_A_PROCESSOR
    chunk = LEAST_CHUNK * max(1, -(-sum(n for _, n in places) // (LEAST_CHUNK * most)))
    blocks = [1 if n < 0 else -(-n // chunk) for _, n in places]
    if not sum(blocks):
        return lambda values, arrays: None
    made, count = np.zeros((), COPIES), len(places)
    made["fixed"][:count], made["bytes"][:count] = np.array(places, object).T
    made["first"][:count] = np.cumsum([0, *blocks[:-1]])
    made["chunk"], made["count"] = chunk, count
    handle, grid = function(driver, "copies.cu", symbol), (sum(blocks), 1, 1)
    return driver.prepared(handle, grid, (THREADS, 1, 1), "Q" * count, made.tobytes(), count)
