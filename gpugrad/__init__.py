"""Differentiable NumPy for the GPU."""

from .functions import *
from .levels import enable_grad, no_grad
from .tensor import Tensor, tensor
