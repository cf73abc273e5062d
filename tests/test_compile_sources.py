"""Every way by which a Python value gets into a recording: it is followed, or refused.

What the function only reads may change between calls, and results follow.  What it changes itself,
a replay would not: that is refused.
"""

import builtins
import io
import itertools
import random
import re
import sys
import time
import types
from collections import deque

import compile_sources
import numpy as np
import pytest
from compile_sources import FOLLOWED, Plain, Slotted, attribute

import gpugrad as gg
import gpugrad.numpy as gnp
from gpugrad import nn, optim

X = gg.tensor([1.0, 2.0])


@pytest.mark.filterwarnings("ignore:divide by zero")
@pytest.mark.parametrize("make", FOLLOWED, ids=lambda make: make.__name__)
def test_what_a_function_reads_is_followed(make):
    function, change = make()
    compiled = gg.compile(function, wait=True)
    for value in (1.0, 2.0, 1.0, 2.0, 0.0, 1.0, 2.0):
        change(value)
        y, expected = compiled(X), function(X)
        assert y.dtype == expected.dtype
        np.testing.assert_array_equal(y.numpy(), expected.numpy())


# what the function changes


def appending():
    held = []
    return lambda x: held.append(1)


def counting():
    count = 0

    def function(x):
        nonlocal count
        count += 1

    return function


def rebinding():
    return lambda x: compile_sources.set_factor(compile_sources.FACTOR + 1.0)


def in_slots_inside():
    held = Slotted()
    return lambda x: attribute(held)(held.factor + 1)


def in_a_class_inside():
    return lambda x: attribute(Plain)(Plain.factor + 1)


def a_tensor_inside():
    held = types.SimpleNamespace(last=X)
    return lambda x: setattr(held, "last", x * 2)


def adding():
    held = set()
    return lambda x: held.add(len(held))


def filling():
    held = deque()
    return lambda x: held.append(1)


def writing_numpys():
    held = np.zeros(2)
    return lambda x: np.add(held, 1, out=held)


def drawing():
    return lambda x: x * random.random()


def drawing_of_an_object():
    source = random.Random(3)
    return lambda x: x * source.gauss(0, 1)


def drawing_of_numpy():
    return lambda x: x * np.random.rand(2)


def drawing_of_a_generator():
    source = np.random.default_rng(0)
    return lambda x: x * source.random(2)


def seeding():
    return lambda x: gg.random.seed(3)


def seeding_as_numpy():
    return lambda x: gnp.random.seed(3)


def seeding_anew():
    return lambda x: gg.random.seed()


def taking_of_a_generator():
    held = (float(i) for i in itertools.count())
    return lambda x: x * next(held)


def taking_of_a_list():
    held = iter([1.0, 2.0])
    return lambda x: x * next(held)


def enumerating():
    held = enumerate([1.0, 2.0])
    return lambda x: x * next(held)[1]


def reading_a_file():
    held = io.StringIO("1\n2\n")
    return lambda x: x * len(held.readline())


def setting_an_optimizer():
    optimizer = optim.SGD([gg.tensor([1.0], requires_grad=True)], momentum=0.5)
    return lambda x: optimizer.param_groups[0].update(momentum=0.25)


def setting_a_module():
    module = nn.Dropout(0.5)
    return lambda x: setattr(module, "p", 0.25)


CHANGED = {
    appending: r"len\(held\) changed while",
    counting: "count changed while",
    rebinding: "FACTOR changed while",
    in_slots_inside: "held.factor changed while",
    in_a_class_inside: "Plain.factor changed while",
    a_tensor_inside: "held.last changed while",
    adding: "held changed while",
    filling: r"len\(held\) changed while",
    writing_numpys: "held changed while",
    drawing: "random numbers of random were drawn",
    drawing_of_an_object: "random numbers of source were drawn",
    drawing_of_numpy: r"random numbers of numpy\.random were drawn",
    drawing_of_a_generator: "random numbers of source were drawn",
    seeding: r"sources\.py:\d+: a seed is set",
    seeding_as_numpy: r"sources\.py:\d+: a seed is set",
    seeding_anew: r"sources\.py:\d+: a generator without a seed",
    taking_of_a_generator: "held is an iterator",
    taking_of_a_list: "held is an iterator",
    enumerating: "held is an iterator",
    reading_a_file: "held is an iterator",
    setting_an_optimizer: r"param_groups\[0\].settings\['momentum'\] changed while",
    setting_a_module: r"module\.p changed while",
}


@pytest.mark.parametrize("make", CHANGED, ids=lambda make: make.__name__)
def test_what_a_function_changes_is_refused(make):
    function = make()
    with pytest.raises(RuntimeError, match=rf"^compile: .*{CHANGED[make]}"):
        gg.compile(lambda x: (function(x), x)[1])(X)


def test_a_refused_function_leaves_no_recorded_value_behind():
    held = types.SimpleNamespace(last=0.5, pair=(0.5, 0.5), tensor=X)

    def function(x, k):
        held.last, held.pair, held.tensor = k * 2, (k, k), x * k

    with pytest.raises(RuntimeError, match="changed while"):
        gg.compile(function)(X, 3.0)
    assert (held.last, held.pair, held.tensor is X) == (6.0, (3.0, 3.0), True)


# random numbers of gpugrad


def test_a_generator_that_the_function_makes_begins_anew_at_every_call():
    def function(x):
        source = gnp.random.default_rng(3)
        return x * source.random(2), x * source.random(2)

    compiled = gg.compile(function, wait=True)
    for _ in range(3):
        for y, expected in zip(compiled(X), function(X), strict=True):
            np.testing.assert_array_equal(y.numpy(), expected.numpy())


def noisy(x):
    return x * gg.random.normal(size=(2,))


def drawn_thrice(x):
    """A gradient that draws again what a checkpoint drew, between other draws."""
    before = gg.random.normal(size=(2,))
    gradient = gg.grad(lambda w: gg.sum(gg.checkpoint(noisy)(w) * w))(x)
    return before, gradient, noisy(x)


def test_a_checkpoint_draws_the_same_again_wherever_the_generator_stands():
    compiled = gg.compile(drawn_thrice, wait=True)
    for seed, _ in itertools.product((1, 2, 1), range(3)):
        gg.random.seed(seed)
        expected = drawn_thrice(X)
        gg.random.seed(seed)
        for y, z in zip(compiled(X), expected, strict=True):
            np.testing.assert_allclose(y.numpy(), z.numpy(), rtol=1e-6)


# what is asked of the world outside of the program is asked once, as help(gg.compiler) says


def test_clocks_are_read_once():
    compiled = gg.compile(lambda x: x * 0 + gg.tensor(time.perf_counter(), dtype="float64"))
    first = compiled(X)
    assert compiled(X).tolist() == first.tolist()


def test_libraries_are_not_searched():
    """Modules of Python and of packages hold what no program changes; there are thousands."""
    from gpugrad.compiler.reaching import State

    def function(x):
        return x * len(sys.path) + re.escape("a").count("a") + builtins.sum([1])

    paths = [guard.path for guard in State(function).guards]
    assert not [path for path in paths if path.startswith(("sys.", "re.", "builtins."))]
