"""Batches made of samples, and what a loop over their members gives."""

from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Any

import numpy as np
from sample import Sample

import gpugrad as gg
from gpugrad.backend.select import HOST
from gpugrad.engine.functions import function_of
from gpugrad.engine.recipes import evaluated
from gpugrad.ops import REGISTRY
from gpugrad.ops.batching import Stack

SIZE = 3
REFUSED = {"nonzero", "unique_all"}  # as many results as the data say


def members(x: np.ndarray, sorted: bool = False) -> np.ndarray:
    """A batch of arrays like ``x`` that differ: numbers between those of ``x`` and its integers in
    another order, so that what is allowed of ``x`` is allowed of all of them."""
    turned = np.flip(x)
    if x.dtype.kind in "iub":
        return np.stack([x, turned, np.roll(x, 1)])
    if sorted or np.array_equal(x, turned):
        return np.stack([x, 0.95 * x, 0.9 * x])
    return np.stack([x, turned, 0.9 * x + 0.1 * turned])


def markings(sample: Sample, every: bool = True) -> Iterator[tuple[bool, ...]]:
    """Which of a sample's arrays have the batch: all choices of up to three, or one and all;
    without ``every`` only all."""
    arrays = [i for i, x in enumerate(sample.inputs) if isinstance(x, np.ndarray)]
    counts = range(1, len(arrays) + 1) if len(arrays) <= 3 else (1, len(arrays))
    for count in counts if every else (len(arrays),):
        for chosen in combinations(arrays, count):
            yield tuple(i in chosen for i in range(len(sample.inputs)))


def batched(name: str, sample: Sample, marked: tuple[bool, ...]) -> tuple:
    """A sample's inputs, those that are marked as batches."""
    return tuple(
        members(x, name == "searchsorted" and i == 0) if many else x
        for i, (x, many) in enumerate(zip(sample.inputs, marked, strict=True))
    )


def refuses(name: str, sample: Sample, marked: tuple[bool, ...]) -> bool:
    """Whether the results of members have shapes of their own, so that there is no batch."""
    pairs = zip(sample.inputs, marked, strict=True)
    masked = any(many and x is not None and x.dtype == bool for x, many in pairs)
    return name in REFUSED or (name in ("getitem", "getitem_or_zero", "unindex") and masked)


def differentiated(sample: Sample) -> tuple[int, ...]:
    """The numbers of a sample's inputs that have gradients."""
    return tuple(
        i for i, x in enumerate(sample.inputs) if getattr(x, "dtype", np.dtype(int)).kind in "fc"
    )


def settings_of(name: str, sample: Sample) -> dict:
    return {**REGISTRY[name].settings, **sample.settings}


def raw(name: str, settings: dict) -> Callable[..., Any]:
    """The operation on the host's arrays."""
    return lambda *arrays, **how: evaluated(REGISTRY[name], arrays, {**settings, **how})


def by_rule(name: str, inputs: tuple, marked: tuple, settings: dict, xp: Any = HOST.xp) -> list:
    """The outputs that the batching rule gives, read on the host's arrays."""
    op = REGISTRY[name]
    size = next(len(x) for x, many in zip(inputs, marked, strict=True) if many)
    y = op.batch(xp, Stack(raw(name, {}), inputs, marked, size, name), **settings)
    return list(y) if isinstance(y, tuple) else [y]


def one_by_one(function: Callable, inputs: tuple, marked: tuple[bool, ...]) -> list:
    """The outputs that ``function`` gives for each member, stacked."""
    results = []
    for k in range(SIZE):
        y = function(*[x[k] if many else x for x, many in zip(inputs, marked, strict=True)])
        results.append(hosted(y))
    return [np.stack(parts) for parts in zip(*results, strict=True)]


def at_once(function: Callable, inputs: tuple, marked: tuple[bool, ...]) -> list:
    """The outputs of ``function`` for all members by vmap."""
    return hosted(gg.vmap(function, tuple(0 if many else None for many in marked))(*inputs))


def hosted(y: Any) -> list[np.ndarray]:
    """An output, or each of several, as NumPy's arrays."""
    outputs = y if isinstance(y, tuple) else (y,)
    return [y.detach().numpy() if isinstance(y, gg.Tensor) else np.asarray(y) for y in outputs]


def agree(found: list, expected: list, tolerance: float = 1e-12) -> None:
    """Raise AssertionError unless all outputs have the same shapes, dtypes and numbers."""
    assert len(found) == len(expected)
    for a, b in zip(found, expected, strict=True):
        assert a.shape == b.shape
        assert a.dtype == b.dtype
        np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance)


def on_sample(name: str, sample: Sample) -> Callable[..., tuple]:
    """The operation on anything: its outputs that have gradients, or all if none has."""
    settings = settings_of(name, sample)

    def function(*inputs: Any) -> tuple:
        y = function_of(REGISTRY[name])(*inputs, **settings)
        outputs = y if isinstance(y, tuple) else (y,)
        return tuple(y for y in outputs if y.dtype.kind in "fc") or outputs

    return function


def weighed(outputs: tuple) -> Any:
    """A number that depends on every element of several arrays, on each in its own way."""
    total = 0.0
    for i, y in enumerate(outputs):
        weights = np.random.default_rng([i, *y.shape]).uniform(0.5, 1.5, y.shape).astype(y.dtype)
        total = total + gg.sum(gg.real(y * weights) if y.dtype.kind == "c" else y * weights)
    return total


def gradients(function: Callable, places: tuple[int, ...]) -> Callable[..., tuple]:
    """The gradients of ``weighed`` outputs of ``function`` by its inputs at ``places``."""
    return gg.grad(lambda *inputs: weighed(function(*inputs)), places)


def tangents(function: Callable, places: tuple[int, ...]) -> Callable[..., tuple]:
    """The tangents of ``function``, which takes those of its inputs at ``places`` after these."""

    def push(*given: Any) -> tuple:
        inputs, directions = given[: -len(places)], given[-len(places) :]

        def partial(*chosen: Any) -> tuple:
            whole = list(inputs)
            for i, x in zip(places, chosen, strict=True):
                whole[i] = x
            return function(*whole)

        return gg.jvp(partial, tuple(inputs[i] for i in places), directions)[1]

    return push
