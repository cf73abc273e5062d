"""NumPy with gradients: ``import gpugrad.numpy as np``.

NumPy's names, arguments and dtypes on Tensors, arrays, lists and numbers, on host and device; the
results are Tensors.  ``reading`` has NumPy's rules for arguments.
"""

# statistics

# polynomials and interpolation
