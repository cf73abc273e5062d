"""Nests as C text for the host compiler.

A nest is ``void name(void *const *at, long begin, long end)`` over rows begin .. end; ``at`` points
to what it reads, then to what it writes, then to totals, which it begins with zeros.
"""

from collections.abc import Mapping
from typing import NamedTuple

from .host_text import BYTE, NAME, load, prelude, spelling, store
from .nests import BUFFER, LOCAL, MAX, MIN, SUM, TOTAL, Nest, Operand, Part, Total
from .patterns import place
from .text import body

NEST = "nest"
WIDE_FROM = 4096  # elements of a sum that is accumulated in double precision
LEAST = {MAX: "-(NUMBER)GG_INFINITY", MIN: "(NUMBER)GG_INFINITY"}
SIGN = {MAX: ">", MIN: "<"}


def function(nest: Nest) -> str:
    """The C function of a nest."""
    ragged = nest.count % nest.columns != 0
    columns = f"{nest.count} - r * {nest.columns}" if ragged else ""
    inner = [
        *([f"const long n = {columns} < {nest.columns} ? {columns} : {nest.columns};"] * ragged),
        *(line for operand in (*nest.reads, *nest.writes) for line in _row(operand, nest)),
        *(line for part in nest.parts for line in _part(part, nest, ragged)),
    ]
    lines = [
        *_pointers(nest),
        "for (long r = begin; r < end; r++) {",
        *(f"    {line}" for line in inner),
        "}",
        *(f"{t.name}_at[0] = {t.name}_sum;" for t in nest.totals if t.count == 1),
    ]
    opening = f"void {NEST}(void *const *at, long begin, long end) {{"
    return "\n".join([opening, *(f"    {line}" for line in lines), "}"])


def _pointers(nest: Nest) -> list[str]:
    number = spelling(nest.dtype).number
    lines = []
    for i, operand in enumerate((*nest.reads, *nest.writes)):
        const = "const " if i < len(nest.reads) else ""
        lines.append(f"{const}{_stored(operand)} *{operand.name}_at = at[{i}];")
    for i, total in enumerate(nest.totals, len(nest.reads) + len(nest.writes)):
        lines.append(f"{NAME[nest.dtype]} *{total.name}_at = at[{i}];")
        if total.count == 1:
            lines.append(f"double {total.name}_sum = 0;")
        else:
            lines.append(f"for (long i = 0; i < {total.count}; i++) {total.name}_at[i] = 0;")
    return [
        *lines,
        *(f"_Alignas(64) {number} {name}_row[{nest.columns}];" for name in nest.buffers),
    ]


def _stored(operand: Operand) -> str:
    return BYTE if operand.boolean else NAME[operand.dtype]


def _row(operand: Operand, nest: Nest) -> list[str]:
    """Where the row of an operand begins, or its element of the row."""
    at = place(operand.rows, "r")
    if operand.moves:
        kind = _stored(operand) + " *" + f"{operand.name}_row"
        const = "const " if operand in nest.reads else ""
        return [f"{const}{kind} = {operand.name}_at + ({at}) * {nest.columns};"]
    if operand in nest.reads:
        return [_loaded(operand.name, f"{operand.name}_at[{at}]", operand.dtype, nest)]
    return []


def _loaded(name: str, text: str, dtype: str, nest: Nest) -> str:
    number = "int" if dtype == "bool" else spelling(nest.dtype).number
    return f"const {number} in_{name} = {load(text, dtype)};"


class Lines(NamedTuple):
    """What an output adds to a part: lines before its loop, within, after it, and what the pragma
    is told."""

    before: list[str]
    inside: list[str]
    after: list[str]
    clauses: list[str]


def _part(part: Part, nest: Nest, ragged: bool) -> list[str]:
    lines, results = body(part.kernel, spelling(nest.dtype))
    rows = zip(part.kernel.outputs, part.ends, results, part.kernel.truths, strict=True)
    ends = [_ended(end, name, text, truth, part, nest) for (name, _), end, text, truth in rows]
    before, inside, after, clauses = (
        [one for lines in each for one in lines] for each in zip(*ends, strict=True)
    )
    if not part.looped:
        return [*_declared(part, nest), "{", *_indented(lines, inside), "}"]
    dtypes = {operand.name: operand.dtype for operand in (*nest.reads, *nest.writes)}
    moving = [(name, dtypes.get(name, nest.dtype)) for name in _moving(part, nest)]
    loads = [_loaded(name, f"{name}_row[c]", dtype, nest) for name, dtype in moving]
    return [
        *before,
        f'_Pragma("omp simd{"".join(clauses)}")',
        f"for (long c = 0; c < {'n' if ragged else nest.columns}; c++) {{",
        *_indented(loads, lines, inside),
        "}",
        *after,
    ]


def _indented(*parts: list[str]) -> list[str]:
    return [f"    {line}" for lines in parts for line in lines]


def _declared(part: Part, nest: Nest) -> list[str]:
    """The values of the row that a part computes, which later parts read."""
    pairs = zip(part.kernel.outputs, part.ends, strict=True)
    names = [f"in_{name}" for (name, _), end in pairs if end == LOCAL]
    return [f"{spelling(nest.dtype).number} {', '.join(names)};"] if names else []


def _ended(end: str, name: str, text: str, truth: bool, part: Part, nest: Nest) -> Lines:
    """The lines of one output."""
    if end == TOTAL:
        return _total(next(t for t in nest.totals if t.name == name), text, part.looped, nest)
    if end in (SUM, MAX, MIN):
        return _reduced(end, name, text, nest)
    return Lines([], _kept(end, name, text, truth, part, nest), [], [])


def _moving(part: Part, nest: Nest) -> list[str]:
    """The inputs of a loop that have an element for each column."""
    moving = {operand.name for operand in (*nest.reads, *nest.writes) if operand.moves}
    return [name for name in part.kernel.inputs if name in moving or name in nest.buffers]


def _kept(end: str, name: str, value: str, truth: bool, part: Part, nest: Nest) -> list[str]:
    """The lines that keep an output of a part."""
    if end == LOCAL:
        return [f"in_{name} = {value};"]
    if end == BUFFER:
        return [f"{name}_row[c] = {value};"]
    operand = next(one for one in nest.writes if one.name == name)
    at = f"{name}_row[c]" if part.looped else f"{name}_at[{place(operand.rows, 'r')}]"
    return [f"{at} = {value if truth else store(value, operand.dtype)};"]


def _reduced(end: str, name: str, value: str, nest: Nest) -> Lines:
    """The lines of a reduction of a row."""
    number = spelling(nest.dtype).number
    if end == SUM:
        wide = "double" if nest.columns >= WIDE_FROM else number
        clause = f" reduction(+:{name})"
        after = f"const {number} in_{name} = {name};"
        return Lines([f"{wide} {name} = 0;"], [f"{name} += {value};"], [after], [clause])
    begin = [f"{number} {name} = {LEAST[end].replace('NUMBER', number)};", f"int {name}_nan = 0;"]
    inside = [f"const {number} {name}_c = {value};"]
    inside += [f"{name} = {name}_c {SIGN[end]} {name} ? {name}_c : {name};"]
    inside += [f"{name}_nan |= {name}_c != {name}_c;"]
    after = f"const {number} in_{name} = {name}_nan ? ({number})GG_NAN : {name};"
    clause = f" reduction({end}:{name}) reduction(|:{name}_nan)"
    return Lines(begin, inside, [after], [clause])


def _total(total: Total, value: str, looped: bool, nest: Nest) -> Lines:
    """The lines that add to a total."""
    at, name = place(total.rows, "r"), total.name
    to = f"{name}_sum" if total.count == 1 else f"{name}_at[{at}]"
    if not looped:
        return Lines([], [f"{to} += {value};"], [], [])
    if total.moves:
        line = f"{name}_at[({at}) * {nest.columns} + c] += {value};"
        return Lines([], [line], [], [])
    before, inside, after, clauses = _reduced(SUM, f"{name}_part", value, nest)
    return Lines(before, inside, [*after, f"{to} += in_{name}_part;"], clauses)


def unit(names: Mapping[str, str]) -> str:
    """One C file: the functions of several nests, by their text the name of each."""
    functions = [text.replace(f"void {NEST}(", f"void {name}(") for text, name in names.items()]
    return "\n\n".join([prelude(), *functions]) + "\n"
