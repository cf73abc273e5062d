"""Nests as CUDA C text.

A kernel takes what the nest reads, what it writes, and its totals: where these are, or, of those
that are added up later, where their parts are.  A second kernel adds them up: it takes the parts
and the totals.  Sizes stand in the text.
"""

from collections.abc import Sequence
from functools import cache

from ..backend.kernels.sources import source
from .cuda_text import BYTE, INCLUDE, NAME, load, spelling, store
from .host_text import header
from .nest_forms import TURNS, Form, Sum, form
from .nests import ARRAY, BUFFER, LOCAL, MAX, MIN, SUM, TOTAL, Nest, Operand, Part
from .patterns import element, place
from .text import body

NAME_OF_NEST = "@"  # in the text of one, which stands for any name
COMBINED = {SUM: "Add", MAX: "Largest", MIN: "Smallest"}
FIRST = {SUM: "0", MAX: "-GG_INFINITY", MIN: "GG_INFINITY"}
NARROW = 2**30  # elements that an int counts


@cache
def prelude() -> str:
    """What comes before the kernels of a file, after NVIDIA's headers."""
    own = [header(name) for name in ("device.h", "division.h", "steps.h")]
    return "\n".join([*own, source("across.cuh"), header("nests.h")])


@cache
def function(nest: Nest) -> str:
    """The text of a nest's kernels: one, and another one where sums are added up later."""
    writer = Writer(nest, form(nest))
    return "\n\n".join([writer.kernel(NAME_OF_NEST), *writer.adding(f"{NAME_OF_NEST}_sums")])


def unit(texts: Sequence[str]) -> str:
    """One CUDA file: of each text the kernels nest_0, nest_1, ... and nest_0_sums, ..."""
    named = [text.replace(NAME_OF_NEST, f"nest_{i}") for i, text in enumerate(texts)]
    included = [line for dtype, line in INCLUDE.items() if any(NAME[dtype] in t for t in texts)]
    return "".join(included) + "\n\n".join([prelude(), *named]) + "\n"


class Writer:
    """Writes the text of a nest's kernels."""

    def __init__(self, nest: Nest, form: Form) -> None:
        self.nest, self.form = nest, form
        self.number = spelling(nest.dtype).number
        self.index = "int" if nest.count < NARROW else "long long"
        self.sums = {one.total.name: one for one in form.sums}
        self.written = {operand.name: operand for operand in nest.writes}
        self.ragged = nest.count % nest.columns != 0
        uneven = form.summed % form.length or form.length % form.down
        self.idle = bool(uneven)  # some threads may have no row
        self.alone = "threadIdx.x == 0 && !idle" if self.idle else "threadIdx.x == 0"
        self.packs = nest.columns // form.width
        whole = form.tiles * form.turns * form.across == self.packs
        self.guarded = self.ragged or self.idle or not whole
        self.unrolled = "#pragma unroll" if form.turns <= TURNS else "#pragma unroll 1"
        self.kept = set(self._kept()) if form.turns <= TURNS else set()
        self.known: set[str] = set()  # of what is kept, what a loop has left there

    def _kept(self) -> list[str]:
        """Operands that a thread keeps, since several loops read them."""
        seen: set[str] = set()
        again: list[str] = []
        for part in self.nest.parts:
            found = self._moving(part) if part.looped else []
            again += [name for name in found if name in seen and name not in self.nest.buffers]
            seen.update(found)
            seen.update(name for name, _ in part.kernel.outputs if part.looped)
        return list(dict.fromkeys(again))

    def _moving(self, part: Part) -> list[str]:
        """What a loop reads that has an element for each column."""
        operands = {o.name for o in (*self.nest.reads, *self.nest.writes) if o.moves}
        inputs = part.kernel.inputs
        return [name for name in inputs if name in operands or name in self.nest.buffers]

    def kernel(self, name: str) -> str:
        """The kernel that goes through the rows."""
        nest, form = self.nest, self.form
        threads = form.across * form.down
        lines = [
            f"for ({self.index} unit = blockIdx.x; unit < {form.units}; unit += gridDim.x) {{",
            *_indented(self._unit()),
            "}",
        ]
        head = f'extern "C" __global__ void __launch_bounds__({threads}) {name}('
        parameters = ", ".join(self._parameters())
        return "\n".join([head, f"    {parameters}", ") {", *_indented(lines), "}"])

    def _parameters(self) -> list[str]:
        read = [f"const {self._type(o)}* __restrict__ {o.name}_at" for o in self.nest.reads]
        written = [f"{self._type(o)}* __restrict__ {o.name}_at" for o in self.nest.writes]
        sums = [f"{self._kind(one)}* __restrict__ {one.total.name}_at" for one in self.form.sums]
        return [*read, *written, *sums]

    def _type(self, operand: Operand) -> str:
        return BYTE if operand.boolean else NAME[operand.dtype]

    def _kind(self, one: Sum) -> str:
        """The type of a total's parts, which are the total if each element has one."""
        return self.number if one.added > 1 else NAME[one.total.dtype]

    def _as_part(self, one: Sum, value: str) -> str:
        return store(value, self._kind(one), one.total.dtype) if one.added == 1 else value

    def _unit(self) -> list[str]:
        """The lines of one chunk of rows."""
        form = self.form
        chunked = [one for one in form.sums if not one.by_rows]
        return [
            f"const {self.index} chunk = unit % {form.chunks}, run = unit / {form.chunks};",
            *(line for one in chunked for line in self._begun(one)),
            f"{self.index} end = chunk * {form.length} + {form.length};",
            f"end = end < {form.summed} ? end : {form.summed};",
            f"for ({self.index} first = chunk * {form.length}; first < end; first += {form.down}) {{",
            *_indented(self._row()),
            "}",
            *(line for one in chunked for line in self._ended(one)),
        ]

    def _row(self) -> list[str]:
        """The lines of one row."""
        nest, form = self.nest, self.form
        number = element(form.walk, "run", "own")
        own = "first + threadIdx.y"
        lines = [f"const {self.index} own = {own};"]
        if self.idle:
            lines = [
                f"const bool idle = {own} >= end;",
                f"const {self.index} own = idle ? first : {own};",
            ]
        lines.append(f"const {self.index} r = {number};")
        if self.ragged:
            rest = f"{nest.count} - r * {nest.columns}"
            n = f"({rest} < {nest.columns} ? {rest} : {nest.columns}) / {form.width}"
        else:
            n = str(self.packs)
        if self.guarded:
            lines.append(f"const {self.index} packs = {f'idle ? 0 : {n}' if self.idle else n};")
        self.known = set()
        return [
            *lines,
            *(line for operand in (*nest.reads, *nest.writes) for line in self._placed(operand)),
            *(f"{self.number} {name}_kept[{form.turns * form.width}];" for name in nest.buffers),
            *(
                f"Pack<{self._type(o)}, {form.width}> {o.name}_kept[{form.turns}];"
                for o in (*nest.reads, *nest.writes)
                if o.name in self.kept
            ),
            *(line for part in nest.parts for line in self._part(part)),
        ]

    def _placed(self, operand: Operand) -> list[str]:
        """Where the row of an operand begins, or its element of the row."""
        at = place(operand.rows, "r")
        if operand.moves:
            const = "" if operand.name in self.written else "const "
            row = f"{operand.name}_at + ({at}) * {self.nest.columns}"
            return [f"{const}{self._type(operand)}* {operand.name}_row = {row};"]
        if operand.name in self.written:
            return []
        return [self._loaded(operand, f"{operand.name}_at[{at}]")]

    def _loaded(self, operand: Operand, text: str) -> str:
        kind = "int" if operand.boolean else self.number
        return f"const {kind} in_{operand.name} = {load(text, self._type(operand), operand.dtype)};"

    # parts of a row

    def _part(self, part: Part) -> list[str]:
        return self._loop(part) if part.looped else self._once(part)

    def _once(self, part: Part) -> list[str]:
        """The lines of what is computed once for a row."""
        lines, results = body(part.kernel, spelling(self.nest.dtype))
        declared, inside, by_one = [], [], []
        for (name, _), end, value in zip(part.kernel.outputs, part.ends, results, strict=True):
            if end == LOCAL:
                declared.append(f"{self.number} in_{name};")
                inside.append(f"in_{name} = {value};")
            elif end == ARRAY:
                operand = self.written[name]
                at = place(operand.rows, "r")
                by_one.append(f"{name}_at[{at}] = {self._to_store(operand, value)};")
            else:
                by_one.append(self._one_added(self.sums[name], value))
        by_one = [f"if ({self.alone}) {{", *_indented(by_one), "}"] if by_one else []
        return [*declared, "{", *_indented([*lines, *inside, *by_one]), "}"]

    def _to_store(self, operand: Operand, value: str) -> str:
        return store(value, self._type(operand), operand.dtype)

    def _one_added(self, one: Sum, value: str) -> str:
        name = one.total.name
        return self._given(one, "r", value) if one.by_rows else f"{name}_sum += {value};"

    def _given(self, one: Sum, at: str, value: str) -> str:
        """The line that writes a part of a total, or, if it has but one, the total."""
        return f"{one.total.name}_at[{at}] = {self._as_part(one, value)};"

    def _loop(self, part: Part) -> list[str]:
        """The lines of a loop over the columns."""
        lines, results = body(part.kernel, spelling(self.nest.dtype))
        before, inside, packs, after = [], [], [], []
        for (name, _), end, value in zip(part.kernel.outputs, part.ends, results, strict=True):
            if end in COMBINED:
                before.append(f"{self.number} {name}_all = {FIRST[end]};")
                inside.append(_combined(f"{name}_all", value, end))
                whole = f"across_row({name}_all, {COMBINED[end]}())"
                after.append(f"const {self.number} in_{name} = {whole};")
            elif end == BUFFER:
                inside.append(f"{name}_kept[{self._slot}] = {value};")
            elif end == TOTAL:
                self._add_total(self.sums[name], value, before, inside, packs, after)
            else:
                operand = self.written[name]
                inside.append(f"{name}_pack.at[i] = {self._to_store(operand, value)};")
                packs.append((name, self._type(operand), f"{name}_row"))
        return [*before, *self._looped(part, [*lines, *inside], packs), *after]

    @property
    def _slot(self) -> str:
        return f"k * {self.form.width} + i"

    def _add_total(
        self, one: Sum, value: str, before: list, inside: list, packs: list, after: list
    ) -> None:
        """Put the lines that add to a total into those of a loop."""
        name, moves = one.total.name, one.total.moves
        if not one.by_rows:
            inside.append(f"{name}_sum{f'[{self._slot}]' if moves else ''} += {value};")
        elif moves:
            inside.append(f"{name}_pack.at[i] = {self._as_part(one, value)};")
            packs.append((name, self._kind(one), f"({name}_at + r * {self.nest.columns})"))
        else:
            before.append(f"{self.number} {name}_part = 0;")
            inside.append(f"{name}_part += {value};")
            after.append(f"{name}_part = across_row({name}_part, Add());")
            after.append(f"if ({self.alone}) {self._given(one, self._tiled('r'), f'{name}_part')}")

    def _tiled(self, index: str) -> str:
        """The place of a part of a tile."""
        return index if self.form.tiles == 1 else f"{index} * {self.form.tiles} + blockIdx.y"

    def _looped(self, part: Part, lines: list[str], packs: list) -> list[str]:
        width = self.form.width
        inside = [
            *(line for name in self._moving(part) for line in self._read(name)),
            *(f"Pack<{kind}, {width}> {name}_pack;" for name, kind, _ in packs),
            self.unrolled,
            f"for (int i = 0; i < {width}; i++) {{",
            *_indented([*self._elements(part), *lines]),
            "}",
            *(f"put({row}, {name}_pack, p);" for name, _, row in packs),
        ]
        for name, _, _ in packs:
            if name in self.kept:
                inside.append(f"{name}_kept[k] = {name}_pack;")
                self.known.add(name)
        if self.guarded:
            inside = ["if (p < packs) {", *_indented(inside), "}"]
        return [*self._turns(), *_indented(inside), "}"]

    def _turns(self) -> list[str]:
        """The head of a loop over a thread's packs: pack k is number p of the row."""
        form = self.form
        k = "k" if form.tiles == 1 else f"(blockIdx.y * {form.turns} + k)"
        return [
            self.unrolled,
            f"for (int k = 0; k < {form.turns}; k++) {{",
            f"    const int p = {k} * {form.across} + threadIdx.x;",
        ]

    def _read(self, name: str) -> list[str]:
        """The lines that load a pack of an operand."""
        if name in self.nest.buffers:
            return []
        operand = next(o for o in (*self.nest.reads, *self.nest.writes) if o.name == name)
        kind = f"const Pack<{self._type(operand)}, {self.form.width}> {name}_pack"
        if name in self.known:
            return [f"{kind} = {name}_kept[k];"]
        lines = [f"{kind} = pack_of<{self.form.width}>({name}_row, p);"]
        if name in self.kept:
            lines.append(f"{name}_kept[k] = {name}_pack;")
            self.known.add(name)
        return lines

    def _elements(self, part: Part) -> list[str]:
        """The lines that take an element of every pack."""
        operands = {o.name: o for o in (*self.nest.reads, *self.nest.writes)}
        return [
            self._loaded(operands[name], f"{name}_pack.at[i]")
            if name in operands
            else f"const {self.number} in_{name} = {name}_kept[{self._slot}];"
            for name in self._moving(part)
        ]

    # totals

    def _begun(self, one: Sum) -> list[str]:
        """The lines that begin a sum of the rows of a chunk."""
        slots = f"[{self.form.turns * self.form.width}] = {{}}" if one.total.moves else " = 0"
        return [f"{self.number} {one.total.name}_sum{slots};"]

    def _ended(self, one: Sum) -> list[str]:
        """The lines that give the sum of a chunk away."""
        name, form = one.total.name, self.form
        if not one.total.moves:
            return [
                f"{name}_sum = across_block({name}_sum, Add());",
                "if (threadIdx.x == 0 && threadIdx.y == 0)",
                f"    {self._given(one, self._tiled('unit'), f'{name}_sum')}",
            ]
        value = f"{name}_sum[k * {form.width} + i]"
        value = f"down_columns({value}, Add())" if form.down > 1 else value
        at = f"unit * {self.nest.columns} + c"
        return [
            *self._turns(),
            f"    for (int i = 0; i < {form.width}; i++) {{",
            f"        const {self.number} sum = {value};",
            f"        const int c = p * {form.width} + i;",
            f"        if (threadIdx.y == 0 && c < {self.nest.columns})",
            f"            {self._given(one, at, 'sum')}",
            "    }",
            "}",
        ]

    def adding(self, name: str) -> list[str]:
        """The kernel that adds up parts, if there are any."""
        later = self.form.later
        if not later:
            return []
        parameters, lines = [], []
        for i, one in enumerate(later):
            total = one.total.name
            parameters += [
                f"const {self.number}* {total}_parts",
                f"{NAME[one.total.dtype]}* {total}_at",
            ]
            columns = self.nest.columns if one.total.moves else 1
            at = element(one.parts, f"i / {columns}", "k")
            at = (
                f"({at}) * {columns} + i % {columns}"
                if columns > 1
                else element(one.parts, "i", "k")
            )
            place = f"[](long long i, long long k) {{ return {at}; }}"
            call = f"add_up({total}_parts, {total}_at, {one.total.count}, {one.added}, {place});"
            lines.append(f"if (blockIdx.y == {i}) {call}")
        head = f'extern "C" __global__ void {name}('
        return ["\n".join([head, f"    {', '.join(parameters)}", ") {", *_indented(lines), "}"])]


def _combined(name: str, value: str, end: str) -> str:
    if end == SUM:
        return f"{name} += {value};"
    return f"{name} = {COMBINED[end]}()({name}, {value});"


def _indented(lines: list[str]) -> list[str]:
    return [f"    {line}" for line in lines]
