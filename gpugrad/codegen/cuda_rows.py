"""A row of a nest as CUDA C text: loops over its columns, and what is computed once for it.

The threads of a row take its packs in turns, and always the same ones: what later loops read again
they keep for themselves.
"""

from .cuda_text import BYTE, NAME, load, spelling, store
from .nest_forms import TURNS, Form, Sum
from .nests import BUFFER, LOCAL, MAX, MIN, SUM, TOTAL, Nest, Operand, Part
from .patterns import element, place
from .text import body

COMBINED = {SUM: "Add", MAX: "Largest", MIN: "Smallest"}  # in kernels/across.cuh
FIRST = {SUM: "0", MAX: "-GG_INFINITY", MIN: "GG_INFINITY"}
NARROW = 2**30  # elements that an int counts


class Loop:
    """The lines of a loop over columns: before it, for every element, after it, and the packs that
    it writes, each its name, its type and where its row is."""

    def __init__(self) -> None:
        self.before, self.inside, self.after = list[str](), list[str](), list[str]()
        self.packs: list[tuple[str, str, str]] = []


class Row:
    """Writes the text of a row."""

    def __init__(self, nest: Nest, form: Form) -> None:
        self.nest, self.form = nest, form
        self.number = spelling(nest.dtype).number
        self.index = "int" if nest.count < NARROW else "long long"
        self.operands = {operand.name: operand for operand in (*nest.reads, *nest.writes)}
        self.writes = {operand.name for operand in nest.writes}
        self.sums = {one.total.name: one for one in form.sums}
        self.idle = bool(form.summed % form.length or form.length % form.down)
        self.alone = "threadIdx.x == 0 && !idle" if self.idle else "threadIdx.x == 0"
        self.unroll = "#pragma unroll" if form.turns <= TURNS else "#pragma unroll 1"
        self.kept = self._kept() if form.turns <= TURNS else []
        self.there: set[str] = set()  # of what is kept, what a loop has loaded or made

    def _kept(self) -> list[str]:
        """The operands that a thread keeps, since a loop reads what another one has had."""
        had: set[str] = set()
        kept: list[str] = []
        for part in self.nest.parts:
            if part.looped:
                read = self._moving(part)
                kept += [name for name in read if name in had and name in self.operands]
                had.update((*read, *(name for name, _ in part.kernel.outputs)))
        return list(dict.fromkeys(kept))

    def _moving(self, part: Part) -> list[str]:
        """What a loop reads that has an element for each column."""
        moving = {name for name, operand in self.operands.items() if operand.moves}
        return [n for n in part.kernel.inputs if n in moving or n in self.nest.buffers]

    # what is shared with the lines around a row

    def kind(self, operand: Operand) -> str:
        """The type of an operand's elements."""
        return BYTE if operand.boolean else NAME[operand.dtype]

    def kind_of_parts(self, one: Sum) -> str:
        """The type of a total's parts, which are the total if each element has but one."""
        return self.number if one.added > 1 else NAME[one.total.dtype]

    def part(self, one: Sum, value: str) -> str:
        """A value as a part of a total."""
        return value if one.added > 1 else store(value, NAME[one.total.dtype], one.total.dtype)

    def tiled(self, index: str) -> str:
        """The place of what a tile gives for a row or a chunk."""
        tiles = self.form.tiles
        return index if tiles == 1 else f"{index} * {tiles} + blockIdx.y"

    def turns(self, lines: list[str]) -> list[str]:
        """A loop over a thread's packs: pack k of the thread is pack p of the row."""
        form = self.form
        k = "k" if form.tiles == 1 else f"(blockIdx.y * {form.turns} + k)"
        return [
            self.unroll,
            f"for (int k = 0; k < {form.turns}; k++) {{",
            f"    const int p = {k} * {form.across} + threadIdx.x;",
            *indented(lines),
            "}",
        ]

    # a row

    def lines(self) -> list[str]:
        """The lines of one row: ``first`` is that of the block's first threads, ``end`` is beyond
        the chunk, ``run`` is what the rows of a chunk have in common."""
        self.there = set()
        return [
            *self._found(),
            *(line for operand in self.operands.values() for line in self._placed(operand)),
            *self._declared(),
            *(line for part in self.nest.parts for line in self._part(part)),
        ]

    def _found(self) -> list[str]:
        """The lines that find the number of the row, and of its packs."""
        nest, width = self.nest, self.form.width
        own, packs = "first + threadIdx.y", str(nest.columns // width)
        if nest.count % nest.columns:
            rest = f"{nest.count} - r * {nest.columns}"
            packs = f"({rest} < {nest.columns} ? {rest} : {nest.columns}) / {width}"
        lines = [f"const bool idle = {own} >= end;"] if self.idle else []
        lines += [
            f"const {self.index} own = {f'idle ? first : {own}' if self.idle else own};",
            f"const {self.index} r = {element(self.form.walk, 'run', 'own')};",
            f"const {self.index} packs = {f'idle ? 0 : {packs}' if self.idle else packs};",
        ]
        return lines

    def _placed(self, operand: Operand) -> list[str]:
        """Where the row of an operand begins, or its element of the row."""
        name, at = operand.name, place(operand.rows, "r")
        if not operand.moves:
            return [] if name in self.writes else [self._loaded(operand, f"{name}_at[{at}]")]
        const = "" if name in self.writes else "const "
        row = f"{name}_at + ({at}) * {self.nest.columns}"
        return [f"{const}{self.kind(operand)}* {name}_row = {row};"]

    def _loaded(self, operand: Operand, text: str) -> str:
        number = "int" if operand.boolean else self.number
        value = load(text, self.kind(operand), operand.dtype)
        return f"const {number} in_{operand.name} = {value};"

    def _declared(self) -> list[str]:
        """What a thread keeps from loop to loop."""
        width, turns = self.form.width, self.form.turns
        kept = [(name, self.kind(self.operands[name])) for name in self.kept]
        return [
            *(f"{self.number} {name}_kept[{turns * width}];" for name in self.nest.buffers),
            *(f"Pack<{kind}, {width}> {name}_kept[{turns}];" for name, kind in kept),
        ]

    def _part(self, part: Part) -> list[str]:
        lines, results = body(part.kernel, spelling(self.nest.dtype))
        outputs = zip(part.kernel.outputs, part.ends, results, strict=True)
        ends = [(name, end, value) for (name, _), end, value in outputs]
        return self._loop(part, lines, ends) if part.looped else self._once(lines, ends)

    def _once(self, lines: list[str], ends: list[tuple[str, str, str]]) -> list[str]:
        """The lines of what is computed once for a row, by all of its threads."""
        kept = [(f"in_{name}", value) for name, end, value in ends if end == LOCAL]
        given = [self._given(name, end, value) for name, end, value in ends if end != LOCAL]
        by_one = [f"if ({self.alone}) {{", *indented(given), "}"] if given else []
        return [
            *(f"{self.number} {name};" for name, _ in kept),
            "{",
            *indented([*lines, *(f"{name} = {value};" for name, value in kept), *by_one]),
            "}",
        ]

    def _given(self, name: str, end: str, value: str) -> str:
        """The line that writes what a row has one of, or adds it to a total."""
        if end == TOTAL:
            one = self.sums[name]
            return (
                f"{name}_at[r] = {self.part(one, value)};"
                if one.by_rows
                else f"{name}_sum += {value};"
            )
        return f"{name}_at[{place(self.operands[name].rows, 'r')}] = {self._stored(name, value)};"

    def _stored(self, name: str, value: str) -> str:
        operand = self.operands[name]
        return store(value, self.kind(operand), operand.dtype)

    # loops

    def _loop(self, part: Part, lines: list[str], ends: list[tuple[str, str, str]]) -> list[str]:
        loop = Loop()
        for name, end, value in ends:
            if end in COMBINED:
                self._combine(loop, name, end, value)
            elif end == TOTAL:
                self._add(loop, self.sums[name], value)
            elif end == BUFFER:
                loop.inside.append(f"{name}_kept[{self._slot}] = {value};")
            else:
                loop.inside.append(f"{name}_pack.at[i] = {self._stored(name, value)};")
                loop.packs.append((name, self.kind(self.operands[name]), f"{name}_row"))
        return [*loop.before, *self._looped(part, lines, loop), *loop.after]

    @property
    def _slot(self) -> str:
        """The number of an element among those of a thread."""
        return f"k * {self.form.width} + i"

    def _combine(self, loop: Loop, name: str, end: str, value: str) -> None:
        """Reduce the row."""
        own, function = f"{name}_own", f"{COMBINED[end]}()"
        loop.before.append(f"{self.number} {own} = {FIRST[end]};")
        loop.inside.append(f"{own} = {function}({own}, {value});")
        loop.after.append(f"const {self.number} in_{name} = across_row({own}, {function});")

    def _add(self, loop: Loop, one: Sum, value: str) -> None:
        """Add to a total, or write the row's part of it."""
        name = one.total.name
        if not one.by_rows:
            slot = f"[{self._slot}]" if one.total.moves else ""
            loop.inside.append(f"{name}_sum{slot} += {value};")
        elif one.total.moves:
            loop.inside.append(f"{name}_pack.at[i] = {self.part(one, value)};")
            row = f"({name}_at + r * {self.nest.columns})"
            loop.packs.append((name, self.kind_of_parts(one), row))
        else:
            loop.before.append(f"{self.number} {name}_own = 0;")
            loop.inside.append(f"{name}_own += {value};")
            loop.after.append(f"{name}_own = across_row({name}_own, Add());")
            given = f"{name}_at[{self.tiled('r')}] = {self.part(one, f'{name}_own')};"
            loop.after.append(f"if ({self.alone}) {given}")

    def _looped(self, part: Part, lines: list[str], loop: Loop) -> list[str]:
        width, moving = self.form.width, self._moving(part)
        read = [line for name in moving if name in self.operands for line in self._read(name)]
        inside = [
            *read,
            *(f"Pack<{kind}, {width}> {name}_pack;" for name, kind, _ in loop.packs),
            self.unroll,
            f"for (int i = 0; i < {width}; i++) {{",
            *indented([*map(self._element, moving), *lines, *loop.inside]),
            "}",
        ]
        for name, _, row in loop.packs:
            inside += [f"put({row}, {name}_pack, p);", *self._keep(name)]
        return self.turns(["if (p < packs) {", *indented(inside), "}"])

    def _read(self, name: str) -> list[str]:
        """The lines that load a pack of an operand, or take it from what is kept."""
        pack = f"const Pack<{self.kind(self.operands[name])}, {self.form.width}> {name}_pack"
        if name in self.there:
            return [f"{pack} = {name}_kept[k];"]
        return [f"{pack} = pack_of<{self.form.width}>({name}_row, p);", *self._keep(name)]

    def _keep(self, name: str) -> list[str]:
        if name not in self.kept:
            return []
        self.there.add(name)
        return [f"{name}_kept[k] = {name}_pack;"]

    def _element(self, name: str) -> str:
        """The line that takes an element of a pack, or of a buffer."""
        if name in self.operands:
            return self._loaded(self.operands[name], f"{name}_pack.at[i]")
        return f"const {self.number} in_{name} = {name}_kept[{self._slot}];"


def indented(lines: list[str]) -> list[str]:
    """Lines of what stands in braces."""
    return [f"    {line}" for line in lines]
