"""A compiled step on a device: CUDA graphs, and calls between them where no graph can be."""

import re
import signal

import numpy as np
import pytest
from captured_steps import F, given, mlp, pair, replays_of, run, same, state
from test_compile_training import TRAININGS

import gpugrad as gg
from gpugrad import nn, optim

pytestmark = pytest.mark.needs_compiler
WHOLE = re.compile(r"^CUDA graphs +1, of (\d+) of \1 calls$", re.MULTILINE)


@pytest.fixture(autouse=True)
def on_device(device):
    with gg.use_device(device.name):
        yield


def test_a_training_step_is_one_graph():
    eager, step, twin = pair(mlp)
    same(run(step, range(6)), run(eager, range(6)))
    same(state(twin), state(eager))
    assert WHOLE.search(step.report())


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", ["gpt", "convnet", "scaled"])
def test_a_larger_step_is_one_graph(name):
    found = {}
    for compiled in (False, True):
        gg.random.seed(0)
        step, data, before = TRAININGS[name]()
        step = gg.compile(step, wait=True) if compiled else step
        gg.random.seed(1)
        results = []
        for i in range(6):
            before(i)
            parts = step(*map(gg.tensor, data(i)))
            results += parts if isinstance(parts, tuple) else (parts,)
        found[compiled] = [part.item() for part in results]
    same(found[True], found[False])
    assert WHOLE.search(step.report())


def test_before_there_are_graphs_the_report_says_when():
    _, step, _ = pair(mlp)
    run(step, range(1))
    assert "CUDA graphs           none yet" in step.report()


def test_a_function_whose_results_are_walked_back_from_runs_without_graphs():
    step = gg.compile(lambda w, x: gg.mean(gg.tanh(x @ w) ** 2), wait=True)
    w, x = gg.ones((3, 2), requires_grad=True), gg.ones((4, 3)) / 4
    for _ in range(4):
        w.grad = None
        step(w, x).backward()
        np.testing.assert_allclose(w.grad.numpy(), gg.grad(step.function)(w, x).detach().numpy())
    assert "CUDA graphs           none, since its results are walked back from" in step.report()


def test_on_the_host_the_report_has_no_graphs():
    step = gg.compile(lambda x: x * 2, wait=True)
    step(gg.ones(2, device="cpu"))
    assert "CUDA" not in step.report()


# what no graph takes


def test_solvers_split_the_step_and_are_named():
    def chain(a, b):
        x = gg.linalg.solve(a, b) + 1
        return gg.linalg.solve(a @ a, gg.tanh(x)) * 2

    step = gg.compile(chain, wait=True)
    for i in range(5):
        a = gg.tensor(np.random.default_rng(i).normal(size=(4, 4)) + 4 * np.eye(4))
        b = gg.tensor(np.random.default_rng(100 + i).normal(size=(4, 2)))
        np.testing.assert_allclose(step(a, b).numpy(), chain(a, b).numpy(), rtol=1e-9)
    text = step.report()
    assert re.search(r"CUDA graphs +2, of 3 of 5 calls", text)
    line = chain.__code__.co_firstlineno
    for number in (line + 1, line + 2):
        where = rf"called, not captured: \w+ \(test_compile_capture.py:{number}\): "
        assert re.search(where + "calling cuSOLVER API during stream capture", text)


def test_a_solver_of_arguments_comes_before_the_one_graph():
    def ridge(a, b):
        return gg.sum(gg.tanh(gg.exp(b) @ b.T) * gg.sum(gg.linalg.solve(a, b)))

    step = gg.compile(ridge, wait=True)
    a = gg.tensor(np.diag([1.0, 2.0, 4.0]))
    for i in range(4):
        b = gg.tensor(np.random.default_rng(i).normal(size=(3, 2)))
        np.testing.assert_allclose(step(a, b).item(), ridge(a, b).item(), rtol=1e-12)
    assert re.search(r"CUDA graphs +1, of", step.report())


def test_work_of_the_host_is_called():
    def both(x, on_host):
        return gg.tanh(x * 2) + 1, gg.exp(on_host * 2) + 1

    step = gg.compile(both, wait=True)
    for i in range(4):
        x, y = np.full(3, 0.1 * i), np.full(3, 0.2 * i)
        found = step(gg.tensor(x), gg.tensor(y, device="cpu"))
        assert [one.device for one in found][1] == "cpu"
        same([one.numpy() for one in found], [np.tanh(x * 2) + 1, np.exp(y * 2) + 1])
    assert "the host computes it" in step.report()


@pytest.mark.parametrize(
    ("error", "graphs", "called"),
    [(ValueError("no such stream\nat all"), 2, 1), (MemoryError(), 1, 12)],
    ids=["error", "memory"],
)
def test_a_step_that_fails_while_it_is_captured_is_called(
    device, monkeypatch, error, graphs, called
):
    matmul = device.natives["matmul"]

    def failing(x, *others):
        if device.driver.capturing and x.shape == (6, 8):
            raise error
        return matmul(x, *others)

    monkeypatch.setitem(device.natives, "matmul", failing)
    eager, step, twin = pair(mlp)
    same(run(step, range(5)), run(eager, range(5)))
    same(state(twin), state(eager))
    assert re.search(rf"CUDA graphs +{graphs}, of {15 - called} of 15 calls", step.report())
    said = str(error).partition("\n")[0] or "MemoryError"
    line = twin.__code__.co_firstlineno + 1
    assert f"called, not captured: matmul (captured_steps.py:{line}): {said}" in step.report()


def test_an_operation_that_raises_writes_nothing():
    parameter = nn.Parameter(gg.ones(2, dtype="float64"))
    optimizer = optim.SGD([parameter], lr=0.5)

    def update(a):
        optimizer.zero_grad()
        y = gg.sum(gg.linalg.solve(a * 2, parameter))
        y.backward()
        optimizer.step()
        return y.detach()

    step = gg.compile(update, wait=True)
    sound, singular = gg.tensor(np.diag([1.0, 2.0])), gg.tensor(np.zeros((2, 2)))
    for calls in range(1, 5):  # the second call captures
        step(sound)
        before = parameter.detach().numpy(), parameter.grad
        with pytest.raises(np.linalg.LinAlgError):
            step(singular)
        assert parameter.detach().numpy().tolist() == before[0].tolist()
        assert parameter.grad is before[1]
        np.testing.assert_allclose(before[0], 1 - calls * 0.5 * np.array([0.5, 0.25]))


@pytest.fixture
def interruptible():
    """Ctrl-C raises, also in a process of the background, which is started to ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


class Interrupted:
    """A graph whose launch an interrupt comes before."""

    def __init__(self, graph):
        self.graph = graph

    def launch(self):
        signal.raise_signal(signal.SIGINT)
        self.graph.launch()


def test_an_interrupt_waits_until_all_is_written(interruptible):
    eager, step, twin = pair(mlp)
    run(step, range(4))
    (segment,) = replays_of(step)[0].plan._capture._parts
    segment.graph = Interrupted(segment.graph)
    with pytest.raises(KeyboardInterrupt):
        run(step, range(4, 5))
    run(eager, range(4))
    run(eager, range(4, 5))
    same(state(twin), state(eager))


def test_a_value_that_was_saved_before_a_replay_wrote_into_it_is_noticed():
    _, step, twin = pair(mlp)
    run(step, range(3))
    for i in range(2):
        x, y = given(i)
        saved = F.mse_loss(twin.model(x.requires_grad_()), y)
        step(*given(i), 1.0)
        with pytest.raises(RuntimeError, match="overwritten in place since"):
            saved.backward()
