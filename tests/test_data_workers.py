"""Workers of a loader: the same batches as without them, and an end whatever happens."""

import gc
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import data_sets
import numpy as np
import pytest
from data_sets import Broken, Greeted, Random, Spoilt, Stream

import gpugrad as gg
from gpugrad.data import DataLoader, TensorDataset, get_worker_info


def flat(batch):
    """The numbers of a batch in a row."""
    values = batch.values() if isinstance(batch, dict) else batch
    return np.concatenate([np.ravel(value.numpy()) for value in values])


def epochs(count, dataset=None, **settings):
    """The numbers of all batches of some epochs."""
    gg.random.seed(7)
    loader = DataLoader(dataset or Random(), batch_size=4, **settings)
    return np.concatenate([flat(batch) for _ in range(count) for batch in loader])


def open_files():
    return len(os.listdir("/proc/self/fd"))


@pytest.mark.parametrize(
    "settings",
    [{"num_workers": 1}, {"num_workers": 2, "persistent_workers": True, "prefetch_factor": 1}],
)
def test_the_number_of_workers_changes_nothing(settings):
    expected = epochs(2, shuffle=True)
    assert not np.array_equal(expected[: len(expected) // 2], expected[len(expected) // 2 :])
    np.testing.assert_array_equal(epochs(2, shuffle=True, **settings), expected)


def test_the_callers_random_numbers_go_on():
    for draw, seed in [
        (lambda: gg.random.uniform(device="cpu").item(), gg.random.seed),
        (lambda: np.random.normal(), np.random.seed),
        (lambda: random.random(), random.seed),
    ]:
        seed(1)
        draw()
        second = draw()
        loader = DataLoader(Random(), shuffle=True)
        assert loader.seed  # drawn once, from gg.random
        seed(1)
        draw()
        for _ in zip(loader, range(3), strict=False):
            pass
        assert draw() == second


def test_an_order_follows_from_the_seed_and_the_epoch():
    gg.random.seed(0)
    first, other = (DataLoader(range(50), 50, shuffle=True) for _ in range(2))
    orders = [next(iter(loader)).tolist() for loader in (first, other, first)]
    assert len(set(map(tuple, orders))) == 3 and all(sorted(o) == [*range(50)] for o in orders)
    gg.random.seed(0)
    assert next(iter(DataLoader(range(50), 50, shuffle=True))).tolist() == orders[0]
    seeds = [DataLoader("a", generator=np.random.default_rng(3)).seed for _ in range(2)]
    assert seeds[0] == seeds[1]


def test_each_worker_has_a_share_of_a_stream():
    for workers, expected in [(0, range(9)), (2, [0, 2, 4, 1, 3, 5, 6, 8, 7])]:
        loader = DataLoader(Stream(9), batch_size=3, num_workers=workers)
        assert [i for batch, _ in loader for i in batch.tolist()] == list(expected)


def test_workers_know_who_they_are():
    assert get_worker_info() is None
    loader = DataLoader(Greeted(), batch_size=2, num_workers=2, worker_init_fn=data_sets.greet)
    found = [[column.tolist() for column in batch] for batch in loader]
    assert found == [[[w, w], [w, w], [2, 2], [4, 4]] for w in (0, 1)]


def test_arrays_of_workers_are_whole():
    arrays = [np.arange(12).reshape(3, 4).T, np.zeros((4, 0)), gg.ones((4, 2), dtype="bfloat16")]
    arrays.append(np.asfortranarray(np.arange(4.0 * 70000).reshape(4, 70000)))
    ((*found,),) = DataLoader(TensorDataset(*arrays), batch_size=4, num_workers=1)
    for got, given in zip(found, arrays, strict=True):
        assert got.dtype == given.dtype and got.data.flags.writeable and got.data.flags.aligned
        np.testing.assert_array_equal(got.numpy(), np.asarray(given))


def test_a_device_gets_the_next_batch_ahead(device):
    loader = DataLoader(Spoilt(), batch_size=4, num_workers=1, device=device.name)
    first, *others = list(loader)
    assert first.device == device.name and len(others) == 9
    assert others[-1].numpy()[:, 0, 0].tolist() == [36, 37, 38, 39]


@pytest.mark.parametrize("workers", [0, 2])
@pytest.mark.parametrize(
    ("spoil", "error", "match"),
    [
        (data_sets.missing, KeyError, "thirteen"),
        (data_sets.end, RuntimeError, "StopIteration at index 13"),
    ],
)
def test_an_error_comes_with_its_index_and_the_loop_may_go_on(workers, spoil, error, match):
    batches = iter(DataLoader(Spoilt(spoil), batch_size=4, num_workers=workers))
    assert [next(batches)[0, 0, 0].item() for _ in range(3)] == [0, 4, 8]
    with pytest.raises(error, match=match) as raised:
        next(batches)
    notes = "\n".join([str(raised.value), *getattr(raised.value, "__notes__", [])])
    assert "at index 13" in notes
    assert not workers or ("DataLoader worker 1 (pid" in notes and "data_sets.py" in notes)
    assert [batch[0, 0, 0].item() for batch in batches] == list(range(16, 40, 4))


@pytest.mark.parametrize(
    ("dataset", "error", "match"),
    [
        (Spoilt(data_sets.odd), RuntimeError, "Odd: one and two"),
        (
            Spoilt(data_sets.killed),
            RuntimeError,
            r"worker 1 \(pid \d+\) died: exit code -9, SIGKILL",
        ),
        (Spoilt(data_sets.left), RuntimeError, r"worker 1 \(pid \d+\) died: exit code 3"),
        (Spoilt(data_sets.slow), RuntimeError, r"worker \d \(pid \d+\) gave no batch in timeout=1"),
        (Spoilt(data_sets.on_a_device), RuntimeError, "worker 1: a Tensor on simulated.*device="),
        (Broken(), OSError, "the line is cut"),
    ],
    ids=["odd", "killed", "left", "slow", "device", "broken"],
)
def test_what_goes_wrong_in_a_worker_is_told(dataset, error, match):
    start = time.monotonic()
    before = open_files()
    with pytest.raises(error, match=match):
        list(
            DataLoader(dataset, batch_size=4, num_workers=2, timeout=1 if "timeout" in match else 0)
        )
    gc.collect()
    assert time.monotonic() - start < 60  # it did not wait for what never comes
    assert open_files() <= before + 3  # of the server, which stays


@pytest.mark.parametrize(
    ("settings", "guilty"),
    [
        ({"dataset": Spoilt(lambda: 0)}, r"dataset\.spoil, <function .*lambda"),
        ({"dataset": [1, {"a": lambda: 0}]}, r"dataset\[1\]\['a'\], <function"),
        ({"dataset": "ab", "collate_fn": lambda batch: batch}, "collate_fn, <function"),
        ({"dataset": "ab", "worker_init_fn": lambda n: n}, "worker_init_fn, <function"),
    ],
)
def test_what_cannot_be_sent_is_named(settings, guilty):
    with pytest.raises(TypeError, match=guilty + r".*top of a module.*num_workers=0"):
        iter(DataLoader(num_workers=1, **settings))


def test_leaving_a_loop_ends_its_workers():
    before = open_files()
    for _ in DataLoader(Spoilt(), batch_size=4, num_workers=2):
        break
    del _
    assert open_files() <= before + 3
    loader = DataLoader(Random(), batch_size=4, num_workers=2, persistent_workers=True)
    for _ in range(2):
        old = iter(loader)
        next(old)
    assert sum(1 for _ in loader) == 6  # the same workers, and nothing of the loops before
    with pytest.raises(RuntimeError, match="newer iteration"):
        next(old)
    workers = loader._kept
    del loader, old
    gc.collect()
    workers.close()
    with pytest.raises(RuntimeError, match="were ended"):
        workers.answer(0)


SCRIPT = """
import time
from multiprocessing import active_children
import gpugrad as gg
from data_sets import Spoilt
{guard}
    loader = gg.data.DataLoader(Spoilt(), batch_size=1, num_workers=2)
    for _ in loader:
        print("batch", *[worker.pid for worker in active_children()], flush=True)
        time.sleep(5)
"""


def started(tmp_path, guard):
    program = tmp_path / "program.py"
    program.write_text(SCRIPT.format(guard=guard))
    path = os.pathsep.join([str(Path(__file__).parent), *filter(None, sys.path)])
    return subprocess.Popen(
        [sys.executable, program],
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL, signal.SIGTERM])
def test_a_signal_to_the_program_ends_its_workers(tmp_path, number):
    """SIGINT goes to all processes, as Ctrl-C does."""
    with started(tmp_path, "if __name__ == '__main__':") as running:
        workers = list(map(int, running.stdout.readline().split()[1:]))
        assert len(workers) == 2
        (os.killpg if number == signal.SIGINT else os.kill)(running.pid, number)
        _, errors = running.communicate(timeout=10)
    assert errors.count("Traceback") == (number == signal.SIGINT)
    assert running.returncode == -number
    latest = time.monotonic() + 5
    while any(os.path.exists(f"/proc/{pid}") for pid in workers) and time.monotonic() < latest:
        time.sleep(0.05)
    assert not [pid for pid in workers if os.path.exists(f"/proc/{pid}")]


def test_a_program_without_a_guard_is_told(tmp_path):
    with started(tmp_path, "if True:") as running:
        _, errors = running.communicate(timeout=20)
    assert running.returncode == 1
    assert "if __name__ == '__main__':" in errors.splitlines()[-1]
