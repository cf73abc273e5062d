"""What a compiled function tells of itself: why it was recorded, what its graph costs."""

import re
import warnings

import numpy as np
import pytest

import gpugrad as gg
from gpugrad.compiler.compiled import MANY
from gpugrad.compiler.report import amount, cost, least_moved


def test_a_report_before_the_first_call_is_refused():
    with pytest.raises(RuntimeError, match=r"^sin: nothing is recorded yet; call it first"):
        gg.compile(gg.sin).report()


def test_the_costs_of_a_fused_function():
    n = 1000
    compiled = gg.compile(lambda x: gg.tanh(x * 2 + 1) * x, wait=True)
    compiled(gg.ones(n))
    assert cost(compiled.graph) == (1, 8 * n, 4 * n)
    assert least_moved(compiled.graph) == 8 * n
    text = compiled.report()
    assert "4 recorded, 1 now" in text and re.search(r"fused kernels +1, of 4 operations", text)
    assert "7.8 KiB now, 7.8 KiB at least" in text and "time to build" in text


def test_views_move_nothing():
    compiled = gg.compile(lambda x: gg.matmul(gg.reshape(x, (2, 3)).T, gg.ones((2, 1))), wait=True)
    compiled(gg.ones(6))
    assert cost(compiled.graph).moved == 4 * (6 + 2 + 3)


def test_why_a_function_was_recorded():
    settings = {"factor": 1.0}
    compiled = gg.compile(lambda x: x * settings["factor"], wait=True)
    compiled(gg.ones(2))
    compiled(gg.ones(3))
    for settings["factor"] in (2.0, 3.0):
        compiled(gg.ones(2))
    assert "recorded 4 times" in compiled.report()
    assert "arguments of another form\n" in compiled.report()
    assert "settings['factor'], which changed (2 times)" in compiled.report()


def test_many_recordings_are_warned_of_once():
    factor = 0
    compiled = gg.compile(lambda x: x * factor, wait=True)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for factor in range(2 * MANY):
            assert compiled(gg.ones(1)).item() == factor
    assert [str(one.message) for one in caught] == [
        f"compile: <lambda> was recorded {MANY} times, the last time for factor, which changed; "
        "print(step.report()) lists the reasons"
    ]
    assert compiled.recordings <= MANY


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 B"), (1023, "1023 B"), (1536, "1.5 KiB"), (5 * 2**30, "5.0 GiB")]
)
def test_amounts_of_bytes(count, text):
    assert amount(count) == text


def test_memory_of_results_is_less_than_an_eager_programs():
    def chain(x):
        for _ in range(10):
            x = gg.tanh(x) + gg.sum(x, axis=-1, keepdims=True)
        return gg.sum(x)

    compiled = gg.compile(gg.grad(chain), wait=True)
    compiled(np.ones((50, 50)))
    (replay,) = next(iter(compiled._replays.values()))
    assert cost(compiled.graph).peak < cost(replay.recorded).peak


def test_a_compiled_function_is_drawn():
    compiled = gg.compile(lambda x, w: gg.sum(gg.tanh(gg.matmul(x, w)) * 2), wait=True)
    compiled(gg.ones((2, 3)), gg.ones((3, 4)))
    svg = gg.draw(compiled).svg
    for text in ("argument 0", "argument 1", "matmul", "2 operations", "(2, 4) float32", "sum"):
        assert text in svg
    with pytest.raises(ValueError, match=r"^draw: the function has 2 inputs and 3 steps"):
        gg.draw(compiled, limit=4)
