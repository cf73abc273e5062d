"""``compile``: a function that is recorded at its first call and replayed at later ones."""

from collections.abc import Callable
from contextvars import copy_context
from functools import partial, update_wrapper
from threading import RLock, Thread
from typing import Any

import optree

from ..backend.dtypes import default_float
from ..backend.select import BACKENDS, backend_of, device_of_default
from ..engine.cells import BOXES, CELLS
from ..engine.levels import recording
from ..settings import settings
from .graph import Graph
from .noting import current
from .replay import Replay, recorded

MOST = 8  # recordings of one function for arguments of one form; then the oldest goes


class Compiled:
    """A function that replays what it did; see ``compile``."""

    def __init__(self, function: Callable[..., Any], wait: bool | None) -> None:
        update_wrapper(self, function)
        self.function = function
        self.waits = wait
        self._replays: dict[Any, list[Replay]] = {}
        self._lock = RLock()

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        leaves, structure = optree.tree_flatten((arguments, keywords))
        key = None if current.get() is not None else form(leaves, structure)
        if key is None:  # a part of what records or transforms it
            return self.function(*arguments, **keywords)
        with self._lock:
            known = self._replays.setdefault(key, [])
            for replay in known:
                if replay.holds(leaves):
                    return replay(leaves)
            made, result = recorded(
                self.function, leaves, partial(optree.tree_unflatten, structure)
            )
            known.insert(0, made)
            del known[MOST:]
            self._build(made)
            return result

    def _build(self, replay: Replay) -> None:
        """Have the kernels of a recording made, in the background unless calls shall wait."""
        if settings.wait_for_kernels if self.waits is None else self.waits:
            replay.build()
        else:
            Thread(target=copy_context().run, args=(replay.build,), daemon=True).start()

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        """A method: the instance is the first argument."""
        return self if instance is None else partial(self, instance)

    @property
    def graph(self) -> Graph:
        """What the newest recording does, step by step: ``print(step.graph)``."""
        for replays in reversed(self._replays.values()):
            if replays:
                return replays[0].graph
        raise RuntimeError(f"{self.__name__}: nothing is recorded yet; call it first")


def form(leaves: list, structure: Any) -> tuple | None:
    """What recordings are kept by: the containers, dtypes and shapes of the arguments, the values
    of those that are no arrays, and the modes; None within a transform."""
    found: list[Any] = [structure, recording(), default_float(), device_of_default()]
    first: dict[int, int] = {}
    for i, leaf in enumerate(leaves):
        kind = type(leaf)
        if kind in BOXES:
            return None
        if kind in CELLS:
            array, node = leaf.data, leaf.node
            same = first.setdefault(id(leaf), i)
            found += (kind, type(array), array.dtype, array.shape, type(node), same)
            found.append(backend_of(array).name)
        elif kind in BACKENDS:
            found += (kind, leaf.dtype, leaf.shape)
        else:
            found += (kind, leaf)
    return tuple(found)


def compile(function: Callable[..., Any] | None = None, *, wait: bool | None = None) -> Any:
    """Function that records what ``function`` does with arrays and replays it at later calls."""
    if function is None:
        return partial(compile, wait=wait)
    return Compiled(function, wait)
