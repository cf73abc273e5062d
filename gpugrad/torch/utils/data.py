"""torch.utils.data: gpugrad's datasets and loader, whose batches are Tensors of torch's kind."""

from collections.abc import Iterator
from functools import partial as _partial
from typing import TYPE_CHECKING as _TYPE_CHECKING
from typing import Any

from ... import data as _data
from ...numpy.absent import refuse as _refuse
from ..absent import DATA as _DATA
from ..serialization import adopted_within

globals().update({name: getattr(_data, name) for name in _data.__all__})
__all__ = [*_data.__all__]


class DataLoader(_data.DataLoader):
    """Batches of a dataset; see ``gpugrad.data.DataLoader``."""

    def __iter__(self) -> Iterator[Any]:
        return _Adopting(super().__iter__())


class _Adopting:
    """Batches, whose Tensors become torch's."""

    def __init__(self, batches: Any) -> None:
        self._batches = batches

    def __iter__(self) -> "_Adopting":
        return self

    def __next__(self) -> Any:
        return adopted_within(next(self._batches))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batches, name)


def default_collate(batch: Any) -> Any:
    """Items put together into a batch."""
    return adopted_within(_data.default_collate(batch))


if not _TYPE_CHECKING:  # to a checker, a name that is not listed is a mistake
    __getattr__ = _partial(_refuse, "gpugrad.torch.utils.data", _DATA)
