"""Convolution and pooling on the host: C, NumPy and compositions give the same; corner rules."""

from functools import partial

import numpy as np
import pytest

import gpugrad as gg
from gpugrad.backend.host import pooling as host_pooling
from gpugrad.backend.host import tiles
from gpugrad.backend.select import HOST
from gpugrad.engine.namespace import Namespace
from gpugrad.ops import REGISTRY
from gpugrad.settings import settings

CONVOLUTIONS = [  # images, kernels, settings
    ((5, 3, 9, 8), (20, 3, 3, 3), {}),
    ((3, 4, 9, 8), (6, 2, 3, 2), {"strides": (2, 1), "padding": ((1, 1), (0, 2)), "groups": 2}),
    ((2, 4, 12, 9), (40, 4, 3, 3), {"strides": (2, 3), "dilation": (2, 1)}),
    ((2, 6, 7, 7), (6, 1, 5, 5), {"strides": (3, 3), "padding": ((2, 2), (2, 2)), "groups": 6}),
    ((9, 2, 5, 5), (2, 2, 1, 1), {"padding": ((2, 2), (2, 2))}),
    ((1, 1, 6, 6), (1, 1, 6, 6), {"padding": ((5, 5), (5, 5))}),
    ((2, 6, 5, 21), (6, 1, 3, 3), {"groups": 6}),  # long lines of few outputs
    ((3, 4, 5, 40), (4, 2, 3, 2), {"groups": 2}),
    ((9, 5, 4, 37), (3, 5, 2, 2), {"padding": ((1, 0), (3, 2))}),
    ((2, 1, 6, 90), (4, 1, 3, 2), {"strides": (2, 3), "padding": ((1, 1), (1, 0))}),
    ((70, 5, 4, 5), (20, 5, 4, 5), {}),  # one window an image
    ((3, 2, 9, 9), (2, 2, 3, 3), {"strides": (3, 4), "dilation": (4, 4)}),
    ((3, 4, 50), (6, 2, 3), {"strides": (2,), "groups": 2}),
    ((2, 3, 4, 5, 18), (2, 3, 2, 3, 3), {"strides": (2, 1, 1), "dilation": (1, 2, 1)}),
]
POOLS = [  # kernel, strides, padding, dilation
    ((2, 2), (2, 2), ((0, 0), (0, 0)), (1, 1)),
    ((3, 2), (2, 1), ((1, 1), (0, 1)), (1, 2)),
    ((3, 3), (1, 1), ((1, 1), (1, 1)), (1, 1)),
]
NAMES = ("kernel", "strides", "padding", "dilation")

KERNEL = np.ones((1, 4, 3, 3))


def transposed(x, **settings):
    return gg.conv_transpose2d(x, gg.ones((4, 3, 3, 3)), **settings)


def normal(*shape, seed=0, dtype="float64"):
    return np.random.default_rng([seed, *shape]).normal(size=shape).astype(dtype)


def composed() -> Namespace:
    """The host's functions without those for networks: what any device can compute."""
    namespace = Namespace()
    for name, function in vars(HOST.xp).items():
        setattr(namespace, name, function)
    for name in (
        "windows",
        "overlap_add",
        "convolution",
        "convolution_from",
        "convolution_to_input",
        "convolution_to_weight",
        "max_pool",
        "chosen",
        "collected",
        "sum_pool",
        "sum_pool_gradient",
        "adaptive_sum",
    ):
        setattr(namespace, name, partial(REGISTRY[name].forward, namespace))
    return namespace


@pytest.fixture
def no_kernels(monkeypatch):
    monkeypatch.setattr(tiles, "compiled", lambda dtype: False)
    monkeypatch.setattr(host_pooling, "_kernel", lambda name, dtype: None)


def all_convolutions(x, weight, how, xp):
    ones, none = (1,) * (x.ndim - 2), ((0, 0),) * (x.ndim - 2)
    how = {"strides": ones, "padding": none, "dilation": ones, "groups": 1, **how}
    y = xp.convolution(x, weight, **how)
    share = normal(*y.shape, seed=3).astype(x.dtype)
    bias = normal(len(weight), seed=5).astype(x.dtype)
    return (
        y,
        xp.convolution_from(x, weight, bias, **how),
        xp.convolution_to_input(share, weight, size=x.shape[2:], **how),
        xp.convolution_to_weight(x, share, kernel=weight.shape[2:], **how),
    )


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("images", "kernels", "how"), CONVOLUTIONS)
def test_convolution_is_its_composition(images, kernels, how, dtype):
    x, weight = normal(*images, dtype=dtype), normal(*kernels, seed=1, dtype=dtype)
    expected = all_convolutions(*(a.astype("float64") for a in (x, weight)), how, composed())
    tolerance = {"float32": 2e-5, "float64": 1e-12}[dtype]
    for y, wanted in zip(all_convolutions(x, weight, how, HOST.xp), expected, strict=True):
        assert y.dtype == dtype
        np.testing.assert_allclose(y, wanted, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize(("images", "kernels", "how"), CONVOLUTIONS)
def test_convolution_without_a_compiler(images, kernels, how, no_kernels):
    x, weight = normal(*images), normal(*kernels, seed=1)
    expected = all_convolutions(x, weight, how, composed())
    for y, wanted in zip(all_convolutions(x, weight, how, HOST.xp), expected, strict=True):
        np.testing.assert_allclose(y, wanted, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("kernels", [(8, 4, 3, 3), (4, 1, 3, 3), (40, 4, 9, 9)])
def test_threads_do_not_change_a_bit(kernels, monkeypatch):
    x, weight = normal(37, 4, 9, 20, dtype="float32"), normal(*kernels, dtype="float32")
    how = {"groups": 4 // kernels[1]}
    several = all_convolutions(x, weight, how, HOST.xp)
    monkeypatch.setattr(settings, "threads", 1)
    for a, b in zip(several, all_convolutions(x, weight, how, HOST.xp), strict=True):
        np.testing.assert_array_equal(a, b)


def test_no_images_give_no_windows():
    x, weight = np.zeros((0, 2, 5, 5)), normal(3, 2, 3, 3)
    y, _, to_input, to_weight = all_convolutions(x, weight, {}, HOST.xp)
    assert y.shape == (0, 3, 3, 3) and to_input.shape == x.shape
    np.testing.assert_array_equal(to_weight, np.zeros_like(weight))


@pytest.mark.parametrize("pool", POOLS)
def test_pooling_is_its_composition(pool):
    check_pooling(pool)


@pytest.mark.parametrize("pool", POOLS)
def test_pooling_without_a_compiler(pool, no_kernels):
    check_pooling(pool)


def check_pooling(pool):
    how, plain = dict(zip(NAMES, pool, strict=True)), composed()
    for x in (normal(3, 2, 7, 6), np.round(normal(3, 2, 7, 6)), np.full((1, 1, 6, 6), -np.inf)):
        y, places = HOST.xp.max_pool(x, **how)
        wanted, there = plain.max_pool(x, **how)
        np.testing.assert_array_equal(y, wanted)
        np.testing.assert_array_equal(HOST.xp.chosen(x, places), y)
        if np.isfinite(x).all():
            np.testing.assert_array_equal(places, there)
            share = normal(*y.shape, seed=1)
            np.testing.assert_allclose(
                HOST.xp.collected(share, places, size=x.shape[2:]),
                plain.collected(share, there, size=x.shape[2:]),
                rtol=1e-13,
                atol=1e-15,
            )


SUMS = [  # size, windows
    ((9,), ((3,), (2,), ((1, 1),))),
    ((7, 6), ((3, 2), (2, 1), ((1, 1), (0, 2)))),
    ((4, 5, 6), ((2, 1, 3), (3, 2, 2), ((0, 0), (0, 0), (1, 0)))),
]


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16", "int32"])
@pytest.mark.parametrize(("size", "windows"), SUMS)
def test_sums_of_windows_are_their_composition(size, windows, dtype):
    how, plain = dict(zip(NAMES, windows, strict=False)), composed()
    x = np.round(2 * normal(3, 2, *size)).astype(dtype)  # sums are exact
    y = HOST.xp.sum_pool(x, **how)
    share = np.round(2 * normal(*y.shape, seed=1)).astype(dtype)
    sizes = tuple(range(2, 2 + len(size)))
    for found, wanted in (
        (y, plain.sum_pool(x, **how)),
        (
            HOST.xp.sum_pool_gradient(share, size=size, **how),
            plain.sum_pool_gradient(share, size=size, **how),
        ),
        (HOST.xp.adaptive_sum(x, sizes=sizes), plain.adaptive_sum(x, sizes=sizes)),
        (HOST.xp.adaptive_sum(y, sizes=size), plain.adaptive_sum(y, sizes=size)),
    ):
        assert found.dtype == dtype
        np.testing.assert_array_equal(found, wanted)


def test_the_first_of_equal_elements_gets_the_gradient():
    x = gg.tensor([[[[1.0, 3.0], [3.0, 3.0]]]], requires_grad=True)
    gg.sum(gg.max_pool2d(x, kernel_size=2)).backward()
    assert x.grad.numpy().tolist() == [[[[0, 1], [0, 0]]]]


@pytest.mark.parametrize("compiled", [True, False])
def test_nan_is_larger_than_any_number(compiled, request):
    if not compiled:
        request.getfixturevalue("no_kernels")
    x = np.array([[[[1.0, np.nan], [np.inf, 3.0]]]])
    y, places = HOST.xp.max_pool(
        x, kernel=(2, 2), strides=(2, 2), padding=((0, 0), (0, 0)), dilation=(1, 1)
    )
    assert np.isnan(y).all() and places.item() == 1


def test_same_keeps_the_size_and_valid_pads_nothing():
    x = gg.ones((1, 1, 6, 5))
    for kernel in ((3, 2), (4, 5)):
        weight = gg.ones((1, 1, *kernel))
        assert gg.conv2d(x, weight, padding="same").shape == x.shape
        assert gg.conv2d(x, weight, padding="same", dilation=2).shape == x.shape
        shape = tuple(n - k + 1 for n, k in zip((6, 5), kernel, strict=True))
        assert gg.conv2d(x, weight, padding="valid").shape == (1, 1, *shape)
    first = gg.conv2d(x, gg.ones((1, 1, 1, 2)), padding="same").numpy()
    assert first[0, 0, 0].tolist() == [2, 2, 2, 2, 1]  # the odd zero stands after, as torch's


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda x: gg.conv2d(x, gg.ones((4, 3, 3, 3))), "^conv2d: 4 channels.*groups"),
        (lambda x: gg.conv2d(x, gg.ones((3, 2, 3, 3)), groups=2), "^conv2d: 4 channels.*2 groups"),
        (lambda x: gg.conv2d(x, gg.ones((1, 4, 9, 9))), "^conv2d: .*does not fit into"),
        (lambda x: gg.conv2d(x, KERNEL, padding="same", stride=2), "^conv2d: .*stride 1"),
        (lambda x: gg.conv2d(x, KERNEL, padding="full"), "^conv2d: padding: 'full'"),
        (lambda x: gg.conv2d(x, KERNEL, padding=-1), "^conv2d: padding: -1; give at least 0"),
        (lambda x: gg.conv2d(x, KERNEL, stride=(1, 2, 3)), "^conv2d: stride: .*or 2 of them"),
        (lambda x: gg.conv2d(x, KERNEL, stride=0), "^conv2d: stride: 0; give at least 1"),
        (lambda x: gg.conv2d(x, KERNEL, dilation=0), "^conv2d: dilation: 0; give at least 1"),
        (lambda x: gg.conv2d(x, KERNEL, groups=0), "^conv2d: groups: 0; give at least 1"),
        (lambda x: gg.conv2d(x, KERNEL, gg.ones(3)), r"^conv2d: a bias of shape \(3,\).*\(1,\)"),
        (
            lambda x: gg.conv1d(x[:, :, 0], KERNEL[:, :, 0], stride=(1, 2)),
            "^conv1d: stride: .*or 1 of them",
        ),
        (lambda x: gg.conv1d(x, KERNEL[:, :, 0]), r"^conv1d: sequences \(2, 4, 6, 5\)"),
        (lambda x: gg.conv3d(x[0], KERNEL), r"^conv3d: volumes \(4, 6, 5\)"),
        (lambda x: gg.conv_transpose2d(x, KERNEL), "^conv_transpose2d: 4 channels.*outputs / gr"),
        (lambda x: transposed(x, bias=gg.ones(4)), r"^conv_transpose2d: a bias of .* 3 .*\(3,\)"),
        (lambda x: transposed(x, output_padding=1), "^conv_transpose2d: output_padding.*larger"),
        (lambda x: transposed(x, padding=7), r"^conv_transpose2d: .*the size \(-6, -7\)"),
        (lambda x: transposed(x[0, 0]), r"^conv_transpose2d: images \(6, 5\)"),
        (lambda x: gg.max_pool2d(x, kernel_size=2, padding=2), "^max_pool2d: .*more than half"),
        (lambda x: gg.max_pool2d(gg.ones(3), kernel_size=2), "^max_pool2d: .*no images"),
        (lambda x: gg.max_pool2d(x, kernel_size=0), "^max_pool2d: kernel_size: 0; give at least 1"),
        (lambda x: gg.avg_pool2d(x, kernel_size=2, stride=0), "^avg_pool2d: stride: 0"),
        (lambda x: gg.max_pool1d(x, kernel_size=2), "^max_pool1d: .*no sequences"),
        (lambda x: gg.avg_pool1d(x[0], kernel_size=0), "^avg_pool1d: kernel_size: 0"),
        (
            lambda x: gg.adaptive_avg_pool2d(x, output_size=(2,)),
            "^adaptive_avg_pool2d: .*2 of them",
        ),
        (lambda x: gg.adaptive_avg_pool2d(x, output_size=-1), "^adaptive_avg_pool2d: .*at least 0"),
        (lambda x: gg.adaptive_avg_pool2d(gg.ones(3), output_size=1), "^adaptive_.*are no images"),
    ],
)
def test_what_does_not_fit_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call(gg.ones((2, 4, 6, 5)))


@pytest.mark.parametrize("stranger", [None, "a", 2.0], ids=repr)
def test_a_setting_that_is_no_whole_number_is_named(stranger):
    with pytest.raises(TypeError, match=f"^max_pool2d: kernel_size: {stranger!r}; give a whole"):
        gg.max_pool2d(gg.ones((1, 4, 4)), kernel_size=stranger)
    with pytest.raises(TypeError, match=f"^conv2d: dilation: {stranger!r}; give a whole"):
        gg.conv2d(gg.ones((4, 4, 4)), KERNEL, dilation=stranger)


def test_numpys_whole_numbers_are_settings():
    x = gg.ones((1, 4, 4))
    assert gg.max_pool2d(x, kernel_size=np.int64(2)).shape == (1, 2, 2)
    assert gg.nn.Conv2d(np.int32(1), 3, np.int64(2))(x).shape == (3, 3, 3)


def test_adaptive_pooling_keeps_an_axis_of_none():
    x = gg.random.normal(size=(2, 4, 6))
    y = gg.adaptive_avg_pool2d(x, output_size=(None, 3))
    np.testing.assert_allclose(y.numpy(), x.numpy().reshape(2, 4, 3, 2).mean(axis=-1), rtol=1e-5)
    assert gg.nn.AdaptiveAvgPool2d((2, None))(x).shape == (2, 2, 6)
