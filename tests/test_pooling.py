"""Pooling, resizing and reading of images at their corners, by closed forms and NumPy."""

import numpy as np
import pytest

import gpugrad as gg
from gpugrad import nn
from gpugrad.nn import functional as F

NAN, INF = float("nan"), float("inf")


def test_the_first_of_equal_elements_and_the_first_nan_have_the_place():
    x = gg.tensor([[[1.0, 3.0, 3.0, NAN, 2.0, NAN, 0.0, -INF]]])
    y, places = F.max_pool1d(x, 2, return_indices=True)
    np.testing.assert_array_equal(y.numpy(), [[[3, NAN, NAN, 0]]])
    assert places.tolist() == [[[1, 3, 5, 6]]] and places.dtype == "int64"
    y, places = F.adaptive_max_pool1d(x, 3, return_indices=True)
    assert places.tolist() == [[[1, 3, 5]]]
    volume = gg.reshape(x, (1, 1, 2, 2, 2))
    assert F.max_pool3d(volume, 2, return_indices=True)[1].tolist() == [[[[[3]]]]]


def test_gradients_go_to_the_first_of_equal_elements():
    x = gg.ones((1, 1, 3, 5))
    for pool in (lambda x: F.max_pool2d(x, 3, 2), lambda x: F.adaptive_max_pool2d(x, (1, 2))):
        slope = gg.grad(lambda x, pool=pool: gg.sum(pool(x)))(x).numpy()
        assert slope[0, 0].tolist() == [[1, 0, 1, 0, 0], [0] * 5, [0] * 5]


def test_a_window_between_all_elements_gives_the_least_number():
    x = gg.tensor([[[7.0]]], requires_grad=True)
    y = F.max_pool1d(x, 2, 1, 1, dilation=2)
    assert y.tolist() == [[[-INF]]]
    gg.sum(y).backward()
    assert np.isfinite(x.grad.numpy()).all()


def test_ceil_mode_counts_what_is_there():
    x = gg.reshape(gg.arange(1.0, 6.0), (1, 1, 5))
    assert F.avg_pool1d(x, 2, ceil_mode=True).tolist() == [[[1.5, 3.5, 5.0]]]
    assert F.max_pool1d(x, 2, ceil_mode=True).tolist() == [[[2, 4, 5]]]
    assert F.avg_pool1d(x, 2, padding=1, ceil_mode=True).tolist() == [[[0.5, 2.5, 4.5]]]
    assert F.avg_pool1d(x, 2, 2, 1, False, False).tolist() == [[[1, 2.5, 4.5]]]
    # no window begins in the padding after the end
    assert F.avg_pool1d(x, 2, 3, 1, ceil_mode=True).shape == (1, 1, 2)


def test_unpooling_reverses_pooling_and_the_last_of_repeated_places_stays():
    x = gg.tensor(np.random.default_rng(0).permutation(np.arange(1.0, 49.0)).reshape(1, 3, 4, 4))
    y, places = nn.MaxPool2d(2, return_indices=True)(x)
    again = nn.MaxUnpool2d(2)(y, places)
    assert nn.MaxPool2d(2)(again).tolist() == y.tolist()
    assert gg.count_nonzero(again).item() == gg.count_nonzero(y).item()
    slope = gg.grad(lambda v: gg.sum(F.max_unpool1d(v, gg.tensor([[[1, 1]]]), 2) ** 2))
    assert slope(gg.tensor([[[3.0, 5.0]]])).tolist() == [[[0, 10]]]


def test_one_infinite_element_stays_in_its_own_windows():
    x = np.zeros((1, 1, 5))
    x[..., 4] = INF
    for y in (
        F.adaptive_avg_pool1d(gg.tensor(x), 2),
        F.interpolate(gg.tensor(x), 2, mode="linear"),
        F.avg_pool1d(gg.tensor(x), 2, 3),
    ):
        assert np.isfinite(y.numpy()[0, 0, 0])


def test_one_example_and_many_members():
    x = gg.tensor(np.random.default_rng(1).normal(size=(4, 3, 6, 6)))
    for f in (
        lambda x: F.max_pool2d(x, 2, ceil_mode=True),
        lambda x: F.lp_pool2d(x, 2, 3, 2),
        lambda x: F.adaptive_max_pool2d(x, 4),
        lambda x: F.unfold(x, 2),
    ):
        whole = f(x).numpy()
        np.testing.assert_array_equal(np.stack([f(one).numpy() for one in x]), whole)
        np.testing.assert_allclose(gg.vmap(f)(x).numpy(), whole)


def test_bilinear_resizing_of_a_plane_is_exact_and_its_transpose_is_its_gradient():
    rows, columns = np.meshgrid(np.arange(3.0), np.arange(4.0), indexing="ij")
    plane = gg.tensor((2 * rows - columns)[None, None])
    y = F.interpolate(plane, size=(5, 7), mode="bilinear", align_corners=True).numpy()
    expected = np.linspace(0, 4, 5)[:, None] - np.linspace(0, 3, 7)
    np.testing.assert_allclose(y[0, 0], expected, atol=1e-12)
    weights = gg.grad(lambda x: gg.sum(F.interpolate(x, scale_factor=2, mode="bicubic")))(plane)
    np.testing.assert_allclose(weights.numpy().sum(), 48)


def test_integers_have_their_nearest_ones():
    x = gg.tensor(np.arange(4, dtype="u1").reshape(1, 1, 4))
    y = F.interpolate(x, scale_factor=1.5)
    assert y.dtype == "uint8" and y.tolist() == [[[0, 0, 1, 2, 2, 3]]]
    for wrong, mode in ((x, "linear"), (x > 1, "nearest")):
        with pytest.raises(TypeError, match=rf"^interpolate: {wrong.dtype} has no mode '{mode}'"):
            F.interpolate(wrong, 3, mode=mode)


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("upsample", {}),
        ("upsample_nearest", {}),
        ("upsample_bilinear", {"mode": "bilinear", "align_corners": True}),
    ],
)
def test_older_names_warn(name, how):
    x = gg.tensor(np.arange(4.0).reshape(1, 1, 2, 2))
    with pytest.warns(UserWarning, match=f"^nn.functional.{name} is an older name"):
        y = getattr(F, name)(x, scale_factor=2)
    assert y.tolist() == F.interpolate(x, scale_factor=2, **how).tolist()


def test_the_identity_reads_every_element():
    x = gg.tensor(np.random.default_rng(2).normal(size=(2, 3, 4, 5)))
    theta = gg.tensor(np.tile(np.eye(2, 3), (2, 1, 1)))
    for corners in (True, False):
        grid = F.affine_grid(theta, x.shape, corners)
        for mode in ("bilinear", "nearest", "bicubic"):
            y = F.grid_sample(x, grid, mode, align_corners=corners)
            np.testing.assert_allclose(y.numpy(), x.numpy(), atol=1e-12)


def test_a_place_that_is_no_number_gives_none():
    x, grid = gg.ones((1, 1, 2, 2)), gg.tensor(np.array([[[[NAN, 0.0], [0.0, 0.0]]]], "f4"))
    y = F.grid_sample(x, grid, align_corners=True).numpy().reshape(-1)
    assert np.isnan(y[0]) and y[1] == 1


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda x: F.max_pool2d(input=x, kernel_size=9), "^max_pool2d: .*does not fit into"),
        (lambda x: F.avg_pool2d(x, 2, divisor_override=0), "^avg_pool2d: divisor_override: 0"),
        (lambda x: F.adaptive_max_pool3d(x[0, 0], 2), "^adaptive_max_pool3d: .* are no volumes"),
        (lambda x: F.lp_pool2d(x, 2, 0), "^lp_pool2d: kernel_size: 0"),
        (lambda x: F.max_unpool2d(x, x[0], 2), "^max_unpool2d: .* and indices"),
        (lambda x: F.pixel_shuffle(x, 2), "^pixel_shuffle: 2 channels .* multiple of 4"),
        (lambda x: F.pixel_unshuffle(x, 3), "^pixel_unshuffle: .* multiples of 3"),
        (lambda x: F.unfold(x, 7), "^unfold: .*does not fit into"),
        (lambda x: F.fold(x[0, 0], (3, 3), 2), r"^fold: .*\(N, C \* 4, 4\)"),
        (lambda x: F.interpolate(x, 3, 2), "^interpolate: give size or scale_factor"),
        (lambda x: F.interpolate(x, scale_factor=0.1), "^interpolate: scale_factor: .* makes"),
        (lambda x: F.grid_sample(x, x), "^grid_sample: a grid of shape"),
        (lambda x: F.affine_grid(x[:, 0], x.shape), "^affine_grid: theta of shape"),
    ],
)
def test_what_does_not_fit_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call(gg.ones((2, 2, 5, 4)))
