"""Mean 0 and variance 1 on the host, by kernels/standardise.cpp, or in few passes of NumPy.

The kernel takes rows that are whole pieces of memory: the last axes, the axes around one of
channels, or those of groups of channels.
"""

from functools import lru_cache
from math import prod
from struct import pack
from typing import Any, NamedTuple

import numpy as np

from ..kernels import buffers, pool
from ..kernels.functions import address, function
from .natives import sum_to

FILE = "standardise.cpp"
LEAST, CHUNK = 4, 1 << 14  # elements of a piece; elements that are worth a thread
RUNS = 16  # of rows, whose parts of the weight's gradient are summed apart
ARRAYS = (  # in the order of the kernel's Job, as the numbers of a Layout are
    "x",
    "weight",
    "bias",
    "g",
    "y",
    "centre",
    "variance",
    "to_x",
    "to_weight",
    "to_bias",
)


class Layout(NamedTuple):
    """Where rows, their pieces and their weights lie, as the kernel is told."""

    outer: int
    inner: int
    pieces: int
    length: int
    x_outer: int
    x_inner: int
    x_piece: int
    weights: int
    weight_inner: int
    weight_piece: int
    each: int
    runs: int


def standardise(x: Any, weight: Any, bias: Any, *, axes: tuple, epsilon: float) -> tuple:
    """(x - mean) / sqrt(variance + epsilon) * weight + bias, mean, variance."""
    layout = _usable("forward", x, weight, axes)
    if layout is None:
        return _by_numpy(x, weight, bias, axes, epsilon)
    shape = tuple(1 if i in axes else n for i, n in enumerate(x.shape))
    y = buffers.empty(x.shape, x.dtype)
    centre, variance = np.empty(shape, x.dtype), np.empty(shape, x.dtype)
    given = _contiguous({"x": x, "weight": weight, "bias": bias})
    made = {"y": y, "centre": centre, "variance": variance}
    _run("forward", layout, {**given, **made}, epsilon, layout.outer * layout.inner)
    return y, centre, variance


def standardise_gradient(
    g: Any, x: Any, weight: Any, centre: Any, variance: Any, *, axes: tuple, epsilon: float
) -> tuple:
    """The gradient of ``x``, and those of weight and bias if there is a weight."""
    layout = _usable("backward", x, weight, axes)
    if layout is None:
        return _gradient_by_numpy(g, x, weight, centre, variance, axes, epsilon)
    to_x, parts = buffers.empty(x.shape, x.dtype), list[Any]()
    if weight is not None:
        runs = layout.runs if layout.each else layout.outer
        parts = [np.zeros((runs, layout.weights), x.dtype) for _ in range(2)]
    given = {"x": x, "g": g, "weight": weight, "centre": centre, "variance": variance}
    given = _contiguous(given)
    made = dict(zip(("to_x", "to_weight", "to_bias"), (to_x, *parts), strict=False))
    items = layout.runs if layout.each else layout.outer * layout.inner
    _run("backward", layout, {**given, **made}, epsilon, items)
    return to_x, *[_added(part).reshape(weight.shape) for part in parts]


def _added(parts: Any) -> Any:
    return parts[0] if len(parts) == 1 else parts.sum(axis=0)


def _contiguous(arrays: dict[str, Any]) -> dict[str, Any]:
    return {name: a if a is None else np.ascontiguousarray(a) for name, a in arrays.items()}


def _usable(name: str, x: Any, weight: Any, axes: tuple) -> Layout | None:
    """Where rows lie, if there is a kernel for them."""
    if not x.size or function(FILE, name, x.dtype) is None:
        return None
    return _layout(x.shape, None if weight is None else weight.shape, tuple(axes))


@lru_cache(1024)
def _layout(shape: tuple, weight: tuple | None, axes: tuple) -> Layout | None:
    """None where rows lie otherwise, or their pieces are short."""
    lead = () if weight is None else (1,) * (len(shape) - len(weight))
    kinds: list[tuple[bool, bool]] = []  # of axes: reduced, with a weight for each element
    sizes: list[int] = []  # of neighbouring axes of one kind, together
    for i, n in enumerate(shape):
        kind = (i in axes, weight is not None and (lead + weight)[i] != 1)
        if n > 1 and kinds[-1:] == [kind]:
            sizes[-1] *= n
        elif n > 1:
            kinds.append(kind)
            sizes.append(n)
    reduced = [one for one, _ in kinds]
    around = reduced == [True, False, True] and not (kinds[0][1] or kinds[2][1])
    found = _around(*sizes) if around else _last(kinds, sizes)
    return found if found is not None and found.length >= LEAST else None


def _around(batch: int, channels: int, length: int) -> Layout:
    """Rows are channels, with a piece in every image."""
    across = channels * length
    return Layout(1, channels, batch, length, 0, length, across, channels, 1, 0, 0, 1)


def _last(kinds: list[tuple[bool, bool]], sizes: list[int]) -> Layout | None:
    """Rows lie one after another."""
    order = [(False, False), (False, True), (True, True), (True, False)]
    places = [order.index(kind) for kind in kinds]
    if places != sorted(places):
        return None
    outer, inner, pieces, length = (
        dict(zip(places, sizes, strict=True)).get(i, 1) for i in range(4)
    )
    each = pieces > 1 and length == 1
    if each:
        pieces, length = 1, pieces
    row, weights = pieces * length, length if each else pieces  # elements and weights of a row
    across = (inner * row, row, length)
    runs = max(1, min(RUNS, outer, prod(sizes) // CHUNK))
    return Layout(outer, inner, pieces, length, *across, inner * weights, weights, 1, each, runs)


def _run(name: str, layout: Layout, arrays: dict[str, Any], epsilon: float, items: int) -> None:
    """Run the kernel on the arrays by their names in its job."""
    x = arrays["x"]
    addresses = [address(arrays[each]) or 0 if each in arrays else 0 for each in ARRAYS]
    job = pack("10P", *addresses) + _numbers(layout, epsilon)
    kernel = function(FILE, name, x.dtype)
    assert kernel is not None
    pool.run(kernel, job, items, -(-items * CHUNK // x.size))


@lru_cache(1024)
def _numbers(layout: Layout, epsilon: float) -> bytes:
    """The end of a job."""
    return pack("12ld", *layout, epsilon)


# --- by NumPy ------------------------------------------------------------------------------------


def _by_numpy(x: Any, weight: Any, bias: Any, axes: tuple, epsilon: float) -> tuple:
    scale = x.dtype.type(1 / max(1, prod(x.shape[i] for i in axes)))
    centre = x.sum(axis=axes, keepdims=True) * scale
    y = x - centre
    variance = (y * y).sum(axis=axes, keepdims=True) * scale
    y *= 1 / np.sqrt(variance + x.dtype.type(epsilon))
    if weight is not None:
        y *= weight
    if bias is not None:
        y += bias
    return y, centre, variance


def _gradient_by_numpy(
    g: Any, x: Any, weight: Any, centre: Any, variance: Any, axes: tuple, epsilon: float
) -> tuple:
    scale = x.dtype.type(1 / max(1, prod(x.shape[i] for i in axes)))
    steep = 1 / np.sqrt(variance + x.dtype.type(epsilon))
    values = (x - centre) * steep
    inner = g if weight is None else g * weight
    to_x = values * ((inner * values).sum(axis=axes, keepdims=True) * -scale)
    to_x += inner
    to_x -= inner.sum(axis=axes, keepdims=True) * scale
    to_x *= steep
    if weight is None:
        return (to_x,)
    return to_x, *[sum_to(y, weight.shape) for y in (g * values, g)]
