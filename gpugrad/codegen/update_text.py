"""Optimizers' kernels as text: one element's update, and the drivers that go over many tensors.

Parameters and gradients have the dtype of the kernel; state is float32 for halves.  Everything is
written in place.  The settings ``once`` are computed in double by every thread, then rounded.
"""

from collections.abc import Iterable

from . import cuda_text, host_text
from .text import Kernel, Spelling, body

DOUBLE = Spelling("double", "", "")
WIDE = {"float16": "float32", "bfloat16": "float32"}  # what state is kept in
DEVICE_BYTES = 3840  # of the 4096 that a kernel's parameters may have: the rest are its settings
NARROW = ("p", "g")  # arrays of the parameters' own dtype

HOST_JOB = """\
typedef struct {
    const long *chunks, *places;  // tensor, begin, end of each; whose step counts for each tensor
    char *const *at;              // addresses: of every tensor's p, then of every g, then of state
    const long long *steps;
    const double *settings;
    long tensors;
} gg_job;
"""
HOST = """\
void {name}(const gg_job *job, long first, long last) {{
    for (long chunk = first; chunk < last; chunk++) {{
        const long *at = job->chunks + 3 * chunk, tensor = at[0], begin = at[1], end = at[2];
        const double set_step = job->steps[job->places[tensor]];
{settings}
{once}
{pointers}
        _Pragma("omp simd")
        for (long i = begin; i < end; i++) {{
{each}
        }}
    }}
}}
"""
DEVICE = """\
struct Tensors {{
    char* at[{arrays}][{capacity}];  // of every g, which is another in each step, then of p
    long long count[{capacity}], chunk;
    int first[{capacity}], place[{capacity}], tensors;  // first: the number of its first block
}};

{element}

extern "C" __global__ void {symbol}(
    const double* lr_at, const long long* steps{numbers}, const Tensors tensors
) {{
    int tensor = 0;
    while (tensor + 1 < tensors.tensors && tensors.first[tensor + 1] <= blockIdx.x) tensor++;
    const double set_lr = *lr_at, set_step = (double)steps[tensors.place[tensor]];
{once}
{pointers}
    const bool aligned = (({addresses}) & 15) == 0;
    const long long begin = (blockIdx.x - tensors.first[tensor]) * tensors.chunk;
    const long long left = tensors.count[tensor] - begin;
    const long long count = left < tensors.chunk ? left : tensors.chunk;
    const long long packs = aligned ? count / {width} : 0, before = begin / {width};
    for (long long i = before + threadIdx.x; i < before + packs; i += blockDim.x) {{
{packs}
    }}
    for (long long i = begin + packs * {width} + threadIdx.x; i < begin + count; i += blockDim.x)
        {one}
}}
"""


def capacity(arrays: int) -> int:
    """How many tensors of so many arrays the struct ``Tensors`` has room for."""
    return (DEVICE_BYTES - 16) // (8 * arrays + 16)


def host(name: str, once: Kernel, each: Kernel, dtype: str) -> str:
    """The C function of one rule."""
    form, kinds = host_text.spelling(dtype), _kinds(each, dtype)
    lines, results = body(each, form)
    loads = [
        f"const {form.number} in_{n} = {host_text.load(f'{n}_at[i]', kind)};"
        for n, kind in kinds.items()
    ]
    stores = [
        f"{n}_at[i] = {host_text.store(value, kinds[n])};"
        for (n, _), value in zip(each.outputs, results, strict=True)
    ]
    shared = [n for n in once.settings if n != "step"]
    settings = (f"const double set_{n} = job->settings[{i}];" for i, n in enumerate(shared))
    pointers = (
        f"{host_text.NAME[kind]} *{n}_at = (void *)job->at[{i} * job->tensors + tensor];"
        for i, (n, kind) in enumerate(kinds.items())
    )
    return HOST.format(
        name=f"{name}_{dtype}",
        settings=_indented(settings, 8),
        once=_indented(_once(once, form), 8),
        pointers=_indented(pointers, 8),
        each=_indented((*loads, *lines, *stores), 12),
    )


def host_unit(function: str) -> str:
    """A C file with one function."""
    return f"{host_text.prelude()}\n{HOST_JOB}\n{function}"


def device(name: str, once: Kernel, each: Kernel, dtype: str) -> str:
    """The CUDA kernel of one rule."""
    kinds = _kinds(each, dtype)
    width = 16 // max({"float64": 8, "float32": 4}.get(kind, 2) for kind in kinds.values())
    pointers = (
        f"{cuda_text.NAME[kind]}* {n}_at = ({cuda_text.NAME[kind]}*)tensors.at[{i}][tensor];"
        for i, (n, kind) in enumerate({"g": kinds["g"], **kinds}.items())
    )
    return DEVICE.format(
        symbol=f"{name}_{dtype}",
        arrays=len(kinds),
        capacity=capacity(len(kinds)),
        element=_element(name, each, kinds, once.truths, cuda_text.spelling(dtype)),
        numbers="".join(f", double set_{n}" for n in once.settings if n not in ("lr", "step")),
        once=_indented(_once(once, cuda_text.spelling(dtype)), 4),
        pointers=_indented(pointers, 4),
        addresses=" | ".join(f"(unsigned long long){n}_at" for n in kinds),
        width=width,
        packs=_indented(_packs(name, each, kinds, width), 8),
        one=_call(name, each, kinds, "_at[i]"),
    )


def device_unit(functions: str, dtype: str) -> str:
    """A CUDA file with one kernel."""
    headers = (cuda_text.INCLUDE.get(dtype, ""), host_text.header("device.h"))
    return "".join((*headers, host_text.header("division.h"), "\n", functions))


def _kinds(each: Kernel, dtype: str) -> dict[str, str]:
    """The dtype in which each array lies in memory."""
    return {n: dtype if n in NARROW else WIDE.get(dtype, dtype) for n in each.inputs}


def _once(once: Kernel, form: Spelling) -> list[str]:
    """The lines that compute the settings of an element."""
    lines, results = body(once, DOUBLE)
    kinds = ["int" if truth else form.number for truth in once.truths]
    made = list(zip((name for name, _ in once.outputs), kinds, results, strict=True))
    declared = (f"{kind} set_{name};" for name, kind, _ in made)
    assigned = (f"set_{name} = ({kind})({value});" for name, kind, value in made)
    return [*declared, "{", *(f"    {line}" for line in (*lines, *assigned)), "}"]


def _element(
    name: str, each: Kernel, kinds: dict[str, str], truths: tuple[bool, ...], form: Spelling
) -> str:
    """The device function of one element."""
    lines, results = body(each, form)
    stores = (
        f"{n}_out = {cuda_text.store(value, kinds[n], kinds[n])};"
        for (n, _), value in zip(each.outputs, results, strict=True)
    )
    parameters = [
        *(f"{form.number} in_{n}" for n in each.inputs),
        *(f"{cuda_text.NAME[kinds[n]]}& {n}_out" for n, _ in each.outputs),
        *(
            f"{'int' if truth else form.number} set_{n}"
            for n, truth in zip(each.settings, truths, strict=True)
        ),
    ]
    head = f"static __device__ inline void {name}_element({', '.join(parameters)})"
    return f"{head} {{\n{_indented((*lines, *stores), 4)}\n}}"


def _packs(name: str, each: Kernel, kinds: dict[str, str], width: int) -> list[str]:
    """The lines that update several elements at once."""
    loads = (
        f"Pack<{cuda_text.NAME[kind]}, {width}> {n}_pack = pack_of<{width}>({n}_at, i);"
        for n, kind in kinds.items()
    )
    call = "    " + _call(name, each, kinds, "_pack.at[j]")
    stores = (f"put({n}_at, {n}_pack, i);" for n, _ in each.outputs)
    return [*loads, f"for (int j = 0; j < {width}; j++)", call, *stores]


def _call(name: str, each: Kernel, kinds: dict[str, str], at: str) -> str:
    """One element's update; its arrays are read and written as ``<array>{at}``."""
    read = (cuda_text.load(f"{n}{at}", kind, kind) for n, kind in kinds.items())
    written = (f"{n}{at}" for n, _ in each.outputs)
    settings = (f"set_{n}" for n in each.settings)
    return f"{name}_element({', '.join((*read, *written, *settings))});"


def _indented(lines: Iterable[str], columns: int) -> str:
    return "\n".join(" " * columns + line for line in lines)
