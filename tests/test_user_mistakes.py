"""``gg.elementwise``: mistakes are explained, with the function's name and the way out."""

import math
from functools import partial

import numpy as np
import pytest

import gpugrad as gg
from gpugrad.api.elementwise import elementwise

LARGE = 50_000  # elements: a kernel on the host, where few elements run the plain rules

ARRAY = np.ones(2)
outside = gg.tensor([1.0, 2.0])
WRONG = {
    "a Python branch": (lambda x: x if x > 0 else -x, "gg.where"),
    "a whole array": (lambda x: x - gg.sum(x), "whole arrays"),
    "Python's maths": (lambda x: math.exp(x), "math.tanh"),
    "an index": (lambda x: x[0], "no indexing"),
    "a shape": (lambda x: x * x.shape[0], "'shape'"),
    "an array from outside": (lambda x: x + outside, "make it an argument"),
    "a constant that is a Tensor": (lambda x: gg.sqrt(2.0) * x, "Python's math for constants"),
    "a text": (lambda x: x + "1", "real numbers, not with str"),
    "no number": (lambda x: (x, x), "one number"),
    "nothing": (lambda x: None, "one number"),
}


@pytest.mark.parametrize("mistake", WRONG)
def test_mistakes_are_explained(mistake):
    function, words = WRONG[mistake]
    for size in (2, LARGE):
        with pytest.raises(TypeError, match=f"^function: .*{words}"):
            elementwise(function)(gg.tensor(np.ones(size)))


@elementwise
def joined(x, y):
    return x + y


@elementwise
def scaled(x, *, factor=1.0):
    return x * factor


@elementwise
def grown(x, *, rate):
    return gg.exp(rate) * x


SETTINGS = {
    "a Tensor": (scaled, "factor", gg.tensor(2.0), "factor takes one Python number, not a Tensor"),
    "an array": (scaled, "factor", np.ones(2), "not an array; .* make it an argument"),
    "a list": (scaled, "factor", [1.0], "not list; give a number"),
    "a text": (scaled, "factor", "a", "not with str; the setting factor has to be a number"),
    "none": (scaled, "factor", None, "not with NoneType; the setting factor has to be"),
    "a truth value": (grown, "rate", True, r"Python's math .*rate=True\)"),
    "nothing given": (grown, "rat", 1.0, "unknown setting rat; known: rate"),
}


@pytest.mark.parametrize("size", [3, LARGE])
@pytest.mark.parametrize("mistake", SETTINGS)
def test_wrong_settings_are_explained(mistake, size):
    function, name, value, words = SETTINGS[mistake]
    with pytest.raises(TypeError, match=f"^{function.op.name}: .*{words}"):
        function(gg.tensor(np.ones(size)), **{name: value})


def test_a_wrong_default_of_a_setting_is_explained():
    with pytest.raises(TypeError, match=r"^function: the setting a takes one Python number"):
        elementwise(lambda x, *, a=ARRAY: a * x)
    with pytest.raises(TypeError, match=r"^scaled: the setting factor"):
        scaled.source("c", factor=gg.tensor(1.0))


@pytest.mark.parametrize("stranger", ["a", None, {}, set()], ids=repr)
def test_strangers_are_refused_by_name(stranger):
    kind = "None" if stranger is None else type(stranger).__name__
    with pytest.raises(TypeError, match=f"^joined: y takes a Tensor, .* or a number, not {kind}"):
        joined(gg.tensor([1.0]), stranger)
    with pytest.raises(TypeError, match=f"^function: x takes .*not {kind}"):
        elementwise(lambda x: abs(x))(stranger)


@pytest.mark.parametrize("size", [2, LARGE])
def test_shapes_that_do_not_broadcast(size):
    words = rf"^joined: shapes \({size},\) and \(3,\) do not broadcast$"
    with pytest.raises(ValueError, match=words):
        joined(gg.tensor(np.ones(size)), gg.tensor([1.0, 2.0, 3.0]))
    with pytest.raises(ValueError, match=words.replace("joined", "add")):
        gg.add(gg.tensor(np.ones(size)), gg.tensor([1.0, 2.0, 3.0]))


def test_wrong_arguments_are_explained():
    with pytest.raises(TypeError, match=r"joined takes 2 arrays \(x, y\), not 1"):
        joined(gg.tensor([1.0]))
    with pytest.raises(TypeError, match=r"takes 1 array \(x\), not 2"):
        scaled(1.0, 2.0)
    with pytest.raises(TypeError, match="unknown partial dz; known: dx, dy"):
        elementwise(dz=lambda x: x)(lambda x, y: x)
    with pytest.raises(TypeError, match=r"^function: a Python branch"):
        elementwise(dx=lambda x: x if x > 0 else 0)(lambda x: x)(outside.detach().requires_grad_())
    with pytest.raises(TypeError, match="names its arrays"):
        elementwise(lambda *arrays: arrays[0])
    with pytest.raises(TypeError, match=r"^function: a partial takes x, not z"):
        elementwise(dx=lambda z: z)(lambda x: x)(gg.tensor([1.0], requires_grad=True))


def test_a_function_without_a_name():
    doubled = elementwise(partial(lambda x, *, by: by * x, by=2.0))
    assert doubled(gg.tensor([1.0])).tolist() == [2.0]
    with pytest.raises(TypeError, match=r"^function: .*gg\.where"):
        elementwise(partial(lambda x, *, by: x if x > by else by, by=2.0))(gg.tensor([1.0]))


def test_pythons_own_operations_on_numbers():
    x = gg.tensor([-1.7, 0.5, 2.5])
    assert gg.elementwise(lambda x: round(x))(x).tolist() == [-2.0, 0.0, 2.0]
    assert gg.elementwise(lambda x: divmod(x, 2)[0])(x).tolist() == [-1.0, 0.0, 1.0]
    for refused in (lambda x: round(x, 2), lambda x: sum(range(x))):
        with pytest.raises(TypeError, match=r"use gg\.(round|tanh)"):
            gg.elementwise(refused)(x)
