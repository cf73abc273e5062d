"""Sparse matrices with gradients: ``csr_array``, sums over segments, equations.

    import numpy as np
    import gpugrad as gg
    from gpugrad import sparse

    rows, columns = np.array([0, 1, 1]), np.array([1, 0, 2])

    def energy(values):
        A = sparse.csr_array((values, (rows, columns)), shape=(2, 3))
        return gg.sum(A @ np.array([1.0, 2.0, 3.0]))

    print(gg.grad(energy)(np.array([0.5, 1.0, 2.0])).tolist())  # [2.0, 1.0, 3.0]

Elements and dense arrays have derivatives of every order, forward and reverse, and go through
``vmap``; places are fixed.  Matrices of scipy.sparse and cupyx.scipy.sparse are taken; products
compute on the device of the elements.  gpugrad.scipy.sparse has the same under SciPy's names.
"""

from .matrix import csr_array
from .segments import segment_max, segment_softmax, segment_sum
from .solving import spsolve

__all__ = ["csr_array", "segment_max", "segment_softmax", "segment_sum", "spsolve"]
