"""Differentiable NumPy for the GPU: tensors on CuPy and NumPy arrays, gradients of any order."""

import sys as _sys
from math import e, inf, nan, pi
from typing import Any

from . import random, transforms
from .api.creation import (
    arange,
    asarray,
    empty,
    empty_like,
    eye,
    from_dlpack,
    full,
    full_like,
    linspace,
    ones,
    ones_like,
    zeros,
    zeros_like,
)
from .api.elementwise import elementwise
from .api.functions import *
from .api.inspection import __array_namespace_info__, can_cast, finfo, iinfo, isdtype, result_type
from .backend.dtypes import (
    bfloat16,
    bool_,
    complex64,
    complex128,
    float16,
    float32,
    float64,
    int8,
    int16,
    int32,
    int64,
    set_default_dtype,
    uint8,
    uint16,
    uint32,
    uint64,
)
from .backend.maths.linalg_errors import errstate
from .backend.select import default_device, set_default_device, use_device
from .engine.levels import enable_grad, no_grad
from .tensor.cell import Tensor, tensor
from .tensor.protocols import look_up as _look_up
from .transforms import (
    checkpoint,
    custom_jvp,
    custom_vjp,
    elementwise_grad,
    grad,
    hessian,
    hvp,
    jacfwd,
    jacobian,
    jacrev,
    jvp,
    linearize,
    value_and_grad,
    vjp,
    vmap,
)

bool = bool_
newaxis = None
__array_api_version__ = "2024.12"


def _standing_for(function: Any) -> Any:
    """Our function for one of NumPy's, or None: loads gpugrad.numpy when one is first met."""
    from .numpy.dispatch import implementation

    return implementation(function)


_look_up(_standing_for, _sys.modules[__name__])


def __getattr__(name: str) -> Any:
    """``gg.nn`` and the other modules of names, and ``gg.draw``, are loaded when first used."""
    if name in ("extend", "fft", "linalg", "nn", "numpy", "optim", "scipy", "testing"):
        from importlib import import_module

        return import_module(f"gpugrad.{name}")
    if name == "draw":
        from .drawing import draw

        return draw
    raise AttributeError(f"module 'gpugrad' has no attribute {name!r}")
