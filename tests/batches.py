"""Batches made of samples, and what a loop over their members gives."""

from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Any

import numpy as np
from sample import Sample

from gpugrad.backend.select import HOST
from gpugrad.lowering.evaluate import evaluate
from gpugrad.ops import REGISTRY
from gpugrad.ops.batching import Stack

SIZE = 3


def members(x: np.ndarray, sorted: bool = False) -> np.ndarray:
    """A batch of arrays like ``x`` that differ: numbers between those of ``x`` and its integers in
    another order, so that what is allowed of ``x`` is allowed of all of them."""
    turned = np.flip(x)
    if x.dtype.kind in "iub":
        return np.stack([x, turned, np.roll(x, 1)])
    if sorted or np.array_equal(x, turned):
        return np.stack([x, 0.95 * x, 0.9 * x])
    return np.stack([x, turned, 0.9 * x + 0.1 * turned])


def markings(sample: Sample) -> Iterator[tuple[bool, ...]]:
    """Which of a sample's arrays have the batch: all choices of up to three, or one and all."""
    arrays = [i for i, x in enumerate(sample.inputs) if isinstance(x, np.ndarray)]
    counts = range(1, len(arrays) + 1) if len(arrays) <= 3 else (1, len(arrays))
    for count in counts:
        for chosen in combinations(arrays, count):
            yield tuple(i in chosen for i in range(len(sample.inputs)))


def batched(name: str, sample: Sample, marked: tuple[bool, ...]) -> tuple:
    """A sample's inputs, those that are marked as batches."""
    return tuple(
        members(x, name == "searchsorted" and i == 0) if many else x
        for i, (x, many) in enumerate(zip(sample.inputs, marked, strict=True))
    )


def one_by_one(function: Callable, inputs: tuple, marked: tuple[bool, ...], size: int = SIZE):
    """What ``function`` gives for each member, stacked: a list of its outputs."""
    results = []
    for k in range(size):
        y = function(*[x[k] if many else x for x, many in zip(inputs, marked, strict=True)])
        results.append(y if isinstance(y, tuple) else (y,))
    return [np.stack([np.asarray(one) for one in parts]) for parts in zip(*results, strict=True)]


def settings_of(name: str, sample: Sample) -> dict:
    return {**REGISTRY[name].settings, **sample.settings}


def raw(name: str, settings: dict) -> Callable[..., Any]:
    """The operation on the host's arrays."""
    return lambda *arrays, **how: evaluate(REGISTRY[name], arrays, {**settings, **how}).y


def by_rule(name: str, inputs: tuple, marked: tuple[bool, ...], settings: dict, size: int = SIZE):
    """What the batching rule gives, read on the host's arrays: a list of its outputs."""
    op = REGISTRY[name]
    y = op.batch(HOST.xp, Stack(raw(name, {}), inputs, marked, size, name), **settings)
    return list(y) if isinstance(y, tuple) else [y]


def agree(found: list, expected: list, tolerance: float = 1e-12) -> None:
    """Raise AssertionError unless all outputs have the same shapes, dtypes and numbers."""
    assert len(found) == len(expected)
    for a, b in zip(found, expected, strict=True):
        assert a.shape == b.shape
        assert a.dtype == b.dtype
        np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance)
