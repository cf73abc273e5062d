"""Differentiable NumPy for the GPU: Tensors of CuPy and NumPy arrays.

    import gpugrad as gg

    x = gg.tensor([1.0, 2.0, 3.0], requires_grad=True)
    gg.sum(x**2).backward()
    print(x.grad.tolist())  # [2.0, 4.0, 6.0]
    print(gg.grad(lambda x: x**2)(3.0))  # 6.0

Functions take Tensors, arrays of NumPy or CuPy, lists and numbers, and return Tensors.  They have
the names of the array API standard, further names of NumPy, and for networks those of PyTorch; a
setting of NumPy's such as ``axis`` keeps NumPy's name.  Arrays of different shapes broadcast as in
NumPy.

Unless a docstring says otherwise, a result has the promoted dtype of the arguments, a wrong kind of
argument or dtype raises TypeError, and a wrong shape, axis or setting raises ValueError.  The error
names the function, the shapes or values, and the way out.

Modules, each with names of its own:

gg.nn           layers, losses and activations
gg.optim        optimizers
gg.random       random numbers
gg.linalg       linear algebra
gg.fft          Fourier transforms
gg.numpy        all of NumPy's names
gg.scipy        SciPy's special, stats, linalg, signal, fft, integrate
gg.extend       operations of your own
gg.testing      derivatives compared with finite differences
gg.transforms   grad, vmap, Jacobians and the others, which are in gg too

help(gg.nn) and help(gg.softmax) show one module and one function.  ``gpugrad help`` on the command
line lists all topics: also Tensors, dtypes, devices, environment variables and kernels.
"""

import sys as _sys
from math import e, inf, nan, pi
from types import ModuleType as _Module
from typing import Any as _Any

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
__all__ = [
    name
    for name, value in list(globals().items())
    if not name.startswith("_") and not isinstance(value, _Module)
]  # so that help(gg) describes them


def _standing_for(function: _Any) -> _Any:
    """Our function for one of NumPy's, or None: loads gpugrad.numpy when one is first met."""
    from .numpy.dispatch import implementation

    return implementation(function)


_look_up(_standing_for, _sys.modules[__name__])


def __getattr__(name: str) -> _Any:
    """``gg.nn`` and the other modules of names, and ``gg.draw``, are loaded when first used."""
    if name in ("extend", "fft", "linalg", "nn", "numpy", "optim", "scipy", "testing"):
        from importlib import import_module

        return import_module(f"gpugrad.{name}")
    if name == "draw":
        from .drawing import draw

        return draw
    raise AttributeError(f"module 'gpugrad' has no attribute {name!r}")
