"""scipy.sparse's functions that make matrices: diagonals, and matrices beside each other."""

from collections.abc import Callable, Sequence
from typing import Any

from ...api import functions as gg
from ...api.creation import arange
from ...numpy import ones
from ...numpy.reading import array
from .matrices import csr_array, csr_matrix


def _diagonal(kind: type) -> Callable[..., Any]:
    def diags(diagonals: Any, offsets: Any = 0, shape: Any = None, dtype: Any = None) -> Any:
        """Matrix with ``diagonals`` ``offsets`` above the main one, as scipy.sparse.diags."""
        many = isinstance(offsets, Sequence)
        lines = [array(d) for d in diagonals] if many else [gg.reshape(array(diagonals), shape=-1)]
        offsets = list(offsets) if many else [offsets]
        size = lines[0].shape[0] + abs(offsets[0])
        m, n = shape or (size, size)
        values, rows, columns = [], [], []
        for x, k in zip(lines, offsets, strict=True):
            count = min(m + min(k, 0), n - max(k, 0))
            values.append(gg.broadcast_to(x, shape=(count,)))
            rows.append(arange(count) - min(k, 0))
            columns.append(arange(count) + max(k, 0))
        places = gg.concat(rows), gg.concat(columns)
        return kind((gg.concat(values), places), shape=(m, n), dtype=dtype)

    return diags


diags, diags_array = _diagonal(csr_matrix), _diagonal(csr_array)


def eye(m: int, n: int | None = None, k: int = 0, dtype: Any = float) -> csr_matrix:
    """Ones ``k`` above the main diagonal of a matrix (m, n)."""
    return diags(ones(1), k, shape=(m, m if n is None else n), dtype=dtype)


def eye_array(m: int, n: int | None = None, *, k: int = 0, dtype: Any = float) -> csr_array:
    """Ones ``k`` above the main diagonal of an array (m, n)."""
    return diags_array(ones(1), k, shape=(m, m if n is None else n), dtype=dtype)


def identity(n: int, dtype: Any = float) -> csr_matrix:
    """Ones on the diagonal of a matrix (n, n)."""
    return eye(n, dtype=dtype)


def _set(blocks: Sequence, down: bool, right: bool) -> Any:
    """Matrices each below and right of those before, as far as ``down`` and ``right`` say."""
    matrices = [b if hasattr(b, "pattern") else csr_array(b) for b in blocks]
    row = column = 0
    values, rows, columns = [], [], []
    for a in matrices:
        data, (i, j) = a.tocoo()
        values.append(data)
        rows.append(i + row)
        columns.append(j + column)
        row, column = row + down * a.shape[0], column + right * a.shape[1]
    first = matrices[0]
    shape = (row if down else first.shape[0], column if right else first.shape[1])
    places = gg.concat(rows), gg.concat(columns)
    return type(first)((gg.concat(values), places), shape=shape)


def vstack(blocks: Sequence) -> Any:
    """Matrices one below the other."""
    return _set(blocks, True, False)


def hstack(blocks: Sequence) -> Any:
    """Matrices beside each other."""
    return _set(blocks, False, True)


def block_diag(mats: Sequence) -> Any:
    """Matrices one after another along the diagonal: several graphs as one."""
    return _set(mats, True, True)
