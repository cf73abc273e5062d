"""Softmax and cross-entropy in the simulation, in every thread order, against NumPy."""

import numpy as np
import pytest
from kernel_checks import (
    ROWS,
    close,
    log_softmax,
    needs_compiler,
    numbers,
    per_dtype,
    per_order,
    reference_sum,
)

from gpugrad.backend.device import cross_entropy as kernels
from gpugrad.backend.device import launchers, sums


@needs_compiler
@per_order
@per_dtype
def test_softmax(ordered, dtype):
    for shape in ROWS:
        x, g = numbers(shape, dtype), numbers(shape, dtype, 1)
        wide_x, wide_g = x.astype("float64"), g.astype("float64")
        y = launchers.softmax(ordered, ordered.asarray(x))
        expected = np.exp(log_softmax(wide_x))
        close(ordered, y, expected, dtype, 2)
        gx = launchers.softmax_backward(ordered, ordered.asarray(g), y)
        kept = ordered.to_host(y).astype("float64")
        exact = kept * (wide_g - (wide_g * kept).sum(axis=1, keepdims=True))
        close(ordered, gx, exact, dtype)


@needs_compiler
@per_order
@per_dtype
def test_log_softmax(ordered, dtype):
    for shape in ROWS:
        x, g = numbers(shape, dtype), numbers(shape, dtype, 1)
        y = launchers.log_softmax(ordered, ordered.asarray(x))
        close(ordered, y, log_softmax(x.astype("float64")), dtype, 2)
        gx = launchers.log_softmax_backward(ordered, ordered.asarray(g), y)
        wide_g, kept = g.astype("float64"), ordered.to_host(y).astype("float64")
        close(ordered, gx, wide_g - np.exp(kept) * wide_g.sum(axis=1, keepdims=True), dtype, 40)


@needs_compiler
@pytest.mark.parametrize("columns", [3, 300])
def test_softmax_of_special_rows(device, columns):
    """Rows of -inf and rows with +inf or NaN are NaN; masked elements of other rows are 0."""
    x = np.zeros((5, columns), "float32")
    x[0], x[1, 1], x[2, 0], x[3, :-1], x[4] = -np.inf, np.inf, np.nan, -np.inf, np.float32(-3.4e38)
    y = device.to_host(launchers.softmax(device, device.asarray(x)))
    assert np.isnan(y[:3]).all()
    assert (y[3, :-1] == 0).all() and y[3, -1] == 1
    np.testing.assert_allclose(y[4], 1 / columns, rtol=1e-6)
    logs = device.to_host(launchers.log_softmax(device, device.asarray(x)))
    assert np.isnan(logs[:3]).all() and (logs[3, :-1] == -np.inf).all() and logs[3, -1] == 0


@needs_compiler
def test_softmax_of_large_numbers_does_not_overflow(device):
    x = np.array([[1e4, 1e4 - 1, -1e4]], "float32")
    y = device.to_host(launchers.softmax(device, device.asarray(x)))
    np.testing.assert_allclose(y, np.exp(log_softmax(x.astype("float64"))), rtol=1e-6, atol=0)


@needs_compiler
@per_order
@pytest.mark.parametrize("columns", [7, 300])
def test_blocks_that_take_several_rows(ordered, columns, monkeypatch):
    """More rows than blocks: what one row left in shared memory must not reach the next."""
    monkeypatch.setattr(launchers, "MOST_BLOCKS", 2)
    x, g = numbers((21, columns), "float32"), numbers((21, columns), "float32", 1)
    y, wide_g = launchers.softmax(ordered, ordered.asarray(x)), g.astype("float64")
    close(ordered, y, np.exp(log_softmax(x.astype("float64"))), "float32")
    kept = ordered.to_host(y).astype("float64")
    gx = launchers.softmax_backward(ordered, ordered.asarray(g), y)
    close(ordered, gx, kept * (wide_g - (wide_g * kept).sum(axis=1, keepdims=True)), "float32")
    for target in ((21, 1), (1, columns)):
        found = sums.sum_to(ordered, ordered.asarray(x), target)
        close(ordered, found, reference_sum(x.astype("float64"), target), "float32")
    wide = sums.sum_to(ordered, ordered.asarray(x.reshape(3, 7, columns)), (1, 7, columns))
    close(ordered, wide, reference_sum(x.reshape(3, 7, columns), (1, 7, columns)), "float32")


def cross_entropy(x, labels, weight, ignored, smoothing):
    """Losses, and their sum's gradient."""
    rows, columns = x.shape
    weight = np.ones(columns) if weight is None else weight.astype("float64")
    log_p = log_softmax(x)
    target = np.full((rows, columns), smoothing / max(columns, 1))
    target[np.arange(rows), np.where(labels == ignored, 0, labels)] += 1 - smoothing
    target *= weight * (labels != ignored)[:, None]
    losses = -(target * log_p).sum(axis=1)
    return losses, np.exp(log_p) * target.sum(axis=1, keepdims=True) - target


@needs_compiler
@per_order
@per_dtype
def test_cross_entropy(ordered, dtype):
    wide = "float64" if dtype == "float64" else "float32"
    put = ordered.asarray
    for shape in ROWS:
        for weighted, smoothing in ((False, 0.0), (True, 0.0), (False, 0.1), (True, 0.2)):
            x, g = numbers(shape, dtype), numbers(shape[:1], wide, 1)
            labels = np.random.default_rng(2).integers(0, shape[1], shape[0])
            labels[1::3] = -100
            weight = np.abs(numbers(shape[1:], wide, 3)) if weighted else None
            on_device = None if weight is None else put(weight)
            settings = {"ignored": -100, "smoothing": smoothing}
            loss = kernels.forward(ordered, put(x), put(labels), on_device, **settings)
            losses, gradient = cross_entropy(x.astype("float64"), labels, weight, -100, smoothing)
            close(ordered, loss, losses, wide)
            gx = kernels.backward(ordered, put(g), put(x), put(labels), on_device, **settings)
            close(ordered, gx, gradient * g.astype("float64")[:, None], dtype)


@needs_compiler
def test_labels_outside_are_nan_and_read_nothing(device):
    x, put = numbers((4, 5), "float32"), device.asarray
    labels = put(np.array([4, 5, -1, -7]))
    settings = {"ignored": -7, "smoothing": 0.0}
    loss = kernels.forward(device, put(x), labels, **settings)
    assert np.isnan(device.to_host(loss)).tolist() == [False, True, True, False]
    ones = put(np.ones(4, "float32"))
    gx = kernels.backward(device, ones, put(x), labels, None, **settings)
    assert np.isnan(device.to_host(gx)).all(axis=1).tolist() == [False, True, True, False]
    assert (device.to_host(gx)[3] == 0).all()


@needs_compiler
@per_order
@per_dtype
@pytest.mark.parametrize("rows", [0, 1, 3, 40, 100])
def test_mean_over_labels(ordered, dtype, rows, monkeypatch):
    """By one block, and by several whose sums are summed; also of one number for all rows."""
    monkeypatch.setattr(kernels, "CHUNK", 32)
    wide, put = "float64" if dtype == "float64" else "float32", ordered.asarray
    x, losses = numbers((rows, 6), dtype), numbers((rows,), wide, 1)
    weight = np.abs(numbers((6,), wide, 2))
    labels = np.random.default_rng(3).integers(0, 6, rows)
    labels[1::4] = -5
    for given in (None, weight):
        each = np.ones(6, wide) if given is None else given
        total = each[labels[labels != -5]].astype("float64").sum()
        for values in (losses, np.array(2.5, wide)):
            on_device = (put(values), put(x), put(labels), None if given is None else put(given))
            found = kernels.mean(ordered, *on_device, ignored=-5)
            if total:
                close(ordered, found, values.astype("float64").sum() / total, wide)
            else:
                assert not np.isfinite(ordered.to_host(found))
