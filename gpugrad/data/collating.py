"""Items put together into a batch: arrays and numbers become Tensors, containers stay."""

from collections import abc
from collections.abc import Callable, Sequence
from copy import copy
from typing import Any

from ..api import functions as gg
from ..api.creation import asarray
from ..backend.numpy_rules import numpys
from ..backend.select import default_device, holder
from ..tensor.cell import Tensor, tensor

NUMPYS = (numpys("ndarray"), numpys("generic"))


def default_collate(batch: Sequence[Any]) -> Any:
    """Batch of items that are alike, with a new first axis, as torch's.

        print(gg.data.default_collate([(1, "a"), (2, "b")])[0].tolist())  # [1, 2]

    Tensors, arrays and numbers are stacked into Tensors: Python floats in float64, as in torch.
    Strings and bytes become a list.  A dict, list or namedtuple keeps its type and a tuple becomes
    a list, each member being collated.  TypeError for other items, RuntimeError for sequences of
    different lengths.
    """
    first = batch[0]
    if isinstance(first, Tensor):
        return gg.stack(list(batch))
    if _holds_numbers(first):
        return _stacked(batch)
    if isinstance(first, float):
        return tensor(list(batch), dtype="float64")
    if isinstance(first, int):
        return tensor(list(batch))
    if isinstance(first, str | bytes):
        return batch
    if isinstance(first, abc.Mapping):
        return _like(first, {key: default_collate([each[key] for each in batch]) for key in first})
    if isinstance(first, abc.Sequence):
        return _sequence(first, batch)
    raise TypeError(
        "default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; "
        f"found {type(first)}; give the loader a collate_fn"
    )


def _holds_numbers(value: Any) -> bool:
    """Whether it is an array of NumPy, a file that is mapped too, a scalar of it, or CuPy's."""
    if isinstance(value, NUMPYS):
        return value.dtype.kind not in "USO"
    return holder(value) is not None


def _tensor(array: Any) -> Tensor:
    """A Tensor of an array; NumPy's goes to the default device, as numbers do."""
    return asarray(array, device=default_device() if isinstance(array, NUMPYS) else None)


def _stacked(batch: Sequence[Any]) -> Tensor:
    """A Tensor of arrays; those of NumPy are stacked by NumPy and go to the device together."""
    if all(isinstance(each, NUMPYS) for each in batch):
        return _tensor(numpys("stack")(batch))
    return gg.stack([_tensor(each) for each in batch])


def _sequence(first: Any, batch: Sequence[Any]) -> Any:
    lengths = {len(each) for each in batch}
    if len(lengths) > 1:
        raise RuntimeError(
            "default_collate: each element in list of batch should be of equal size, found "
            f"lengths {sorted(lengths)}; give the loader a collate_fn"
        )
    members = [default_collate(samples) for samples in zip(*batch, strict=True)]
    return members if type(first) is tuple else _refilled(first, members)


def default_convert(data: Any) -> Any:
    """Item with its NumPy arrays and scalars as Tensors; containers keep their type."""
    if isinstance(data, Tensor | str | bytes):
        return data
    if _holds_numbers(data):
        return _tensor(data)
    if isinstance(data, abc.Mapping):
        return _like(data, {key: default_convert(value) for key, value in data.items()})
    if type(data) is tuple:
        return [default_convert(value) for value in data]  # as torch does
    if isinstance(data, abc.Sequence):
        return _refilled(data, [default_convert(value) for value in data])
    return data


def placed(batch: Any, device: str) -> Any:
    """The batch with its Tensors on a device; containers that know no ``to`` stay as they are."""
    if isinstance(batch, Tensor):
        return batch if batch.device == device else batch.to(device)
    if isinstance(batch, abc.Mapping):
        return _like(batch, {key: placed(value, device) for key, value in batch.items()})
    if isinstance(batch, abc.Sequence) and not isinstance(batch, str | bytes):
        return _refilled(batch, [placed(value, device) for value in batch])
    return batch.to(device) if callable(getattr(batch, "to", None)) else batch


def _like(mapping: Any, members: dict) -> Any:
    """A mapping of the same type with other members; a dict where that type does not allow it."""

    def updated() -> Any:
        if not isinstance(mapping, abc.MutableMapping):
            return type(mapping)(members)
        new = copy(mapping)
        new.update(members)
        return new

    return _or(updated, members)


def _refilled(sequence: Any, members: list) -> Any:
    """A sequence of the same type with other members; a list where that type does not allow it."""
    kind: Any = type(sequence)
    if hasattr(sequence, "_fields"):  # a namedtuple
        return kind(*members)
    return _or(lambda: kind(members), members)


def _or(make: Callable[[], Any], plain: Any) -> Any:
    try:
        return make()
    except TypeError:
        return plain
