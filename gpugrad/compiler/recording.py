"""One recording: which cells the function read and wrote, and what it did with their arrays.

While it runs, the cells that the caller has stay as they are; what the function writes into them is
known here alone, until ``commit``.  So a function that fails has changed nothing.
"""

from collections.abc import Iterator, Sequence, Set
from contextlib import ExitStack, contextmanager
from typing import Any

from ..backend.multi_tensor import MultiTensor
from ..backend.random.generator import taking_by
from ..backend.select import BACKENDS, backend_of, standing_in
from ..engine.cells import Cell
from ..engine.observing import HELD, observed
from .arguments import (
    Slots,
    array_of,
    is_mask,
    is_raw,
    may_vary,
    of_numbers,
    settle,
    stand_in,
    value_of,
)
from .arrays import Noted
from .draws import Draws
from .graph import Graph, Input, Step, Value
from .lines import users_line, where
from .noting import SHAPED_BY_DATA, Noting, current, noting
from .numbering import Numbers
from .numbers import Number
from .sources import Argument, Given, GradientOf, Held, Outside

READS = {"getitem", "unindex", "part"}  # by a mask, as many elements as are true


class Recording:
    """What a function does while it runs within ``recorded``.

    leaves: its arguments.  varying: the places of those that are numbers and stand for others too.
    Attributes after that: ``graph`` without roots; ``written``: (cell, value) for every cell that
    holds another array now; ``gradients``: (cell, value or None) likewise for ``.grad``;
    ``without``: cells whose ``.grad`` was None when it was read.
    """

    def __init__(self, leaves: Sequence[Any], varying: Set[int] = frozenset()) -> None:
        self.graph = Graph()
        self.varying = varying
        self.draws = Draws(self.new_input)
        self.numbers = Numbers(self)
        self.without: list[Argument | Held] = []
        self._sources: dict[int, Any] = {}  # of cells that are no pinned ones, by id
        self._held: dict[int, tuple[Cell, Noted, Value]] = {}  # now, and when first read
        self._grads: dict[int, tuple[Cell, Any]] = {}
        self._outside: dict[int, tuple[Any, Noted]] = {}
        for i, leaf in enumerate(leaves):
            if isinstance(leaf, Cell):
                self._sources.setdefault(id(leaf), Argument(i))

    @contextmanager
    def recorded(self) -> Iterator[None]:
        """Record what runs within the ``with``, in this thread."""
        token = current.set(self)
        try:
            with ExitStack() as stack:
                stack.enter_context(standing_in(stand_in))
                stack.enter_context(taking_by(self.draws))
                stack.enter_context(observed(self))
                yield
        finally:
            current.reset(token)

    # cells: see observing.Observer

    def read(self, cell: Cell, name: str) -> Any:
        """What the cell holds, as far as the function knows."""
        if name != "held":
            return self._read_gradient(cell)
        if (known := self._held.get(id(cell))) is not None:
            return known[1]
        value = HELD["held"].__get__(cell)
        if not is_raw(value):
            return value
        if cell.level:
            return self.outside(value)
        noted = self.input(value, self.place(cell))
        self._held[id(cell)] = cell, noted, noted.at
        return noted

    def write(self, cell: Cell, name: str, value: Any) -> None:
        """Let the cell hold ``value``, if it was made here; else note that it shall."""
        if name != "held":
            self._write_gradient(cell, value)
        else:
            if is_raw(value):
                value = self.outside(value)
            if not isinstance(value, Noted) or self.made_here(cell):
                HELD["held"].__set__(cell, value)
            else:
                self.read(cell, "held")  # so that what it held before is known
                self._held[id(cell)] = cell, value, self._held[id(cell)][2]

    def given(self, op: Any, arguments: tuple) -> tuple:
        """What an operation is given, arrays from outside and numbers as noted arrays."""
        found = [self.outside(a) if is_raw(a) else a for a in arguments]
        return tuple([a.beside(op, arguments) if type(a) is Number else a for a in found])

    def made_here(self, cell: Cell) -> bool:
        """Whether a cell is new: the caller does not have it."""
        held = getattr(Slots(cell), "held", None)
        return held is None or isinstance(held, Noted)

    def _read_gradient(self, cell: Cell) -> Any:
        if id(cell) in self._grads:
            return self._grads[id(cell)][1]
        value = getattr(Slots(cell), "_grad", None)
        if not self.made_here(cell):
            if value is None:
                self.without.append(self.place(cell))
            else:
                self._sources[id(value)] = GradientOf(self.place(cell))
        return value

    def _write_gradient(self, cell: Cell, value: Any) -> None:
        if self.made_here(cell):
            HELD["_grad"].__set__(cell, value)
        else:
            self._grads[id(cell)] = cell, value

    def place(self, cell: Cell) -> Any:
        """Where a cell of the caller's is found at another call."""
        return self._sources.get(id(cell)) or Held(cell, type(cell.node))

    # arrays

    def input(self, array: Any, source: Any) -> Noted:
        """An array that is read anew from ``source`` at every call."""
        value = self.new_input(array.shape, array.dtype, source)
        return noting(backend_of(array)).noted(array, value, self)

    def new_input(self, shape: tuple[int, ...], dtype: Any, source: Any) -> Input:
        value = Input(shape, dtype, source=source)
        self.graph.inputs.append(value)
        return value

    def gradient(self, number: int, of: Noted) -> Noted:
        """A gradient of result number ``number``, which the caller will give."""
        ones = of.backend.base.ones(of.array)
        return self.input(ones, Given(number, "gradient of result"))

    def outside(self, array: Any) -> Noted:
        """What stands for an array that the function closes over."""
        if id(array) not in self._outside:
            self._outside[id(array)] = array, self.input(array, Outside(array))
        return self._outside[id(array)][1]

    def known(self) -> set[int]:
        """The ids of cells and arrays that the graph reads anew, and of what these are parts of."""
        found = set(self._held)
        for array, _ in self._outside.values():
            while array is not None:
                found.add(id(array))
                array = getattr(array, "base", None)
        return found

    def note(self, backend: Noting, name: str, arguments: tuple, settings: dict) -> Any:
        """The result of one operation, noted."""
        varies = may_vary(name)
        given = tuple([self._beside(backend, self._argument(a, varies)) for a in arguments])
        if name in SHAPED_BY_DATA or (name in READS and any(map(is_mask, given[1:]))):
            raise RuntimeError(
                f"compile: {where()}{name} gives a shape that differs from call to call; use "
                "gg.where(mask, x, 0), or leave this function uncompiled"
            )
        how = {key: self._argument(value, varies) for key, value in settings.items()}
        arrays = tuple([array_of(a) for a in given])
        y = backend.function(name)(*arrays, **{key: array_of(v) for key, v in how.items()})
        several = isinstance(y, tuple)
        made = tuple(y) if several else (y,)
        outputs = tuple([Value(part.shape, part.dtype) for part in made])
        self.step(name, given, how, outputs, several, backend)
        pairs = zip(made, outputs, strict=True)
        noted = [backend.noted(a, v, self, of_numbers(v, given)) for a, v in pairs]
        return tuple(noted) if several else noted[0]

    def _beside(self, backend: Noting, value: Any) -> Any:
        """An argument; on a device a number of the host's as one of its own."""
        if isinstance(value, Noted) and value.backend is not backend and value.shape == ():
            return self.numbers.as_array(self.numbers.item(value), value.dtype, backend)
        return value

    def step(
        self, name: str, given: tuple, how: dict, outputs: tuple, several: bool, backend: Noting
    ) -> None:
        arguments = tuple([value_of(a) for a in given])
        settings = {key: value_of(a) for key, a in how.items()}
        step = Step(name, arguments, settings, outputs, several, backend, users_line())
        self.graph.steps.append(step)

    def _argument(self, value: Any, varies: bool) -> Any:
        """An argument of an operation, arrays from outside as noted ones; a number may vary where
        it is a factor, not where it is an axis or an index."""
        kind = type(value)
        if isinstance(value, Noted):
            if value.recording not in (self, None):
                raise RuntimeError("compile: an array of another recording; return it from there")
            return value
        if kind is tuple or kind is list:
            return tuple([self._argument(part, varies) for part in value])
        if kind is slice:
            ends = [self._argument(end, varies) for end in (value.start, value.stop, value.step)]
            return slice(*ends)
        if kind is Number and not varies:
            return value.look()
        if kind in BACKENDS:
            return self.outside(value)
        return value

    # optimizers

    def note_update(
        self, batch: MultiTensor, gradients: list, rate: Noted, steps: Noted, numbers: tuple
    ) -> None:
        """An optimizer's step: the arrays of ``batch`` become others."""
        backend = batch.backend
        with backend.quiet():  # on its device, where there are several
            lists = [[one.array.copy() for one in arrays] for arrays in batch.lists]
        real = MultiTensor(backend.base, batch.kernel, lists[0], lists[1:], batch.places)
        real.step([g.array for g in gradients], rate.array, steps.array, numbers)
        before = tuple([noted for arrays in batch.lists for noted in arrays])
        after = [array for arrays in lists for array in arrays]
        outputs = tuple([Value(array.shape, array.dtype) for array in after])
        given = (before, tuple(gradients), rate, steps)
        how = {"kernel": batch.kernel, "places": batch.places, "numbers": numbers}
        self.step("update", given, how, outputs, True, backend)
        for noted, array, value in zip(before, after, outputs, strict=True):
            noted.array, noted.at = array, value

    # the end

    @property
    def written(self) -> list[tuple[Cell, Noted]]:
        """The cells that hold another array than before."""
        return [(cell, now) for cell, now, first in self._held.values() if now.at is not first]

    @property
    def gradients(self) -> list[tuple[Cell, Any]]:
        """The cells that have another gradient than before."""
        return list(self._grads.values())

    def changed_cells(self) -> tuple[list[Any], list[tuple[Any, bool]]]:
        """Where the written cells are found, and those with gradients, each with whether it has
        none now."""
        cells = [self.place(cell) for cell, _ in self.written]
        return cells, [(self.place(cell), g is None) for cell, g in self.gradients]

    def left(self) -> list[Value]:
        """The values that cells and their gradients hold afterwards."""
        held = [noted.at for _, noted in self.written]
        return held + [g.held.at for _, g in self.gradients if g is not None]

    def commit(self) -> None:
        """Let the cells hold what the function wrote."""
        for cell, noted in self.written:
            cell.write(noted.array)
        for cell, gradient in self.gradients:
            if gradient is not None:
                settle(gradient)
            HELD["_grad"].__set__(cell, gradient)
        for generator, blocks in self.draws.blocks().items():
            generator.counter.advance(blocks)
