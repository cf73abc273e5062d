"""scipy.sparse.linalg: equations."""

from typing import Any

from ... import sparse
from ...numpy.reading import in_float
from ...tensor.cell import Tensor

__all__ = ["spsolve"]


def spsolve(A: Any, b: Any) -> Tensor:
    """The x with ``A @ x = b``, as gpugrad.sparse.spsolve; lists and integers are float64."""
    return sparse.spsolve(A, in_float(b))
