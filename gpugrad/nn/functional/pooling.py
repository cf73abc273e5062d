"""Pooling: the largest or the mean of every window, with torch's arguments.

Each function is there for one, two and three axes: (N, C, L), (N, C, H, W) and (N, C, D, H, W), or
the same without N.
"""

from collections.abc import Callable
from inspect import signature
from math import prod
from typing import Any

from ...backend.shapes import wholes
from ...engine.calling import called
from ...ops import adaptive_pooling as adaptive
from ...ops import pooling as plain
from ...ops.declare import Op
from ...tensor.cell import Tensor
from ...tensor.operators import function_of
from .reading import array

AXES = tuple(plain.KINDS)
__all__ = [
    *(f"{kind}_pool{axes}d" for kind in ("avg", "lp", "max") for axes in AXES),
    *(f"adaptive_{kind}_pool{axes}d" for kind in ("avg", "max") for axes in AXES),
    *(f"{kind}max_pool{axes}d_with_indices" for kind in ("", "adaptive_") for axes in AXES),
    *(f"max_unpool{axes}d" for axes in AXES),
]
Function = Callable[..., Any]


def _of(op: Op) -> Function:
    """The function of an operation, whose first argument is called ``input`` here."""
    apply = function_of(op)

    def pool(input: Any, *settings: Any, **named: Any) -> Any:
        return apply(array(op.name, input), *settings, **named)

    x, *others = signature(apply).parameters.values()
    shown = signature(apply).replace(parameters=[x.replace(name="input"), *others])
    pool.__signature__ = shown  # type: ignore[attr-defined]
    return _named(pool, op.name, op.doc)


def _named(function: Function, name: str, doc: str) -> Function:
    function.__name__ = function.__qualname__ = name
    function.__doc__ = doc
    return called(function)


avg_pool1d, avg_pool2d, avg_pool3d = map(
    _of, (plain.avg_pool1d, plain.avg_pool2d, plain.avg_pool3d)
)
max_pool1d, max_pool2d, max_pool3d = map(
    _of, (plain.max_pool1d, plain.max_pool2d, plain.max_pool3d)
)
adaptive_avg_pool1d, adaptive_avg_pool2d, adaptive_avg_pool3d = map(
    _of, (adaptive.adaptive_avg_pool1d, adaptive.adaptive_avg_pool2d, adaptive.adaptive_avg_pool3d)
)
adaptive_max_pool1d, adaptive_max_pool2d, adaptive_max_pool3d = map(
    _of, (adaptive.adaptive_max_pool1d, adaptive.adaptive_max_pool2d, adaptive.adaptive_max_pool3d)
)


def _with_indices(function: Function) -> Function:
    """The function that gives (result, places of the largest elements), torch's second name."""

    def pool(input: Any, *settings: Any, **named: Any) -> tuple[Tensor, Tensor]:
        return function(input, *settings, **{**named, "return_indices": True})

    pool.__signature__ = signature(function)  # type: ignore[attr-defined]
    words = f"Result of ``{function.__name__}`` with return_indices."
    return _named(pool, f"{function.__name__}_with_indices", words)


max_pool1d_with_indices, max_pool2d_with_indices, max_pool3d_with_indices = map(
    _with_indices, (max_pool1d, max_pool2d, max_pool3d)
)
(
    adaptive_max_pool1d_with_indices,
    adaptive_max_pool2d_with_indices,
    adaptive_max_pool3d_with_indices,
) = map(_with_indices, (adaptive_max_pool1d, adaptive_max_pool2d, adaptive_max_pool3d))


def _lp_pool(axes: int) -> Function:
    name, mean = f"lp_pool{axes}d", (avg_pool1d, avg_pool2d, avg_pool3d)[axes - 1]

    def pool(
        input: Any, norm_type: float, kernel_size: Any, stride: Any = None, ceil_mode: bool = False
    ) -> Tensor:
        kernel = wholes(kernel_size, axes, f"{name}: kernel_size", 1)
        powers = mean(array(name, input) ** norm_type, kernel, stride, 0, ceil_mode)
        return (powers * prod(kernel)) ** (1 / norm_type)

    return _named(
        pool,
        name,
        """The root of the sum of powers of each window: sum(x ** norm_type) ** (1 / norm_type).

        stride: by default kernel_size.  ceil_mode: windows may reach beyond the end; their sum
        is that of as many elements as others have.
        """,
    )


lp_pool1d, lp_pool2d, lp_pool3d = map(_lp_pool, AXES)


def _max_unpool(axes: int) -> Function:
    name = f"max_unpool{axes}d"

    def unpool(
        input: Any,
        indices: Any,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        output_size: Any = None,
    ) -> Tensor:
        shape, places = (tuple(array(name, x).shape) for x in (input, indices))
        if len(shape) not in (axes + 1, axes + 2) or shape != places:
            what, shapes = plain.KINDS[axes]
            raise ValueError(f"{name}: {shape} and indices {places}; give {what} {shapes}")
        kernel = wholes(kernel_size, axes, f"{name}: kernel_size", 1)
        strides = wholes(kernel if stride is None else stride, axes, f"{name}: stride", 1)
        pads = wholes(padding, axes, f"{name}: padding")
        size = _unpooled_size(name, shape[-axes:], kernel, strides, pads, output_size)
        if len(shape) == axes + 1:
            return _placed(input[None], indices[None], size=size)[0]
        return _placed(input, indices, size=size)

    return _named(
        unpool,
        name,
        f"""Zeros with the elements of ``input`` at ``indices``, which max_pool{axes}d gave.

        output_size: lengths of the result, where pooling gives the same for several.  Where indices
        repeat, the last element stays, and alone gets the gradient.
        """,
    )


_placed = function_of(plain.placed)
max_unpool1d, max_unpool2d, max_unpool3d = map(_max_unpool, AXES)


def _unpooled_size(
    name: str,
    size: tuple[int, ...],
    kernel: tuple[int, ...],
    strides: tuple[int, ...],
    pads: tuple[int, ...],
    wanted: Any,
) -> tuple[int, ...]:
    """The lengths of what was pooled to ``size``; ``wanted``: which of the possible ones."""
    each = zip(size, kernel, strides, pads, strict=True)
    usual = tuple((n - 1) * s - 2 * pad + k for n, k, s, pad in each)
    if wanted is None:
        return usual
    given = list(wanted)[2:] if len(wanted) == len(size) + 2 else list(wanted)
    lengths = wholes(given, len(size), f"{name}: output_size")
    if any(abs(n - m) >= s for n, m, s in zip(lengths, usual, strides, strict=True)):
        raise ValueError(
            f"{name}: output_size: {lengths}; give {usual}, or less than {strides} from it"
        )
    return lengths
