"""Every generated kernel of the built-in operations, counted from the registry."""

from dataclasses import dataclass
from functools import cache

from gpugrad.codegen import cuda_text
from gpugrad.codegen.fused import file_unit, scaling
from gpugrad.codegen.text import Kernel
from gpugrad.ops.declare import ELEMENTWISE, REGISTRY

DTYPES = ("float16", "bfloat16", "float32", "float64")


@dataclass(frozen=True)
class Batch:
    """Kernels of one file of operations for one dtype, as one CUDA text."""

    file: str
    dtype: str
    kernels: tuple[Kernel, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The kernels' names in the compiled file."""
        return tuple(cuda_text.name_of(kernel, self.dtype) for kernel in self.kernels)

    @property
    def source(self) -> str:
        """The CUDA text with all of them."""
        return cuda_text.unit(self.kernels, self.dtype)


def files() -> tuple[str, ...]:
    """The files that declare elementwise operations for floats, by module name."""
    modules = dict.fromkeys(
        op.forward.__module__ for op in REGISTRY.values() if op.kind == ELEMENTWISE
    )
    return tuple(module for module in modules if file_unit(module, "float32").kernels)


@cache
def batches() -> tuple[Batch, ...]:
    """Every file and dtype; kernels that belong to no operation are the file ``common``."""
    common = tuple(scaling(count) for count in (1, 2, 3))
    return tuple(
        Batch(file.rpartition(".")[2], dtype, kernels)
        for dtype in DTYPES
        for file, kernels in (
            *((module, file_unit(module, dtype).kernels) for module in files()),
            ("common", common),
        )
    )


def required() -> tuple[str, ...]:
    """Names of all generated kernels: what must be compiled for each architecture and run."""
    return tuple(name for batch in batches() for name in batch.names)
