"""``compile``: a function that is recorded at its first call and replayed at later ones."""

from collections.abc import Callable
from contextvars import copy_context
from functools import partial, update_wrapper
from threading import Thread
from typing import Any

import optree

from ..backend.dtypes import default_float
from ..backend.locks import REPLAYING
from ..backend.select import BACKENDS, backend_of, device_of_default
from ..engine.cells import BOXES, CELLS
from ..engine.levels import recording
from ..settings import settings
from .graph import Graph
from .noting import current
from .replay import Replay, recorded

MOST = 8  # recordings of one function for arguments of one form; then the oldest goes


class Compiled:
    """A function that replays what it did: what ``gg.compile`` gives."""

    def __init__(self, function: Callable[..., Any], wait: bool | None) -> None:
        update_wrapper(self, function)
        self.__name__ = getattr(function, "__name__", type(function).__name__)
        self.function = function
        self._waits = wait
        self._newest: tuple = (None, None, None)  # replay, containers of its arguments, modes
        self._replays: dict[Any, list[Replay]] = {}

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        """What the function gives, by a replay where one fits."""
        leaves: list
        leaves, structure = optree.tree_flatten((arguments, keywords))  # type: ignore[arg-type]
        if current.get() is None:  # else it is a part of what is recorded
            with REPLAYING:
                found = self._at_once(leaves, structure) or self._known(leaves, structure)
                if found is not None:
                    return found[0](leaves, found[1])
                key = form(leaves, structure)
                if key is not None:  # else of what transforms it
                    return self._recorded(key, leaves, structure)
        return self.function(*arguments, **keywords)

    def _at_once(self, leaves: list, structure: Any) -> tuple[Replay, tuple] | None:
        """The newest replay and the inputs of its plan, if it fits for sure."""
        replay, its_structure, its_modes = self._newest
        if replay is None or its_structure != structure or its_modes != modes():
            return None
        inputs = replay.read(leaves)
        return None if inputs is None else (replay, inputs)

    def _known(self, leaves: list, structure: Any) -> tuple[Replay, None] | None:
        """The replay that fits."""
        for replay in self._replays.get(form(leaves, structure), ()):
            if replay.holds(leaves):
                self._newest = replay, structure, modes()
                return replay, None
        return None

    def _recorded(self, key: Any, leaves: list, structure: Any) -> Any:
        """The result of a call that is recorded."""
        rebuild = partial(optree.tree_unflatten, structure)
        made, result = recorded(self.function, leaves, rebuild)
        known = self._replays.setdefault(key, [])
        known.insert(0, made)
        del known[MOST:]
        self._build(made)
        return result

    def _build(self, replay: Replay) -> None:
        """Have the kernels of a recording made, in the background unless calls shall wait."""
        if settings.wait_for_kernels if self._waits is None else self._waits:
            replay.build()
        else:
            Thread(target=copy_context().run, args=(replay.build,), daemon=True).start()

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        """A method: the instance is the first argument."""
        return self if instance is None else partial(self, instance)

    @property
    def recordings(self) -> int:
        """The number of recordings that are kept."""
        return sum(map(len, self._replays.values()))

    @property
    def graph(self) -> Graph:
        """What the newest recording does, step by step: ``print(step.graph)``."""
        for replays in reversed(self._replays.values()):
            if replays:
                return replays[0].graph
        raise RuntimeError(f"{self.__name__}: nothing is recorded yet; call it first")


def modes() -> tuple:
    """What else decides what a function does."""
    return recording(), default_float(), device_of_default()


def form(leaves: list, structure: Any) -> tuple | None:
    """What recordings are kept by: the containers, dtypes and shapes of the arguments, the values
    of those that are no arrays, and the modes; None within a transform."""
    found: list[Any] = [structure, *modes()]
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
    """Function that records what ``function`` does with arrays at a first call, and replays it.

        @gg.compile
        def f(x):
            return gg.sum(gg.tanh(x) * 2)

        print(f(gg.ones(3)).shape, len(f.graph.steps) > 0)  # () True

    Results, gradients and what is written into Tensors are those of ``function``, to rounding.
    wait: build kernels before the first call returns, so that all later calls give the same bits;
    by default as GPUGRAD_WAIT says.  Also a decorator with settings, ``@gg.compile(wait=True)``.
    RuntimeError, with the user's line, where a Python value is asked of an array; help(gg.compiler)
    tells what is recorded, what is read anew and what is refused.
    """
    if function is None:
        return partial(compile, wait=wait)
    if not callable(function):
        raise TypeError(f"compile: {function!r:.80} is not callable; give a function or a Module")
    return Compiled(function, wait)
