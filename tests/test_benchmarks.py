"""ci/bench peers and compile: their workloads, tried on little, and what they make of figures."""

import importlib

import numpy as np
import optree
import pytest
from kernel_checks import needs_compiler
from source import CHECKOUT

import gpugrad as gg
from gpugrad.backend.select import backend
from gpugrad.compiler.writing import VIEWS

ROWS = ("W1", "W2", "W3", "W4", "W4b", "W4c", "W5", "W6", "W7")
CALLS = 3  # recorded, replayed, replayed by what optimizers wrote


@pytest.fixture
def benchmarks(monkeypatch):
    """A module of ci/benchmarks by its name."""
    monkeypatch.syspath_prepend(CHECKOUT / "ci" / "benchmarks")
    return importlib.import_module


def numbers(call, count=1):
    """What calls give, one after another, as arrays of NumPy."""
    leaves = [leaf for _ in range(count) for leaf in optree.tree_leaves(call())]
    return [np.asarray(leaf.numpy() if hasattr(leaf, "numpy") else leaf) for leaf in leaves]


def assert_near(found, wanted, tolerance):
    for x, y in zip(found, wanted, strict=True):
        np.testing.assert_allclose(x, y, tolerance, tolerance * np.abs(y).max())


@pytest.mark.parametrize("name", ROWS)
def test_compiled_workloads_give_the_eager_numbers(benchmarks, name):
    row = benchmarks("workloads").ROWS[name](tried=True)
    library = benchmarks("workloads.libraries").Gpugrad
    assert len(row.spellings) > 1
    for make in row.spellings.values():
        found, wanted = (numbers(make(library(compiled)), CALLS) for compiled in (True, False))
        assert [x.dtype for x in found] == [x.dtype for x in wanted]
        assert_near(found, wanted, 1e-4 if wanted[0].dtype == np.float32 else 1e-12)


def test_all_workloads_are_tried(benchmarks):
    assert set(benchmarks("workloads").ROWS) == set(ROWS)


@pytest.mark.parametrize("name", ["W1", "W2", "W3", "W7"])
def test_derivatives_by_hand_are_right(benchmarks, name):
    row = benchmarks("workloads").ROWS[name](tried=True)
    library = benchmarks("workloads.libraries").Gpugrad(compiled=False)
    make = next(iter(row.spellings.values()))
    assert_near(numbers(row.by_hand()), numbers(make(library)), 1e-4)


def refused():
    raise RuntimeError("no such kernel")


def test_a_row_that_fails_leaves_the_others(benchmarks):
    peer = benchmarks("harness").Peer("some", lambda: {"good": list, "bad": refused})
    repeats = {}
    _, answer = benchmarks("harness.processes")._begun(peer, repeats)
    assert answer["failed"] == {"bad": "RuntimeError: no such kernel"}
    assert set(answer["starts"]) == set(repeats) == {"good"}


def result(failed, **ratios):
    """Figures of spellings in which gpugrad takes so many times what JAX takes."""
    times = {"median": 1.0, "first call, s": 2.0, "until full speed, s": 3.0}
    rows = {
        spelling: {
            "gpugrad compiled": times,
            "gpugrad eager": {**times, "ratio": 0.1},
            "jax.jit": {**times, "ratio": ratio},
            "HIPS autograd": {**times, "ratio": ratio / 2},
            "NumPy by hand": {**times, "ratio": 9.0},
        }
        for spelling, ratio in ratios.items()
    }
    return {"rows": rows, "failed": failed, "absent": ["torch.compile"]}


def test_the_worst_spelling_counts(benchmarks, tmp_path):
    comparison = benchmarks("workloads.comparison")
    good = result({}, plain=0.5, strange=2.0)
    assert comparison.worst(good) == (2.0, "strange", "jax.jit")
    bad = result({"gpugrad compiled": {"odd": "RuntimeError"}}, plain=0.5)
    assert comparison.worst(bad) == (None, "odd", None)
    assert "failed: gpugrad compiled, odd: RuntimeError" in comparison.text("W0", bad)
    comparison.plot({"2": {"W0": good, "W1": bad}}, tmp_path / "plot.png")
    assert (tmp_path / "plot.png").stat().st_size


@pytest.mark.parametrize(
    ("seconds", "ready", "first"),
    [
        ([9, 1, 1, 1, 1], 1, 1),
        ([9, 1, 1, 3, 1, 1, 1.1], 1, 4),  # three in a row
        ([9, 1, 1, 1, 1, 1], 2, 2),  # without its kernels no call is at full speed
        ([9, 5, 5], 1, 2),
    ],
)
def test_full_speed_is_three_calls_with_kernels(benchmarks, seconds, ready, first):
    assert benchmarks("harness.starts").at_full_speed(seconds, ready, usual=1) == first


def test_calls_are_made_until_kernels_are_there(benchmarks):
    class Call:
        count = 0

        def __call__(self):
            self.count += 1

        def built(self):
            return self.count > 5

    call, starts = Call(), benchmarks("harness.starts")
    starts.started(call)
    assert call.count >= 6 + starts.LEAST


def test_a_line_through_recordings(benchmarks):
    found = benchmarks("compiling.scaling").line({1: 3.0, 2: 5.0, 4: 9.0})
    assert found["a layer"] == pytest.approx(2) and found["before"] == pytest.approx(1)
    assert found["largest miss"] < 1e-9 and found["a further layer"] == {2: 2.0, 4: 2.0}


def test_goals(benchmarks):
    goals = benchmarks("compiling.goals")
    told = [goals.goal("a", 1.0, 1.3), goals.goal("b", 2.0, 1.3), goals.goal("c", None, 1.3)]
    assert [line.split()[-1] for line in goals.lines(told)] == ["met", "MISSED"]


def activated(x):
    for _ in range(4):
        x = gg.tanh(x @ x) * x
    return gg.sum(x)


@pytest.mark.parametrize("device", ["cpu", "simulated"])
def test_a_profile_leaves_the_plan_as_it_was(benchmarks, device):
    with gg.use_device(device):
        step, x = gg.compile(activated, wait=True), gg.ones((8, 8)) / 8
        expected = [step(x).numpy() for _ in range(3)][-1]
        replay = step._latest()
        plan = replay.plan
        seconds = benchmarks("compiling.profile").timed(lambda: step(x), replay, count=2)
        working = {each for each in plan.graph.steps if each.name not in VIEWS}
        assert working <= set(seconds) <= set(plan.graph.steps)
        assert replay.plan is plan
        np.testing.assert_array_equal(step(x).numpy(), expected)


@needs_compiler
def test_launches_before_and_after_fusing(benchmarks):
    kernels = benchmarks("compiling.kernels")
    device, sources = backend("simulated"), {}
    with gg.use_device("simulated"), kernels.asked_for(device.driver, sources):
        found = kernels.launches(device, "W4")
    before, after = (
        sum(found[when][what] for what in ("launches", "products", "others"))
        for when in ("before fusing", "after fusing")
    )
    assert after < before
    assert any(name.startswith("fused") for name in sources.keys() & found["kernels"])
    usage = "Function sum:\n  REG:20 STACK:0 SHARED:1024 LOCAL:0 CONSTANT[0]:584"
    assert kernels.USAGE.findall(usage) == [("sum", "20", "0", "1024", "0")]
