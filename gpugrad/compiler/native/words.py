"""Native steps as the words that plan.c reads."""

from collections.abc import Sequence

from ...backend.kernels.blas import Gemm
from ...codegen.nests import Nest
from .places import Place, joined_axes

A_KERNEL, A_PRODUCT, A_COPY, IN_BLOCKS = range(4)  # as in plan.c


def step_words(kind: int, words: Sequence[int]) -> list[int]:
    """A step: its kind, its number of words, what it is."""
    return [kind, len(words) + 2, *map(int, words)]


def place_words(place: Place) -> list[int]:
    """A place: its storage's number and the bytes from there."""
    return [place.storage.number, place.storage.offset + place.offset]


def nest_words(
    nest: Nest, address: int, chunk: int, arrays: Sequence[Place], sums: Sequence[Place]
) -> list[int]:
    """A nest; ``arrays``: what it reads, writes and adds up; ``sums``: of every chunk of rows, none
    if there is one chunk."""
    count = len(nest.reads) + len(nest.writes)
    words = [address, nest.rows, chunk, count, len(nest.totals)]
    for place in arrays[:count]:
        words += place_words(place)
    totals = arrays[count:]
    for total, place, each in zip(nest.totals, totals, sums or totals, strict=True):
        words += [*place_words(place), total.count, place.item, *place_words(each)]
    return words


def product_words(function: Gemm, a: Place, b: Place, c: Place) -> list[int]:
    """Products of matrices, over all axes but two."""
    turned = [leading(place) for place in (a, b)]
    (turn_a, lda), (turn_b, ldb) = [found for found in turned if found is not None]
    m, n, k = *c.shape[-2:], a.shape[-1]
    words = [function.address, c.item, function.wide, turn_a, turn_b, m, n, k, lda, ldb, n]
    for place in (a, b, c):
        words += place_words(place)
    batches = _batches(a, b, c)
    return [*words, len(batches), *(word for batch in batches for word in batch)]


def leading(place: Place) -> tuple[bool, int] | None:
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


def copy_words(x: Place, y: Place) -> list[int]:
    """A copy to where the elements lie one after another."""
    axes = joined_axes(x)
    lengths, steps = [n for n, _ in axes], [s for _, s in axes]
    return [x.item, *place_words(x), *place_words(y), len(axes), *lengths, *steps]
