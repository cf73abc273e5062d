"""Kernels prepared for a signature: arrays in any layout, numbers as arguments, many threads."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from gpugrad.backend.device.elementwise import Elements
from gpugrad.backend.device.places import Places, places
from gpugrad.codegen import launch, prepared
from gpugrad.codegen.fused import fused
from gpugrad.ops import REGISTRY

pytestmark = pytest.mark.needs_compiler
MULTIPLY, CLIP, WHERE = REGISTRY["multiply"], REGISTRY["clip"], REGISTRY["where"]


def numbers(shape, dtype="float32", seed=0):
    return np.random.default_rng(seed).uniform(0.5, 2, shape).astype(dtype)


@pytest.fixture
def x(device):
    return device.asarray(numbers((6, 8)))


def host(device, *arrays):
    return [device.to_host(a) if hasattr(a, "dtype") else a for a in arrays]


LAYOUTS = {
    "whole": lambda x: x,
    "turned": lambda x: x.reshape(8, 6).T,
    "every second": lambda x: x.reshape(-1)[::-2].reshape(-1, 1),
    "unaligned": lambda x: x.reshape(-1)[1:2],
    "repeated": lambda x: x[2:3],
    "a column": lambda x: x[:, 3:4],
    "one element": lambda x: x[0, 3],
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_an_array_may_lie_in_any_way(device, x, layout):
    other = LAYOUTS[layout](x)
    like = device.module.ascontiguousarray(other)
    run = prepared.forward(MULTIPLY, device, (x if other.size == 48 else x[:1, :1], like), {})
    first = x if other.size == 48 else x[:1, :1]
    a, b = host(device, first, other)
    np.testing.assert_array_equal(device.to_host(run((first, other), {})), a * b)


def test_a_number_is_an_argument_that_may_change(device, x):
    run = prepared.forward(MULTIPLY, device, (x, 2.0), {})
    compiled = set(getattr(device.driver, "compiled", ()))  # a GPU's driver keeps no list
    for number in (2.0, -0.0, 3, True, float("inf")):
        y = device.to_host(run((x, number), {}))
        np.testing.assert_array_equal(y, device.to_host(x) * np.float32(number))
        assert not number or (np.signbit(y) == np.signbit(number)).all()
    assert set(getattr(device.driver, "compiled", ())) == compiled


def test_numbers_are_rounded_as_elements_of_the_array_are(device):
    for dtype in ("float16", "bfloat16", "float32", "float64"):
        x = device.asarray(numbers((5,)).astype(np.dtype(dtype)))
        run = prepared.forward(MULTIPLY, device, (0.1, x), {})
        number = np.array(0.1).astype(dtype)
        wide = np.float64 if dtype == "float64" else np.float32
        expected = (device.to_host(x).astype(wide) * number.astype(wide)).astype(dtype)
        np.testing.assert_array_equal(device.to_host(run((0.1, x), {})), expected)


def test_truth_values_and_settings(device, x):
    chosen = prepared.forward(WHERE, device, (x > 1, x, 0.0), {})
    values = device.to_host(x)
    np.testing.assert_array_equal(
        device.to_host(chosen((x > 1, x, -1.0), {})), np.where(values > 1, values, -1)
    )
    settings = {**CLIP.settings, "min": 0.75, "max": 1.0}
    clipped = prepared.forward(CLIP, device, (x,), settings)
    for most in (1.0, 1.5):
        y = clipped((x,), {**settings, "max": most})
        np.testing.assert_array_equal(
            device.to_host(y), np.clip(values, np.float32(0.75), np.float32(most))
        )


@pytest.mark.parametrize("needs", [(True, True), (True, False), (False, True)])
def test_what_was_recorded_pulls_as_the_general_way_does(device, x, needs):
    other = device.asarray(numbers((8,), seed=1))
    g = device.asarray(numbers((6, 8), seed=2))
    record, pull = prepared.record(MULTIPLY, device, (x, other), needs, {})
    y, kept = record((x, other), {})
    expected_y, expected_kept = fused(MULTIPLY).record(device, (x, other), needs, {})
    np.testing.assert_array_equal(device.to_host(y), device.to_host(expected_y))
    assert len(kept) == len(expected_kept)
    for given in (g, g[:, :1] * device.module.ones((1, 8), dtype="float32"), g[::-1]):
        expected = fused(MULTIPLY).pull(device, needs, given, expected_kept, {})
        for one, two in zip(pull(given, kept, {}), expected, strict=True):
            np.testing.assert_array_equal(device.to_host(one), device.to_host(two))


def test_a_kept_number_is_pulled_with(device, x):
    record, pull = prepared.record(MULTIPLY, device, (x, 3.0), (True, False), {})
    _, kept = record((x, -2.0), {})
    assert kept == (-2.0,)
    (share,) = pull(x, kept, {})
    np.testing.assert_array_equal(device.to_host(share), -2 * device.to_host(x))


@pytest.mark.parametrize("shape", [(0,), (3, 0), ()])
def test_no_elements_and_one(device, shape):
    x = device.asarray(np.ones(shape, np.float32))
    y = prepared.forward(MULTIPLY, device, (x, 2.0), {})((x, 2.0), {})
    np.testing.assert_array_equal(device.to_host(y), np.full(shape, 2, np.float32))


def test_threads_do_not_exchange_their_arguments(device):
    arrays = [device.asarray(np.full(1_000, i, np.float32)) for i in range(8)]
    run = prepared.forward(MULTIPLY, device, (arrays[0], 1.0), {})

    def many(i):
        return all(
            (device.to_host(run((arrays[i], float(k)), {})) == i * k).all() for k in range(20)
        )

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(many, range(8)))


def test_more_axes_than_a_kernel_walks(device):
    """Every second element along each of ten axes: no two of them can be joined."""
    whole = device.asarray(numbers((4,) * 10))
    part = whole[(slice(None, None, 2),) * 10]
    y = prepared.forward(MULTIPLY, device, (part, 2.0), {})((part, 2.0), {})
    np.testing.assert_array_equal(device.to_host(y), 2 * device.to_host(part))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_places_of_over_31_bits_are_computed_in_64(device, x, layout, monkeypatch):
    """As for arrays that are too large for a test, on small ones."""
    monkeypatch.setattr(Places, "wide", True)
    other = LAYOUTS[layout](x)
    first = x if other.size == 48 else x[:1, :1]
    (y,) = Elements(
        device,
        launch.on_device(device, None, fused(MULTIPLY).usual().forward(), x.dtype).handle,
        x.dtype,
        (x.dtype,),
        0,
    )((first, other), (), np.broadcast_shapes(first.shape, other.shape))
    a, b = host(device, first, other)
    np.testing.assert_array_equal(device.to_host(y), a * b)


def test_only_large_arrays_are_wide():
    def wide(shape, *strides):
        return places(shape, tuple((shape, s, 1) for s in strides), True, 4).wide

    assert not wide((2**31 - 1,), (1,)) and wide((2**31,), (1,))
    assert wide((2, 2), (2**31, 1)) and wide((2, 2), (-(2**31), 1))
    assert not wide((2, 2), (2**30, 1), (2**30, 2**30 - 1)) and wide((2, 2), (2**30, 2**30))


def test_axes_that_lie_together_are_one():
    row = ((8, 4), (16, 4), 4)
    assert places((8, 4), (row, row), True, 4).sizes == (32,)
    found = places((8, 4), (row, ((4,), (4,), 4)), True, 4)
    assert (found.sizes, found.strides, found.packs) == ((4, 8), ((1, 4), (1, 0)), 8)
    assert places((8, 4), (row, None), True, 4).strides == ((1,), (0,))
    assert places((8, 4), (row, row), False, 4).packs == 0
    assert places((8, 5), (row, ((5,), (4,), 4)), True, 4).packs == 0  # a pack would cross a row


@pytest.mark.parametrize("divisor", [1, 2, 3, 7, 641, 2**16 + 1, 2**30 + 1, 2**31 - 1])
def test_a_product_and_a_shift_divide(divisor):
    from gpugrad.backend.device.places import _divider

    multiplier, shift = _divider(divisor)
    assert multiplier < 2**32 and shift < 32
    for n in {0, 1, divisor - 1, divisor, divisor + 1, 2 * divisor - 1, 2**31 - 1, 123_456_789}:
        if n < 2**31:
            assert (n * multiplier // 2**32 + n) >> shift == n // divisor
            assert n * multiplier // 2**32 + n < 2**32
