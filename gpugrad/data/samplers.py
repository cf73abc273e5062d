"""Samplers: the order in which a loader takes the items of a dataset.

They draw from gg.random, or from a ``generator`` with the methods of numpy.random.Generator.
Within a loader, gg.random is started from the loader's seed and the epoch, so that an order can be
had again.
"""

from collections.abc import Iterable, Iterator, Sequence, Sized
from itertools import islice
from math import inf
from typing import Any, Protocol

from .. import random
from ..api import functions as gg
from ..api.creation import asarray


class Draws(Protocol):
    """What draws: gpugrad.numpy.random.Generator, numpy.random.Generator, and the like."""

    def permutation(self, x: Any, /) -> Any:
        """The numbers below ``x`` in random order."""

    def integers(self, low: Any, high: Any, size: Any, /) -> Any:
        """Random integers."""

    def random(self, size: Any, /) -> Any:
        """Random floats from [0, 1)."""


def shuffled(count: int, generator: Draws | None) -> list[int]:
    """The numbers below ``count`` in random order."""
    if generator is None:
        return random.permutation(count, device="cpu").tolist()
    return generator.permutation(count).tolist()


def _integers(count: int, high: int, generator: Draws | None) -> list[int]:
    """As many whole numbers below ``high``."""
    if generator is None:
        return random.integers(0, high, count, device="cpu").tolist()
    return generator.integers(0, high, count).tolist()


def _uniform(count: int, generator: Draws | None) -> Any:
    """As many numbers from [0, 1), a Tensor on the host."""
    if generator is None:
        return random.uniform(size=count, dtype="float64", device="cpu")
    return asarray(generator.random(count), dtype="float64", device="cpu")


def _check_count(kind: str, name: str, value: Any) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
        raise ValueError(f"{kind}: {name} should be a positive integer value, but got {value!r}")


class Sampler:
    """Base class of samplers: ``__iter__`` gives the indices of one epoch, or lists of them.

    A sampler that draws in another way than from gg.random has ``state_dict`` and
    ``load_state_dict``, so that a loader's position can be saved.
    """

    def __iter__(self) -> Iterator[Any]:
        raise NotImplementedError(f"{type(self).__name__} does not define __iter__")


class SequentialSampler(Sampler):
    """The indices of a dataset in their order."""

    def __init__(self, data_source: Sized) -> None:
        self.data_source = data_source

    def __iter__(self) -> Iterator[int]:
        return iter(range(len(self.data_source)))

    def __len__(self) -> int:
        return len(self.data_source)


class RandomSampler(Sampler):
    """The indices of a dataset in random order, or with ``replacement`` each drawn from all.

    num_samples: how many; more than there are go round again.  ValueError unless it is positive.
    """

    def __init__(
        self,
        data_source: Sized,
        replacement: bool = False,
        num_samples: int | None = None,
        generator: Draws | None = None,
    ) -> None:
        self.data_source, self.replacement = data_source, replacement
        self._num_samples, self.generator = num_samples, generator
        if not isinstance(replacement, bool):
            raise TypeError(f"RandomSampler: replacement={replacement!r}; give True or False")
        _check_count("RandomSampler", "num_samples", self.num_samples)

    @property
    def num_samples(self) -> int:
        """Number of indices in an epoch."""
        return len(self.data_source) if self._num_samples is None else self._num_samples

    def __iter__(self) -> Iterator[int]:
        total = len(self.data_source)
        if self.replacement:
            yield from _integers(self.num_samples, total, self.generator)
            return
        for start in range(0, self.num_samples, total):
            yield from shuffled(total, self.generator)[: self.num_samples - start]

    def __len__(self) -> int:
        return self.num_samples


class SubsetRandomSampler(Sampler):
    """Given indices in random order."""

    def __init__(self, indices: Sequence[int], generator: Draws | None = None) -> None:
        self.indices, self.generator = indices, generator

    def __iter__(self) -> Iterator[int]:
        return (self.indices[i] for i in shuffled(len(self.indices), self.generator))

    def __len__(self) -> int:
        return len(self.indices)


class WeightedRandomSampler(Sampler):
    """Indices drawn with given weights, which need not sum up to 1.

    weights: (n,) of numbers from 0 on.  Without ``replacement`` no index comes twice, so
    ``num_samples`` is at most the number of weights above 0.  ValueError otherwise.
    """

    def __init__(
        self,
        weights: Sequence[float],
        num_samples: int,
        replacement: bool = True,
        generator: Draws | None = None,
    ) -> None:
        _check_count("WeightedRandomSampler", "num_samples", num_samples)
        if not isinstance(replacement, bool):
            raise ValueError(
                f"WeightedRandomSampler: replacement={replacement!r}; give True or False"
            )
        self.weights = asarray(weights, dtype="float64", device="cpu")
        self.num_samples, self.replacement, self.generator = num_samples, replacement, generator
        self._check()

    def _check(self) -> None:
        if self.weights.ndim != 1:
            raise ValueError(
                f"WeightedRandomSampler: weights should be a 1d sequence, not of shape "
                f"{self.weights.shape}"
            )
        usable = int(gg.sum(self.weights > 0))
        wanted = 1 if self.replacement else self.num_samples
        if usable < wanted or not gg.all(gg.isfinite(self.weights) & (self.weights >= 0)):
            raise ValueError(
                f"WeightedRandomSampler: {usable} weights above 0 for {self.num_samples} samples; "
                "weights are finite numbers from 0 on"
            )

    def __iter__(self) -> Iterator[int]:
        if self.replacement:
            sums = gg.cumsum(self.weights)
            drawn = _uniform(self.num_samples, self.generator) * sums[-1]
            return iter(gg.searchsorted(sums, drawn, side="right").tolist())
        # The first of exponential waiting times comes by weight, and so does each one after it.
        usable = self.weights > 0
        times = -gg.log1p(-_uniform(len(self.weights), self.generator))
        times = gg.where(usable, times / gg.where(usable, self.weights, 1.0), inf)
        return iter(gg.argsort(times).tolist()[: self.num_samples])

    def __len__(self) -> int:
        return self.num_samples


class BatchSampler(Sampler):
    """Lists of ``batch_size`` indices of another sampler; the last is shorter, or dropped."""

    def __init__(self, sampler: Iterable[Any], batch_size: int, drop_last: bool) -> None:
        _check_count("BatchSampler", "batch_size", batch_size)
        if not isinstance(drop_last, bool):
            raise ValueError(f"BatchSampler: drop_last={drop_last!r}; give True or False")
        self.sampler, self.batch_size, self.drop_last = sampler, batch_size, drop_last

    def __iter__(self) -> Iterator[list[Any]]:
        indices = iter(self.sampler)
        while batch := list(islice(indices, self.batch_size)):
            if len(batch) == self.batch_size or not self.drop_last:
                yield batch

    def __len__(self) -> int:
        total = len(self.sampler)  # type: ignore[arg-type]
        return total // self.batch_size if self.drop_last else -(-total // self.batch_size)
