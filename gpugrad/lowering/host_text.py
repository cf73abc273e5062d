"""Generated kernels as C text for the host compiler.

A kernel is ``void name(void *const *at, long n, const double *settings)``: ``at`` points to n
contiguous elements of every input and output; backend/kernels/strided.c brings others into
that form.  Halves are widened to float32 on loading and rounded once on storing.
"""

from functools import cache
from pathlib import Path

from .text import Kernel, Spelling, body

NAME = {"float32": "float", "float64": "double", "float16": "unsigned short",
        "bfloat16": "unsigned short"}  # fmt: skip
SHORT = {"float32": "f32", "float64": "f64", "float16": "f16", "bfloat16": "bf16"}
# Functions that glibc's libmvec has in vector form; maths.h has the others' float versions.
VECTORISED = (
    "exp", "log", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh",
    "acosh", "atanh", "exp2", "expm1", "log10", "log1p", "log2", "cbrt", "erf", "erfc",
)  # fmt: skip
VECTORISED_OF_TWO = ["pow", "atan2", "hypot"]
OTHERS = ["lgamma", "tgamma", "fabs", "floor", "ceil", "trunc", "rint", "sqrt"]
OTHERS_OF_TWO = ["copysign", "nextafter", "fmod"]


def spelling(dtype: str) -> Spelling:
    """How the host's C writes the computing type of ``dtype``."""
    return Spelling("double", "", "") if dtype == "float64" else Spelling("float", "f", "gg_")


@cache
def prelude() -> str:
    """Declarations and maths that come before the kernels of a file."""
    lines = ["#if defined(__GNUC__) && !defined(__clang__) && defined(GG_VECTOR_MATHS)",
             '#define GG_VECTOR __attribute__((simd("notinbranch")))',
             "#else", "#define GG_VECTOR", "#endif"]  # fmt: skip
    for names, vector, count in (
        (VECTORISED, "GG_VECTOR ", 1), (VECTORISED_OF_TWO, "GG_VECTOR ", 2),
        (OTHERS, "", 1), (OTHERS_OF_TWO, "", 2),
    ):  # fmt: skip
        for name in names:
            for suffix, kind in (("", "double"), ("f", "float")):
                lines.append(f"{vector}{kind} {name}{suffix}({', '.join([kind] * count)});")
    lines += ["#define GG_FUNCTION static inline", header("division.h"), header("maths.h")]
    return "\n".join(lines)


@cache
def header(name: str) -> str:
    """Text of one of the headers beside this file."""
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def function(kernel: Kernel, dtype: str) -> str:
    """The C function of one kernel."""
    form = spelling(dtype)
    lines, results = body(kernel, form)
    opening = [f"void {kernel.name}(void *const *at, long n, const double *settings) {{"]
    pointers, loads = [], []
    for i, name in enumerate(kernel.inputs):
        stored = "unsigned char" if name in kernel.booleans else NAME[dtype]
        pointers.append(f"const {stored} *{name}_at = at[{i}];")
        kind = "int" if name in kernel.booleans else form.number
        value = f"{name}_at[i]" if name in kernel.booleans else load(f"{name}_at[i]", dtype)
        loads.append(f"const {kind} in_{name} = {value};")
    for i, name in enumerate(kernel.settings):
        pointers.append(f"const {form.number} set_{name} = ({form.number})settings[{i}];")
    stores = []
    for i, (name, _) in enumerate(kernel.outputs):
        boolean = kernel.truths[i]
        stored = "unsigned char" if boolean else NAME[dtype]
        pointers.append(f"{stored} *{name}_out = at[{len(kernel.inputs) + i}];")
        value = results[i]
        if kernel.added:
            value = f"{load(f'{name}_out[i]', dtype)} + {value}"
        stores.append(f"{name}_out[i] = {value if boolean else store(value, dtype)};")
    opening += [f"    {line}" for line in pointers]
    opening += ['    _Pragma("omp simd")', "    for (long i = 0; i < n; i++) {"]
    opening += [f"        {line}" for line in (*loads, *lines, *stores)]
    return "\n".join([*opening, "    }", "}"])


def load(value: str, dtype: str) -> str:
    """A stored element as the computing type."""
    return f"gg_from_{SHORT[dtype]}({value})" if dtype in ("float16", "bfloat16") else value


def store(value: str, dtype: str) -> str:
    """A computed number as the stored type."""
    return f"gg_to_{SHORT[dtype]}({value})" if dtype in ("float16", "bfloat16") else value


def unit(kernels: tuple[Kernel, ...], dtype: str, vector_maths: bool) -> str:
    """One C file with several kernels."""
    define = "#define GG_VECTOR_MATHS\n" if vector_maths else ""
    return define + prelude() + "\n" + "\n\n".join(function(k, dtype) for k in kernels) + "\n"
