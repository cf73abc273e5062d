"""torch.save and torch.load, and Tensors of gpugrad within containers."""

from os import PathLike
from typing import Any

from .. import saving
from ..nn import Module
from ..tensor import cell
from .tensor import Made

__all__ = ["load", "save"]
WHOLE = "object"  # the name of the one part of a file


def save(obj: Any, f: Any, pickle_protocol: Any = None, **settings: Any) -> None:
    """Write Tensors, numbers and texts, in dicts, lists and tuples, to a file.

    The file is a safetensors file, written so that a kill leaves the old one or the new one; see
    ``gpugrad.save``.  TypeError for a Module: its ``state_dict()`` is what a file holds.
    """
    if isinstance(obj, Module):
        raise TypeError(
            f"save: {type(obj).__name__} is a Module, and a file holds no code; give "
            "model.state_dict(), and model.load_state_dict(torch.load(f)) to go on"
        )
    saving.save(_path("save", f), **{WHOLE: obj})


def load(
    f: Any, map_location: Any = None, *, weights_only: bool | None = None, **settings: Any
) -> Any:
    """What ``save`` wrote, or PyTorch's own ``torch.save``: Tensors, containers, numbers, texts.

    map_location: the device that Tensors go to; by default the one of new Tensors.  weights_only:
    without effect, since no code of a file is ever run.
    """
    found = saving.load(_path("load", f))
    whole = found[WHOLE] if isinstance(found, dict) and WHOLE in found else found
    return _moved(adopted_within(whole), map_location)


def _path(name: str, f: Any) -> Any:
    if not isinstance(f, str | PathLike):
        raise TypeError(f"{name}: {type(f).__name__}; give the path of a file")
    return f


def adopted_within(batch: Any) -> Any:
    """``batch``, in whose dicts, lists and tuples gpugrad's Tensors become torch's."""
    if type(batch) is cell.Tensor:
        batch.__class__ = Made
    for part in _parts(batch):
        adopted_within(part)
    return batch


def _parts(x: Any) -> Any:
    if isinstance(x, dict):
        return x.values()
    return x if isinstance(x, list | tuple) else ()


def _moved(x: Any, device: Any) -> Any:
    """``x`` with its Tensors on a device; None leaves them."""
    if device is None or callable(device):
        return x
    if isinstance(x, Made):
        return x.to(str(device))
    if isinstance(x, dict):
        return type(x)({name: _moved(part, device) for name, part in x.items()})
    return type(x)(_moved(part, device) for part in x) if type(x) in (list, tuple) else x
