"""``compile``: a function that is recorded at its first call and replayed at later ones."""

import warnings
from collections import Counter
from collections.abc import Callable, Container, Sequence, Set
from contextlib import suppress
from contextvars import copy_context
from functools import partial, update_wrapper
from threading import Thread
from typing import Any, NamedTuple

import optree

from ..backend.dtypes import default_float
from ..backend.locks import RECORDING, calling
from ..backend.select import BACKENDS, backend_of, device_of_default
from ..engine.casting import lowered
from ..engine.cells import BOXES, CELLS
from ..engine.levels import recording
from ..settings import settings
from .graph import Graph
from .guards import exact
from .noting import current, unknown
from .numbers import PYTHONS, Looked
from .replay import Replay, recorded

MANY = 16  # recordings after which a warning tells of them
MOST = 8  # recordings of one function for arguments of one form; then the oldest goes


class Newest(NamedTuple):
    """The replay that fitted last, and the calls for which it is asked first."""

    replay: Replay
    containers: Any  # of the arguments; None if they are positional and none is a container
    modes: tuple

    @classmethod
    def of(cls, replay: Replay, leaves: Sequence[Any], structure: Any) -> "Newest":
        """That of a call with these arguments."""
        flat = optree.tree_structure(((0,) * len(leaves), {}))  # type: ignore
        return cls(replay, None if structure == flat else structure, modes())

    def fits(self, arguments: tuple, keywords: dict[str, Any]) -> tuple | None:
        """The arguments one by one, and the inputs of the plan, if it fits for sure."""
        if self.modes != modes() or (self.containers is None and keywords):
            return None
        leaves: Sequence[Any] = arguments
        if self.containers is not None:
            leaves, structure = optree.tree_flatten((arguments, keywords))  # type: ignore
            if structure != self.containers:
                return None
        inputs = self.replay.read(leaves)
        return None if inputs is None else (leaves, inputs)


class Compiled:
    """A function that replays what it did: what ``gg.compile`` gives."""

    def __init__(self, function: Callable[..., Any], wait: bool | None) -> None:
        update_wrapper(self, function)
        self.__name__ = getattr(function, "__name__", type(function).__name__)
        self.function = function
        self._wait = wait
        self._lock = calling()  # one call at a time; calls of other functions run beside it
        self._looked_at: dict[Any, Set[int]] = {}  # numbers that Python asks for
        self._reasons: list[str] = []  # why there are several recordings
        self._last: Replay | None = None  # recorded
        self._newest: Newest | None = None
        self._replays: dict[Any, list[Replay]] = {}

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        """What the function gives, by a replay where one fits."""
        if current.get() is None:  # else it is a part of what is recorded
            with self._lock:
                if (newest := self._newest) is not None:
                    found = newest.fits(arguments, keywords)
                    if found is not None:
                        return newest.replay(*found)
                leaves, structure = optree.tree_flatten((arguments, keywords))  # type: ignore
                replay = self._known(leaves, structure)
                if replay is not None:
                    return replay(leaves)
                if form(leaves, structure) is not None:  # else of what transforms it
                    return self._recorded(leaves, structure)
        return self.function(*arguments, **keywords)

    def _known(self, leaves: list, structure: Any) -> Replay | None:
        """The replay that fits."""
        varying = self._varying(leaves, structure)
        for replay in self._replays.get(form(leaves, structure, varying), ()):
            if replay.holds(leaves):
                self._newest = Newest.of(replay, leaves, structure)
                return replay
        return None

    def _varying(self, leaves: list, structure: Any) -> set[int]:
        """The places of numbers that no recording depends on."""
        known = self._looked_at.get(structure, frozenset())
        return {i for i, leaf in enumerate(leaves) if type(leaf) in PYTHONS and i not in known}

    def _recorded(self, leaves: list, structure: Any) -> Any:
        """The result of a call that is recorded."""
        rebuild = partial(optree.tree_unflatten, structure)
        made, first = self._tried(leaves, rebuild, self._varying(leaves, structure))
        plain = {i for i, leaf in enumerate(leaves) if type(leaf) in PYTHONS} - made.varying
        self._looked_at[structure] = self._looked_at.get(structure, frozenset()) | plain
        key = form(leaves, structure, self._varying(leaves, structure))
        known = self._replays.setdefault(key, [])
        self._note(made, reason(known) if self._reasons else "the first call")
        known.insert(0, made)
        del known[MOST:]
        self._newest = Newest.of(made, leaves, structure)
        return self._first(made, first, leaves)

    def _tried(
        self, leaves: list, rebuild: Any, varying: Set[int]
    ) -> tuple[Replay, Callable[[], Any]]:
        """See ``recorded``; with plain numbers where it does not work otherwise."""
        while True:
            try:
                with RECORDING:
                    return recorded(self.function, leaves, rebuild, varying)
            except Looked as looked:
                if varying.isdisjoint(looked.places):
                    raise unknown("a number of an earlier call") from None
                varying = varying - looked.places
            except Exception:
                if not varying:
                    raise
                varying = frozenset()

    def _note(self, made: Replay, why: str) -> None:
        """Keep a recording as the newest, and warn where calls hardly ever find one that fits."""
        self._last = made
        self._reasons.append(why)
        if len(self._reasons) == MANY:
            warnings.warn(
                f"compile: {self.__name__} was recorded {MANY} times, the last time for {why}; "
                "print(step.report()) lists the reasons",
                stacklevel=4,
            )

    def _first(self, made: Replay, first: Callable[[], Any], leaves: list) -> Any:
        """The result of the call that was recorded; where calls wait for kernels these give it, so
        that all calls give the same bits."""
        waits = settings.wait_for_kernels if self._wait is None else self._wait
        if not waits:
            result = first()
        self._build(made, leaves, waits)
        return made(leaves) if waits else result

    def _build(self, made: Replay, leaves: list, waits: bool) -> None:
        """Have the kernels of a recording made, in the background unless calls shall wait."""
        if waits:
            made.build(leaves)
            return
        run = copy_context().run
        with suppress(RuntimeError):  # the system has no thread left, or the program ends
            Thread(target=run, args=(made.build, leaves), daemon=True).start()

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        """A method: the instance is the first argument."""
        return self if instance is None else partial(self, instance)

    def __reduce__(self) -> tuple:
        """A copy records anew, as what it copies is another thing."""
        return Compiled, (self.function, self._wait)

    @property
    def recordings(self) -> int:
        """The number of recordings that are kept."""
        return sum(map(len, self._replays.values()))

    @property
    def graph(self) -> Graph:
        """What the newest recording does, step by step: ``print(step.graph)``."""
        return self._latest().graph

    def report(self) -> str:
        """What became of the newest recording, and why there are several: ``print(step.report())``.

        Calls of operations, fused kernels, bytes moved and memory of results, as recorded and as it
        runs now; the seconds that recording and building took.
        """
        replay = self._latest()
        lines = [f"{self.__name__}: recorded {len(self._reasons)} times"]
        counted = Counter(self._reasons).items()
        lines += [f"    {why}" + f" ({count} times)" * (count > 1) for why, count in counted]
        return "\n".join([*lines, *replay.told()])

    def _latest(self) -> Replay:
        if self._last is None:
            raise RuntimeError(f"{self.__name__}: nothing is recorded yet; call it first")
        return self._last


def modes() -> tuple:
    """What else decides what a function does."""
    return recording(), default_float(), device_of_default(), lowered()


def form(leaves: list, structure: Any, varying: Container[int] = ()) -> tuple | None:
    """What recordings are kept by: the containers, dtypes and shapes of the arguments, the values
    of those that are neither arrays nor ``varying``, and the modes; None within a transform."""
    found: list[Any] = [structure, *modes()]
    first: dict[int, int] = {}
    for i, leaf in enumerate(leaves):
        kind = type(leaf)
        if kind in BOXES:
            return None
        if kind in CELLS:
            array, node = leaf.held, leaf.node
            same = first.setdefault(id(leaf), i)
            found += (kind, type(array), array.dtype, array.shape, type(node), same)
            found.append(backend_of(array).name)
        elif kind in BACKENDS:
            found += (kind, leaf.dtype, leaf.shape)
        else:
            found += (kind, None if i in varying else exact(leaf))
    return tuple(found)


def reason(known: list[Replay]) -> str:
    """Why a call is recorded: what is another than in the latest recording for its form."""
    if not known:
        return "arguments of another form"
    changed = known[0].state.changed()
    return f"{changed[0].path}, which changed" if changed else "another set of cells or gradients"


def compile(function: Callable[..., Any] | None = None, *, wait: bool | None = None) -> Any:
    """Function that records what ``function`` does with arrays at a first call, and replays it.

        @gg.compile
        def f(x):
            return gg.sum(gg.tanh(x) * 2)

        print(f(gg.ones(3)).shape, len(f.graph.steps) > 0)  # () True

    Results, gradients and what is written into Tensors are those of ``function``, to rounding.
    wait: build kernels at the first call and run them, so that all calls give the same bits;
    by default as GPUGRAD_WAIT says.  Also a decorator with settings, ``@gg.compile(wait=True)``.
    RuntimeError, with the user's line, where a Python value is asked of an array; help(gg.compiler)
    tells what is recorded, what is read anew and what is refused.
    """
    if function is None:
        return partial(compile, wait=wait)
    if not callable(function):
        raise TypeError(f"compile: {function!r:.80} is not callable; give a function or a Module")
    return Compiled(function, wait)
