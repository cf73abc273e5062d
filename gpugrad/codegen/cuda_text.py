"""Generated kernels as CUDA C text.

A kernel takes its inputs (null for a number), its outputs, its settings (doubles) and, by value,
the places of the inputs' elements (device.h), which begin with the inputs that are numbers.
"""

from .host_text import STORED, header
from .text import Kernel, Spelling, body

NAME = {"float32": "float", "float64": "double", "float16": "__half", "bfloat16": "__nv_bfloat16"}
INCLUDE = {"float16": "#include <cuda_fp16.h>\n", "bfloat16": "#include <cuda_bf16.h>\n"}
LOAD = {"float16": "__half2float({})", "bfloat16": "__bfloat162float({})"}
STORE = {"float16": "__float2half_rn({})", "bfloat16": "__float2bfloat16_rn({})"}
BYTE = "unsigned char"
START = """\
    const long long threads = (long long)gridDim.x * blockDim.x;
    const long long first = blockIdx.x * (long long)blockDim.x + threadIdx.x;
    long long at[{inputs}];
    #pragma unroll 1
    for (long long i = first; i < places.packs; i += threads) {{
        locate({width} * i, places, at);"""
REST = """\
    }}
    #pragma unroll 1
    for (long long i = {width} * places.packs + first; i < places.count; i += threads) {{
        locate(i, places, at);"""


def name_of(kernel: Kernel, dtype: str) -> str:
    """A kernel's name in the compiled file."""
    return f"{kernel.name}_{dtype}"


def spelling(dtype: str) -> Spelling:
    """How CUDA C writes the computing type of ``dtype``."""
    if dtype == "float64":
        return Spelling("double", "", "")
    return Spelling("float", "f", "", STORED[dtype])


def unit(kernels: tuple[Kernel, ...], dtype: str) -> str:
    """One CUDA file with several kernels."""
    texts = [INCLUDE.get(dtype, "") + header("device.h") + header("division.h")]
    texts.append(header("steps.h"))
    return "\n".join([*texts, *(function(kernel, dtype) for kernel in kernels)])


def function(kernel: Kernel, dtype: str) -> str:
    """The device function of one element, and the kernel that goes over all."""
    return f"{_element(kernel, dtype)}\n\n{_driver(kernel, dtype)}\n"


def stored(kernel: Kernel, dtype: str) -> tuple[list[str], list[str]]:
    """Types in which the inputs and the outputs lie in memory."""
    ins = [BYTE if n in kernel.booleans else NAME[dtype] for n in kernel.inputs]
    outs = [BYTE if truth else NAME[dtype] for truth in kernel.truths]
    return ins, outs


def _element(kernel: Kernel, dtype: str) -> str:
    form = spelling(dtype)
    lines, results = body(kernel, form)
    ins, outs = stored(kernel, dtype)
    parameters, stores = [], []
    for name, kind in zip(kernel.inputs, ins, strict=True):
        parameters.append(f"{'int' if kind == BYTE else form.number} in_{name}")
    for (name, _), kind, value in zip(kernel.outputs, outs, results, strict=True):
        parameters.append(f"{kind}& {name}_out")
        stores.append(f"{name}_out = {store(value, kind, dtype)};")
    parameters += [f"{form.number} set_{name}" for name in kernel.settings]
    inner = "\n".join(f"    {line}" for line in (*lines, *stores))
    head = f"static __device__ inline void {kernel.name}_element({', '.join(parameters)})"
    return f"{head} {{\n{inner}\n}}"


def load(value: str, kind: str, dtype: str) -> str:
    """A stored element as the computing type."""
    return value if kind == BYTE else LOAD.get(dtype, "{}").format(value)


def store(value: str, kind: str, dtype: str) -> str:
    """A computed number as the stored type."""
    return value if kind == BYTE else STORE.get(dtype, "{}").format(value)


def _driver(kernel: Kernel, dtype: str) -> str:
    ins, outs = stored(kernel, dtype)
    inputs = list(zip((f"{name}_in" for name in kernel.inputs), ins, strict=True))
    outputs = list(zip((f"{name}_out" for name, _ in kernel.outputs), outs, strict=True))
    numbers = [f"({spelling(dtype).number})set_{name}" for name in kernel.settings]

    def call(at: str, to: str) -> str:
        """One element's call; in ``at`` and ``to``, # is an array's name and % its number."""
        read = [
            load(at.replace("#", name).replace("%", str(k)), kind, dtype)
            for k, (name, kind) in enumerate(inputs)
        ]
        written = [to.replace("#", name) for name, _ in outputs]
        return f"{kernel.name}_element({', '.join([*read, *written, *numbers])});"

    width = 16 // {"float64": 8, "float32": 4}.get(dtype, 2)
    lines = [
        f'extern "C" __global__ void {name_of(kernel, dtype)}(',
        f"    {', '.join(_parameters(kernel, inputs, outputs))}",
        ") {",
        START.format(width=width, inputs=len(inputs)),
        *_packs(inputs, outputs, width),
        f"        for (int j = 0; j < {width}; j++)",
        "            " + call("#.at[j]", "#.at[j]"),
        *(f"        put({name}_at, {name}, i);" for name, _ in outputs),
        REST.format(width=width),
        "        " + call("one(#_at, at[%], places, %)", "#_at[i]"),
        "    }",
        "}",
    ]
    return "\n".join(lines)


def _packs(inputs: list, outputs: list, width: int) -> list[str]:
    """The lines that load what is read, and make room for what is written."""
    lines = [
        f"const Pack<{kind}, {width}> {name} = packed<{width}>({name}_at, at[{k}], places, {k});"
        for k, (name, kind) in enumerate(inputs)
    ]
    lines += [f"Pack<{kind}, {width}> {name};" for name, kind in outputs]
    return [f"        {line}" for line in lines]


def _parameters(kernel: Kernel, inputs: list, outputs: list) -> list[str]:
    return [
        *(f"const {kind}* {name}_at" for name, kind in inputs),
        *(f"{kind}* {name}_at" for name, kind in outputs),
        *(f"double set_{name}" for name in kernel.settings),
        f"const Places<{len(inputs)}> places",
    ]
