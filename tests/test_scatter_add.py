"""Scatter-add on the host: the bits of numpy.add.at, with a compiler and without."""

import ml_dtypes
import numpy as np
import pytest

from gpugrad.backend.host import scatter as host_scatter
from gpugrad.settings import settings

SIZES = [
    (4, 0, (3,)),
    (1, 9, ()),
    (5, 40, (1,)),
    (7, 300, (33,)),
    (50, 30, (2, 20)),
    (300, 900, (130,)),
]
DTYPES = [np.float16, ml_dtypes.bfloat16, np.float32, np.float64, np.int64]


def made(rows, count, tail, dtype):
    random_state = np.random.default_rng(rows)
    x, updates = (10 * random_state.normal(size=(n, *tail)) for n in (rows, count))
    return x.astype(dtype), random_state.integers(-rows, rows, count), updates.astype(dtype)


def check(dtype):
    wide = np.float32 if np.dtype(dtype).itemsize == 2 else dtype
    for sizes in SIZES:
        x, indices, updates = made(*sizes, dtype)
        before, expected = x.copy(), x.astype(wide)
        np.add.at(expected, indices, updates.astype(wide))
        found = host_scatter.scatter_add(x, indices, updates)
        assert found.dtype == x.dtype and found.tobytes() == expected.astype(dtype).tobytes()
        assert np.array_equal(x, before)


@pytest.mark.needs_compiler
@pytest.mark.parametrize("share_from", [1, 10**9])
@pytest.mark.parametrize("dtype", DTYPES)
def test_compiled(dtype, share_from, monkeypatch):
    monkeypatch.setattr(host_scatter, "SHARE_FROM", share_from)
    monkeypatch.setattr(settings, "threads", 3)
    assert host_scatter._kernel("float32") and host_scatter._kernel("float64")
    check(dtype)


@pytest.mark.parametrize("dtype", DTYPES)
def test_without_a_compiler(dtype, monkeypatch):
    monkeypatch.setattr(host_scatter, "_kernel", lambda dtype: None)
    check(dtype)


@pytest.mark.parametrize("wrong", [3, -4])
def test_an_index_outside_is_refused(wrong):
    x = np.zeros((3, 2), "float32")
    with pytest.raises(IndexError, match=str(wrong)):
        host_scatter.scatter_add(x, np.array([0, wrong]), np.ones((2, 2), "float32"))


def test_layouts_and_integer_kinds():
    x = np.arange(6, dtype="float32").reshape(2, 3).T
    updates = np.ones((2, 4), "float32")[:, ::2]
    found = host_scatter.scatter_add(x, np.array([2, 0], "uint8"), updates)
    assert found.tolist() == [[1, 4], [1, 4], [3, 6]]
