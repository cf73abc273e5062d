"""Elements at indices in the simulation, in every thread order, against NumPy.

A table has one more row for all indices outside of it, which names no element.
"""

import numpy as np
import pytest
from kernel_checks import needs_compiler, per_order

from gpugrad.backend.device import gather

DTYPES = ["bool", "int8", "float16", "int32", "float32", "float64", "complex64", "complex128"]
SIZES = [(1, 3, 1, 9), (1, 5, 33, 4), (4, 3, 2, 7), (3, 1, 40, 2), (2, 0, 3, 2), (2, 4, 3, 0)]
SIZES += [(300, 2, 1, 3), (0, 4, 3, 2)]


def table(outer, n, inner, dtype):
    values = np.random.default_rng(n).integers(0, 2, (outer, n, inner))
    return (values * (1 + 2j) if np.dtype(dtype).kind == "c" else values).astype(dtype)


def indices(n, *shape):
    """Indices of all kinds: inside, from the end, and outside on both sides."""
    found = np.random.default_rng(5).integers(-2 * n - 1, 2 * n + 1, shape)
    found.reshape(-1)[:2] = [np.iinfo(np.int64).min, np.iinfo(np.int64).max][: found.size]
    return found


def with_one_more(x, row, axis):
    """``x`` and a last row, or a row alone where there is none."""
    shape = (*x.shape[:axis], 1, *x.shape[axis + 1 :])
    return np.concatenate([x, np.broadcast_to(row, shape).astype(x.dtype)], axis)


def places(given, n):
    return np.where((given >= -n) & (given < n), np.where(given < 0, given + n, given), n)


@needs_compiler
@per_order
@pytest.mark.parametrize("dtype", DTYPES)
def test_gather(ordered, dtype):
    missing = np.nan if np.dtype(dtype).kind in "fc" else 0
    for outer, n, inner, count in SIZES:
        x, put = table(outer, n, inner, dtype), ordered.asarray
        flat = indices(n, count)
        whole = with_one_more(x, missing, 1)
        found = gather.gather(ordered, put(x), put(flat))
        assert ordered.to_host(found).tobytes() == whole[:, places(flat, n)].tobytes()
        each = indices(n, outer, count, inner)
        expected = np.take_along_axis(whole, places(each, n), 1)
        found = gather.gather(ordered, put(x), put(each))
        assert ordered.to_host(found).tobytes() == expected.tobytes()


@needs_compiler
@per_order
def test_gather_reads_by_strides_and_keeps_what_is_not_there(ordered):
    x, put = np.arange(24.0).reshape(4, 2, 3), ordered.asarray
    given = np.array([[5, 1], [-1, 0], [1, -4]])
    views = put(x).transpose(2, 0, 1), put(given).transpose(1, 0)[:, :, None]
    views = views[0], ordered.module.broadcast_to(views[1][:1], (3, 3, 2))
    otherwise = -np.arange(18.0).reshape(3, 3, 2)
    found = gather.gather(ordered, *views, put(otherwise))
    host = [ordered.to_host(view) for view in views]
    whole = np.concatenate([host[0], np.zeros((3, 1, 2))], 1)
    expected = np.take_along_axis(whole, places(host[1], 4), 1)
    expected = np.where(places(host[1], 4) == 4, otherwise, expected)
    assert ordered.to_host(found).tolist() == expected.tolist()
    zeros = gather.gather(ordered, *views, zeros=True)
    assert np.isfinite(ordered.to_host(zeros)).all()


@needs_compiler
@per_order
@pytest.mark.parametrize("lengths", [(3,), (2, 5), (4, 1, 3), (3, 0), (0, 3)])
def test_join_places(ordered, lengths):
    each = [indices(n, 500) // (1 + i) for i, n in enumerate(lengths)]
    found = gather.joined(ordered, [ordered.asarray(i) for i in each], lengths)
    inside = np.all([(-n <= i) & (i < n) for i, n in zip(each, lengths, strict=True)], axis=0)
    expected = np.full(500, np.prod(lengths))
    if inside.any():
        each = [i[inside] % n for i, n in zip(each, lengths, strict=True)]
        expected[inside] = np.ravel_multi_index(each, lengths)
    assert ordered.to_host(found).tolist() == expected.tolist()


@needs_compiler
@per_order
@pytest.mark.parametrize(("count", "n"), [(0, 3), (1, 1), (700, 5), (700, 900)])
def test_the_last_of_equal_places(ordered, count, n):
    given = indices(n, count)
    found = ordered.to_host(gather.last_of_places(ordered, ordered.asarray(given), n))
    expected = np.full(n + 1, gather.NOBODY)
    expected[places(given, n)] = np.arange(count)
    assert found.tolist() == expected[:n].tolist()
