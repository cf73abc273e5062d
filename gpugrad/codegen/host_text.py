"""Generated kernels as C text for the host compiler.

A kernel is ``void name(void *const *at, long n, const double *settings)``: ``at`` points to n
contiguous elements of every input and output; backend/kernels/strided.c brings others into
that form.  Halves are widened to float32 on loading and rounded once on storing.
"""

from functools import cache
from pathlib import Path

from ..backend.kernels.sources import source
from .primitives import PRIMITIVES
from .text import Kernel, Spelling, body

NAME = {
    "float32": "float",
    "float64": "double",
    "float16": "unsigned short",
    "bfloat16": "unsigned short",
}
BYTE = "unsigned char"
SHORT = {"float32": "f32", "float64": "f64", "float16": "f16", "bfloat16": "bf16"}
STORED = {"float32": "f", "float16": "_f16", "bfloat16": "_bf16"}  # suffixes in steps.h


def spelling(dtype: str) -> Spelling:
    """How the host's C writes the computing type of ``dtype``."""
    if dtype == "float64":
        return Spelling("double", "", "")
    return Spelling("float", "f", "gg_", STORED[dtype], called="gg_called_")


@cache
def prelude() -> str:
    """Declarations and maths that come before the kernels of a file."""
    lines = [
        "#if defined(__GNUC__) && !defined(__clang__) && defined(GG_VECTOR_MATHS)",
        '#define GG_VECTOR __attribute__((simd("notinbranch")))',
        "#define GG_APART GG_VECTOR __attribute__((const, noinline)) static",
        "#else",
        "#define GG_VECTOR",
        "#define GG_APART GG_INLINE",
        "#endif",
    ]
    for row in PRIMITIVES.values():
        vector = "GG_VECTOR " if row.vector else ""
        for number, suffix in (("double", ""), ("float", "f")) if row.library else ():
            lines.append(f"{vector}{row.library.format(t=number, f=suffix)};")
    lines += ["#define GG_FUNCTION static inline", header("division.h")]
    lines += [header("steps.h"), source("maths.h")]
    return "\n".join(lines)


@cache
def header(name: str) -> str:
    """Text of one of the headers beside this file."""
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def function(kernel: Kernel, dtype: str) -> str:
    """The C function of one kernel."""
    lines, results = body(kernel, spelling(dtype))
    loads, stores = _loads(kernel, dtype), []
    for (name, _), truth, value in zip(kernel.outputs, kernel.truths, results, strict=True):
        stores.append(f"{name}_out[i] = {value if truth else store(value, dtype)};")
    opening = f"void {kernel.name}(void *const *at, long n, const double *settings) {{"
    pointers = [f"    {line}" for line in _pointers(kernel, dtype)]
    inner = [f"        {line}" for line in (*loads, *lines, *stores)]
    loop = ['    _Pragma("omp simd")', "    for (long i = 0; i < n; i++) {", *inner, "    }", "}"]
    return "\n".join([opening, *pointers, *loop])


def _pointers(kernel: Kernel, dtype: str) -> list[str]:
    """The arrays and settings by their names."""
    number = spelling(dtype).number
    lines = []
    for i, name in enumerate(kernel.inputs):
        stored = BYTE if name in kernel.booleans else NAME[dtype]
        lines.append(f"const {stored} *{name}_at = at[{i}];")
    for i, (name, _) in enumerate(kernel.outputs, len(kernel.inputs)):
        stored = BYTE if kernel.truths[i - len(kernel.inputs)] else NAME[dtype]
        lines.append(f"{stored} *{name}_out = at[{i}];")
    for i, name in enumerate(kernel.settings):
        lines.append(f"const {number} set_{name} = ({number})settings[{i}];")
    return lines


def _loads(kernel: Kernel, dtype: str) -> list[str]:
    number = spelling(dtype).number
    return [
        f"const int in_{name} = {name}_at[i];"
        if name in kernel.booleans
        else f"const {number} in_{name} = {load(f'{name}_at[i]', dtype)};"
        for name in kernel.inputs
    ]


def load(value: str, dtype: str) -> str:
    """A stored element as the computing type."""
    return f"gg_from_{SHORT[dtype]}({value})" if dtype in ("float16", "bfloat16") else value


def store(value: str, dtype: str) -> str:
    """A computed number as the stored type."""
    return f"gg_to_{SHORT[dtype]}({value})" if dtype in ("float16", "bfloat16") else value


def unit(kernels: tuple[Kernel, ...], dtype: str) -> str:
    """One C file with several kernels."""
    return prelude() + "\n" + "\n\n".join(function(k, dtype) for k in kernels) + "\n"
