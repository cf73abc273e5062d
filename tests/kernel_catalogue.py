"""Every generated kernel: of the built-in operations, counted from the registry, and of the
optimizers, counted from their samples."""

from dataclasses import dataclass
from functools import cache

import gpugrad as gg
from gpugrad.codegen import cuda_text
from gpugrad.codegen.fused import file_unit, scaling
from gpugrad.codegen.text import Kernel
from gpugrad.codegen.updates import Update
from gpugrad.ops.declare import ELEMENTWISE, REGISTRY
from tests.optimizer_samples import CASES

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


@dataclass(frozen=True)
class OptimizerKernel:
    """One optimizer with some state and settings, for one dtype, as one CUDA text."""

    update: Update
    dtype: str
    case: tuple[str, dict]  # the first sample that needs it

    @property
    def name(self) -> str:
        """The kernel's symbol."""
        return self.update.symbol(self.dtype)

    @property
    def source(self) -> str:
        """The CUDA text."""
        return self.update.device_text(self.dtype)


@cache
def optimizers() -> tuple[OptimizerKernel, ...]:
    """The kernels of the optimizers' samples, each once for each dtype."""
    found: dict[Update, tuple[str, dict]] = {}
    for name, settings in CASES:
        made = getattr(gg.optim, name)([gg.zeros(1, device="cpu", requires_grad=True)], **settings)
        found.setdefault(made.kernel(made.param_groups[0])[0], (name, settings))
    return tuple(
        OptimizerKernel(update, dtype, case) for dtype in DTYPES for update, case in found.items()
    )


def required() -> tuple[str, ...]:
    """Names of all generated kernels: what must be compiled for each architecture and run."""
    names = (name for batch in batches() for name in batch.names)
    return (*names, *(kernel.name for kernel in optimizers()))
