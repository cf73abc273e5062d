"""The text of an operation's kernels, to read."""

from typing import Any

from ..ops.declare import Op
from . import cuda_text, host_text
from .fused import fused
from .primitives import Primitive
from .reading import all_needs
from .text import Kernel, Spelling, body


class NumPySpelling(Spelling):
    """How NumPy writes expressions: numbers have no type."""

    def text(self, primitive: Primitive) -> str:
        """How it writes a primitive."""
        return primitive.in_numpy


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
    lines, results = body(kernel, NumPySpelling("", "", ""))
    keywords = ["*", *kernel.settings] if kernel.settings else []
    opening = f"def {kernel.name}({', '.join([*kernel.inputs, *keywords])}):"
    inner = [line.removeprefix("const ").strip().removesuffix(";") for line in lines]
    inner = [line.removeprefix("int ") for line in inner]
    whole = "\n".join(f"    {line}" for line in (*inner, f"return {', '.join(results)}"))
    for name in (*kernel.inputs, *kernel.settings):
        whole = whole.replace(f"in_{name}", name).replace(f"set_{name}", name)
    return f"{opening}\n{whole}"
