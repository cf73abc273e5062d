"""Nests as CUDA C text.

A kernel takes what the nest reads, what it writes, and its totals: where these are, or, of those
that are added up later, where their parts are.  A second kernel adds them up: it takes the parts
and the totals.  Sizes stand in the text.
"""

from collections.abc import Sequence
from functools import cache

from ..backend.kernels.sources import source
from .cuda_rows import Row, indented
from .cuda_text import INCLUDE, NAME
from .host_text import header
from .nest_forms import Sum, form
from .nests import Nest
from .patterns import element

NAMED = "@"  # the name of a nest in its text


@cache
def prelude() -> str:
    """What comes before the kernels of a file, after NVIDIA's headers."""
    own = [header(name) for name in ("device.h", "division.h", "steps.h")]
    return "\n".join([*own, source("across.cuh"), header("nests.h")])


@cache
def function(nest: Nest) -> str:
    """The text of a nest's kernels: one, and another one where sums are added up later."""
    writer = Writer(nest)
    return "\n\n".join([writer.kernel(), *writer.adding()])


def unit(texts: Sequence[str]) -> str:
    """One CUDA file: of each text the kernels nest_0, nest_1, ... and nest_0_sums, ..."""
    named = [text.replace(NAMED, f"nest_{i}") for i, text in enumerate(texts)]
    included = [line for dtype, line in INCLUDE.items() if any(NAME[dtype] in t for t in texts)]
    return "".join(included) + "\n\n".join([prelude(), *named]) + "\n"


class Writer:
    """Writes the text of a nest's kernels."""

    def __init__(self, nest: Nest) -> None:
        self.nest, self.form = nest, form(nest)
        self.row = Row(nest, self.form)

    def kernel(self) -> str:
        """The kernel that goes through the rows."""
        form, index = self.form, self.row.index
        loop = f"for ({index} unit = blockIdx.x; unit < {form.units}; unit += gridDim.x) {{"
        head = f'extern "C" __global__ void __launch_bounds__({form.across * form.down}) {NAMED}('
        inside = [loop, *indented(self._unit()), "}"]
        return "\n".join([head, *indented(self._parameters()), ") {", *indented(inside), "}"])

    def _parameters(self) -> list[str]:
        row, nest = self.row, self.nest
        read = [f"const {row.kind(o)}* __restrict__ {o.name}_at" for o in nest.reads]
        written = [f"{row.kind(o)}* __restrict__ {o.name}_at" for o in nest.writes]
        sums = [
            f"{row.kind_of_parts(one)}* __restrict__ {one.total.name}_at" for one in self.form.sums
        ]
        return [", ".join([*read, *written, *sums])]

    def _unit(self) -> list[str]:
        """The lines of one chunk of rows."""
        form, index = self.form, self.row.index
        sums = [one for one in form.sums if not one.by_rows]
        return [
            f"const {index} run = unit / {form.chunks}, chunk = unit % {form.chunks};",
            *map(self._begun, sums),
            f"{index} end = chunk * {form.length} + {form.length};",
            f"end = end < {form.summed} ? end : {form.summed};",
            f"for ({index} first = chunk * {form.length}; first < end; first += {form.down}) {{",
            *indented(self.row.lines()),
            "}",
            *(line for one in sums for line in self._ended(one)),
        ]

    # the sums of a chunk

    def _begun(self, one: Sum) -> str:
        """The line that begins a sum: of a thread, for each of its columns if the total moves."""
        slots = f"[{self.form.turns * self.form.width}] = {{}}" if one.total.moves else " = 0"
        return f"{self.row.number} {one.total.name}_sum{slots};"

    def _ended(self, one: Sum) -> list[str]:
        """The lines that give away what the threads have summed."""
        name, row, width = one.total.name, self.row, self.form.width
        if not one.total.moves:
            return [
                f"{name}_sum = across_block({name}_sum, Add());",
                "if (threadIdx.x == 0 && threadIdx.y == 0)",
                f"    {name}_at[{row.tiled('unit')}] = {row.part(one, f'{name}_sum')};",
            ]
        own = f"{name}_sum[k * {width} + i]"
        return row.turns(
            [
                f"for (int i = 0; i < {width}; i++) {{",
                f"    const {row.number} sum = down_columns({own}, Add());",
                f"    const {row.index} column = p * {width} + i;",
                f"    if (threadIdx.y == 0 && column < {self.nest.columns})",
                f"        {name}_at[unit * {self.nest.columns} + column] = {row.part(one, 'sum')};",
                "}",
            ]
        )

    def adding(self) -> list[str]:
        """The kernel that adds up parts, if there are any."""
        later = self.form.later
        parameters, lines = [], []
        for number, one in enumerate(later):
            name, count = one.total.name, one.total.count
            parameters += [f"const {self.row.number}* {name}_parts"]
            parameters += [f"{NAME[one.total.dtype]}* {name}_at"]
            place = f"[](long long i, long long k) {{ return {self._place(one)}; }}"
            call = f"add_up({name}_parts, {name}_at, {count}, {one.added}, {place});"
            lines.append(f"if (blockIdx.y == {number}) {call}")
        head = f'extern "C" __global__ void {NAMED}_sums('
        text = [head, *indented([", ".join(parameters)]), ") {", *indented(lines), "}"]
        return ["\n".join(text)] if later else []

    def _place(self, one: Sum) -> str:
        """Where part k of element i lies."""
        columns = self.nest.columns if one.total.moves else 1
        if columns == 1:
            return element(one.parts, "i", "k")
        return f"({element(one.parts, f'i / {columns}', 'k')}) * {columns} + i % {columns}"
