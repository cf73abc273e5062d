"""Results belong to the caller, cells are written as a whole or not at all."""

import dis
import signal

import numpy as np
import pytest

import gpugrad as gg
from gpugrad import nn, optim

F = nn.functional
ONES = gg.ones(2)


def compiled(function):
    return gg.compile(function, wait=True)


def test_results_and_gradients_of_earlier_calls_stay():
    def losses_and_gradients(compile_it):
        w = gg.tensor([1.0, 2.0], requires_grad=True)
        optimizer = optim.SGD([w], lr=0.1)

        def step(x):
            loss = gg.sum(w * x) ** 2
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            return loss.detach()

        step = compiled(step) if compile_it else step
        kept = [(step(ONES * k), w.grad) for k in range(10)]
        return [(loss.item(), gradient.tolist()) for loss, gradient in kept]

    found, expected = losses_and_gradients(True), losses_and_gradients(False)
    np.testing.assert_allclose([a for a, _ in found], [a for a, _ in expected], rtol=1e-5)
    np.testing.assert_allclose([b for _, b in found], [b for _, b in expected], rtol=1e-5)


def test_a_result_is_the_next_argument():
    step = compiled(lambda x: x * 2)
    x, seen = ONES, []
    for _ in range(4):
        x = step(x)
        seen.append(x)
    assert [y.tolist() for y in seen] == [[k, k] for k in (2.0, 4.0, 8.0, 16.0)]


def test_the_caller_writes_into_results():
    step = compiled(lambda x: (x + 1, gg.zeros(2)))
    for _ in range(3):
        y, zeros = step(ONES)
        assert (y.tolist(), zeros.tolist()) == ([2.0, 2.0], [0.0, 0.0])
        y.data[0] = zeros.data[0] = 99.0


def test_an_argument_comes_back_as_it_is():
    step = compiled(lambda x, y: (x, {"y": y}))
    for _ in range(2):
        x, y = gg.ones(2), gg.ones(3)
        a, b = step(x, y)
        assert a is x and b["y"] is y


def test_an_argument_that_is_written():
    def step(x):
        with gg.no_grad():
            x += 1

    written = compiled(step)
    x, y = gg.zeros(2), gg.zeros(2)
    for _ in range(3):
        written(x)
        written(y)
    assert x.tolist() == y.tolist() == [3.0, 3.0]


def training():
    """A step that reads rows of a table, and all that it writes."""
    w = gg.tensor(np.ones((3, 2), "float32"), requires_grad=True)
    optimizer = optim.SGD([w], lr=0.1, momentum=0.9)

    def step(places):
        optimizer.zero_grad()
        gg.sum(F.embedding(places, w)).backward()
        optimizer.step()

    def state():
        cells = [w, w.grad, *optimizer.state[w].values(), optimizer.param_groups[0].steps]
        return [cell.detach().numpy().copy() for cell in cells]

    return step, state


def test_a_replay_that_raises_has_written_nothing():
    plain, state = training()
    step = compiled(plain)
    step(gg.tensor([0, 1]))
    before = state()
    with pytest.raises(IndexError, match="index 7 of 3 rows"):
        step(gg.tensor([0, 7]))
    for a, b in zip(before, state(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_recording_that_raises_has_written_nothing():
    w = gg.tensor([1.0, 2.0], requires_grad=True)
    optimizer = optim.SGD([w], lr=0.1)

    def step(x):
        gg.sum(w * x).backward()
        optimizer.step()
        raise KeyError("later")

    with pytest.raises(KeyError):
        compiled(step)(ONES)
    assert w.tolist() == [1.0, 2.0] and w.grad is None


@pytest.fixture
def interruptible():
    """Ctrl-C raises, also in a process of the background, which is started to ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_an_interrupt_waits_until_all_is_written(interruptible):
    """One that comes while cells are written is raised when the step is whole."""
    plain, state = training()
    step = compiled(plain)
    places = gg.tensor([0, 1])
    step(places)
    replay = next(iter(step._replays.values()))[0]
    names = replay.plan.names
    update = next(name for name, f in names.items() if type(f).__name__ == "Updating")
    run = names[update]

    def interrupted(*arguments):
        signal.raise_signal(signal.SIGINT)
        return run(*arguments)

    names[update] = interrupted
    with pytest.raises(KeyboardInterrupt):
        step(places)
    names[update] = run
    other, expected = training()
    other(places)
    other(places)
    for a, b in zip(state(), expected(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-6)


def test_an_interrupt_finds_all_gradients_or_none(interruptible):
    """Nothing is held back where a step writes gradients alone."""
    leaves = [gg.tensor([1.0, 2.0], requires_grad=True) for _ in range(3)]

    def plain(*leaves):
        gg.sum(leaves[0] * leaves[1] * leaves[2]).backward()

    step = compiled(plain)
    step(*leaves)
    replay = next(iter(step._replays.values()))[0]
    names, count = replay._finish.__globals__, 0

    def interrupted(array):
        nonlocal count
        count += 1
        if count == len(leaves):  # the last one is made, none is assigned
            signal.raise_signal(signal.SIGINT)
        return gg.Tensor(array)

    names["Tensor"] = interrupted
    for leaf in leaves:
        leaf.grad = None
    with pytest.raises(KeyboardInterrupt):
        step(*leaves)
    assert count == len(leaves) and all(leaf.grad is None for leaf in leaves)
    written = [one.opname for one in dis.get_instructions(replay._finish)]
    places = [i for i, name in enumerate(written) if name == "STORE_ATTR"]
    assert len(places) == len(leaves)
    between = written[places[0] : places[-1]]  # where Python would look for interrupts
    assert not [name for name in between if name.startswith(("CALL", "JUMP", "PRECALL", "RESUME"))]
