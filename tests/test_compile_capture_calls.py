"""What CUDA graphs of a compiled step meet from call to call: other arrays, numbers and streams."""

import gc
from contextlib import nullcontext

import numpy as np
import pytest
from captured_steps import given, mlp, pair, run, same, state

import gpugrad as gg
from gpugrad import nn, optim

pytestmark = pytest.mark.needs_compiler
F = nn.functional


@pytest.fixture(autouse=True)
def on_device(device):
    with gg.use_device(device.name):
        yield


@pytest.fixture
def captures(device, monkeypatch):
    """The pools of the captures that were begun."""
    begun, capture = [], device.driver.capture

    def counted(pool=None):
        begun.append(pool)
        return capture(pool)

    monkeypatch.setattr(device.driver, "capture", counted)
    return begun


def test_what_a_call_gave_stays_as_it_was():
    _, step, twin = pair(mlp)
    kept = []
    for i in range(14):
        results = step(*given(i)), *[p.grad for p in twin.model.parameters()]
        kept += [(result, result.detach().numpy().copy()) for result in results]
    for result, numbers in kept:
        assert result.detach().numpy().tobytes() == numbers.tobytes()


def test_a_caller_may_write_into_what_a_call_gave():
    weight, bias = gg.tensor([[1.0, 2.0]]), gg.tensor([0.5, 0.5])

    def line(x):
        one = gg.grad(lambda s: s + 0.0)(x[0, 0])
        return (x * weight + bias).T, weight, gg.reshape(weight, (2, 1)), one

    step = gg.compile(line, wait=True)
    for i in range(5):
        y, same_cell, view, constant = step(gg.ones((3, 2)))
        assert y.tolist() == [[1.5] * 3, [2.5] * 3] and view.tolist() == [[1.0], [2.0]]
        assert constant.item() == 1.0 and same_cell is weight
        for one in (y, view, constant) if i > 1 else ():  # a graph gave them
            one.data.fill(0)


def test_a_result_is_the_next_argument():
    step = gg.compile(lambda x, y: (gg.tanh(x) * 2, x + y), wait=True)
    x = y = gg.tensor([0.5, 1.0])
    expected = x.numpy(), y.numpy()
    for _ in range(6):
        x, y = step(x, y)
        expected = np.tanh(expected[0]) * 2, expected[0] + expected[1]
        same((x.numpy(), y.numpy()), expected)


def test_arguments_of_any_layout():
    def f(x):
        return x * 2 + 1, x

    step, base = (
        gg.compile(lambda x: gg.tanh(x * 2) @ x.T, wait=True),
        np.arange(24.0).reshape(4, 6),
    )
    layouts = [
        lambda a: a,
        lambda a: a[:, ::-1],
        lambda a: gg.reshape(gg.ravel(a), (6, 4)).T,
        lambda a: gg.broadcast_to(a[:1], (4, 6)),
        lambda a: gg.concat([a, a])[3:7],
    ]
    for make in layouts * 2:
        x = make(gg.tensor(base / 24))
        y = x.numpy()
        np.testing.assert_allclose(step(x).numpy(), np.tanh(y * 2) @ y.T, rtol=1e-12)


def test_a_parameter_that_was_written_outside_is_seen(captures):
    eager, step, twin = pair(mlp)

    def written(one, i):
        first, _, _, last = one.model
        with gg.no_grad():
            if i % 2:
                first.weight.data *= 0.5  # where it is
            else:
                one.model.load_state_dict({k: v * 0.9 for k, v in one.model.state_dict().items()})
                last.bias.data = last.bias.data * 2  # another array

    for i in range(8):
        gg.random.seed(i)
        expected = eager(*given(i)).item()
        gg.random.seed(i)
        same([step(*given(i)).item()], [expected])
        same(state(twin), state(eager))
        written(eager, i), written(twin, i)
    assert len(captures) == 2  # an array that was replaced once is copied from then on


def test_two_steps_share_parameters():
    def make():
        model = nn.Linear(3, 2)
        optimizers = [optim.SGD(model.parameters(), lr) for lr in (0.1, 0.02)]

        def step(x, y, which):
            loss = F.mse_loss(model(x), y)
            optimizers[which].zero_grad()
            loss.backward()
            optimizers[which].step()
            return loss.detach()

        return step

    eager, _, twin = pair(make)
    one, other = (gg.compile(lambda x, y, k=k: twin(x, y, k), wait=True) for k in (0, 1))
    for i in range(8):
        same([(one, other)[i % 2](*given(i)).item()], [eager(*given(i), i % 2).item()])


def test_a_learning_rate_that_was_assigned_is_seen(captures):
    eager, step, twin = pair(mlp)
    for i in range(8):
        for each in (eager, twin):
            each.optimizer.param_groups[0]["lr"] = 0.05 / (1 + i // 2)
        gg.random.seed(i)
        expected = eager(*given(i)).item()
        gg.random.seed(i)
        same([step(*given(i)).item()], [expected])
    assert len(captures) <= 2


def test_draws_follow_the_seed_and_the_counter():
    def draws(x):
        return [
            gg.random.normal(size=3),
            gg.random.uniform(size=(2, 2), dtype="float64") + x,
            gg.random.integers(0, 9, size=4),
            gg.random.permutation(5),
        ]

    def drawn(function):
        found = []
        for i, seed in enumerate((0, 0, 2**128 - 1, 2**64, None, 7, None)):
            gg.random.normal(size=5) if seed is None else gg.random.seed(seed)
            found += [one.tolist() for one in function(float(i))]
        return found

    assert drawn(gg.compile(draws, wait=True)) == drawn(draws)


def test_an_array_that_the_function_closes_over_is_read_anew(device):
    outside = device.asarray(np.array([1.0, 2.0]))
    step = gg.compile(lambda x: gg.tanh(x) + outside, wait=True)
    for i in range(5):
        outside[...] = device.asarray(np.array([i, 2.0 * i]))
        np.testing.assert_allclose(step(gg.zeros(2, dtype="float64")).numpy(), [i, 2 * i])


def test_replays_run_on_the_streams_of_their_callers(device):
    """One after another: they share memory.  Without CuPy there is one stream."""
    cuda = getattr(device.module, "cuda", None)
    streams = [cuda.Stream(non_blocking=True) if cuda else nullcontext() for _ in range(2)]
    eager, step, _ = pair(mlp)
    expected = run(eager, range(8))
    gg.random.seed(3)
    for i in range(8):
        with streams[i // 2 % 2]:
            same([step(*given(i), 1.0 + i / 4).item()], [expected[i]])


def test_a_replay_launches_what_it_brings_in_and_what_it_gives(device):
    _, step, _ = pair(mlp)
    run(step, range(3))
    if device.name == "simulated":
        device.driver.launched.clear()
        run(step, range(3, 5))
        counted = {name: n for (name, _), n in device.driver.launched.items()}
        assert (counted["copy_in"], counted["copy_out"], counted["Adam_float32"]) == (2, 2, 2)


def test_the_memory_of_a_capture_stays_as_it_is_and_ends_with_the_step(device):
    if device.name != "simulated":
        return
    live = device.driver.arena.live

    def chain(x):
        y = gg.linalg.solve(x, x)
        for _ in range(9):
            y = gg.tanh(y @ x)
        return gg.sum(y)

    x = gg.tensor(np.eye(50))
    chain(x).item()  # what is kept for good
    gc.collect()
    before = sum(live.values())
    step, totals = gg.compile(chain, wait=True), set()
    for i in range(6):
        step(x)
        totals.add(sum(live.values()) - before if i > 1 else 0)
    assert len(totals - {0}) == 1 and max(totals) <= 5 * x.data.nbytes
    del step
    gc.collect()
    assert sum(live.values()) <= before
