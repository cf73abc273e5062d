"""Datasets, samplers and collation, by their closed forms."""

from collections import Counter, OrderedDict, namedtuple

import numpy as np
import pytest

import gpugrad as gg
from gpugrad import data

Point = namedtuple("Point", "x y")


class Numbers(data.IterableDataset):
    """The numbers below n, one after the other."""

    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return iter(range(self.n))

    def __len__(self):
        return self.n


class Bulk(data.Dataset):
    """Gives the items of a batch together."""

    def __len__(self):
        return 6

    def __getitems__(self, indices):
        return [10 * i for i in indices]


def test_datasets_hold_items():
    rows = data.TensorDataset(gg.arange(4), np.arange(8).reshape(4, 2))
    assert len(rows) == 4 and [v.tolist() for v in rows[1]] == [1, [2, 3]]
    side = data.StackDataset(a=range(3), b="xyz")
    assert side[1] == {"a": 1, "b": "y"} and len(side) == 3
    assert data.StackDataset(range(3), "xyz")[2] == (2, "z")
    both = data.ConcatDataset(["ab", "", "cde"])
    assert "".join(both[i] for i in range(len(both))) == "abcde" and both[-1] == "e"
    assert both.cumulative_sizes == [2, 2, 5]
    assert list(Numbers(2) + Numbers(3)) == [0, 1, 0, 1, 2] and len(Numbers(2) + Numbers(3)) == 5
    assert len(rows + rows) == 8
    part = data.Subset("abcdef", [4, 1])
    assert (part[0], part[1], len(part)) == ("e", "b", 2) and part.__getitems__ is None
    assert data.Subset(Bulk(), [5, 0]).__getitems__([1, 0]) == [0, 50]


class Doubled(data.TensorDataset):
    """Rows with items of their own."""

    def __getitem__(self, index):
        return tuple(2 * row for row in super().__getitem__(index))


def test_rows_of_tensors_are_gathered_at_once():
    x, y = gg.arange(10.0).reshape(5, 2), gg.arange(5)
    batches = [*data.DataLoader(data.TensorDataset(x, y), batch_size=3)]
    assert [[v.tolist() for v in batch] for batch in batches] == [
        [x[:3].tolist(), [0, 1, 2]],
        [x[3:].tolist(), [3, 4]],
    ]
    assert type(batches[0]) is list and batches[0][1].dtype == y.dtype
    own = next(iter(data.DataLoader(Doubled(x, y), batch_size=5)))
    assert own[1].tolist() == [0, 2, 4, 6, 8]


@pytest.mark.parametrize(
    ("make", "error", "match"),
    [
        (lambda: data.TensorDataset(gg.ones(2), gg.ones(3)), AssertionError, "Size mismatch"),
        (lambda: data.StackDataset(), ValueError, "by position or by keyword"),
        (lambda: data.StackDataset([1], b=[1]), ValueError, "by position or by keyword"),
        (lambda: data.StackDataset([1], [1, 2]), ValueError, r"\[1, 2\]"),
        (lambda: data.ConcatDataset([]), AssertionError, "empty"),
        (lambda: data.ConcatDataset([Numbers(1)]), AssertionError, "ChainDataset"),
        (lambda: list(data.ChainDataset(["ab"])), AssertionError, "IterableDataset"),
        (lambda: data.ConcatDataset(["ab"])[-3], ValueError, "index -3"),
        (lambda: data.ConcatDataset(["ab"])[2], IndexError, "index 2"),
        (lambda: data.Dataset()[0], NotImplementedError, "__getitem__"),
        (lambda: iter(data.IterableDataset()), NotImplementedError, "__iter__"),
        (lambda: iter(data.Sampler()), NotImplementedError, "__iter__"),
        (lambda: data.random_split(range(4), [1, 2]), ValueError, "Sum of input lengths"),
        (lambda: data.random_split(range(4), [1.5, -0.5]), ValueError, "index 0"),
        (lambda: data.RandomSampler([]), ValueError, "num_samples"),
        (lambda: data.RandomSampler([1], replacement=1), TypeError, "True or False"),
        (lambda: data.BatchSampler([1], 0, False), ValueError, "batch_size"),
        (lambda: data.BatchSampler([1], 1, None), ValueError, "drop_last"),
        (lambda: data.WeightedRandomSampler([0.0, 1.0], 2, False), ValueError, "1 weights above 0"),
        (lambda: data.WeightedRandomSampler([[1.0]], 1), ValueError, "1d"),
        (lambda: data.WeightedRandomSampler([1.0, -1.0], 1), ValueError, "from 0 on"),
        (lambda: data.WeightedRandomSampler([1.0], 1, 2), ValueError, "replacement=2"),
        (lambda: data.default_collate([None]), TypeError, "NoneType"),
        (lambda: data.default_collate([[1], [1, 2]]), RuntimeError, "equal size"),
        (lambda: data.default_collate([np.array("a")]), TypeError, "ndarray"),
    ],
)
def test_wrong_input_is_refused(make, error, match):
    with pytest.raises(error, match=match):
        make()


def test_a_split_has_every_item_once():
    parts = data.random_split(range(10), [0.5, 0.25, 0.25])
    assert [len(part) for part in parts] == [6, 2, 2]
    assert sorted(i for part in parts for i in part.indices) == list(range(10))
    chosen = [data.random_split(range(9), [4, 5], np.random.default_rng(3)) for _ in range(2)]
    assert chosen[0][0].indices == chosen[1][0].indices
    with pytest.warns(UserWarning, match="index 1 is 0"):
        data.random_split(range(2), [1.0, 0.0])


GENERATORS = [
    lambda: None,
    lambda: np.random.default_rng(4),
    lambda: gg.numpy.random.default_rng(4),
]


@pytest.mark.parametrize("generator", GENERATORS)
def test_samplers_give_an_order(generator):
    assert sorted(data.RandomSampler(range(6), generator=generator())) == list(range(6))
    twice = list(data.RandomSampler(range(4), num_samples=10, generator=generator()))
    assert sorted(Counter(twice).values()) == [2, 2, 3, 3] and sorted(twice[:4]) == [0, 1, 2, 3]
    drawn = list(data.RandomSampler(range(4), True, 100, generator()))
    assert set(drawn) == {0, 1, 2, 3} and len(drawn) == 100
    assert sorted(data.SubsetRandomSampler("abc", generator())) == ["a", "b", "c"]
    weighted = data.WeightedRandomSampler([3.0, 0.0, 1.0], 4000, generator=generator())
    assert abs(Counter(weighted)[0] / 4000 - 0.75) < 0.03 and 1 not in set(weighted)
    first = [
        next(iter(data.WeightedRandomSampler([3.0, 0.0, 1.0], 2, False, generator())))
        for _ in range(3)
    ]
    assert set(first) <= {0, 2}


def test_without_replacement_the_first_comes_by_weight():
    sampler = data.WeightedRandomSampler([3.0, 0.0, 1.0], 2, False)
    orders = Counter(tuple(sampler) for _ in range(1000))
    assert orders.keys() == {(0, 2), (2, 0)} and abs(orders[0, 2] / 1000 - 0.75) < 0.06


def test_batches_of_indices():
    sampler = data.SequentialSampler("abcde")
    assert list(data.BatchSampler(sampler, 2, False)) == [[0, 1], [2, 3], [4]]
    assert list(data.BatchSampler(sampler, 2, True)) == [[0, 1], [2, 3]]
    assert [len(data.BatchSampler(sampler, 2, drop)) for drop in (False, True)] == [3, 2]


def test_a_batch_keeps_containers_and_stacks_numbers():
    item = {"a": 1.5, "b": (np.float32(2), "x"), "c": [np.ones(2), True], "d": Point(1, gg.ones(2))}
    batch = data.default_collate([item, item])
    assert batch["a"].dtype == gg.float64 and batch["b"][0].dtype == gg.float32
    assert type(batch["b"]) is list and batch["b"][1] == ("x", "x")
    assert batch["c"][0].shape == (2, 2) and batch["c"][1].dtype == gg.bool_
    assert type(batch["d"]) is Point and batch["d"].y.shape == (2, 2)
    assert type(data.default_collate([OrderedDict(a=1)])) is OrderedDict


def test_converting_leaves_what_is_no_number():
    made = data.default_convert({"a": np.ones(2), "b": (1, np.int64(3)), "c": "text", "d": [None]})
    assert isinstance(made["a"], gg.Tensor) and isinstance(made["b"][1], gg.Tensor)
    assert made["b"][0] == 1 and made["c"] == "text" and made["d"] == [None]
    names = np.array(["a"])
    assert data.default_convert(names) is names
    assert type(data.default_convert(Point(np.ones(1), 2))) is Point


def test_a_mapped_file_is_an_array(tmp_path):
    mapped = np.memmap(tmp_path / "numbers", mode="w+", shape=(4, 2))
    assert data.default_collate([mapped[0], mapped[1]]).shape == (2, 2)


def test_a_loader_gives_batches():
    loader = data.DataLoader("abcde", batch_size=2)
    assert list(loader) == [["a", "b"], ["c", "d"], ["e"]] and len(loader) == 3
    assert list(data.DataLoader("abcde", 2, drop_last=True)) == [["a", "b"], ["c", "d"]]
    assert list(data.DataLoader("abc", batch_size=None)) == ["a", "b", "c"]
    assert list(data.DataLoader("abc", batch_sampler=[[2, 0], [1]])) == [["c", "a"], ["b"]]
    assert [b.tolist() for b in data.DataLoader(Bulk(), 4)] == [[0, 10, 20, 30], [40, 50]]
    assert list(data.DataLoader("abc", sampler=[2, 2])) == [["c"], ["c"]]
    assert list(data.DataLoader("ab", collate_fn="-".join, batch_size=2)) == ["a-b"]
    loader = data.DataLoader(Numbers(5), batch_size=2)
    assert [b.tolist() for b in loader] == [[0, 1], [2, 3], [4]] and len(loader) == 3
    assert list(data.DataLoader(Numbers(2), batch_size=None)) == [0, 1]
    assert len(data.DataLoader(Numbers(5), 2, drop_last=True)) == 2


@pytest.mark.parametrize(
    ("settings", "match"),
    [
        ({"num_workers": -1}, "num_workers=-1"),
        ({"timeout": -1}, "timeout=-1"),
        ({"prefetch_factor": 2}, "only for workers"),
        ({"prefetch_factor": 0, "num_workers": 1}, "positive"),
        ({"persistent_workers": True}, "num_workers > 0"),
        ({"multiprocessing_context": "fork"}, "forkserver"),
        ({"shuffle": True, "sampler": [0]}, "mutually exclusive"),
        ({"batch_sampler": [[0]], "batch_size": 2}, "mutually exclusive"),
        ({"batch_size": None, "drop_last": True}, "mutually exclusive"),
        ({"batch_size": 0}, "batch_size"),
        ({"dataset": Numbers(2), "shuffle": True}, "IterableDataset"),
    ],
)
def test_settings_that_do_not_go_together_are_refused(settings, match):
    with pytest.raises(ValueError, match=match):
        data.DataLoader(**{"dataset": "abc", **settings})


def test_a_device_takes_the_batches(device):
    loader = data.DataLoader(data.TensorDataset(np.ones((4, 2)), range(4)), 2, device=device.name)
    for x, y in loader:
        assert (x.device, y.device) == (device.name, device.name)
    with gg.use_device(device.name):
        ((x, _), _) = data.DataLoader(data.TensorDataset(np.ones((4, 2)), range(4)), 2)
    assert x.device == device.name
