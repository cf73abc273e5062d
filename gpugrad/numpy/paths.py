"""In which order a product of many arrays is best taken."""

from typing import Any

from ..backend.numpy_rules import numpys
from .reading import array

__all__ = ["einsum_path"]


def einsum_path(*operands: Any, optimize: Any = "greedy", einsum_call: bool = False) -> Any:
    """The order of products that numpy.einsum_path finds for the shapes, and its report.

    operands: as for ``einsum``.  ``einsum`` here plans by itself and needs no path.
    """
    named = isinstance(operands[0], str)
    last = len(operands) - 1
    stands = [
        _of_shape(x) if (i > 0 if named else i % 2 == 0 and (i < last or last % 2 == 1)) else x
        for i, x in enumerate(operands)
    ]
    return numpys("einsum_path")(*stands, optimize=optimize, einsum_call=einsum_call)


def _of_shape(x: Any) -> Any:
    """A host array of the shape of ``x`` that takes no memory."""
    return numpys("broadcast_to")(0.0, array(x).shape)
