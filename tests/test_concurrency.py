"""Threads, forks and processes at once, through the functions that users call."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from source import CHECKOUT

import gpugrad as gg
from gpugrad import nn
from gpugrad.backend.kernels import buffers

STEPS = 40
PROGRAM = """
import gpugrad as gg

@gg.elementwise
def f(x, y):
    return gg.tanh(x * y + x / 2) * gg.sigmoid(y) - gg.log1p(gg.exp(-x))

x = gg.linspace(-1.0, 1.0, 200_000).requires_grad_()
y = gg.linspace(0.5, 2.0, 200_000).requires_grad_()
gg.sum(f(x, y)).backward()
print(gg.sum(x.grad).item(), gg.sum(y.grad).item())
"""


def test_two_threads_on_shared_parameters_lose_no_gradient():
    model = nn.Sequential(nn.Linear(20, 30), nn.Tanh(), nn.Linear(30, 5))
    batches = [
        gg.tensor(np.random.default_rng(i).normal(size=(8, 20)), dtype="float32") for i in range(4)
    ]

    def work(batch: gg.Tensor) -> None:
        for _ in range(STEPS):
            gg.sum(model(batch) ** 2).backward()

    for batch in batches:
        work(batch)
    expected = [p.grad.numpy() for p in model.parameters()]
    model.zero_grad()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, batches))
    for parameter, wanted in zip(model.parameters(), expected, strict=True):
        found = parameter.grad.numpy()
        assert abs(found - wanted).max() <= 1e-4 * abs(wanted).max()  # added in another order


def test_threads_never_share_memory_that_was_idle():
    def work(mine: int) -> bool:
        own = []
        for step in range(STEPS):
            array = buffers.empty((buffers.POOLED_FROM + step % 3,), "uint8")
            array.fill(mine)
            own = [*own[-2:], array]
            if not all((kept == mine).all() for kept in own):
                return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(work, range(4)))


def test_a_thread_has_its_own_recording_and_device():
    x = gg.tensor([1.0, 2.0], requires_grad=True)

    def other() -> tuple[bool, str]:
        return (x * 2).requires_grad, gg.default_device()

    with gg.no_grad(), gg.use_device("cpu"), ThreadPoolExecutor(1) as pool:
        assert pool.submit(other).result() == (True, gg.default_device())
        assert not (x * 2).requires_grad


OPENING = """
import sys, threading, time
import gpugrad as gg
from gpugrad.backend.simulated import memory

sys.setswitchinterval(1e-6)
found, reserve = [], memory.reserve

def slowly():
    time.sleep(0.2)  # so that all come while one opens
    return reserve()

def work(i):
    with gg.use_device("simulated"):
        for _ in range(20):
            x = gg.tensor([float(i), 1.0], requires_grad=True)
            gg.sum(x * x).backward()
            found.append(x.grad.tolist() == [2.0 * i, 2.0])

memory.reserve = slowly
threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(len(found), all(found))
"""
FORKING = """
import os, signal, threading, warnings
import numpy as np
import gpugrad as gg

warnings.simplefilter("ignore")  # of forks beside threads
x = gg.tensor([1.0, 2.0], requires_grad=True)
step = gg.compile(lambda x: gg.sum(gg.tanh(x) * x))

def work():
    gg.sum(x * x).backward()
    step(x.detach())
    gg.random.normal(size=3)
    gg.elementwise(lambda x: gg.tanh(x) * 2)(x)
    p = gg.nn.Parameter(gg.tensor([1.0]))
    gg.sum(p * p).backward()
    gg.optim.SGD([p], lr=0.1).step()
    with gg.use_device("simulated"):
        gg.sum(gg.tensor([1.0, 2.0]) * 3).item()

def child():
    signal.alarm(60)
    work()
    os._exit(0)
"""
ALWAYS_WORKING = (
    FORKING
    + """
def for_ever():
    while True:
        work()

work()
for _ in range(3):
    threading.Thread(target=for_ever, daemon=True).start()
for _ in range(20):
    if not (process := os.fork()):
        child()
    assert os.waitpid(process, 0)[1] == 0
os._exit(0)
"""
)
HOLDING = (
    FORKING
    + """
from time import sleep
from gpugrad.backend import locks

work()
for lock in (step._lock, *locks.LOCKS):
    holds = threading.Event()

    def hold():
        with lock:
            holds.set()
            sleep(0.1)  # a fork waits as long

    thread = threading.Thread(target=hold)
    thread.start()
    holds.wait()
    if not (process := os.fork()):
        child()
    assert os.waitpid(process, 0)[1] == 0
    thread.join()
"""
)


def ran(program: str) -> str:
    """What a program prints in a process of its own, which may fork."""
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, env=environment, text=True, capture_output=True, timeout=300)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.needs_compiler
def test_many_threads_may_open_a_device_at_once():
    assert ran(OPENING) == "160 True\n"


@pytest.mark.needs_compiler
@pytest.mark.parametrize("program", [ALWAYS_WORKING, HOLDING], ids=["working", "holding"])
def test_a_forked_child_waits_for_no_thread_that_it_has_not(program):
    ran(program)


@pytest.mark.needs_compiler
def test_processes_that_build_the_same_kernels_get_the_same_results(tmp_path):
    clean = {**os.environ, "PYTHONPATH": str(CHECKOUT), "GPUGRAD_CACHE": str(tmp_path)}
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM],
            env=clean,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for _ in range(3)
    ]
    said = [worker.communicate(timeout=120) for worker in workers]
    assert [error for _, error in said] == ["", "", ""]
    assert len({answer for answer, _ in said}) == 1
    assert not list(tmp_path.rglob("building-*"))


@pytest.mark.needs_compiler
def test_a_forked_child_differentiates_large_arrays():
    """In a process of its own, which may fork: this one has threads of the test runner."""
    forking = PROGRAM + (
        "import os\n"
        "child = os.fork()\n"
        "x.grad = y.grad = None\n"
        "gg.sum(f(x, y)).backward()\n"
        "assert not child or os.waitpid(child, 0)[1] == 0\n"
        "os.write(1, f'{gg.sum(x.grad).item()} {gg.sum(y.grad).item()}\\n'.encode())\n"
        "os._exit(0)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT), "GPUGRAD_THREADS": "2"}
    done = subprocess.run(
        [sys.executable, "-u", "-c", forking],
        env=environment,
        text=True,
        capture_output=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 3
    assert len(set(done.stdout.splitlines())) == 1
