"""Many arrays copied by one launch: every size and address, numbers given in place of addresses."""

import numpy as np
import pytest
from kernel_checks import needs_compiler, per_order

from gpugrad.backend.device.copies import CAPACITY, LEAST_CHUNK, copy_in, copy_out

SIZES = [0, 1, 3, 15, 16, 17, 40, 1001, 0, LEAST_CHUNK, 3 * LEAST_CHUNK + 5, 0]
MANY = [7] * (2 * CAPACITY + 3)


def filled(device, sizes, offset=0):
    """Arrays of bytes, which begin ``offset`` bytes after an aligned address."""
    random = np.random.default_rng(offset)
    given = [random.integers(0, 256, n + offset, dtype=np.uint8) for n in sizes]
    return [device.asarray(a)[offset:] for a in given]


def addresses(arrays):
    return [a.data.ptr for a in arrays]


def spots(arrays):
    return [(a.data.ptr, a.nbytes) for a in arrays]


@needs_compiler
@per_order
@pytest.mark.parametrize("sizes", [SIZES, MANY, [0, 0], []], ids=["sizes", "many", "empty", "none"])
@pytest.mark.parametrize("offsets", [(0, 0), (0, 3), (16, 8), (5, 5)], ids=str)
def test_arrays_are_copied_in_and_out(ordered, sizes, offsets):
    given, fixed = (filled(ordered, sizes, offset) for offset in offsets)
    copy_in(ordered.driver, spots(fixed))(addresses(given))
    others = filled(ordered, sizes, 1)
    copy_out(ordered.driver, spots(fixed))(addresses(others))
    for x, y, z in zip(given, fixed, others, strict=True):
        assert x.get().tobytes() == y.get().tobytes() == z.get().tobytes()


@needs_compiler
def test_blocks_copy_more_where_there_are_many(device, monkeypatch):
    monkeypatch.setattr("gpugrad.backend.device.copies.BLOCKS_A_PROCESSOR", 1)
    (x,), (y,) = (filled(device, [50 * LEAST_CHUNK + 7], offset) for offset in (0, 1))
    copy_in(device.driver, spots([y]))(addresses([x]))
    assert x.get().tobytes() == y.get().tobytes()


@needs_compiler
@per_order
@pytest.mark.parametrize("bytes_of_word", [1, 2, 4, 8])
def test_a_number_is_given_in_place_of_its_address(ordered, bytes_of_word):
    words, (x,) = ordered.asarray(np.full(24, 9, np.uint8)), filled(ordered, [5])
    value = 0xF1E2D3C4B5A69788 % 2 ** (8 * bytes_of_word)
    places = [(words.data.ptr + 8, -bytes_of_word), (words.data.ptr + 17, x.nbytes)]
    copy_in(ordered.driver, places)([value, x.data.ptr])
    found = words.get()
    assert found[8 : 8 + bytes_of_word].tobytes() == value.to_bytes(bytes_of_word, "little")
    assert found[17:22].tobytes() == x.get().tobytes()
    assert set(found[:8]) == set(found[8 + bytes_of_word : 17]) == set(found[22:]) == {9}
