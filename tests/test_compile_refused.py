"""What a recording would decide once and for ever is refused, with the user's line."""

import re
from types import SimpleNamespace

import numpy as np
import pytest

import gpugrad as gg

ONES = gg.ones(2)


def refused(function, *arguments):
    """The error of a compiled function."""
    with pytest.raises(RuntimeError) as caught:
        gg.compile(function, wait=True)(*arguments)
    return str(caught.value)


def branch(x):
    return x if gg.sum(x) > 1 else -x


W = gg.tensor(2.0)


@pytest.mark.parametrize(
    "function",
    [
        branch,
        lambda x: x * W.item(),
        lambda x: x * float(gg.sum(W)),
        lambda x: print(x),
        lambda x: f"{gg.sum(x):.2f}",
        lambda x: np.asarray(x).max(),
        lambda x: x.tolist(),
        lambda x: [0][gg.sum(x).astype("int64")],
    ],
    ids=["a branch", "item", "float", "print", "a format", "NumPy", "tolist", "an index"],
)
def test_a_python_value_of_a_recorded_array(function):
    assert re.match(
        r"compile: \S*test_compile_refused\.py:\d+: .*gg\.where", refused(function, ONES)
    )


@pytest.mark.parametrize("function", [gg.nonzero, gg.unique_values, lambda x: x[x > 0]])
def test_a_shape_that_depends_on_elements(function):
    assert "shape that differs from call to call" in refused(function, ONES)


def test_a_list_that_the_function_appends_to():
    kept = []

    def step(x):
        kept.append(x * 2)
        return x

    assert re.search(r"len\(kept\) changed while step was recorded", refused(step, ONES))


def test_an_attribute_that_the_function_sets():
    state = SimpleNamespace(count=0)

    def step(x):
        state.count += 1
        return x * state.count

    assert "state.count changed while step was recorded" in refused(step, ONES)


def test_an_array_that_left_its_recording():
    left = []

    def step(x):
        left.append(x * 2)
        return x

    refused(lambda x: step(x), ONES)
    with pytest.raises(RuntimeError, match="used after the recording"):
        left[0] + 1
