"""Settings of layers and losses are checked where they are given; no data stand in their place."""

import warnings

import numpy as np
import pytest

import gpugrad as gg
from gpugrad import nn
from gpugrad.nn import functional as F

X, LABELS = np.ones((2, 3)), np.array([0, 2])

WRONG = {
    "a reduction": (
        lambda: nn.MSELoss(reduction="avg"),
        ValueError,
        "^MSELoss: reduction is 'avg'; give one",
    ),
    "no reduction": (
        lambda: nn.L1Loss(reduction=None),
        TypeError,
        "^L1Loss: reduction is None; give one of",
    ),
    "smoothing": (
        lambda: nn.CrossEntropyLoss(label_smoothing=2.0),
        ValueError,
        r"^CrossEntropyLoss: label_smoothing is 2\.0; give a number from 0 to 1",
    ),
    "an ignored fraction": (
        lambda: nn.NLLLoss(ignore_index=1.5),
        ValueError,
        r"^NLLLoss: ignore_index is 1\.5; give a whole number",
    ),
    "a negative delta": (lambda: nn.HuberLoss(delta=-1.0), ValueError, "^HuberLoss: delta is -1.0"),
    "a text as slope": (lambda: nn.LeakyReLU("a"), ValueError, "^LeakyReLU: negative_slope is 'a'"),
    "in place by position": (
        lambda: nn.ELU(True),
        ValueError,
        "^ELU: alpha is True; give a number",
    ),
    "an approximation": (
        lambda: nn.GELU("tan"),
        ValueError,
        "^GELU: approximate is 'tan'; give one",
    ),
    "an empty range": (lambda: nn.Hardtanh(1.0, -1.0), ValueError, r"^Hardtanh: max_val is -1\.0"),
    "a slope of NaN": (lambda: nn.Softplus(float("nan")), ValueError, "^Softplus: beta is nan"),
    "an axis by name": (
        lambda: nn.Softmax("rows"),
        ValueError,
        "^Softmax: dim is 'rows'; give a wh",
    ),
    "axes to join": (
        lambda: nn.Flatten(0.5),
        ValueError,
        r"^Flatten: start_dim is 0\.5; give a wh",
    ),
    "a negative eps": (
        lambda: nn.LayerNorm(3, -1.0),
        ValueError,
        r"^LayerNorm: eps is -1\.0; give",
    ),
    "an eps of groups": (
        lambda: nn.GroupNorm(1, 3, "a"),
        ValueError,
        "^GroupNorm: eps is 'a'; give",
    ),
    "a momentum": (
        lambda: nn.BatchNorm1d(3, momentum=7),
        ValueError,
        "^BatchNorm1d: momentum is 7",
    ),
    "a mode": (lambda: nn.ReLU().train("eval"), TypeError, r"^ReLU: train\('eval'\); give True or"),
    "delta of a function": (
        lambda: F.huber_loss(X, X, delta=-1.0),
        ValueError,
        r"^huber_loss: delta is -1\.0; give a number above 0",
    ),
    "beta of a function": (
        lambda: F.smooth_l1_loss(X, X, beta=-1.0),
        ValueError,
        r"^smooth_l1_loss: beta is -1\.0; give a number from 0 on",
    ),
    "no Tensor to fill": (lambda: nn.init.normal_(X), TypeError, "^init: ndarray; give a Tensor"),
    "a list to fill": (lambda: nn.init.zeros_([1.0]), TypeError, "^init: list; give a Tensor"),
    "target and scores": (
        lambda: F.cross_entropy(LABELS, X),
        TypeError,
        "^cross_entropy: scores are floats, not int64; they come first",
    ),
    "scores of integers": (
        lambda: F.nll_loss(gg.ones((2, 3), dtype="int64"), LABELS),
        TypeError,
        "^nll_loss: scores are floats, not int64",
    ),
    "too far": (
        lambda: nn.Sequential(nn.Tanh())[5],
        IndexError,
        r"^Sequential: \[5\] of 1 Modules",
    ),
    "of none": (
        lambda: nn.ModuleList()[0],
        IndexError,
        r"^ModuleList: \[0\] of 0 Modules; it is em",
    ),
    "by name": (lambda: nn.ModuleList()["a"], TypeError, r"^ModuleList: \['a'\] of 0 Modules"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_is_refused_with_the_way_out(case):
    function, error, words = WRONG[case]
    with pytest.raises(error, match=words):
        function()


DATA = {
    "CrossEntropyLoss": "weight",
    "NLLLoss": "weight",
    "MSELoss": "reduction",
    "L1Loss": "reduction",
    "HuberLoss": "reduction",
    "LeakyReLU": "negative_slope",
    "ELU": "alpha",
    "GELU": "approximate",
    "Softplus": "beta",
    "Hardtanh": "min_val",
    "Softmax": "dim",
    "LogSoftmax": "dim",
    "Dropout": "the probability",
    "Flatten": "start_dim",
}


@pytest.mark.parametrize("name", DATA)
def test_data_in_the_place_of_settings_are_refused(name):
    words = rf"^{name}: {DATA[name]} is .*, not a Tensor of shape \(2, 3\); .* {name}\(\)"
    with pytest.raises(TypeError, match=words):
        getattr(nn, name)(gg.tensor(X))


def test_a_loss_given_its_target_too():
    for loss in (nn.CrossEntropyLoss, nn.NLLLoss, nn.HuberLoss, nn.BCEWithLogitsLoss):
        with pytest.raises(TypeError, match="reduction is one of"):
            loss(*(() if loss is nn.HuberLoss else (gg.ones(3),)), gg.ones(3))


@pytest.mark.parametrize(
    ("words", "way"),
    [((True,), "mean"), ((False,), "sum"), ((None, False), "none"), (("sum",), "sum")],
)
def test_torchs_older_words_for_a_reduction_say_the_newer_one(words, way):
    for call in (nn.MSELoss, nn.CrossEntropyLoss):
        given = dict(zip(("size_average", "reduce"), words, strict=False))
        with pytest.raises(
            TypeError, match=f"^{call.__name__}: .* give reduction='{way}', by name"
        ):
            call(**given)
    with pytest.raises(TypeError, match=f"^l1_loss: size_average=.* reduction='{way}', by name"):
        F.l1_loss(X, X, *words)


class Hidden(nn.Module):
    def __init__(self, held):
        self.own = nn.Linear(1, 1)
        self.order = [self.own]
        self.held = held


def warned(module):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = list(module.parameters())
    return len(found), [str(warning.message) for warning in caught]


@pytest.mark.parametrize(
    "held",
    [[nn.Linear(1, 1)], (nn.Linear(1, 1),), {"a": nn.Linear(1, 1)}, [nn.Parameter(1.0)]],
    ids=["list", "tuple", "dict", "list of Parameters"],
)
def test_layers_that_are_not_found_warn(held):
    count, (text,) = warned(Hidden(held))
    assert count == 2
    assert text.startswith(
        f"Hidden: parameters() does not find what the {type(held).__name__} held"
    )


def test_layers_that_are_found_or_hidden_on_purpose_do_not_warn():
    module = Hidden([1.0, "a", None])
    module._teacher = [nn.Linear(1, 1)]
    assert warned(module) == (2, [])
    assert warned(Hidden(nn.ModuleList([nn.Linear(1, 1)]))) == (4, [])
    outer = nn.Sequential(module)
    outer.also = [module.own]  # an attribute further down
    assert warned(outer) == (2, [])
