"""The names of HIPS autograd: ``from gpugrad.autograd import grad``.

    import gpugrad.autograd.numpy as np
    from gpugrad.autograd import grad
    from gpugrad.autograd.misc.optimizers import adam

    def loss(params, step):
        return np.sum((params["w"] - 3.0) ** 2)

    fitted = adam(grad(loss), {"w": np.zeros(2)}, step_size=0.1, num_iters=300)
    print(np.round(fitted["w"], 2).tolist())  # [3.0, 3.0]

A program written for autograd changes its imports: ``autograd`` becomes ``gpugrad.autograd``.  The
transforms are those of ``gg`` with autograd's arguments: ``argnum`` is an integer or several, and
an objective may be an array of one element.  ``numpy`` and ``scipy`` are gpugrad.numpy and
gpugrad.scipy under another name, so that arrays are Tensors.  ``numpy.random`` draws other numbers
than NumPy; ``RandomState`` draws NumPy's own.  ``misc.flatten``, ``misc.optimizers``,
``test_util``, ``builtins`` and, of ``extend``, ``primitive`` and ``defvjp`` are there too.
"""

import sys as _sys
from importlib import import_module as _import_module

from .. import numpy as numpy
from .. import scipy as scipy
from ..transforms import checkpoint as checkpoint
from . import builtins, extend, misc, test_util
from .differential_operators import (
    deriv,
    elementwise_grad,
    grad,
    grad_and_aux,
    grad_named,
    hessian,
    hessian_tensor_product,
    hessian_vector_product,
    holomorphic_grad,
    jacobian,
    make_ggnvp,
    make_hvp,
    make_jvp,
    make_vjp,
    multigrad_dict,
    tensor_jacobian_product,
    value_and_grad,
    vector_jacobian_product,
)

__all__ = [
    "builtins",
    "checkpoint",
    "deriv",
    "elementwise_grad",
    "extend",
    "grad",
    "grad_and_aux",
    "grad_named",
    "hessian",
    "hessian_tensor_product",
    "hessian_vector_product",
    "holomorphic_grad",
    "jacobian",
    "make_ggnvp",
    "make_hvp",
    "make_jvp",
    "make_vjp",
    "misc",
    "multigrad_dict",
    "numpy",
    "scipy",
    "tensor_jacobian_product",
    "test_util",
    "value_and_grad",
    "vector_jacobian_product",
]

_SHARED = """numpy numpy.fft numpy.linalg numpy.random scipy scipy.fft scipy.integrate scipy.linalg
    scipy.signal scipy.special scipy.stats"""
for _name in _SHARED.split():  # one module under two names, not two copies of it
    _sys.modules[f"{__name__}.{_name}"] = _import_module(f"gpugrad.{_name}")
for _name in scipy.stats.__all__:  # autograd has a module for each: import ...stats.norm as norm
    _sys.modules[f"{__name__}.scipy.stats.{_name}"] = getattr(scipy.stats, _name)
