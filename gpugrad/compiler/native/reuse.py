"""Reuse: results of a nest that take the place of what it reads for the last time."""

from collections.abc import Iterator, Sequence

from ...codegen.nests import Nest, Operand
from ...codegen.patterns import whole
from .lowering import Operation
from .places import OWN, Place, Storage
from .words import A_KERNEL, IN_BLOCKS


def reuse(operations: Sequence[Operation]) -> None:
    """Let results lie where an array of the same size lay that nothing needs any more."""
    for number, operation in enumerate(operations):
        if operation.kind not in (A_KERNEL, IN_BLOCKS):
            continue
        nest = operation.step.settings["nest"]
        free = [storage for storage in _free(nest, operation) if storage[1].last == number]
        results = operation.writes[len(operation.writes) - len(nest.writes) - len(nest.totals) :]
        for operand, place in zip(nest.writes, results, strict=False):
            taken = next((one for one in free if _fits(nest, *one, operand, place)), None)
            if taken is not None:
                free.remove(taken)
                place.storage.over = taken[1].lowest
                taken[1].lowest.last = max(taken[1].lowest.last, place.storage.last)


def _free(nest: Nest, operation: Operation) -> Iterator[tuple[Operand, Storage]]:
    """The operands that are read element by element, each from memory of its own."""
    places = operation.reads[len(operation.reads) - len(nest.reads) :]
    for operand, place in zip(nest.reads, places, strict=True):
        alone = sum(other.storage is place.storage for other in operation.reads) == 1
        is_whole = operand.moves and operand.rows == whole(nest.rows)
        if alone and is_whole and place.storage.kind == OWN and not place.storage.users:
            yield operand, place.storage


def _fits(nest: Nest, read: Operand, storage: Storage, written: Operand, place: Place) -> bool:
    """Whether a result may take the place of an operand: no part reads this after it is written."""
    if place.storage.kind != OWN or place.storage.nbytes != storage.nbytes or not written.moves:
        return False
    if read.boolean != written.boolean:
        return False
    reading = [i for i, part in enumerate(nest.parts) if read.name in part.kernel.inputs]
    writing = [
        i
        for i, part in enumerate(nest.parts)
        if written.name in [name for name, _ in part.kernel.outputs]
    ]
    return max(reading, default=-1) <= min(writing)  # an operand may have been simplified away
