"""One recording: which cells the function read and wrote, and what it did with their arrays.

While it runs, the cells that the caller has stay as they are; what the function writes into them is
known here alone, until ``commit``.  So a function that fails has changed nothing.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from ..backend.multi_tensor import MultiTensor
from ..backend.random.generator import Generator, taking_by
from ..backend.select import BACKENDS, HOST, backend_of, standing_in
from ..engine.cells import Cell
from ..engine.observing import HELD, observed
from ..ops.declare import ELEMENTWISE, REGISTRY
from ..tensor.cell import Tensor
from .arguments import Slots, array_of, is_mask, is_raw, stand_in, value_of
from .arrays import OPERATORS, Noted
from .graph import Graph, Input, Step, Value
from .lines import users_line, where
from .noting import SHAPED_BY_DATA, Noting, current, noting
from .numbers import Number
from .sources import Argument, Given, GradientOf, Held, Outside, Position, Seed

READS = {"getitem", "unindex", "part"}  # by a mask, as many elements as are true


class Recording:
    """What a function does while it runs within ``recorded``.

    Attributes after that: ``graph`` without roots; ``written``: (cell, value) for every cell that
    holds another array now; ``gradients``: (cell, value or None) likewise for ``.grad``;
    ``without``: cells whose ``.grad`` was None when it was read; ``blocks``: of each generator that
    drew, the number of blocks.
    """

    def __init__(self, leaves: Sequence[Any]) -> None:
        self.graph = Graph()
        self.blocks: dict[Generator, int] = {}
        self.looked_at: frozenset[int] = frozenset()  # numbers that Python asked for, by place
        self.without: list[Argument | Held] = []
        self._sources: dict[int, Any] = {}  # of cells that are no pinned ones, by id
        self._held: dict[int, tuple[Cell, Noted, Value]] = {}  # now, and when first read
        self._grads: dict[int, tuple[Cell, Any]] = {}
        self._outside: dict[int, tuple[Any, Noted]] = {}
        self._seeds: dict[Generator, Input] = {}
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
                stack.enter_context(taking_by(self._take))
                stack.enter_context(observed(self))
                yield
        finally:
            current.reset(token)

    # cells: see observing.Observer

    def read(self, cell: Cell, name: str) -> Any:
        """What the cell holds, as far as the function knows."""
        if name != "data":
            return self._read_gradient(cell)
        if (known := self._held.get(id(cell))) is not None:
            return known[1]
        value = HELD["data"].__get__(cell)
        if not is_raw(value):
            return value
        if cell.level:
            return self.outside(value)
        noted = self.input(value, self.place(cell))
        self._held[id(cell)] = cell, noted, noted.at
        return noted

    def write(self, cell: Cell, name: str, value: Any) -> None:
        """Let the cell hold ``value``, if it was made here; else note that it shall."""
        if name != "data":
            self._write_gradient(cell, value)
        else:
            if is_raw(value):
                value = self.outside(value)
            if not isinstance(value, Noted) or self.made_here(cell):
                HELD["data"].__set__(cell, value)
            else:
                self.read(cell, "data")  # so that what it held before is known
                self._held[id(cell)] = cell, value, self._held[id(cell)][2]

    def given(self, op: Any, arguments: tuple) -> tuple:
        """What an operation is given, arrays from outside and numbers as noted arrays."""
        found = [self.outside(a) if is_raw(a) else a for a in arguments]
        return tuple([a.beside(op, arguments) if type(a) is Number else a for a in found])

    def made_here(self, cell: Cell) -> bool:
        """Whether a cell is new: the caller does not have it."""
        held = getattr(Slots(cell), "data", None)
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
        return self._sources.get(id(cell)) or Held(cell)

    # arrays

    def input(self, array: Any, source: Any) -> Noted:
        """An array that is read anew from ``source`` at every call."""
        value = self._input(array.shape, array.dtype, source)
        return noting(backend_of(array)).noted(array, value, self)

    def _input(self, shape: tuple[int, ...], dtype: Any, source: Any) -> Input:
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

    def note(self, backend: Noting, name: str, arguments: tuple, settings: dict) -> Any:
        """The result of one operation, noted."""
        given = tuple([self._argument(backend, a) for a in arguments])
        if name in SHAPED_BY_DATA or (name in READS and any(map(is_mask, given[1:]))):
            raise RuntimeError(
                f"compile: {where()}{name} gives a shape that differs from call to call; use "
                "gg.where(mask, x, 0), or leave this function uncompiled"
            )
        how = {key: self._setting(backend, name, value) for key, value in settings.items()}
        arrays = tuple([array_of(a) for a in given])
        y = backend.function(name)(*arrays, **{key: array_of(v) for key, v in how.items()})
        several = isinstance(y, tuple)
        made = tuple(y) if several else (y,)
        outputs = tuple([Value(part.shape, part.dtype) for part in made])
        self._step(name, given, how, outputs, several, backend)
        noted = [backend.noted(a, v, self) for a, v in zip(made, outputs, strict=True)]
        return tuple(noted) if several else noted[0]

    # numbers

    def number(self, value: Any, place: int) -> Number:
        """What stands for a number among the arguments."""
        at = self._input((), type(value), Argument(place))
        return Number(value, at, frozenset((place,)), self)

    def note_number(self, name: str, arguments: tuple) -> Number:
        """The result of arithmetic of numbers, noted."""
        y = OPERATORS[name](*[array_of(a) for a in arguments])
        at = Value((), type(y))
        self._step(name, arguments, {}, (at,), False, noting(HOST))
        leaves = [a.leaves for a in arguments if type(a) is Number]
        return Number(y, at, frozenset().union(*leaves), self)

    def number_as_array(self, number: Number, dtype: Any, home: Any) -> Noted:
        """A number as an array without axes, on a device."""
        backend = home if isinstance(home, Noting) else noting(home)
        array = backend.base.constant(number.value, dtype)
        at = Value((), array.dtype)
        self._step("number", (number,), {"dtype": dtype}, (at,), False, backend)
        return backend.noted(array, at, self)

    def _step(
        self, name: str, given: tuple, how: dict, outputs: tuple, several: bool, backend: Noting
    ) -> None:
        arguments = tuple([value_of(a) for a in given])
        settings = {key: value_of(a) for key, a in how.items()}
        step = Step(name, arguments, settings, outputs, several, backend, users_line())
        self.graph.steps.append(step)

    def _argument(self, backend: Noting, value: Any) -> Any:
        """An argument of an operation, arrays from outside as noted ones."""
        kind = type(value)
        if isinstance(value, Noted):
            if value.recording not in (self, None):
                raise RuntimeError("compile: an array of another recording; return it from there")
            return value
        if kind is tuple or kind is list:
            return tuple([self._argument(backend, part) for part in value])
        if kind in BACKENDS:
            return self.outside(value)
        return value

    def _setting(self, backend: Noting, name: str, value: Any) -> Any:
        """A setting; a number may vary where it is a factor, not where it is an axis."""
        if type(value) is Number and not (name in REGISTRY and REGISTRY[name].kind == ELEMENTWISE):
            return value.look()
        return self._argument(backend, value)

    # random numbers

    def _take(self, generator: Generator, blocks: int) -> tuple[Any, Any]:
        before = self.blocks.get(generator, 0)
        self.blocks[generator] = before + blocks
        if generator not in self._seeds:
            self._seeds[generator] = self._input((), int, Seed(generator))
        return self._seeds[generator], self._input((), int, Position(generator, before))

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
        self._step("update", given, how, outputs, True, backend)
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

    def commit(self) -> None:
        """Let the cells hold what the function wrote."""
        for cell, noted in self.written:
            cell.write(noted.array)
        for cell, gradient in self.gradients:
            if gradient is not None:
                settle(gradient)
            HELD["_grad"].__set__(cell, gradient)
        for generator, blocks in self.blocks.items():
            generator.counter.advance(blocks)


def settle(tensor: Tensor) -> None:
    """Let a Tensor that was made in a recording hold its array itself."""
    if isinstance(tensor.data, Noted):
        tensor.write(tensor.data.array)
