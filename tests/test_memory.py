"""Memory goes by reference counting: no cycle, no list of the past, no depth that is too deep."""

import gc
import threading
import tracemalloc
import weakref
from collections.abc import Callable
from contextlib import suppress

import pytest

import gpugrad as gg
from gpugrad.backend.kernels import buffers
from gpugrad.engine import small

STEPS = 1_000
ROUNDS = 5  # of that many steps; what leaks does so in each of them
SLACK = 16 * 1024  # bytes: a leak of one object a step is more
LINKS = 1_000_000


@pytest.fixture(autouse=True, scope="module")
def compiled_before():
    """What a long program compiles in the background is there before anything is measured."""
    small.start()
    for thread in threading.enumerate():
        if thread.name == "gpugrad small rules":
            thread.join()


def backward_step() -> None:
    x = gg.tensor([1.0, 2.0, 3.0], requires_grad=True)
    y = gg.sum(gg.tanh(x * x) + gg.exp(x) / x)
    y.backward()
    assert x.grad is not None


def create_graph_step() -> None:
    x = gg.tensor([1.0, 2.0, 3.0], requires_grad=True)
    gg.sum(gg.sin(x) * x).backward(create_graph=True)
    first, x.grad = x.grad, None
    gg.sum(first * first).backward()
    assert x.grad is not None


def dropped_graph_step() -> None:
    """A graph that nobody walks goes as well, and so does one made by create_graph."""
    x = gg.tensor([1.0, 2.0, 3.0], requires_grad=True)
    gg.sum(gg.sin(x) * x).backward(create_graph=True)


def hook_step() -> None:
    x = gg.tensor([1.0, 2.0], requires_grad=True)
    y = gg.exp(x)
    y.register_hook(lambda g: g * 2)
    gg.sum(y).backward()


def in_place_step() -> None:
    x = gg.tensor([1.0, 2.0], requires_grad=True)
    y = gg.exp(x)
    y += x
    y *= y
    gg.sum(y).backward()


def grad_of_grad_step() -> None:
    gg.grad(gg.grad(lambda x: gg.sin(x) * x))(1.0)


def jvp_of_grad_step() -> None:
    gg.jvp(gg.grad(lambda x: gg.sin(x) * x), (1.0,), (1.0,))


def held_after(step: Callable[[], None]) -> int:
    """Bytes that Python and NumPy hold after a thousand steps."""
    for _ in range(STEPS):
        step()
    return tracemalloc.get_traced_memory()[0]


@pytest.fixture
def collector_off():
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize(
    "step",
    [
        backward_step,
        create_graph_step,
        dropped_graph_step,
        hook_step,
        in_place_step,
        grad_of_grad_step,
        jvp_of_grad_step,
    ],
)
def test_memory_is_back_after_a_thousand_steps(step: Callable[[], None], collector_off):
    tracemalloc.start()
    try:
        held = [held_after(step)]  # this and perhaps the next fill Python's free lists
        while len(held) < ROUNDS and (len(held) < 2 or held[-1] - held[-2] >= SLACK):
            held.append(held_after(step))
    finally:
        tracemalloc.stop()
    left = held[-1] - held[-2]
    assert left < SLACK, f"{left} bytes stayed after {STEPS} steps"


def test_this_test_sees_a_cycle(collector_off):
    def leak() -> None:
        x = gg.tensor([1.0, 2.0, 3.0], requires_grad=True)
        x.grad = x

    with pytest.raises(AssertionError, match="bytes stayed"):
        test_memory_is_back_after_a_thousand_steps(leak, None)


def loss(x):
    y = x * 1.0
    y[0] = 2.0
    return gg.sum(gg.sin(x) * y)


def failing(x):
    raise ArithmeticError(str(gg.sin(x).shape))


def hooked(x):
    y = gg.exp(x)
    y.register_hook(lambda g: g * 2)
    return gg.sum(y)


def by_custom_vjp(x):
    f = gg.custom_vjp(loss)
    f.defvjp(lambda x: (loss(x), x), lambda x, g: (g * gg.cos(x),))
    return f(x)


def by_custom_jvp(x):
    f = gg.custom_jvp(loss)
    f.defjvp(lambda p, t: (loss(p[0]), gg.sum(gg.cos(p[0]) * t[0])))
    return f(x)


def leaf():
    return gg.tensor([1.0, 2.0, 3.0], requires_grad=True)


BATCH = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
LOSSES = {
    "plain": loss,
    "hooked": hooked,
    "checkpoint": gg.checkpoint(loss),
    "failing": failing,
    "custom_vjp": by_custom_vjp,
    "custom_jvp": by_custom_jvp,
}
TRANSFORMS = {
    "grad": lambda f: gg.grad(f)(leaf()),
    "grad of grad": lambda f: gg.grad(lambda x: gg.sum(gg.grad(f)(x)))(leaf()),
    "vjp": lambda f: gg.vjp(f, leaf())[1](1.0),
    "vjp, unused": lambda f: gg.vjp(f, leaf()),
    "jvp": lambda f: gg.jvp(f, (leaf(),), (leaf(),)),
    "linearize": lambda f: gg.linearize(f, leaf())[1](leaf()),
    "linearize, unused": lambda f: gg.linearize(f, leaf()),
    "jacfwd": lambda f: gg.jacfwd(f)(leaf()),
    "jacrev": lambda f: gg.jacrev(f)(leaf()),
    "hessian": lambda f: gg.hessian(f)(leaf()),
    "vmap": lambda f: gg.vmap(f)(gg.tensor(BATCH)),
    "vmap of grad": lambda f: gg.vmap(gg.grad(f), in_axes=(0,))(gg.tensor(BATCH)),
    "grad of vmap": lambda f: gg.grad(lambda b: gg.sum(gg.vmap(f)(b)))(gg.tensor(BATCH)),
    "backward": lambda f: f(leaf()).backward(),
    "backward, retained": lambda f: f(leaf()).backward(retain_graph=True),
    "backward, recorded": lambda f: f(leaf()).backward(create_graph=True),
    "no backward": lambda f: f(leaf()),
}


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("transform", TRANSFORMS)
def test_no_transform_leaves_a_cycle(transform, name, collector_off):
    def step() -> None:
        with suppress(ArithmeticError, TypeError, RuntimeError):  # not all take all
            TRANSFORMS[transform](LOSSES[name])

    step()
    gc.collect()
    step()
    assert gc.collect() == 0


def test_memory_is_used_again_and_what_is_idle_keeps_to_its_limit(monkeypatch):
    most = 20 * buffers.POOLED_FROM
    monkeypatch.setattr(buffers, "MOST_IDLE", most)
    monkeypatch.setattr(buffers, "IDLE", type(buffers.IDLE)())
    shape = (buffers.POOLED_FROM,)
    first = buffers.empty(shape, "uint8")
    address = first.ctypes.data
    del first
    assert buffers.empty(shape, "uint8").ctypes.data == address
    lent = [buffers.empty((n * buffers.POOLED_FROM,), "uint8") for n in (*range(1, 30), *[3] * 30)]
    memory = [weakref.ref(array.base.memory) for array in lent]
    while lent:
        lent.pop()  # nobody takes meanwhile
        idle = [kept.nbytes for ref in memory[len(lent) :] if (kept := ref()) is not None]
        assert sum(idle) <= most
    assert idle


def test_a_graph_dies_with_its_last_tensor(collector_off):
    x = gg.tensor([1.0, 2.0], requires_grad=True)
    y = gg.exp(x)
    node = weakref.ref(y.grad_fn)
    z = gg.sum(y * y)
    del y
    assert node() is not None  # the walk back needs it
    del z
    assert node() is None


def test_backward_lets_go_of_what_was_kept(collector_off):
    x = gg.tensor([1.0, 2.0], requires_grad=True)
    y = gg.exp(x)
    kept = weakref.ref(y.data)
    z = gg.sum(gg.sin(y))
    del y
    assert kept() is not None  # the cosine needs it
    z.backward()
    assert kept() is None  # although z is still here


def test_a_chain_of_a_million_operations(collector_off):
    x = gg.tensor(1.5, requires_grad=True)
    y = x
    for _ in range(LINKS):
        y = -y
    y.backward()
    assert x.grad.item() == 1.0
    last = weakref.ref(y.grad_fn)
    del y
    assert last() is None


def test_a_chain_of_a_million_operations_is_dropped_unwalked(collector_off):
    x = gg.tensor(1.5, requires_grad=True)
    y = -x
    first = weakref.ref(y.grad_fn)
    for _ in range(LINKS):
        y = -y
    del y
    assert first() is None


def peak(derivative: Callable, count: int) -> int:
    """Bytes at the most while a chain of ``count`` steps, of 10,000 elements, is differentiated."""

    def chain(x):
        for _ in range(count):
            x = gg.tanh(1.1 * x)
        return gg.sum(x)

    x = gg.linspace(-1.0, 1.0, 10_000)
    derivative(chain, x)  # fills Python's free lists
    tracemalloc.start()
    try:
        derivative(chain, x)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_forward_mode_keeps_nothing_of_the_past():
    array = 4 * 10_000
    forward, reverse = (
        lambda f, x: gg.jvp(f, (x,), (gg.ones_like(x),)),
        lambda f, x: gg.grad(f)(x),
    )
    assert abs(peak(forward, 200) - peak(forward, 20)) < 3 * array  # of 180 steps more
    assert peak(reverse, 200) - peak(reverse, 20) > 150 * array
