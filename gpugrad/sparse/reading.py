"""What csr_array is given: scipy's forms, as values at rows and columns."""

from typing import Any

from ..api.creation import asarray, zeros
from ..backend.maths.sparse import rows_of
from ..engine.cells import host_values
from ..tensor.cell import Tensor


def read(arg1: Any, shape: Any) -> tuple[Any, Any, Any, tuple[int, int]]:
    """Values, a Tensor, their rows and columns on the host, and the shape of the matrix."""
    if hasattr(arg1, "pattern"):
        return arg1.data, arg1.pattern.rows, arg1.pattern.columns, arg1.pattern.shape
    if hasattr(arg1, "tocsr"):
        found = arg1.tocsr()
        return _by_rows(found.data, found.indices, found.indptr, shape or found.shape)
    if not isinstance(arg1, tuple):
        return _dense(arg1)
    if len(arg1) == 3:
        return _by_rows(*arg1, shape)
    first, second = arg1
    if isinstance(second, tuple | list) or getattr(second, "ndim", 0) == 2:
        rows, columns = second
        return _by_places(first, rows, columns, shape)
    none = host_values(zeros((0,), dtype="int64"))
    return zeros((0,)), none, none, (int(first), int(second))


def _by_places(values: Any, rows: Any, columns: Any, shape: Any) -> Any:
    rows, columns = host_values(rows), host_values(columns)
    if shape is None:
        shape = tuple(int(x.max()) + 1 if x.size else 0 for x in (rows, columns))
    values = _values(values, len(rows))
    return values, rows, columns, _shape(shape)


def _by_rows(values: Any, indices: Any, indptr: Any, shape: Any) -> Any:
    starts, columns = host_values(indptr), host_values(indices)
    if starts[0] != 0 or starts[-1] != len(columns) or (starts[1:] < starts[:-1]).any():
        raise ValueError(
            f"csr_array: indptr {starts.tolist()!r:.80} for {len(columns)} indices; it begins with "
            "0, does not fall, and ends with their number"
        )
    if shape is None:
        shape = len(starts) - 1, int(columns.max()) + 1 if columns.size else 0
    return _values(values, len(columns)), rows_of(starts), columns, _shape(shape)


def _dense(matrix: Any) -> Any:
    x = asarray(matrix)
    if x.ndim != 2:
        raise ValueError(f"csr_array: an array of shape {x.shape}; give a matrix")
    rows, columns = host_values(x).nonzero()
    here = (asarray(rows, device=x.device), asarray(columns, device=x.device))
    return x[here], rows, columns, x.shape


def _values(values: Any, count: int) -> Tensor:
    x = asarray(values)
    if x.shape != (count,):
        raise ValueError(f"csr_array: values of shape {x.shape} for {count} places")
    return x


def _shape(shape: Any) -> tuple[int, int]:
    if len(shape) != 2:
        raise ValueError(f"csr_array: shape={shape}; a matrix has two axes")
    return int(shape[0]), int(shape[1])
