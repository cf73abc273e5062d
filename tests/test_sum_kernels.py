"""Sums, sorting and scatter-add in the simulation, in every thread order, against NumPy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kernel_checks import (
    DTYPES,
    EPSILON,
    ORDERS,
    needs_compiler,
    numbers,
    per_dtype,
    per_order,
    reference_sum,
)

from gpugrad.backend.device import launchers, sums

SUMS = [
    ((6,), ()),
    ((0, 3), (1, 3)),
    ((0, 3), (0, 1)),
    ((5, 1), (5, 1)),
    ((7, 33), (33,)),
    ((7, 33), (7, 1)),
    ((3, 5, 9), (1, 5, 1)),
    ((3, 5, 9), (3, 1, 9)),
    ((2, 3, 4, 5), (2, 1, 4, 1)),
    ((3_001,), (1,)),
    ((2_500, 3), (1, 3)),
    ((2, 1_100, 40), (2, 1, 40)),
    ((4, 1_000), (4, 1)),
]


@needs_compiler
@per_order
@per_dtype
def test_sum_to(ordered, dtype):
    for shape, target in SUMS:
        x = numbers(shape, dtype)
        y = sums.sum_to(ordered, ordered.asarray(x), target)
        exact = reference_sum(x.astype("longdouble"), target)
        summed_in = EPSILON["float64" if dtype == "float64" else "float32"]
        of_sizes = reference_sum(np.abs(x.astype("float64")), target)
        bound = EPSILON[dtype] * np.abs(exact) + summed_in * of_sizes
        found = ordered.to_host(y)
        assert found.shape == target and found.dtype == DTYPES[dtype]
        assert (np.abs(found.astype("longdouble") - exact) <= bound).all()


@needs_compiler
def test_sums_have_the_same_bits_in_every_thread_order(device):
    x = device.asarray(numbers((3_000, 5), "float32"))
    bits = set()
    for order in ORDERS:
        with device.driver.thread_order(order):
            bits.add(device.to_host(sums.sum_to(device, x, (5,))).tobytes())
            bits.add(device.to_host(sums.sum_to(device, x, ())).tobytes())
    assert len(bits) == 2


@given(st.lists(st.tuples(st.integers(0, 4), st.booleans()), max_size=6))
def test_passes_sum_exactly_the_repeated_axes(axes):
    shape = tuple(n for n, _ in axes)
    target = tuple(1 if summed else n for n, summed in axes)
    x = np.arange(np.prod(shape, dtype=int), dtype="float64").reshape(shape)
    y = x
    for outer, reduced, inner in sums.sum_passes(shape, target):
        y = y.reshape(outer, reduced, inner).sum(axis=1)
    assert np.array_equal(y.reshape(target), reference_sum(x, target))


@given(st.integers(0, 10**7), st.integers(0, 10**7), st.integers(1, 10**4))
def test_chunks_cover_the_summed_axis(outer, reduced, inner):
    chunks, length = sums.sum_chunks(outer, reduced, inner)
    assert chunks >= 1 and chunks * length >= reduced and (chunks - 1) * length <= reduced


@needs_compiler
@per_order
@pytest.mark.parametrize(
    ("count", "limit"),
    [(0, 3), (1, 0), (7, 2), (300, 5), (2_048, 16), (2_049, 300), (9_000, 70_000)],
)
def test_argsort(ordered, count, limit):
    keys = np.random.default_rng(limit).integers(-1, limit + 2, count)
    order = ordered.to_host(launchers.argsort(ordered, ordered.asarray(keys), limit))
    last = np.where((keys < 0) | (keys >= limit), limit, keys)
    assert np.array_equal(order, np.argsort(last, kind="stable"))


@needs_compiler
@per_order
@per_dtype
def test_scatter_add_has_the_bits_of_the_sequential_loop(ordered, dtype):
    wide = DTYPES["float32"] if dtype in ("float16", "bfloat16") else DTYPES[dtype]
    random_state = np.random.default_rng(3)
    for rows, count, tail in (
        (4, 0, (3,)),
        (1, 9, ()),
        (5, 40, (1,)),
        (7, 300, (33,)),
        (50, 30, (2, 20)),
    ):
        x, updates = numbers((rows, *tail), dtype), numbers((count, *tail), dtype, 1)
        indices = random_state.integers(0, rows, count)
        expected = x.astype(wide)
        np.add.at(expected, indices, updates.astype(wide))
        arrays = (ordered.asarray(a) for a in (x, indices, updates))
        found = ordered.to_host(launchers.scatter_add(ordered, *arrays))
        assert found.tobytes() == expected.astype(x.dtype).tobytes()


@needs_compiler
def test_scatter_add_leaves_its_input_and_indices_outside_alone(device):
    x = device.asarray(numbers((3, 2), "float32"))
    updates, indices = numbers((3, 2), "float32", 1), np.array([-1, 3, 1])
    y = launchers.scatter_add(device, x, device.asarray(indices), device.asarray(updates))
    expected = numbers((3, 2), "float32")
    assert np.array_equal(device.to_host(x), expected)
    expected[1] += updates[2]
    assert np.array_equal(device.to_host(y), expected)
