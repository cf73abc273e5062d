"""Several Tensors put together, and grids."""

from typing import Any

from .. import numpy as gnp
from ..api import functions as gg
from .both import numpys_words
from .tensor import owned

# fmt: off
__all__ = [
    "block_diag", "cartesian_prod", "cat", "column_stack", "concat", "concatenate", "dstack",
    "hstack", "meshgrid", "row_stack", "stack", "vstack",
]
# fmt: on


@numpys_words
def cat(tensors: Any, dim: int = 0, *, out: Any = None) -> Any:
    """Tensors one after the other along ``dim``; empty vectors among them are left out."""
    given = [x for x in tensors if tuple(x.shape) != (0,)] or list(tensors)[:1]
    y = owned(gg.concat(given, axis=dim))
    return y if out is None else out._become(y)


concat = concatenate = cat


@numpys_words
def stack(tensors: Any, dim: int = 0) -> Any:
    """Tensors of one shape along a new axis."""
    return owned(gg.stack(list(tensors), axis=dim))


def hstack(tensors: Any) -> Any:
    """Tensors side by side: along the second axis, vectors along the first."""
    return owned(gnp.hstack(list(tensors)))


def vstack(tensors: Any) -> Any:
    """Tensors one below the other; vectors are rows."""
    return owned(gnp.vstack(list(tensors)))


row_stack = vstack


def dstack(tensors: Any) -> Any:
    """Tensors one behind the other, along the third axis."""
    return owned(gnp.dstack(list(tensors)))


def column_stack(tensors: Any) -> Any:
    """Vectors as columns of a matrix."""
    return owned(gnp.column_stack(list(tensors)))


def meshgrid(*tensors: Any, indexing: str = "ij") -> tuple:
    """Coordinates of a grid from vectors: "ij" in the order of the vectors, "xy" as numpy's."""
    vectors = tensors[0] if len(tensors) == 1 and isinstance(tensors[0], list | tuple) else tensors
    return tuple(map(owned, gg.meshgrid(*vectors, indexing=indexing)))


def cartesian_prod(*tensors: Any) -> Any:
    """All combinations of the elements of vectors, as rows."""
    if len(tensors) == 1:
        return tensors[0]
    return stack([x.reshape(-1) for x in meshgrid(*tensors)], dim=1)


def block_diag(*tensors: Any) -> Any:
    """Matrices along the diagonal of a larger one, zeros elsewhere."""
    matrices = [gnp.atleast_2d(x) for x in tensors]
    width, before, rows = sum(x.shape[1] for x in matrices), 0, []
    for x in matrices:
        after = width - before - x.shape[1]
        rows.append(gg.pad(x, pad_width=((0, 0), (before, after))))
        before += x.shape[1]
    return owned(gg.concat(rows, axis=0))
