"""Datasets, samplers, collation and the loader against torch's, for random settings."""

import random

import numpy as np
import pytest

import gpugrad as gg

torch = pytest.importorskip("torch")
from torch.utils import data as theirs  # noqa: E402

ours = gg.data


def plain(batch):
    """A batch with types, dtypes and elements as Python's."""
    if hasattr(batch, "tolist") and hasattr(batch, "dtype"):
        return str(batch.dtype).removeprefix("torch."), batch.tolist()
    if isinstance(batch, dict):
        return type(batch), {key: plain(value) for key, value in batch.items()}
    if isinstance(batch, list | tuple):
        return type(batch), [plain(value) for value in batch]
    return type(batch), batch


def item(choices, depth=2):
    """A function that makes items of one random form."""
    kinds = ["float", "int", "bool", "text", "bytes", "float32", "array", "half"]
    kind = choices.choice([*kinds, "list", "tuple", "dict"] if depth else kinds)
    if kind in ("list", "tuple", "dict"):
        members = [item(choices, depth - 1) for _ in range(choices.randrange(1, 4))]
        make = {
            "list": list,
            "tuple": tuple,
            "dict": lambda values: dict(zip("abc", values, strict=False)),
        }[kind]
        return lambda: make([member() for member in members])
    return {
        "float": random.random,
        "int": lambda: random.randrange(9),
        "bool": lambda: random.random() < 0.5,
        "text": lambda: random.choice("abc"),
        "bytes": lambda: b"x",
        "float32": lambda: np.float32(random.random()),
        "array": lambda: np.array([random.random(), 1.0]),
        "half": lambda: np.array([[1, 2]], dtype=np.float16),
    }[kind]


@pytest.mark.parametrize("seed", range(40))
def test_collating_and_converting(seed):
    make = item(random.Random(seed))
    batch = [make() for _ in range(3)]
    assert plain(ours.default_collate(batch)) == plain(theirs.default_collate(batch))
    assert plain(ours.default_convert(batch[0])) == plain(theirs.default_convert(batch[0]))


@pytest.mark.parametrize("seed", range(40))
def test_batches(seed):
    choices = random.Random(seed)
    rows = choices.randrange(1, 12)
    settings = {
        "batch_size": choices.choice([1, 2, 3, 5]),
        "drop_last": choices.random() < 0.5,
        "sampler": choices.choice([None, [choices.randrange(rows) for _ in range(7)]]),
    }
    if choices.random() < 0.3:
        settings = choices.choice([{"batch_size": None}, {"batch_sampler": [[0], [0, rows - 1]]}])
    arrays = np.arange(rows * 2.0).reshape(rows, 2), np.arange(rows)
    mine = ours.DataLoader(ours.TensorDataset(*map(gg.tensor, arrays)), **settings)
    other = theirs.DataLoader(theirs.TensorDataset(*map(torch.tensor, arrays)), **settings)
    assert list(map(plain, mine)) == list(map(plain, other))
    assert (len(mine), mine.batch_size, mine.drop_last) == (
        len(other),
        other.batch_size,
        other.drop_last,
    )


@pytest.mark.parametrize("lengths", [[7, 3], [0.5, 0.5], [0.34, 0.33, 0.33], [0.9, 0.1], [10]])
def test_splits(lengths):
    mine, other = (kind.random_split(range(10), lengths) for kind in (ours, theirs))
    assert [len(part) for part in mine] == [len(part) for part in other]


WRONG = [
    lambda data: data.StackDataset(),
    lambda data: data.StackDataset([1], [1, 2]),
    lambda data: data.ConcatDataset([]),
    lambda data: data.ConcatDataset([[1]])[5],
    lambda data: data.random_split([1, 2, 3], [2]),
    lambda data: data.RandomSampler([]),
    lambda data: data.RandomSampler([1], replacement="yes"),
    lambda data: data.RandomSampler([1], num_samples=0),
    lambda data: data.BatchSampler([1], True, False),
    lambda data: data.BatchSampler([1], 1, 1),
    lambda data: data.WeightedRandomSampler([1.0], 0),
    lambda data: data.WeightedRandomSampler([[1.0]], 1),
    lambda data: data.DataLoader([1], num_workers=-1),
    lambda data: data.DataLoader([1], timeout=-1),
    lambda data: data.DataLoader([1], prefetch_factor=1),
    lambda data: data.DataLoader([1], persistent_workers=True),
    lambda data: data.DataLoader([1], sampler=[0], shuffle=True),
    lambda data: data.DataLoader([1], batch_sampler=[[0]], drop_last=True),
    lambda data: data.DataLoader([1], batch_size=None, drop_last=True),
    lambda data: data.DataLoader([1], batch_size=0),
    lambda data: data.DataLoader([], shuffle=True),
    lambda data: data.default_collate([None]),
    lambda data: data.default_collate([{1}]),
    lambda data: data.default_collate([[1], [1, 2]]),
]


@pytest.mark.parametrize("wrong", WRONG)
def test_wrong_input_raises_the_same_error(wrong):
    with pytest.raises(Exception) as expected:
        wrong(theirs)
    with pytest.raises(expected.type):
        wrong(ours)
