"""Nests started on a device."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from ..backend.dtypes import as_dtype
from . import cuda_nests
from .nest_forms import MOST_BLOCKS, PACK, Sum, form
from .nests import Nest

FEW = 8  # elements of totals, for which more threads add up the parts of each


class Text(NamedTuple):
    """Where a nest's kernels are: the text of a file, and the name of the first of them."""

    source: str
    name: str


def texts(nests: Sequence[Nest], driver: Any) -> list[Text]:
    """Those of nests, equal ones compiled once: in one file, or each in its own if the driver likes
    that."""
    functions = [cuda_nests.function(nest) for nest in nests]
    if not driver.compiles_units:
        return [Text(cuda_nests.unit([text]), "nest_0") for text in functions]
    order = list(dict.fromkeys(functions))
    source = cuda_nests.unit(order)
    return [Text(source, f"nest_{order.index(text)}") for text in functions]


class Nested:
    """A nest on one device: called with the arrays that it reads, it gives those that it writes,
    then its totals, of the shapes and dtypes that ``made`` has."""

    def __init__(
        self, backend: Any, nest: Nest, text: Text, made: Sequence[tuple[tuple[int, ...], Any]]
    ) -> None:
        driver, how = backend.driver, form(nest)
        self.made, self.written = made, len(nest.writes)
        self.sums, self.wide = how.sums, as_dtype(nest.dtype)
        self.in_packs = how.width > 1
        self._new = driver.bound(backend.module.ndarray)
        self._contiguous = driver.bound(backend.module.ascontiguousarray)
        kernel = driver.function(text.source, text.name)
        pointers = "Q" * (len(nest.reads) + len(made))
        self._start = driver.prepared(kernel, how.grid, how.block, pointers)
        if how.later:
            kernel = driver.function(text.source, f"{text.name}_sums")
            pointers = "Q" * (2 * len(how.later))
            self._add = driver.prepared(kernel, *_adding(how.later), pointers)

    def __call__(self, *arrays: Any) -> tuple:
        """The arrays that the nest makes."""
        made = [self._new(shape, dtype) for shape, dtype in self.made]
        totals = made[self.written :]
        parts = [self._parts(*pair) for pair in zip(self.sums, totals, strict=True)]
        given = [self._readable(array) for array in arrays]
        _start(self._start, [*given, *made[: self.written], *parts])
        pairs = zip(parts, totals, strict=True)
        added = [array for part, total in pairs if part is not total for array in (part, total)]
        if added:
            _start(self._add, added)
        return tuple(made)

    def _parts(self, one: Sum, total: Any) -> Any:
        """Where the parts of a total go: into the total, if these are all."""
        return total if one.added == 1 else self._new((one.added * one.total.count,), self.wide)

    def _readable(self, array: Any) -> Any:
        """An array whose elements lie one after another, from where packs can be loaded."""
        if not array._c_contiguous:
            return self._contiguous(array)
        return array.copy() if self.in_packs and array.data.ptr % PACK else array


def _start(start: Any, arrays: list[Any]) -> None:
    start(tuple([array.data.ptr for array in arrays]), tuple(arrays))


def _adding(later: Sequence[Sum]) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
    """Blocks and threads that add up parts, a row of blocks for each total."""
    most = max(one.total.count for one in later)
    across, down = (8, 32) if most <= FEW else (32, 8)
    return (min(-(-most // across), MOST_BLOCKS), len(later), 1), (across, down, 1)
