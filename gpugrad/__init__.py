"""Differentiable NumPy for the GPU: tensors on CuPy and NumPy arrays with gradients of any order."""

from . import transforms
from .backend.dtypes import set_default_dtype
from .backend.select import default_device, use_device
from .creation import (
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
from .functions import *
from .levels import enable_grad, no_grad
from .tensor import Tensor, tensor
from .transforms import grad, jvp, value_and_grad, vjp
