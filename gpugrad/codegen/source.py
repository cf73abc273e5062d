"""The text of an operation's kernels, to read."""

from typing import Any

from ..ops.declare import Op
from . import cuda_text, host_text
from .fused import fused
from .primitives import LEAVES
from .reading import all_needs
from .text import Kernel, Spelling, body

NUMPY = {  # where NumPy's spelling is neither C's operator nor np.<name>
    "negative": "(-{0})",
    "sigmoid": "(1 / (1 + np.exp(-{0})))",
    "scale": "np.where(({0} == 0) | ({1} == 0), 0, {0} * {1})",
    "logical_not": "(~{0})",
    "logical_and": "({0} & {1})",
    "logical_or": "({0} | {1})",
    "logical_xor": "({0} ^ {1})",
    "round": "np.rint({0})",
    "erf": "erf({0})",
    "erfc": "erfc({0})",
}
OPERATORS = (
    "add",
    "subtract",
    "multiply",
    "divide",
    "less",
    "less_equal",
    "greater",
    "greater_equal",
    "equal",
    "not_equal",
)


def source(op: Op, target: str = "c", dtype: str = "float32", settings: Any = None) -> str:
    """Forward and backward kernel of an elementwise operation as text.

    target: "cuda", "c" or "numpy"; settings: those that are not numbers may change the text.
    TypeError for operations that are not elementwise or not for floats.
    """
    if target not in ("cuda", "c", "numpy"):
        raise ValueError(f"source: unknown target {target!r}; known: cuda, c, numpy")
    reading = fused(op).usual(settings)
    if reading is None:
        raise TypeError(f"{op.name} has no kernels: it is not a function of floats")
    kernels = [reading.forward(), *(reading.pull(needs) for needs in all_needs(reading)[-1:])]
    if target == "numpy":
        return "\n\n".join(map(_numpy, kernels))
    write = cuda_text.function if target == "cuda" else host_text.function
    return "\n\n".join(write(kernel, dtype) for kernel in kernels)


def _numpy(kernel: Kernel) -> str:
    """One kernel as a NumPy function."""
    texts = {
        name: NUMPY.get(name) or (leaf.text if name in OPERATORS else _call(name, leaf.text))
        for name, leaf in LEAVES.items()
    }
    lines, results = body(kernel, Spelling("", "", ""), texts)
    keywords = ["*", *kernel.settings] if kernel.settings else []
    opening = f"def {kernel.name}({', '.join([*kernel.inputs, *keywords])}):"
    inner = [line.removeprefix("const ").strip().removesuffix(";") for line in lines]
    inner = [line.removeprefix("int ") for line in inner]
    whole = "\n".join(f"    {line}" for line in (*inner, f"return {', '.join(results)}"))
    for name in (*kernel.inputs, *kernel.settings):
        whole = whole.replace(f"in_{name}", name).replace(f"set_{name}", name)
    return f"{opening}\n{whole}"


def _call(name: str, text: str) -> str:
    operands = [f"{{{i}}}" for i in range(3) if f"{{{i}}}" in text]
    return f"np.{name}({', '.join(operands)})"
