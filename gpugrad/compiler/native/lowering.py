"""Lowering: the steps of a graph as native operations, and those that stay Python's."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import prod

from ...backend.dtypes import float32, float64
from ...backend.kernels.blas import Gemm, gemm
from ...codegen.patterns import whole
from ..graph import Graph, Step, Value
from ..running import writes_in_place
from ..writing import VIEWS
from .places import GIVEN, OUTSIDE, OWN, Place, Storage, joined_axes, of_storage, view

A_KERNEL, A_PRODUCT, A_COPY, IN_BLOCKS = range(4)  # as in plan.c
BLOCK, LARGE = 256, 1 << 20  # rows of a block, bytes of a product that is computed in blocks
WIDEST = 8  # bytes of an element that copies know
MOST_AXES = 8


@dataclass(eq=False, slots=True)
class Operation:
    """One operation of a plan: a native one, whose words ``written`` gives, or one of Python's.

    reads, writes: the places that it needs.  scratch: memory that it needs meanwhile.  shows: it
    gives the elements of what it reads as they lie, so that Python alone has to do something.
    """

    step: Step
    reads: list[Place]
    writes: list[Place]
    written: Callable[["Operation"], list[int]] | None = None
    scratch: list[Storage] = field(default_factory=list)
    shows: bool = False


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
        found = self._view(step) or self._nest(step) or self._product(step) or self._copy(step)
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

    def _nest(self, step: Step) -> bool:
        if "nest" not in step.settings:
            return False
        reads = [self._contiguous(value, step) for value in step.arguments]
        writes = [self._storage(value) for value in step.outputs]
        chunk = step.settings["nest"].chunk
        words = lambda made: _step(A_KERNEL, self._nest_words(made, chunk))  # noqa: E731
        made = Operation(step, reads, writes, words)
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

    def _nest_words(self, operation: Operation, chunk: int) -> list[int]:
        nest = operation.step.settings["nest"]
        arrays = operation.reads + operation.writes[: len(nest.writes)]
        words = [self.functions[operation.step], nest.rows, chunk, len(arrays), len(nest.totals)]
        for place in arrays:
            words += _words(place)
        for i, total in enumerate(nest.totals):
            place = operation.writes[len(nest.writes) + i]
            sums = of_storage(operation.scratch[i]) if operation.scratch else place
            words += [*_words(place), total.count, place.item, *_words(sums)]
        return words

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
        self.operations.append(
            Operation(step, reads, writes, lambda o: _product_words(o, function))
        )
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
        self.operations.append(Operation(step, [x], [to], _copy_words))
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
            first = product.written(product)[2:] if product.written else []
            return _step(
                IN_BLOCKS, [each, len(first), *first, *self._nest_words(nest, rows * each)]
            )

        made = Operation(nest.step, product.reads + nest.reads, product.writes + nest.writes, words)
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
        return place if _leading(place) is not None else self._contiguous(value, step)

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


def _words(place: Place) -> list[int]:
    """A place: its storage's number and the bytes from there."""
    return [place.storage.number, place.storage.offset + place.offset]


def _leading(place: Place) -> tuple[bool, int] | None:
    """Whether a place holds its matrices transposed, and the elements from one row to the next;
    None where neither axis is contiguous."""
    (rows, cols), (down, along) = place.shape[-2:], place.strides[-2:]
    if along == place.item or cols == 1:
        step = cols if rows == 1 else down // place.item
        return (False, step) if step >= cols and down % place.item == 0 else None
    if down == place.item or rows == 1:
        step = rows if cols == 1 else along // place.item
        return (True, step) if step >= rows and along % place.item == 0 else None
    return None


def _product_words(operation: Operation, function: Gemm) -> list[int]:
    a, b = operation.reads
    (c,) = operation.writes
    turned = [_leading(place) for place in (a, b)]
    (turn_a, lda), (turn_b, ldb) = [found for found in turned if found is not None]
    m, n, k = *c.shape[-2:], a.shape[-1]
    words = [function.address, c.item, function.wide, turn_a, turn_b, m, n, k, lda, ldb, n]
    for place in (a, b, c):
        words += _words(place)
    batches = _batches(a, b, c)
    words.append(len(batches))
    for batch in batches:
        words += batch
    return _step(A_PRODUCT, words)


def _batches(a: Place, b: Place, c: Place) -> list[tuple[int, int, int, int]]:
    """Lengths of the axes over which matrices are multiplied, and the steps of all three."""
    rank = len(c.shape) - 2
    steps = []
    for place in (a, b):
        own = len(place.shape) - 2
        pairs = zip(place.shape[:own], place.strides[:own], strict=True)
        steps.append([0] * (rank - own) + [0 if n == 1 else s for n, s in pairs])
    rows = zip(c.shape[:rank], *steps, c.strides[:rank], strict=True)
    return [row for row in rows if row[0] != 1]


def _copy_words(operation: Operation) -> list[int]:
    (x,), (y,) = operation.reads, operation.writes
    axes = joined_axes(x)
    lengths, steps = [n for n, _ in axes], [s for _, s in axes]
    words = [x.item, *_words(x), *_words(y), len(axes), *lengths, *steps]
    return _step(A_COPY, words)


def _step(kind: int, words: list[int]) -> list[int]:
    """A step as plan.c reads it."""
    return [kind, len(words) + 2, *map(int, words)]


def block_rows(product: Operation, nest: Operation) -> int:
    """Rows of a product after which a nest can follow; 0 if it cannot, or the product is small."""
    how = nest.step.settings.get("nest")
    if product.step.name != "matmul" or product.written is None or how is None:
        return 0
    (y,), last = product.writes, product.writes[0].shape[-1]
    if len(y.shape) != 2 or y.storage.nbytes < LARGE or how.count != prod(y.shape):
        return 0
    reading = [
        o for o, place in zip(how.reads, nest.reads, strict=True) if place.storage is y.storage
    ]
    follows = all(one.moves and one.rows == whole(how.rows) for one in reading)
    return BLOCK if reading and follows and last % how.columns == 0 else 0
