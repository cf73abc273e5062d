"""A small part of the hunt of tests/hunt.py; and a hunt that finds what is made wrong."""

from dataclasses import replace

import numpy as np
import pytest
from differences import compare
from hunt import Strange, pair, singles
from subjects import calls

import gpugrad as gg
import gpugrad.numpy as gnp

X = np.array([1.0, 2.0])


SLOW = {"scipy.integrate.odeint"}  # hunted at length alone
NAMES = [name for name in calls() if name not in SLOW]


def chosen(name, count):
    """Some strange calls of a function, the same in every run."""
    rng = np.random.default_rng(list(name.encode()))
    alone = list(singles(name))
    some = [alone[i] for i in rng.integers(len(alone), size=count)] if alone else []
    return some + [one for one in (pair(name, rng) for _ in range(count)) if one]


@pytest.mark.parametrize("name", NAMES)
def test_strange_arguments_are_read_as_the_reference_reads_them(name):
    count = 2 if name.startswith("scipy.") else 6
    found = {str(one): one.differences() for one in chosen(name, count)}
    assert not {call: texts for call, texts in found.items() if texts}


@pytest.mark.needs_compiler
@pytest.mark.parametrize("name", NAMES[::4])
def test_strange_arguments_on_a_device(name):
    count = 1 if name.startswith("scipy.") else 2
    found = {str(one): one.differences("simulated") for one in chosen(name, count)}
    assert not {call: texts for call, texts in found.items() if texts}


def test_a_call_is_read_as_it_is_printed():
    one = Strange("clip", 4, (((0,), ("int8", "limits")), (("max",), ("Python's float",))))
    assert str(one) == "clip 4 | 0 int8, limits | max Python's float"
    assert Strange.read(str(one)) == one
    nested = "concatenate 0 | 0.1 NaN"
    assert str(Strange.read(nested)) == nested


def refused(error):
    def function(*arguments, **settings):
        raise error

    return function


WRONG = {  # what is made wrong -> a function in the place of gpugrad.numpy.exp, the words found
    "value": (lambda x: gnp.exp(x) * (1 + 1e-6), "values"),
    "NaN": (lambda x: gg.where(gnp.isnan(x), 0.0, gnp.exp(x)), "values"),
    "dtype": (lambda x: gg.astype(gnp.exp(x), "float64"), "dtype"),
    "shape": (lambda x: gg.reshape(gnp.exp(x), shape=(-1,)), "shape"),
    "no Tensor": (lambda x: np.exp(np.asarray(x)), "result"),
    "several": (lambda x: (gnp.exp(x), gnp.exp(x)), "result"),
    "refusal": (refused(TypeError("exp: no")), "refuses what is accepted"),
    "words": (refused(TypeError("no")), "the error does not name"),
    "raw": (refused(KeyError("exp")), "a raw error"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_found(monkeypatch, name):
    function, words = WRONG[name]
    right = calls()["exp"][0]
    function.__name__ = "exp"
    monkeypatch.setitem(calls(), "exp", [replace(right, ours=function)])
    found = [text for one in singles("exp") for text in one.differences()]
    assert any(text.startswith(words) for text in found)


def test_a_missing_refusal_is_found():
    assert compare({"f"}, gg.tensor(X), TypeError("no")).startswith("accepts what is refused")
    assert compare({"f"}, ValueError("f: no"), TypeError("no")) is None
