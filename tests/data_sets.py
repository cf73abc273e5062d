"""Datasets that workers import: some misbehave."""

import os
import random
import sys
import time

import numpy as np

import gpugrad as gg
from gpugrad import data


class Random(data.Dataset):
    """Items with numbers of all three generators."""

    def __len__(self):
        return 23

    def __getitem__(self, index):
        return {
            "index": index,
            "ours": gg.random.uniform(size=2, device="cpu"),
            "numpy": np.random.rand(3),
            "python": random.random(),
        }


class Spoilt(data.Dataset):
    """Arrays, and at index 13 what ``spoil`` does."""

    def __init__(self, spoil=None):
        self.spoil = spoil

    def __len__(self):
        return 40

    def __getitem__(self, index):
        if index == 13 and self.spoil:
            self.spoil()
        return np.full((50, 50), index)


class Odd(Exception):
    """An error that pickle cannot make again."""

    def __init__(self, one, two):
        super().__init__(f"{one} and {two}")


def missing():
    raise KeyError("thirteen")


def end():
    raise StopIteration


def odd():
    raise Odd("one", "two")


def killed():
    os.kill(os.getpid(), 9)


def left():
    sys.exit(3)


def slow():
    time.sleep(1.5)


def on_a_device():
    gg.tensor([1.0], device="simulated")


class Stream(data.IterableDataset):
    """Each worker's share of numbers, with noise; it can go on from a state."""

    def __init__(self, n):
        self.n, self.at = n, 0

    def __iter__(self):
        info = data.get_worker_info()
        first, step = (info.id, info.num_workers) if info else (0, 1)
        while (value := first + self.at * step) < self.n:
            self.at += 1
            yield value, np.random.rand()
        self.at = 0

    def state_dict(self):
        return {"at": self.at}

    def load_state_dict(self, state):
        self.at = state["at"]


class Endless(data.IterableDataset):
    """A stream without a state."""

    def __iter__(self):
        return iter(range(10))


class Broken(data.IterableDataset):
    """A stream that fails."""

    def __iter__(self):
        yield 1
        raise OSError("the line is cut")


def greet(worker):
    """A worker_init_fn that leaves a mark."""
    sys.greeted = worker


class Greeted(data.Dataset):
    """What worker_init_fn and get_worker_info left."""

    def __len__(self):
        return 4

    def __getitem__(self, index):
        info = data.get_worker_info()
        return [sys.greeted, info.id, info.num_workers, len(info.dataset)]
