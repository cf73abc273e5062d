"""What layers, losses and Modules refuse, each by the name that was called, and the way out."""

import numpy as np
import pytest

import gpugrad as gg
from gpugrad import nn, optim
from gpugrad.nn import functional as F

X, LABELS = np.ones((2, 3)), np.array([0, 2])
GROUPS = "3 channels do not make 2 equal groups"

LAYERS = {
    "no probability": (lambda: nn.Dropout(1.5), ValueError, r"^Dropout: .*is 1\.5; give a number"),
    "a text": (lambda: nn.Dropout("a"), ValueError, "^Dropout: .*'a'; give a number"),
    "NaN": (lambda: nn.Dropout(float("nan")), ValueError, "^Dropout: "),
    "unequal groups": (lambda: nn.GroupNorm(2, 3), ValueError, f"^GroupNorm: {GROUPS}"),
    "no group": (lambda: nn.GroupNorm(0, 3), ValueError, "^GroupNorm: groups: 0; give at least 1"),
    "no group of channels": (
        lambda: F.group_norm(X, 0),
        ValueError,
        "^group_norm: groups: 0; give at least 1",
    ),
    "no channels": (lambda: F.group_norm(np.ones(3), 1), ValueError, "^group_norm: .*no axis"),
    "unequal groups of a convolution": (
        lambda: nn.Conv2d(3, 4, 1, groups=2),
        ValueError,
        "^Conv2d: 3 to 4 channels do not make 2",
    ),
    "a misspelt padding": (
        lambda: nn.Conv2d(3, 8, 3, padding="sam"),
        ValueError,
        "^Conv2d: padding: 'sam' is not 'valid', 'same'",
    ),
    "a padding beside strides": (
        lambda: nn.Conv1d(3, 8, 3, stride=2, padding="same"),
        ValueError,
        "^Conv1d: padding: 'same' needs stride 1",
    ),
    "a negative padding": (lambda: nn.Conv2d(3, 8, 3, padding=-1), ValueError, "^Conv2d: padding"),
    "a kernel of nothing": (
        lambda: nn.Conv2d(3, 8, 0),
        ValueError,
        "^Conv2d: kernel_size: 0; give at least 1",
    ),
    "a kernel of two axes": (lambda: nn.Conv1d(3, 8, (3, 3)), ValueError, "^Conv1d: kernel_size"),
    "no stride": (lambda: nn.Conv2d(3, 8, 3, 0), ValueError, "^Conv2d: stride: 0"),
    "a float of a kernel": (lambda: nn.Conv2d(3, 8, 3.0), TypeError, "^Conv2d: kernel_size: 3.0"),
    "negative channels": (lambda: nn.Conv2d(-3, 8, 3), ValueError, "^Conv2d: in_channels: -3"),
    "negative features": (lambda: nn.Linear(-1, 2), ValueError, "^Linear: in_features: -1"),
    "a float of features": (lambda: nn.Linear(2, 2.0), TypeError, "^Linear: out_features: 2.0"),
    "negative rows": (lambda: nn.Embedding(-1, 2), ValueError, "^Embedding: num_embeddings: -1"),
    "a padding row": (lambda: nn.Embedding(3, 2, 3), ValueError, "^Embedding: .* 3; give -3 to 2"),
    "a padding row of a table": (
        lambda: F.embedding(LABELS, X, padding_idx=7),
        ValueError,
        "^embedding: padding_idx 7; give -2 to 1",
    ),
    "negative channels of a batch": (
        lambda: nn.BatchNorm1d(-1),
        ValueError,
        "^BatchNorm1d: num_features: -1",
    ),
    "a negative shape": (lambda: nn.LayerNorm((2, -1)), ValueError, "^LayerNorm: normalized_shape"),
}
GIVEN = {
    "None": (lambda: F.linear(None, X), TypeError, "^linear: x is None; give a Tensor"),
    "None of a layer": (lambda: nn.Linear(2, 3)(None), TypeError, "^linear: x is None; give a Ten"),
    "no weight": (lambda: F.linear(X, None), TypeError, "^linear: weight is None; give a Tensor"),
    "a text to a layer": (lambda: nn.Linear(2, 3)("a"), TypeError, "^linear: str is not a NumPy"),
    "a number": (
        lambda: nn.Linear(2, 3)(1.0),
        ValueError,
        r"^linear: x of shape \(\)",
    ),
    "other features": (
        lambda: nn.Linear(2, 3)(gg.ones((4, 5))),
        ValueError,
        r"^linear: x of shape \(4, 5\) for a weight \(3, 2\); x has 2 features",
    ),
    "None of elements": (lambda: F.relu(None), TypeError, "^relu: x is None; give a Tensor"),
    "None of rows": (lambda: F.softmax(None, 0), TypeError, "^softmax: x is None; give a Tensor"),
    "None of images": (lambda: F.conv2d(None, X), TypeError, "^conv2d: x is None; give a Tensor"),
    "None in a composite": (lambda: F.layer_norm(None, 3), TypeError, "^layer_norm: x is None"),
    "None among indices": (lambda: F.embedding(None, X), TypeError, "^embedding: indices is None"),
    "None of dropout": (lambda: F.dropout(None), TypeError, "^dropout: input is None; give a Tens"),
    "a list of dropout": (
        lambda: F.dropout([1.0]),
        TypeError,
        r"^dropout: input is \[1\.0\]",
    ),
    "None of softplus": (lambda: F.softplus(None, 2.0), TypeError, "^softplus: input is None"),
    "None of a mean square": (lambda: F.rms_norm(None, 3), TypeError, "^rms_norm: input is None"),
    "None of a batch": (
        lambda: F.batch_norm(None, None, None, training=True),
        TypeError,
        "^batch_norm: input is None",
    ),
    "no index": (lambda: F.embedding(X, X), TypeError, "^embedding: index of float64; give int"),
    "truth values": (
        lambda: F.embedding(X > 0, X),
        TypeError,
        "^embedding: index of bool; give int",
    ),
    "an integer as labels": (
        lambda: F.cross_entropy(X, 3),
        TypeError,
        "^cross_entropy: target is 3; give a Tensor or an array",
    ),
    "an integer as one label": (lambda: F.nll_loss(X[0], 1), TypeError, "^nll_loss: target is 1"),
    "a number as target": (lambda: F.mse_loss(X, 1.0), TypeError, r"^mse_loss: target is 1\.0"),
    "no target": (lambda: F.huber_loss(X, None), TypeError, "^huber_loss: target is None"),
    "floats as labels": (
        lambda: F.nll_loss(X, np.array([0.0, 1.0])),
        TypeError,
        "^nll_loss: labels are integers, not float64",
    ),
    "labels of another shape": (
        lambda: F.nll_loss(X, np.array([0])),
        ValueError,
        r"^nll_loss: labels of shape \(1,\) for scores of shape \(2, 3\); labels have shape \(2,\)",
    ),
    "weights of other classes": (
        lambda: F.cross_entropy(X, LABELS, np.ones(4)),
        ValueError,
        r"^cross_entropy: weights of shape \(4,\) for 3 classes",
    ),
    "one weight": (
        lambda: F.nll_loss(X, LABELS, np.ones(1)),
        ValueError,
        r"^nll_loss: weights of shape \(1,\) for 3 classes",
    ),
    "too much smoothing": (
        lambda: F.cross_entropy(X, LABELS, label_smoothing=2.0),
        ValueError,
        r"^cross_entropy: label_smoothing is 2\.0; give a number",
    ),
    "no reduction": (
        lambda: F.mse_loss(X, X, reduction="avg"),
        ValueError,
        "^mse_loss: reduction='avg'; use 'mean'",
    ),
}


@pytest.mark.parametrize("case", [*LAYERS, *GIVEN])
def test_what_cannot_be_is_refused_by_name(case):
    function, error, words = {**LAYERS, **GIVEN}[case]
    with pytest.raises(error, match=words):
        function()


OF_ELEMENTS = (
    "mse_loss",
    "l1_loss",
    "huber_loss",
    "smooth_l1_loss",
    "binary_cross_entropy_with_logits",
)


@pytest.mark.parametrize("shape", [(4,), (3,), (1, 4), (1, 1), ()])
@pytest.mark.parametrize("name", OF_ELEMENTS)
def test_losses_of_elements_do_not_broadcast(name, shape):
    loss, x, target = getattr(F, name), np.ones((4, 1)), np.ones(shape)
    words = rf"^{name}: input of shape \(4, 1\) and target of shape \({', '.join(map(str, shape))}"
    for wrong in (
        lambda: loss(gg.tensor(x), gg.tensor(target)),
        lambda: loss(x, target.tolist()) if shape else loss(x, target),
        lambda: gg.grad(lambda x: loss(x, target))(x),
        lambda: gg.vmap(lambda x: loss(x, target))(x[None]),
    ):
        with pytest.raises(ValueError, match=words):
            wrong()
    assert loss(x, x).shape == ()


@pytest.mark.parametrize("name", ["weight", "pos_weight"])
def test_weights_of_logits_do_not_make_more_losses(name):
    logits = F.binary_cross_entropy_with_logits
    words = rf"^{logits.__name__}: {name} has shape \(4, 1\), .*input's \(4,\)"
    with pytest.raises(ValueError, match=words):
        logits(np.ones(4), np.ones(4), **{name: np.ones((4, 1))})
    assert logits(X, X, **{name: np.ones((2, 1))}, reduction="none").shape == X.shape


# Modules


def net():
    return nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3), nn.Tanh())


NO_MODULE = {
    "a function": (F.tanh, "not the function tanh; give a Module, such as nn.Tanh"),
    "a class": (nn.ReLU, r"not the class ReLU; write ReLU\(\)"),
    "a list": ([nn.ReLU()], r"not list; give the Modules one by one, Sequential\(\*modules\)"),
    "a number": (3, "not int; give a Module"),
    "a Tensor": (gg.ones(3), "not Tensor; give a Module"),
}
PLACES = {
    "Sequential": lambda given: nn.Sequential(nn.Linear(1, 8), given),
    "Sequential of names": lambda given: nn.Sequential({"first": given}),
    "ModuleList": lambda given: nn.ModuleList([given]),
    "append": lambda given: nn.ModuleList().append(given),
    "add_module": lambda given: nn.Module().add_module("first", given),
    "an attribute": lambda given: setattr(nn.Sequential(nn.ReLU()), "0", given),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("stranger", NO_MODULE)
def test_what_is_no_module_is_refused(place, stranger):
    given, words = NO_MODULE[stranger]
    with pytest.raises(TypeError, match=f"(0|1|first) is a Module or None, {words}"):
        PLACES[place](given)


@pytest.mark.parametrize("given", [gg.ones((3, 2)), np.ones((3, 2)), 1.0, "a", nn.ReLU()], ids=repr)
def test_a_parameter_is_not_taken_from_the_parameters(given):
    model = net()
    before = list(model.state_dict())
    for place, name in ((model[0], "weight"), (model[0], "bias"), (model[1], "weight")):
        with pytest.raises(
            TypeError, match=rf"{name} is a Parameter or None, .*nn\.Parameter\(x\)"
        ):
            setattr(place, name, given)
    assert list(model.state_dict()) == before
    without = nn.Linear(2, 3, bias=False)
    with pytest.raises(TypeError, match="Linear: bias is a Parameter or None"):
        without.bias = given
    without.bias = nn.Parameter(gg.ones(3))
    assert [name for name, _ in without.named_parameters()] == ["weight", "bias"]


def test_the_elements_of_a_parameter_can_be_written():
    layer = nn.Linear(2, 3)
    weight = layer.weight
    with gg.no_grad():
        layer.weight[...] = np.ones((3, 2))
    assert layer.weight is weight and weight.requires_grad
    np.testing.assert_array_equal(weight.detach().numpy(), 1)


def test_a_buffer_stays_a_tensor():
    layer = nn.BatchNorm1d(2)
    for wrong in (np.ones(2), 1.0, [1.0, 2.0]):
        with pytest.raises(TypeError, match=r"running_mean is a Tensor or None, .*gg\.tensor\(x\)"):
            layer.running_mean = wrong
        with pytest.raises(TypeError, match=r"CrossEntropyLoss: weight is a Tensor or None"):
            nn.CrossEntropyLoss(wrong)
    layer.running_mean = gg.ones(2)
    assert list(layer.state_dict())[2] == "running_mean"


def test_an_attribute_may_become_none_a_parameter_or_nothing():
    model = net()
    model[0].bias = None
    model[1].running_mean = nn.Parameter(gg.zeros(3))
    assert list(model.state_dict()) == [
        "0.weight",
        "1.weight",
        "1.bias",
        "1.running_mean",
        "1.running_var",
        "1.num_batches_tracked",
    ]
    assert "running_mean" not in [name for name, _ in model[1].named_buffers()]
    del model[0].weight
    model[0].weight = "anything"  # no attribute of the Module's any more
    assert "0.weight" not in model.state_dict()
    setattr(model, "2", None)
    assert len(model) == 2


@pytest.mark.parametrize(
    ("name", "error"), [("a.b", KeyError), ("", KeyError), ("forward", KeyError), (5, TypeError)]
)
def test_a_name_that_would_not_be_found_is_refused(name, error):
    for register, value in (
        (nn.Module().register_buffer, gg.ones(1)),
        (nn.Module().register_parameter, nn.Parameter(gg.ones(1))),
        (nn.Module().add_module, nn.ReLU()),
        (lambda name, value: nn.Sequential({name: value}), nn.ReLU()),
    ):
        with pytest.raises(error):
            register(name, value)


def test_loading_what_are_no_arrays_says_so():
    model = nn.Linear(2, 1)
    with pytest.raises(RuntimeError, match=r"'weight' is list in .*'bias' is NoneType in"):
        model.load_state_dict({"weight": [[1.0, 2.0]], "bias": None})
    for stranger in (None, [1.0], "state"):
        with pytest.raises(TypeError, match=r"^load_state_dict: .*give a dict of names"):
            model.load_state_dict(stranger)
        with pytest.raises(TypeError, match=r"^SGD: load_state_dict takes what .*state_dict\(\)"):
            optim.SGD(model.parameters()).load_state_dict(stranger)
