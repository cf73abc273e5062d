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
gg.data         datasets, samplers and the loader of batches
gg.training     progress, metrics and learning curves of a loop
gg.random       random numbers
gg.linalg       linear algebra
gg.fft          Fourier transforms
gg.numpy        all of NumPy's names
gg.scipy        SciPy's special, stats, linalg, signal, fft, integrate
gg.extend       operations of your own
gg.compiler     a function recorded once and replayed; gg.compile is its function
gg.testing      derivatives compared with finite differences
gg.transforms   grad, vmap, Jacobians and the others, which are in gg too

help(gg.nn) and help(gg.softmax) show one module and one function.  ``gpugrad help`` on the command
line lists all topics: also Tensors, dtypes, devices, environment variables and kernels.
"""

import sys as _sys
from math import e, inf, nan, pi
from typing import TYPE_CHECKING
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
from .settings import __version__
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

if TYPE_CHECKING:
    from . import (
        compiler,
        data,
        extend,
        fft,
        linalg,
        nn,
        numpy,
        optim,
        scipy,
        sparse,
        testing,
        training,
    )
    from .compiler import compile
    from .drawing import draw
    from .saving import load, save

# fmt: off
__all__ = [
    "Tensor", "__version__", "abs", "absolute", "acos", "acosh", "adaptive_avg_pool1d",
    "adaptive_avg_pool2d", "adaptive_avg_pool3d", "adaptive_max_pool1d", "adaptive_max_pool2d",
    "adaptive_max_pool3d", "add", "all", "amax", "amin", "angle", "any", "arange", "arccos",
    "arccosh", "arcsin", "arcsinh", "arctan", "arctan2", "arctanh", "argmax", "argmin", "argsort",
    "asarray", "asin", "asinh", "astype", "atan", "atan2", "atanh", "avg_pool1d", "avg_pool2d",
    "avg_pool3d", "bfloat16", "binary_cross_entropy_with_logits", "bitwise_and", "bitwise_invert",
    "bitwise_left_shift", "bitwise_not", "bitwise_or", "bitwise_right_shift", "bitwise_xor", "bool",
    "bool_", "broadcast_arrays", "broadcast_to", "can_cast", "cbrt", "ceil", "checkpoint", "clamp",
    "clip", "compile", "compiler", "complex64", "complex128", "concat", "concatenate", "conj",
    "conjugate", "conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d",
    "conv_transpose3d", "copysign", "cos", "cosh", "count_nonzero", "cross_entropy", "cumprod",
    "cumsum", "cumulative_prod", "cumulative_sum", "custom_jvp", "custom_vjp", "data",
    "default_device", "diagonal", "diff", "divide", "draw", "e", "einsum", "elementwise",
    "elementwise_grad", "elu", "embedding", "empty", "empty_like", "enable_grad", "equal", "erf",
    "erfc", "errstate", "exp", "exp2", "expand_dims", "expm1", "extend", "eye", "fft", "finfo",
    "flatten", "flip", "float16", "float32", "float64", "floor", "floor_divide", "fmax", "fmin",
    "fmod", "frexp", "from_dlpack", "full", "full_like", "gcd", "gelu", "grad", "greater",
    "greater_equal", "group_norm", "hardswish", "hardtanh", "heaviside", "hessian", "huber_loss",
    "hvp", "hypot", "iinfo", "imag", "inf", "int8", "int16", "int32", "int64", "invert", "isdtype",
    "isfinite", "isinf", "isnan", "jacfwd", "jacobian", "jacrev", "jvp", "l1_loss", "layer_norm",
    "lcm", "ldexp", "leaky_relu", "left_shift", "less", "less_equal", "linalg", "linear",
    "linearize", "linspace", "load", "log", "log1p", "log2", "log10", "log_sigmoid", "log_softmax",
    "logaddexp", "logaddexp2", "logical_and", "logical_not", "logical_or", "logical_xor",
    "logsumexp", "matmul", "matrix_transpose", "max", "max_pool1d", "max_pool2d", "max_pool3d",
    "maximum", "mean", "meshgrid", "min", "minimum", "mish", "mod", "moveaxis", "mse_loss",
    "multiply", "nan", "negative", "newaxis", "nextafter", "nll_loss", "nn", "no_grad", "nonzero",
    "norm", "not_equal", "numpy", "ones", "ones_like", "optim", "outer", "pad", "permute",
    "permute_dims", "pi", "positive", "pow", "power", "prod", "random", "ravel", "real",
    "reciprocal", "relu", "remainder", "repeat", "reshape", "result_type", "right_shift", "rint",
    "rms_norm", "roll", "round", "save", "scatter_add", "scipy", "searchsorted", "selu",
    "set_default_device", "set_default_dtype", "sigmoid", "sign", "signbit", "silu", "sin", "sinc",
    "sinh", "smooth_l1_loss", "softmax", "softplus", "sort", "sparse", "split", "sqrt", "square",
    "squeeze", "stack", "std", "subtract", "sum", "swapaxes", "take", "take_along_axis", "tan",
    "tanh", "tensor", "tensordot", "testing", "tile", "training", "transforms", "transpose", "tril",
    "triu", "true_divide", "trunc", "uint8", "uint16", "uint32", "uint64", "unique_all",
    "unique_counts", "unique_inverse", "unique_values", "unsqueeze", "unstack", "use_device",
    "value_and_grad", "var", "vecdot", "vjp", "vmap", "where", "zeros", "zeros_like",
]
# fmt: on

__array_api_version__ = "2024.12"
bool = bool_
newaxis = None


def __dir__() -> list[str]:
    return __all__


def _standing_for(function: _Any) -> _Any:
    """Our function for one of NumPy's, or None: loads gpugrad.numpy when one is first met."""
    from .numpy.dispatch import implementation

    return implementation(function)


_look_up(_standing_for, _sys.modules[__name__])

_MODULES = [
    "compiler",
    "data",
    "extend",
    "fft",
    "linalg",
    "nn",
    "numpy",
    "optim",
    "scipy",
    "sparse",
    "testing",
    "training",
]

if not TYPE_CHECKING:  # to a checker, a name that is not listed is a mistake

    def __getattr__(name: str) -> _Any:
        """``gg.nn`` and other modules, and ``gg.draw`` and others, are loaded when first used."""
        from .tensor.absent import GPUGRAD, absent

        if name in _MODULES:
            from importlib import import_module

            return import_module(f"gpugrad.{name}")
        if name == "draw":
            from .drawing import draw

            return draw
        if name == "compile":
            from .compiler import compile

            return compile
        if name in ("save", "load"):
            from . import saving

            return getattr(saving, name)
        return absent("gpugrad", GPUGRAD, name)
