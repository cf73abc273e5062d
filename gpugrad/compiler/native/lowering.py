"""Lowering: the steps of a graph as native operations, and those that stay Python's."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import prod

from ...backend.dtypes import float32, float64
from ...backend.kernels.blas import gemm
from ...codegen.patterns import whole
from ..graph import Graph, Step, Value
from ..running import writes_in_place
from ..writing import VIEWS
from .places import GIVEN, OUTSIDE, OWN, Place, Storage, of_storage, view
from .words import (
    A_COPY,
    A_KERNEL,
    A_PRODUCT,
    IN_BLOCKS,
    copy_words,
    leading,
    nest_words,
    product_words,
    step_words,
)

BLOCK, LARGE = 256, 1 << 20  # rows of a block, bytes of a product that is computed in blocks
WIDEST = 8  # bytes of an element that copies know
MOST_AXES = 8


@dataclass(eq=False, slots=True)
class Operation:
    """One operation of a plan: a native one of some ``kind``, or one of Python's.

    reads, writes: the places that it needs.  words: what plan.c is told.  scratch: memory that it
    needs meanwhile.  shows: it gives the elements of what it reads as they lie, so that Python
    alone has to do something.
    """

    step: Step
    reads: list[Place]
    writes: list[Place]
    kind: int | None = None
    words: Callable[["Operation"], list[int]] = lambda own: []
    scratch: list[Storage] = field(default_factory=list)
    shows: bool = False

    @property
    def program(self) -> list[int]:
        """A native one as plan.c reads it."""
        return [] if self.kind is None else step_words(self.kind, self.words(self))


class Lowered:
    """The operations of a graph, and where its values lie."""

    def __init__(self, graph: Graph, functions: dict[Step, int]) -> None:
        self.graph, self.functions = graph, functions
        self.places: dict[Value, Place] = {}
        self.operations: list[Operation] = []
        self._copies: dict[Value, Place] = {}  # contiguous ones of others
        for value in (*graph.inputs, *graph.constants()):
            if not value.is_pythons:
                self.places[value] = of_storage(Storage(value, OUTSIDE))
        for step in graph.steps:
            self._lower(step)
        self._pair()
        self._give_roots()
        self._note_lives()

    def _lower(self, step: Step) -> None:
        found = self._view(step) or self._kernel(step) or self._product(step) or self._copy(step)
        if not found:
            self._by_python(step)

    def _storage(self, value: Value, kind: str = OWN) -> Place:
        place = self.places[value] = of_storage(Storage(value, kind))
        return place

    def _view(self, step: Step) -> bool:
        x = step.arguments[0] if step.arguments else None
        if not isinstance(x, Value) or x not in self.places:
            return False
        found = view(self.places[x], step)
        if found is None:
            return False
        self.places[step.outputs[0]] = found
        self.operations.append(Operation(step, [self.places[x]], [], shows=True))
        return True

    def _kernel(self, step: Step) -> bool:
        if "nest" not in step.settings:
            return False
        reads = [self._contiguous(value, step) for value in step.arguments]
        writes = [self._storage(value) for value in step.outputs]
        chunk = step.settings["nest"].chunk
        made = Operation(step, reads, writes, A_KERNEL, lambda own: self._nest(own, chunk))
        self._scratch(made, chunk)
        self.operations.append(made)
        return True

    def _scratch(self, operation: Operation, chunk: int) -> None:
        """Have memory for the sums of every chunk of rows."""
        nest = operation.step.settings["nest"]
        chunks = -(-nest.rows // chunk)
        totals = zip(nest.totals, operation.writes[len(nest.writes) :], strict=True)
        values = [Value((chunks, t.count), place.storage.value.dtype) for t, place in totals]
        operation.scratch = [Storage(value, OWN) for value in values if chunks > 1]

    def _nest(self, operation: Operation, chunk: int) -> list[int]:
        nest, address = operation.step.settings["nest"], self.functions[operation.step]
        sums = [of_storage(storage) for storage in operation.scratch]
        return nest_words(nest, address, chunk, operation.reads + operation.writes, sums)

    def _product(self, step: Step) -> bool:
        if step.name != "matmul" or not all(isinstance(v, Value) for v in step.arguments):
            return False
        a, b = step.arguments
        (y,) = step.outputs
        function = gemm(y.dtype.name) if y.dtype in (float32, float64) else None
        ranks = min(len(a.shape), len(b.shape))
        if function is None or {a.dtype, b.dtype} != {y.dtype} or ranks < 2 or not prod(y.shape):
            return False
        if min(y.shape[-2:]) == 1 or not a.shape[-1] or len(y.shape) > MOST_AXES:
            return False  # of a vector NumPy knows better ways
        reads = [self._as_matrices(value, step) for value in (a, b)]
        writes = [self._storage(y)]

        def words(own: Operation) -> list[int]:
            return product_words(function, *own.reads, *own.writes)

        self.operations.append(Operation(step, reads, writes, A_PRODUCT, words))
        return True

    def _copy(self, step: Step) -> bool:
        if step.name not in ("copy", "reshape") or len(step.arguments) != 1:
            return False
        x, (y,) = step.arguments[0], step.outputs
        if x not in self.places or y.dtype.itemsize > WIDEST or not prod(y.shape):
            return False
        self._copied(self.places[x], step, self._storage(y))
        return True

    def _copied(self, x: Place, step: Step, to: Place) -> Place:
        made = Operation(step, [x], [to], A_COPY, lambda own: copy_words(*own.reads, *own.writes))
        self.operations.append(made)
        return to

    def _pair(self) -> None:
        """Let a nest that reads the rows of a large product follow it, block by block."""
        paired: list[Operation] = []
        last = -1  # the number of the last one that computes
        for operation in self.operations:
            rows = block_rows(paired[last], operation) if last >= 0 else 0
            if rows:
                paired[last] = self._in_blocks(paired[last], operation, rows)
                continue
            last = last if operation.shows else len(paired)
            paired.append(operation)
        self.operations = paired

    def _in_blocks(self, product: Operation, nest: Operation, rows: int) -> Operation:
        """Both as one operation."""
        each = nest.step.settings["nest"].rows // product.writes[0].shape[0]
        self._scratch(nest, rows * each)

        def words(both: Operation) -> list[int]:
            first, then = product.words(product), self._nest(nest, rows * each)
            return [each, len(first), *first, *then]

        reads, writes = product.reads + nest.reads, product.writes + nest.writes
        made = Operation(nest.step, reads, writes, IN_BLOCKS, words)
        made.scratch = nest.scratch
        return made

    def _contiguous(self, value: Value, step: Step) -> Place:
        """The place of a value's elements one after another, copied there if they are not."""
        place = self.places[value]
        if place.contiguous:
            return place
        if value not in self._copies:
            own = Storage(Value(value.shape, value.dtype), OWN)
            self._copies[value] = self._copied(place, step, of_storage(own))
        return self._copies[value]

    def _as_matrices(self, value: Value, step: Step) -> Place:
        """The place of a value as the BLAS reads matrices: one of two axes is contiguous."""
        place = self.places[value]
        return place if leading(place) is not None else self._contiguous(value, step)

    def _by_python(self, step: Step) -> None:
        reads = [self.places[v] for v in step.values() if v in self.places]
        made = Operation(step, reads, [])
        shows = step.name in VIEWS or writes_in_place(step, self.graph)
        for value in step.outputs:
            if shows and reads:  # perhaps the same memory, which then lives as long
                own = Storage(value, OUTSIDE)
                self.places[value] = of_storage(own)
                reads[0].storage.users.append(own)
            elif not value.is_pythons:
                self._storage(value, OUTSIDE)
        made.writes += [self.places[value] for value in step.outputs if not value.is_pythons]
        self.operations.append(made)

    def _give_roots(self) -> None:
        """Let memory that the caller gets to see be the caller's."""
        leaving = {self.places[root].storage for root in self.graph.roots if root in self.places}
        for operation in reversed(self.operations):
            for place in operation.reads:
                if not leaving.isdisjoint(place.storage.users):
                    leaving.add(place.storage)
        for storage in leaving:
            if storage.kind == OWN:
                storage.kind = GIVEN

    def _note_lives(self) -> None:
        """Note of every storage the operations from which on, and up to which, it is needed."""
        for number, operation in enumerate(self.operations):
            for storage in operation.scratch:
                storage.first = storage.last = number
            for place in operation.writes:
                place.storage.first = place.storage.last = number
            for place in operation.reads:
                _use(place.storage, number)
        for root in self.graph.roots:
            if root in self.places:
                _use(self.places[root].storage, len(self.operations))
        for operation in reversed(self.operations):
            for place in operation.reads:
                for other in place.storage.users:
                    place.storage.last = max(place.storage.last, other.last)

    def storages(self) -> Iterator[Storage]:
        """Every storage, once."""
        seen = dict.fromkeys(place.storage for place in self.places.values())
        for operation in self.operations:
            seen.update(dict.fromkeys(p.storage for p in (*operation.reads, *operation.writes)))
            seen.update(dict.fromkeys(operation.scratch))
        yield from seen


def _use(storage: Storage, number: int) -> None:
    storage.last = max(storage.last, number)


def block_rows(product: Operation, nest: Operation) -> int:
    """Rows of a product after which a nest can follow; 0 if it cannot, or the product is small."""
    how = nest.step.settings.get("nest")
    if product.kind != A_PRODUCT or how is None:
        return 0
    (y,), last = product.writes, product.writes[0].shape[-1]
    if len(y.shape) != 2 or y.storage.nbytes < LARGE or how.count != prod(y.shape):
        return 0
    reading = [
        o for o, place in zip(how.reads, nest.reads, strict=True) if place.storage is y.storage
    ]
    follows = all(one.moves and one.rows == whole(how.rows) for one in reading)
    return BLOCK if reading and follows and last % how.columns == 0 else 0
