"""Compiled functions in threads: one call of each at a time, calls of several side by side."""

import copy
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from queue import SimpleQueue
from threading import Barrier

import numpy as np
import pytest
from captured_steps import replays_of

import gpugrad as gg
from gpugrad import nn


def meeting(step, monkeypatch, barrier):
    """Let every replay of a step wait for another thread's."""
    (replay,) = replays_of(step)
    run = replay.plan.run

    def waiting(*inputs):
        barrier.wait(timeout=60)
        return run(*inputs)

    monkeypatch.setattr(replay.plan, "run", waiting)


def test_two_steps_run_side_by_side(monkeypatch):
    barrier = Barrier(2)
    steps = [gg.compile(lambda x, k=k: gg.tanh(x) * k, wait=True) for k in (2, 3)]
    for step in steps:
        step(gg.ones(2))
        meeting(step, monkeypatch, barrier)
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda step: step(gg.zeros(2) + 0.5).tolist()[0], steps))
    np.testing.assert_allclose(found, np.tanh(0.5) * np.array([2, 3]), rtol=1e-6)


def test_calls_of_one_step_do_not_meet(monkeypatch):
    barrier = Barrier(2)
    step = gg.compile(lambda x: gg.tanh(x) * 2, wait=True)
    step(gg.ones(2))
    (replay,) = replays_of(step)
    inside, run = [], replay.plan.run

    def watched(*inputs):
        inside.append(len(inside))
        with suppress(Exception):
            barrier.wait(timeout=0.2)  # nobody comes
            inside.append("met")
        return run(*inputs)

    monkeypatch.setattr(replay.plan, "run", watched)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(step, [gg.ones(2)] * 2))
    assert inside == [0, 1]


def test_a_step_is_recorded_while_another_one_runs(monkeypatch):
    inputs, runs, is_recorded = gg.ones(2), SimpleQueue(), SimpleQueue()
    known = gg.compile(lambda x: gg.tanh(x) * 2, wait=True)
    known(inputs)
    (replay,) = replays_of(known)
    run = replay.plan.run

    def meeting_it(*arrays):
        runs.put(True)
        assert is_recorded.get(timeout=60)
        return run(*arrays)

    monkeypatch.setattr(replay.plan, "run", meeting_it)

    def new(x):
        is_recorded.put(True)
        assert runs.get(timeout=60)
        return gg.exp(x)

    with ThreadPoolExecutor(2) as pool:
        one, other = pool.submit(known, inputs), pool.submit(gg.compile(new, wait=True), inputs)
        assert (one.result().tolist()[0], other.result().tolist()[0]) == pytest.approx(
            (np.tanh(1) * 2, np.e)
        )


@pytest.mark.parametrize("fails", [False, True])
def test_numbers_that_others_draw_meanwhile_are_others(monkeypatch, fails):
    step = gg.compile(lambda: (gg.random.normal(size=4), gg.random.normal(size=3)), wait=True)
    step()
    (replay,) = replays_of(step)
    run, drawn = replay.plan.run, []

    def meanwhile(*inputs):
        drawn.append(gg.random.normal(size=9))
        if fails:
            raise ValueError("no memory")
        return run(*inputs)

    monkeypatch.setattr(replay.plan, "run", meanwhile)
    gg.random.seed(4)
    with suppress(ValueError):
        drawn += step()
    drawn.append(gg.random.normal(size=5))
    numbers = np.concatenate([one.numpy() for one in drawn])
    assert len(set(numbers)) == len(numbers)


def test_a_call_that_fails_draws_its_numbers_again(monkeypatch):
    step = gg.compile(lambda: gg.random.normal(size=4), wait=True)
    step()
    (replay,) = replays_of(step)
    gg.random.seed(4)
    with monkeypatch.context() as patch, pytest.raises(ZeroDivisionError):
        patch.setattr(replay.plan, "run", lambda *inputs: 1 / 0)
        step()
    found = step().tolist()
    gg.random.seed(4)
    assert found == gg.random.normal(size=4).tolist()


def test_a_copy_of_a_compiled_model_records_anew():
    model = nn.Linear(2, 1)
    model.forward = gg.compile(model.forward, wait=True)
    x = gg.ones(2)
    with gg.no_grad():
        first = model(x).item(), model(x).item()
        other = copy.deepcopy(model)
        other.weight *= 0
        other.bias *= 0
        assert (other(x).item(), other(x).item()) == (0.0, 0.0)
        assert (model(x).item(), model(x).item()) == first
