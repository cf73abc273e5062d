"""Attention on the host, by kernels/attention.cpp; without a compiler a head at a time by NumPy.

Neither makes a matrix of all scores.  Results lie in memory as the query does, so that turning
heads back costs nothing.
"""

import ctypes
from math import prod
from typing import Any

import numpy as np

from ..dtypes import HALVES, float32
from ..kernels import buffers, pool
from ..kernels.functions import address, function
from ..maths import attention as plain

BLOCK_BYTES = 64  # of columns, which the kernel takes whole
GIVEN, FOUND = ("query", "key", "value"), ("query_share", "key_share", "value_share")
MATRICES = (*GIVEN, "y", "total", "bias", "g", "share", *FOUND)  # in the order of the kernel's Job


class _Matrices(ctypes.Structure):
    _fields_ = (("at", ctypes.c_void_p), *((n, ctypes.c_long) for n in ("outer", "inner", "row")))


class _Job(ctypes.Structure):
    """The arguments of the kernel."""

    _fields_ = (
        *((name, _Matrices) for name in MATRICES),
        ("bias_column", ctypes.c_long),
        *((name, ctypes.c_long) for name in ("inner", "queries", "keys", "width", "values")),
        ("scale", ctypes.c_double),
        ("causal", ctypes.c_long),
    )


def attention(
    query: Any, key: Any, value: Any, bias: Any = None, *, scale: float, causal: bool
) -> tuple:
    """The means of values, and the logarithms of the sums, which of halves are float32."""
    given, lead, dtype = _read(query, key, value, bias)
    shape = (*given["query"].shape[:3], given["value"].shape[3])
    y, total = _laid_out(given["query"], shape), np.empty((*shape[:3], 1), given["query"].dtype)
    _run("forward", {**given, "y": y, "total": total}, scale, causal)
    y = _narrow(y, (*lead, shape[2], value.shape[-1]), dtype)
    return y, total.reshape(*lead, shape[2])


def attention_gradient(
    g: Any,
    share: Any,
    query: Any,
    key: Any,
    value: Any,
    bias: Any,
    y: Any,
    total: Any,
    *,
    scale: float,
    causal: bool,
) -> tuple:
    """The gradients of query, key and value from those of the two results."""
    given, lead, dtype = _read(query, key, value, bias)
    kind = given["query"].dtype
    for name, x in (("g", g), ("y", y), ("total", total[..., None])):
        given[name] = _folded(x, lead, kind, whole=name != "total")
    if share is not None:
        given["share"] = _folded(share[..., None], lead, kind, whole=False)
    found = [_laid_out(given[name], given[name].shape) for name in GIVEN]
    _run("backward", {**given, **dict(zip(FOUND, found, strict=True))}, scale, causal)
    pairs = zip(found, (query, key, value), strict=True)
    return tuple(_narrow(s, (*lead, *x.shape[-2:]), dtype) for s, x in pairs)


def _read(query: Any, key: Any, value: Any, bias: Any) -> tuple[dict[str, Any], tuple, Any]:
    """The arrays as stacks (outer, inner, rows, columns), the axes that these two stand for, and
    the dtype of results."""
    (queries, width), keys = query.shape[-2:], value.shape[-2]
    if key.shape[-2:] != (keys, width):
        raise ValueError(
            f"keys of shape {key.shape} for queries of {query.shape} and values of {value.shape}"
        )
    arrays = (query, key, value) if bias is None else (query, key, value, bias)
    lead = np.broadcast_shapes(*[x.shape[:-2] for x in arrays])
    dtype = float32 if query.dtype in HALVES else query.dtype
    pairs = zip(GIVEN, arrays, strict=False)
    given = {name: _folded(x, lead, dtype, whole=True) for name, x in pairs}
    if bias is not None:
        bias = np.broadcast_to(bias.astype(dtype, copy=False), (*lead, queries, keys))
        given["bias"] = bias.reshape(*_outer(lead), queries, keys)
    return given, lead, query.dtype


def _outer(lead: tuple[int, ...]) -> tuple[int, int]:
    """The axes before the matrices as two."""
    return prod(lead[:-1]), prod(lead[-1:])


def _folded(x: Any, lead: tuple[int, ...], dtype: Any, whole: bool) -> Any:
    """Stacks of matrices with contiguous rows; ``whole``: rows of whole blocks of columns, with
    zeros at the end."""
    x = x.astype(dtype, copy=False)
    columns = -x.shape[-1] % (BLOCK_BYTES // x.itemsize) if whole else 0
    if columns:
        x = np.pad(x, [(0, 0)] * (x.ndim - 1) + [(0, columns)])
    elif x.strides[-1] != x.itemsize or not x.flags.aligned:
        x = np.ascontiguousarray(x)
    return np.broadcast_to(x, (*lead, *x.shape[-2:])).reshape(*_outer(lead), *x.shape[-2:])


def _laid_out(like: Any, shape: tuple[int, ...]) -> Any:
    """An uninitialised array with the axes in the order of those of ``like``, the last one last."""
    order = (*sorted(range(3), key=lambda axis: -like.strides[axis]), 3)
    y = buffers.empty(tuple(shape[axis] for axis in order), like.dtype)
    return y.transpose(np.argsort(order))


def _narrow(x: Any, shape: tuple[int, ...], dtype: Any) -> Any:
    """A result without the columns that fill blocks up."""
    return x[..., : shape[-1]].reshape(shape).astype(dtype, copy=False)


def _run(name: str, arrays: dict[str, Any], scale: float, causal: bool) -> None:
    """Run the kernel on the arrays by their names in a job."""
    query, value = arrays["query"], arrays["value"]
    found = function("attention.cpp", name, query.dtype)
    if found is None:
        _by_numpy(name, arrays, scale, causal)
        return
    matrices = [_matrices(arrays.get(each)) for each in MATRICES]
    column = arrays["bias"].strides[3] if "bias" in arrays else 0
    outer, inner, queries, width = query.shape
    sizes = (inner, queries, value.shape[2], width, value.shape[3])
    job = _Job(*matrices, column, *sizes, scale, causal)
    pool.run(found, ctypes.addressof(job), outer * inner, 1)


def _matrices(x: Any) -> _Matrices:
    return _Matrices() if x is None else _Matrices(address(x), *x.strides[:3])


# --- without a compiler --------------------------------------------------------------------------


def _by_numpy(name: str, arrays: dict[str, Any], scale: float, causal: bool) -> None:
    """The results of the kernel, one item after another."""
    for item in np.ndindex(arrays["query"].shape[:2]):
        at = {name: x[item] for name, x in arrays.items()}
        total, share = at["total"][:, 0], at["share"][:, 0] if "share" in at else None
        given: Any = (*[at.get(each) for each in (*GIVEN, "bias")],)
        if name == "forward":
            given = (*given, scale, causal)
            at["y"][...], total[...] = plain.forward(np, *given)
            continue
        given = (at["g"], share, *given, at["y"], total, scale, causal)
        for each, x in zip(FOUND, plain.backward(np, *given), strict=True):
            at[each][...] = x
