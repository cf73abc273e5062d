"""Datasets, samplers and a loader with workers: the names of torch.utils.data.

    import gpugrad as gg

    class Squares(gg.data.Dataset):
        def __len__(self):
            return 6

        def __getitem__(self, index):
            return float(index), index**2

    loader = gg.data.DataLoader(Squares(), batch_size=4)
    print([y.tolist() for x, y in loader])  # [[0, 1, 4, 9], [16, 25]]

Datasets: Dataset, IterableDataset, TensorDataset, StackDataset, ConcatDataset, ChainDataset,
Subset, random_split.

Samplers: Sampler, SequentialSampler, RandomSampler, SubsetRandomSampler, WeightedRandomSampler,
BatchSampler.

Loading: DataLoader, default_collate, default_convert, get_worker_info.

Random numbers in a dataset follow from the loader's seed, the epoch and the index: they are the
same for any number of workers, and after ``load_state_dict``.  ``help(gg.data.DataLoader)`` says
how workers are started and end, and what is different for an IterableDataset.
"""

from .collating import default_collate, default_convert
from .datasets import (
    ChainDataset,
    ConcatDataset,
    Dataset,
    IterableDataset,
    StackDataset,
    Subset,
    TensorDataset,
    random_split,
)
from .loader import DataLoader
from .samplers import (
    BatchSampler,
    RandomSampler,
    Sampler,
    SequentialSampler,
    SubsetRandomSampler,
    WeightedRandomSampler,
)
from .working import get_worker_info

__all__ = [
    "BatchSampler",
    "ChainDataset",
    "ConcatDataset",
    "DataLoader",
    "Dataset",
    "IterableDataset",
    "RandomSampler",
    "Sampler",
    "SequentialSampler",
    "StackDataset",
    "Subset",
    "SubsetRandomSampler",
    "TensorDataset",
    "WeightedRandomSampler",
    "default_collate",
    "default_convert",
    "get_worker_info",
    "random_split",
]
