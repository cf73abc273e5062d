"""Datasets: items by their index, or one after the other."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate
from math import floor, isclose
from typing import Any
from warnings import warn

from ..tensor.cell import Tensor
from .samplers import Draws, shuffled


class Dataset:
    """Base class of datasets whose items are found by an index: ``dataset[index]``.

    A subclass defines ``__getitem__``, and ``__len__`` where a loader has to know the number of
    items.  With ``__getitems__(indices)`` it gives the items of a batch in one call.
    """

    def __getitem__(self, index: Any) -> Any:
        raise NotImplementedError(f"{type(self).__name__} does not define __getitem__")

    def __add__(self, other: "Dataset") -> "ConcatDataset":
        return ConcatDataset([self, other])


class IterableDataset(Dataset):
    """Base class of datasets that give one item after the other: a subclass has ``__iter__``.

    Each worker of a loader iterates over a copy of its own, so ``__iter__`` takes a share of the
    items by ``gg.data.get_worker_info()``, or every worker gives all of them.  Random numbers are
    seeded by worker, before each of its batches: they depend on the number of workers.

    A loader's position can be saved if the dataset has ``state_dict()``, which is asked after each
    batch, and ``load_state_dict(state)``, after which ``__iter__`` goes on from there.
    """

    def __iter__(self) -> Iterator[Any]:
        raise NotImplementedError(f"{type(self).__name__} does not define __iter__")

    def __add__(self, other: Dataset) -> "ChainDataset":  # type: ignore[override]
        return ChainDataset([self, other])


class TensorDataset(Dataset):
    """Rows of Tensors or arrays: item i is a tuple of the row i of each.

    AssertionError if the lengths of their first axes differ.
    """

    def __init__(self, *tensors: Any) -> None:
        if len(lengths := {len(tensor) for tensor in tensors}) != 1:
            raise AssertionError(
                f"TensorDataset: Size mismatch between tensors: {sorted(lengths)} rows"
            )
        self.tensors = tensors

    def __getitem__(self, index: Any) -> tuple[Any, ...]:
        return tuple(tensor[index] for tensor in self.tensors)

    def __len__(self) -> int:
        return len(self.tensors[0])


def rows_of(dataset: Any) -> Callable[[list[int]], list[Any]] | None:
    """What gives the rows of a TensorDataset as ``default_collate`` puts them together, at once;
    None for another dataset, a subclass with items of its own, and arrays that are no Tensors."""
    kind = type(dataset)
    usual = getattr(kind, "__getitem__", None) is TensorDataset.__getitem__
    if not usual or hasattr(kind, "__getitems__"):
        return None
    tensors = dataset.tensors
    held = all(isinstance(x, Tensor) for x in tensors)
    return (lambda indices: [x[indices] for x in tensors]) if held else None


class StackDataset(Dataset):
    """Several datasets side by side: item i is a tuple, or for keywords a dict, of their items i.

    ValueError if their lengths differ, and for arguments of both kinds or none.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if bool(args) == bool(kwargs):
            raise ValueError("StackDataset: give datasets, either by position or by keyword")
        self.datasets: tuple | dict = args or kwargs
        lengths = {len(dataset) for dataset in (args or kwargs.values())}
        if len(lengths) > 1:
            raise ValueError(f"StackDataset: Size mismatch between datasets: {sorted(lengths)}")
        (self._length,) = lengths

    def __getitem__(self, index: Any) -> Any:
        if isinstance(self.datasets, dict):
            return {name: dataset[index] for name, dataset in self.datasets.items()}
        return tuple(dataset[index] for dataset in self.datasets)

    def __len__(self) -> int:
        return self._length


class ConcatDataset(Dataset):
    """Several datasets one after the other; AssertionError for none, or an IterableDataset."""

    def __init__(self, datasets: Iterable[Any]) -> None:
        self.datasets = list(datasets)
        if not self.datasets:
            raise AssertionError("ConcatDataset: datasets should not be an empty iterable")
        if any(isinstance(dataset, IterableDataset) for dataset in self.datasets):
            raise AssertionError(
                "ConcatDataset does not support IterableDataset; use ChainDataset for these"
            )
        self.cumulative_sizes = list(accumulate(map(len, self.datasets)))

    def __getitem__(self, index: int) -> Any:
        if index < -len(self):
            raise ValueError(f"ConcatDataset: index {index} of {len(self)} items")
        index += len(self) if index < 0 else 0
        which = bisect_right(self.cumulative_sizes, index)
        if which == len(self.datasets):
            raise IndexError(f"ConcatDataset: index {index} of {len(self)} items")
        return self.datasets[which][index - (self.cumulative_sizes[which - 1] if which else 0)]

    def __len__(self) -> int:
        return self.cumulative_sizes[-1]


class ChainDataset(IterableDataset):
    """Several IterableDatasets one after the other; AssertionError for another kind."""

    def __init__(self, datasets: Iterable[Any]) -> None:
        self.datasets = datasets

    def _parts(self) -> Iterator[Any]:
        for dataset in self.datasets:
            if not isinstance(dataset, IterableDataset):
                raise AssertionError("ChainDataset only supports IterableDataset")
            yield dataset

    def __iter__(self) -> Iterator[Any]:
        for dataset in self._parts():
            yield from dataset

    def __len__(self) -> int:
        return sum(map(len, self._parts()))


class Subset(Dataset):
    """Those items of a dataset whose indices are given, in their order."""

    def __init__(self, dataset: Any, indices: Sequence[int]) -> None:
        self.dataset, self.indices = dataset, indices

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, list):
            return self.dataset[[self.indices[i] for i in index]]
        return self.dataset[self.indices[index]]

    @property
    def __getitems__(self) -> Any:
        """The dataset's own, where it has one."""
        inner = getattr(self.dataset, "__getitems__", None)
        return inner and (lambda indices: inner([self.indices[i] for i in indices]))

    def __len__(self) -> int:
        return len(self.indices)


def random_split(
    dataset: Any, lengths: Sequence[float], generator: Draws | None = None
) -> list[Subset]:
    """Subsets of given lengths that have all items between them, each in one, in random order.

    lengths: whole numbers that sum up to the length of ``dataset``, or fractions that sum up to 1;
    what rounding leaves over goes to the first ones.  ValueError otherwise.
    generator: what draws, with the methods of numpy.random.Generator; gg.random by default.
    """
    total = len(dataset)
    counts = _counts(lengths, total)
    if sum(counts) != total:
        raise ValueError(
            f"random_split: Sum of input lengths does not equal the length of the input dataset: "
            f"{list(lengths)} of {total} items"
        )
    order = shuffled(total, generator)
    ends = accumulate(counts)
    return [Subset(dataset, order[end - n : end]) for end, n in zip(ends, counts, strict=True)]


def _counts(lengths: Sequence[float], total: int) -> list[int]:
    """Numbers of items for lengths or fractions."""
    if not (isclose(sum(lengths), 1) and sum(lengths) <= 1):
        return list(lengths)  # type: ignore[arg-type]
    for i, fraction in enumerate(lengths):
        if not 0 <= fraction <= 1:
            raise ValueError(f"random_split: Fraction at index {i} is not between 0 and 1")
    counts = [floor(total * fraction) for fraction in lengths]
    for i in range(total - sum(counts)):
        counts[i % len(counts)] += 1
    for i, count in enumerate(counts):
        if not count:
            warn(f"random_split: Length of split at index {i} is 0", stacklevel=3)
    return counts
