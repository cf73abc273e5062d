"""Kernels of windows: convolution and pooling on a device against NumPy's gathering and adding."""

from collections import Counter
from functools import partial

import numpy as np
import pytest
from kernel_checks import DTYPES, close, needs_compiler, numbers, per_dtype, per_order

import gpugrad as gg
from gpugrad.backend.select import HOST
from gpugrad.engine.namespace import Namespace
from gpugrad.ops import REGISTRY

pytestmark = needs_compiler
NAMES = ("kernel", "strides", "padding", "dilation")
GEOMETRIES = [
    ((2, 2), (2, 2), ((0, 0), (0, 0)), (1, 1)),
    ((3, 2), (2, 1), ((1, 1), (0, 1)), (1, 2)),
    ((3, 3), (1, 1), ((1, 1), (1, 1)), (1, 1)),
    ((1, 2), (3, 1), ((0, 0), (1, 0)), (1, 3)),
]
per_geometry = pytest.mark.parametrize("geometry", GEOMETRIES, ids=str)


def composed():
    """The rules themselves on NumPy's arrays."""
    namespace = Namespace()
    vars(namespace).update(vars(HOST.xp))
    for name in ("windows", "overlap_add", "max_pool", "collected"):
        setattr(namespace, name, partial(REGISTRY[name].forward, namespace))
    return namespace


RULES = composed()


def exact(shape, dtype, seed=0):
    """Small whole numbers, of which sums are exact in every dtype."""
    return np.round(4 * numbers(shape, "float64", seed)).astype(dtype)


@per_dtype
@per_order
@per_geometry
def test_windows_and_their_sum(geometry, ordered, dtype):
    how = dict(zip(NAMES, geometry, strict=True))
    x = exact((2, 3, 7, 6), DTYPES[dtype])
    found = ordered.natives["windows"](ordered.asarray(x), **how)
    wanted = RULES.windows(x.astype("float64"), **how)
    close(ordered, found, wanted, dtype, units=0)
    shares = exact(wanted.shape, DTYPES[dtype], seed=1)
    del how["kernel"]
    summed = ordered.natives["overlap_add"](ordered.asarray(shares), size=(7, 6), **how)
    expected = RULES.overlap_add(shares.astype("float64"), size=(7, 6), **how)
    close(ordered, summed, expected, dtype, units=0)


@per_dtype
@per_order
@per_geometry
def test_the_largest_and_its_gradient(geometry, ordered, dtype):
    how = dict(zip(NAMES, geometry, strict=True))
    x = exact((2, 3, 7, 6), DTYPES[dtype])
    y, places = ordered.natives["max_pool"](ordered.asarray(x), **how)
    wanted, there = RULES.max_pool(x.astype("float64"), **how)
    close(ordered, y, wanted, dtype, units=0)
    assert places.dtype == np.int32
    np.testing.assert_array_equal(ordered.to_host(places), there)
    share = exact(y.shape, DTYPES[dtype], seed=1)
    expected = RULES.collected(share.astype("float64"), there, size=(7, 6))
    for windows in (geometry, None):
        collected = ordered.natives["collected"]
        found = collected(ordered.asarray(share), places, size=(7, 6), windows=windows)
        close(ordered, found, expected, dtype, units=0)


def test_nan_is_the_largest_and_the_first_of_equals_is_taken(device):
    x = np.array([[[[1, np.nan, 2, 2], [np.nan, 0, 2, -np.inf]]]], np.float32)
    how = dict(zip(NAMES, GEOMETRIES[0], strict=True))
    y, places = map(device.to_host, device.natives["max_pool"](device.asarray(x), **how))
    assert np.isnan(y[0, 0, 0, 0]) and y[0, 0, 0, 1] == 2
    assert places.reshape(-1).tolist() == [1, 2]


@pytest.mark.parametrize("dtype", ["int64", "int32", "bool", "complex64", "complex128"])
def test_other_dtypes(device, dtype):
    x = exact((1, 2, 5, 4), "float64").astype(dtype)
    how = dict(zip(NAMES, GEOMETRIES[2], strict=True))
    found = device.natives["windows"](device.asarray(x), **how)
    assert found.dtype == dtype
    np.testing.assert_array_equal(device.to_host(found), RULES.windows(x, **how))


def test_images_that_lie_in_any_way_and_none(device):
    x = exact((2, 3, 6, 7), "float32")
    how = dict(zip(NAMES, GEOMETRIES[1], strict=True))
    found = device.natives["windows"](device.asarray(x).transpose(0, 1, 3, 2), **how)
    np.testing.assert_array_equal(
        device.to_host(found), RULES.windows(x.transpose(0, 1, 3, 2), **how)
    )
    assert device.natives["windows"](device.asarray(x[:0]), **how).size == 0


def test_the_gradient_of_pooling_is_one_kernel_and_sorts_nothing(device):
    x = gg.tensor(exact((1, 1, 6, 6), "float32"), device=device.name, requires_grad=True)
    y = gg.max_pool2d(x, kernel_size=2)
    counts = getattr(device.driver, "launched", Counter())  # a GPU's driver keeps none
    before = counts.copy()
    y.backward(gg.ones_like(y.detach()))
    assert x.grad.numpy().sum() == 9
    assert [name for name, _ in (counts - before).elements()] in ([], ["collect_float32"])
