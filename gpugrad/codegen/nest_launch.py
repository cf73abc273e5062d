"""Nests started on a device."""

from collections.abc import Iterable, Sequence
from math import prod
from typing import Any, NamedTuple

from ..backend.dtypes import HALVES, float32
from . import cuda_nests
from .nest_forms import PACK, Sum, form
from .nests import Nest

FEW = 8  # elements of totals that are added up by more threads each


class Text(NamedTuple):
    """Where a nest's kernels are: the text of a file, and the name of the first of them."""

    source: str
    name: str


def texts(nests: Sequence[Nest], driver: Any) -> list[Text]:
    """Those of nests, equal ones compiled once; in one file, or each in its own, as the driver likes it."""
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
        self.nest, self.made, driver = nest, made, backend.driver
        self.form = form(nest)
        self._new = driver.bound(backend.module.ndarray)
        self._contiguous = driver.bound(backend.module.ascontiguousarray)
        kernel = driver.function(text.source, text.name)
        pointers = len(nest.reads) + len(nest.writes) + len(nest.totals)
        self._start = driver.prepared(kernel, self.form.grid, self.form.block, "Q" * pointers)
        later = self.form.later
        if later:
            kernel = driver.function(text.source, f"{text.name}_sums")
            grid, block = _adding(later)
            self._add = driver.prepared(kernel, grid, block, "Q" * 2 * len(later))

    def __call__(self, *arrays: Any) -> tuple:
        """The arrays that the nest makes."""
        given = [self._readable(array) for array in arrays]
        made = [self._new(shape, dtype) for shape, dtype in self.made]
        totals = made[len(self.nest.writes) :]
        parts, adding = [], []
        for one, total in zip(self.form.sums, totals, strict=True):
            if one.added > 1:
                part = self._new((one.added * one.total.count,), _wide(total.dtype))
                adding += [part, total]
                parts.append(part)
            else:
                parts.append(total)
        _started(self._start, (*given, *made[: len(self.nest.writes)], *parts))
        if adding:
            _started(self._add, tuple(adding))
        return tuple(made)

    def _readable(self, array: Any) -> Any:
        """An array whose elements lie one after another, from where packs can be loaded."""
        if not array._c_contiguous:
            return self._contiguous(array)
        return array.copy() if array.data.ptr % PACK and array.size > 1 else array


def _started(start: Any, arrays: tuple) -> None:
    start(tuple([array.data.ptr for array in arrays]), arrays)


def _wide(dtype: Any) -> Any:
    """The dtype in which sums are kept."""
    return float32 if dtype in HALVES else dtype


def _adding(later: Sequence[Sum]) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
    """Blocks and threads that add up parts, a row of blocks for each total."""
    most = max(one.total.count for one in later)
    across, down = (8, 32) if most <= FEW else (32, 8)
    return (min(-(-most // across), 4096), len(later), 1), (across, down, 1)
