"""ci/bench peers: its workloads, tried on little, and what it makes of figures."""

import importlib

import numpy as np
import optree
import pytest
from source import CHECKOUT

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
