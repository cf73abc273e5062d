"""Layers of nothing, data wider than the model, labels and indices that are not there."""

import math
import re
import warnings

import numpy as np
import pytest

import gpugrad as gg
from gpugrad import nn
from gpugrad.nn import functional as F
from gpugrad.nn import init


@pytest.mark.parametrize(("inputs", "outputs"), [(0, 2), (2, 0), (0, 0)])
def test_layers_of_nothing(inputs, outputs):
    """A layer without inputs gives its bias, which is 0."""
    for layer, one, many in (
        (nn.Linear(inputs, outputs), (), ()),
        (nn.Conv2d(inputs, outputs, 2), (5, 4), (4, 3)),
    ):
        x = gg.ones((3, inputs, *one), requires_grad=True)
        y = layer(x)
        assert y.shape == (3, outputs, *many) and not y.detach().numpy().any()
        gg.sum(y).backward()
        assert x.grad.shape == x.shape and layer.weight.grad.shape == layer.weight.shape
        assert layer.bias.grad.tolist() == [3.0 * math.prod(many)] * outputs
    assert nn.Embedding(inputs, outputs).weight.shape == (inputs, outputs)
    for fill in (init.xavier_uniform_, init.xavier_normal_, init.kaiming_normal_):
        assert fill(nn.Parameter(gg.zeros((outputs, inputs)))).shape == (outputs, inputs)


@pytest.mark.parametrize(
    ("data", "model", "wider"),
    [
        ("float64", "float32", True),
        ("float32", "float16", True),
        ("float32", "float32", False),
        ("float32", "float64", False),
        ("float16", "float32", False),
        ("int64", "float32", False),
    ],
)
def test_wider_data_are_warned_of_once(data, model, wider):
    layers = nn.Conv1d(2, 3, 2), nn.Flatten(), nn.Linear(9, 4), nn.LayerNorm(4), nn.BatchNorm1d(4)
    network = nn.Sequential(*layers).to(model)
    x = np.ones((5, 2, 4)).astype(gg.zeros(1, dtype=data).dtype)
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("default")
        y = network(x), network(gg.tensor(x)), gg.vmap(nn.Linear(4, 2).to(model))(x)
    assert len(seen) == wider
    if wider:
        computed = y[0].dtype
        words = rf"^{data} data make a {model} model compute in {computed}, .*"
        assert re.match(words + rf"astype\('{model}'\), .*to\('{computed}'\)", str(seen[0].message))
        assert y[0].dtype != model
    else:
        assert y[0].dtype == model


SCORES = np.log([[0.5, 0.2, 0.3], [0.1, 0.6, 0.3], [0.2, 0.2, 0.6]])
LOSSES = {  # one for each row of SCORES, which are logarithms of probabilities
    "nll_loss": F.nll_loss,
    "cross_entropy": F.cross_entropy,
    "nll_loss with weights": lambda x, labels, **more: F.nll_loss(
        x, labels, gg.ones(3, device=x.device), **more
    ),
    "smooth cross_entropy": lambda x, labels, **more: F.cross_entropy(
        x, labels, label_smoothing=0.0, **more
    ),
}


@pytest.mark.parametrize("reduction", ["mean", "none"])
@pytest.mark.parametrize("label", [3, -1, -101])
@pytest.mark.parametrize("name", LOSSES)
def test_a_label_that_is_no_class_is_refused(name, label, reduction):
    def loss(x, labels):
        return gg.sum(LOSSES[name](x, labels, reduction=reduction))

    called = name.split()[-1] if "smooth" in name else name.split()[0]
    words = f"^{called}: label {label} of 3 classes; give 0 to 2$"
    labels = np.array([0, label, -100])
    for wrong in (
        lambda: loss(SCORES, labels),
        lambda: gg.grad(loss)(SCORES, labels),
        lambda: gg.jvp(lambda x: loss(x, labels), (SCORES,), (SCORES,)),
        lambda: gg.vmap(loss)(SCORES[None], labels[None]),
    ):
        with pytest.raises(IndexError, match=words):
            wrong()


@pytest.mark.needs_compiler
@pytest.mark.parametrize("label", [3, -1, -101])
@pytest.mark.parametrize("name", LOSSES)
def test_a_label_that_is_no_class_gives_nan_on_a_device(name, label):
    x, labels = gg.tensor(SCORES, device="simulated"), gg.tensor([0, label], device="simulated")
    found = LOSSES[name](x[:2], labels, reduction="none")
    np.testing.assert_allclose(found.numpy(), [-SCORES[0, 0], np.nan])
    assert math.isnan(LOSSES[name](x[:2], labels).item())
    gradient = gg.grad(lambda x: LOSSES[name](x, labels, reduction="none")[0])(x[:2])
    expected = gg.grad(lambda x: LOSSES[name](x, np.array([0, 0]), reduction="none")[0])(SCORES[:2])
    np.testing.assert_allclose(gradient.numpy()[0], expected[0], atol=1e-12)


TABLE = np.arange(6.0).reshape(3, 2)
ASKED = {
    "a value": lambda table, i: F.embedding(i, table),
    "a gradient": lambda table, i: gg.grad(lambda w: gg.sum(F.embedding(i, w)))(table),
    "a tangent": lambda table, i: gg.jvp(lambda w: F.embedding(i, w), (table,), (table,)),
    "members' indices": lambda table, i: gg.vmap(lambda i: F.embedding(i, table))(i[None]),
    "members' tables": lambda table, i: gg.vmap(lambda w, i: F.embedding(i, w))(
        table[None], i[None]
    ),
    "padding": lambda table, i: F.embedding(i, table, padding_idx=1),
}


@pytest.mark.parametrize("index", [-1, -4, 3])
@pytest.mark.parametrize("asked", ASKED)
def test_an_index_that_is_no_row_is_refused(asked, index):
    """torch's rule: a negative index does not count from the end, and trains no row."""
    with pytest.raises(IndexError, match=f"^embedding: index {index} of 3 rows; give 0 to 2$"):
        ASKED[asked](TABLE, np.array([0, index]))


@pytest.mark.needs_compiler
@pytest.mark.parametrize("index", [-1, -4, 3, 300])
@pytest.mark.parametrize("dtype", ["float16", "float64", "complex64"])
def test_an_index_that_is_no_row_gives_nan_and_no_gradient_on_a_device(dtype, index):
    table = gg.tensor(TABLE, dtype=dtype, device="simulated")
    for kind in ("int64", "int16"):
        indices = gg.tensor([2, index], dtype=kind, device="simulated")
        rows = F.embedding(indices, table).numpy()
        assert rows[0].tolist() == [4, 5] and np.isnan(rows[1]).all()
        both = gg.vmap(lambda w, i: F.embedding(i, w))(table[None], indices[None])
        np.testing.assert_array_equal(both.numpy()[0], rows)
    if dtype != "complex64":
        gradient = ASKED["a gradient"](table, indices).numpy()
        assert gradient.tolist() == [[0, 0], [0, 0], [1, 1]]


def test_a_mean_of_windows_is_of_their_own_elements():
    x = np.arange(20.0).reshape(1, 4, 5)
    x[0, 0, 0], x[0, 3, 4] = np.nan, np.inf
    for size in ((2, 2), (3, 3), (2, 5)):
        found = gg.nn.functional.adaptive_avg_pool2d(x, size).numpy()
        assert np.isnan(found).sum() == 1 and np.isinf(found).sum() == 1
    assert gg.nn.functional.adaptive_avg_pool2d(x, (0, 2)).shape == (1, 0, 2)


def test_dropout_that_drops_nothing_gives_a_tensor():
    for settings in ({"training": False}, {"p": 0.0}):
        assert isinstance(gg.nn.functional.dropout(np.ones(3), **settings), gg.Tensor)
