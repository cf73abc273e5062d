"""gg.save and gg.load."""

import os
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

from .. import random
from ..backend.numpy_rules import numpys
from ..tensor.cell import Tensor
from . import files, torch_files
from .tree import opened

Path = str | os.PathLike[str]
RANDOM = "random"  # the part that every file has


def save(path: Path, /, **parts: Any) -> None:
    """Write parts of a run into one file, in the place of an older one once it is whole.

    parts: objects with ``state_dict()``, Tensors, arrays, numbers, texts, None, and dicts, lists
    and tuples of these; TypeError for others, ValueError for the name "random", under which the
    state of gg.random is always saved.
    """
    if RANDOM in parts:
        raise ValueError("save: the part 'random' is gg.random's state; give yours another name")
    last = SimpleNamespace(state_dict=random.get_state)  # asked last: a state may draw its seed
    files.write(os.fspath(path), {**parts, RANDOM: last})


def load(path: Path, /, **parts: Any) -> dict[str, Any]:
    """Read a file of ``gg.save``, or of ``torch.save``; restore the parts that are given in place.

    parts: objects with ``load_state_dict(state)``, or dicts and lists of such, which get the parts
    of their names; then the state of gg.random is restored too.  If one does not fit, its error is
    raised and nothing was changed.
    Result: all parts of the file by name, Tensors on the default device, and for those that were
    given the objects.  KeyError for a name that the file lacks; ValueError for a damaged file.
    """
    path = os.fspath(path)
    found = torch_files.read(path) if torch_files.holds(path) else files.read(path)
    if missing := [name for name in parts if name not in found]:
        names = ", ".join(map(str, found))
        raise KeyError(f"load: {path} has no part {missing[0]!r}; it has {names:.400}")
    rest = {name: opened(part, None) for name, part in found.items() if name not in parts}
    _restore_all(parts, {name: opened(found[name], "cpu") for name in parts})
    if parts and RANDOM in rest:
        random.set_state(rest[RANDOM])
    return {**rest, **parts}


def _restore_all(parts: Mapping[str, Any], states: Mapping[str, Any]) -> None:
    """Give each part its state; if one refuses, all get back what they had."""
    counter = random.get_state()
    undo: list[Callable[[], Any]] = []
    try:
        for name, part in parts.items():
            _restore(name, part, states[name], undo)
    except BaseException:
        for act in reversed(undo):
            act()
        random.set_state(counter)
        raise


def _restore(name: str, part: Any, state: Any, undo: list[Callable[[], Any]]) -> None:
    if hasattr(part, "load_state_dict"):
        before = _kept(part.state_dict())
        undo.append(lambda: part.load_state_dict(before))
        try:
            part.load_state_dict(state)
        except Exception as error:
            error.add_note(f"gg.load: in the part {name!r}; nothing was changed")
            raise
        return
    members = dict(enumerate(part)) if isinstance(part, list | tuple) else part
    if not isinstance(members, Mapping):
        raise TypeError(
            f"load: {name} is {type(part).__name__}; give objects with load_state_dict(), and take "
            f"values from the result: gg.load(path)[{name!r}]"
        )
    saved = dict(enumerate(state)) if isinstance(state, list | tuple) else state
    if members.keys() != saved.keys():
        raise KeyError(f"load: {name} has {list(members)} here and {list(saved)} in the file")
    for key, member in members.items():
        _restore(f"{name}.{key}", member, saved[key], undo)


def _kept(state: Any) -> Any:
    """A state as it is now: Tensors have other arrays later, arrays may be written in place."""
    if isinstance(state, Tensor):
        return state.detach()
    if isinstance(state, numpys("ndarray")):
        return state.copy()
    if isinstance(state, Mapping):
        return {key: _kept(member) for key, member in state.items()}
    if type(state) in (list, tuple):
        return type(state)(map(_kept, state))
    return state
