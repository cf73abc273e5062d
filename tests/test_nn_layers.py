"""Layers and losses by their formulas."""

import math

import numpy as np
import pytest

import gpugrad as gg
from gpugrad import nn
from gpugrad.nn import functional as F


def test_dropout_scales_what_it_keeps_and_repeats_with_the_seed():
    x = gg.ones(10_000)
    gg.random.seed(0)
    y = F.dropout(x, 0.2).numpy()
    gg.random.seed(0)
    np.testing.assert_array_equal(y, F.dropout(x, 0.2).numpy())
    assert set(np.unique(y)) == {0, np.float32(1.25)}
    assert (y == 0).mean() == pytest.approx(0.2, abs=0.01)
    assert nn.Dropout(0.2).eval()(x) is x
    assert not F.dropout(x, 1.0).numpy().any()
    with pytest.raises(ValueError, match=r"1\.5"):
        F.dropout(x, 1.5)


def test_dropout_passes_the_gradient_it_kept():
    x = gg.tensor([1.0] * 50, requires_grad=True)
    y = F.dropout(x, 0.5)
    gg.sum(y).backward()
    np.testing.assert_array_equal(x.grad.numpy(), y.detach().numpy())


@pytest.mark.parametrize("momentum", [0.1, None])
def test_batch_norm_keeps_running_statistics(momentum):
    layer = nn.BatchNorm1d(3, momentum=momentum)
    random, mean, variance = np.random.default_rng(0), np.zeros(3), np.ones(3)
    for count in range(1, 4):
        x = random.normal(2, 3, size=(8, 3)).astype(np.float32)
        y = layer(gg.tensor(x)).detach().numpy()
        np.testing.assert_allclose(y, (x - x.mean(0)) / np.sqrt(x.var(0) + 1e-5), atol=1e-5)
        share = momentum or 1 / count
        mean += share * (x.mean(0) - mean)
        variance += share * (x.var(0, ddof=1) - variance)
    np.testing.assert_allclose(layer.running_mean.numpy(), mean, rtol=1e-5)
    np.testing.assert_allclose(layer.running_var.numpy(), variance, rtol=1e-5)
    layer.eval()
    expected = (x - mean) / np.sqrt(variance + 1e-5)
    np.testing.assert_allclose(layer(gg.tensor(x)).detach().numpy(), expected, rtol=1e-4, atol=1e-5)


def test_running_statistics_are_no_boxes_of_a_transform():
    layer = nn.BatchNorm1d(2)
    gg.grad(lambda x: gg.sum(layer(x) ** 2))(gg.tensor([[1.0, 2.0], [3.0, 5.0]]))
    assert type(layer.running_mean) is gg.Tensor and layer.running_mean.level == 0
    np.testing.assert_allclose(layer.running_mean.numpy(), [0.2, 0.35], rtol=1e-6)


def test_batch_norm_refuses_one_value_a_channel():
    with pytest.raises(ValueError, match="one value a channel"):
        nn.BatchNorm1d(3)(gg.ones((1, 3)))
    with pytest.raises(ValueError, match="3 channels"):
        nn.BatchNorm2d(3)(gg.ones((2, 4, 5, 5)))


def test_batch_norm_of_an_empty_batch_moves_no_statistics():
    layer = nn.BatchNorm1d(3)
    x = gg.zeros((0, 3), requires_grad=True)
    gg.sum(layer(x)).backward()
    assert x.grad.shape == (0, 3) and layer.weight.grad.tolist() == [0, 0, 0]
    assert layer.running_mean.tolist() == [0, 0, 0] and layer.running_var.tolist() == [1, 1, 1]
    assert layer.num_batches_tracked.item() == 1


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        (nn.ReLU(), lambda x: np.maximum(x, 0)),
        (nn.LeakyReLU(0.2), lambda x: np.where(x > 0, x, 0.2 * x)),
        (nn.ELU(0.5), lambda x: np.where(x > 0, x, 0.5 * np.expm1(x))),
        (nn.SiLU(), lambda x: x / (1 + np.exp(-x))),
        (nn.Sigmoid(), lambda x: 1 / (1 + np.exp(-x))),
        (nn.LogSigmoid(), lambda x: -np.log1p(np.exp(-x))),
        (nn.Tanh(), np.tanh),
        (nn.Softplus(2.0), lambda x: np.log1p(np.exp(2 * x)) / 2),
        (nn.Hardtanh(-1, 0.5), lambda x: np.clip(x, -1, 0.5)),
        (nn.Hardswish(), lambda x: x * np.clip(x + 3, 0, 6) / 6),
        (nn.Mish(), lambda x: x * np.tanh(np.log1p(np.exp(x)))),
        (nn.GELU(), lambda x: x * np.vectorize(lambda t: 0.5 + math.erf(t / math.sqrt(2)) / 2)(x)),
        (
            nn.GELU("tanh"),
            lambda x: x / 2 * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))),
        ),
        (
            nn.SELU(),
            lambda x: 1.0507009873554805 * np.where(x > 0, x, 1.6732632423543772 * np.expm1(x)),
        ),
        (nn.Softmax(0), lambda x: np.exp(x) / np.exp(x).sum(0)),
        (nn.LogSoftmax(1), lambda x: x - np.log(np.exp(x).sum(1, keepdims=True))),
        (
            nn.LayerNorm(5, dtype="float64"),
            lambda x: (x - x.mean(1, keepdims=True)) / np.sqrt(x.var(1, keepdims=True) + 1e-5),
        ),
        (nn.Flatten(0), np.ravel),
        (nn.Identity(), np.asarray),
        (
            nn.AvgPool2d(2),
            lambda x: np.array(
                [
                    [
                        (x[0, 0] + x[0, 1] + x[1, 0] + x[1, 1]) / 4,
                        (x[0, 2] + x[0, 3] + x[1, 2] + x[1, 3]) / 4,
                    ]
                ]
            ),
        ),
        (nn.AdaptiveAvgPool2d(1), lambda x: x.mean(keepdims=True)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_layer(layer, expected):
    x = np.linspace(-4, 4, 15).reshape(3, 5)
    given = x[None] if isinstance(layer, nn.AvgPool2d) else x
    y = layer(gg.tensor(given)).detach().numpy()
    np.testing.assert_allclose(y.reshape(np.shape(expected(x))), expected(x), rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        (nn.MSELoss(), lambda x, t: ((x - t) ** 2).mean()),
        (nn.L1Loss(reduction="sum"), lambda x, t: abs(x - t).sum()),
        (nn.HuberLoss(delta=9.0), lambda x, t: ((x - t) ** 2).mean() / 2),
        (nn.BCEWithLogitsLoss(), lambda x, t: (np.log1p(np.exp(x)) - x * t).mean()),
        (
            nn.CrossEntropyLoss(reduction="none"),
            lambda x, t: -(t * (x - np.log(np.exp(x).sum(1, keepdims=True)))).sum(1),
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_loss(measure, expected):
    x, t = np.linspace(-1, 2, 6).reshape(2, 3), np.linspace(0.1, 0.9, 6).reshape(2, 3)
    found = measure(gg.tensor(x), gg.tensor(t)).numpy()
    np.testing.assert_allclose(found, expected(x, t), rtol=1e-12)


def test_nll_of_log_softmax_is_cross_entropy():
    x, labels = gg.random.normal(size=(4, 3)), gg.tensor([0, 2, 1, -100])
    weight = gg.tensor([0.5, 1.0, 2.0])
    found = nn.NLLLoss(weight)(F.log_softmax(x, -1), labels).item()
    assert found == pytest.approx(nn.CrossEntropyLoss(weight)(x, labels).item(), rel=1e-6)


def test_labels_of_another_kind_are_refused():
    x = gg.zeros((2, 3))
    with pytest.raises(ValueError, match=r"labels have shape \(2,\)"):
        F.cross_entropy(x, gg.tensor([0, 1, 2]))
    with pytest.raises(TypeError, match="integers"):
        F.cross_entropy(x, gg.tensor([0.0, 1.0]))


def test_module_without_forward_says_so():
    with pytest.raises(NotImplementedError, match="Nested2 does not define forward"):
        type("Nested2", (nn.Module,), {})()()
