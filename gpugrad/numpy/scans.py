"""Running sums and products, with NumPy's names, arguments and dtypes."""

from typing import Any

from ..api import functions as gg
from ..tensor.cell import Tensor
from .reading import array, no_out

__all__ = ["cumprod", "cumsum", "cumulative_prod", "cumulative_sum"]


def cumsum(a: Any, axis: int | None = None, dtype: Any = None, out: Any = None) -> Tensor:
    """Running sums along ``axis``; None flattens the array, as numpy.cumsum."""
    no_out("cumsum", out)
    return array(gg.cumsum(_at_least_1d(array(a, dtype)), axis=axis), dtype)


def cumprod(a: Any, axis: int | None = None, dtype: Any = None, out: Any = None) -> Tensor:
    """Running products along ``axis``; None flattens the array, as numpy.cumprod."""
    no_out("cumprod", out)
    return array(gg.cumprod(_at_least_1d(array(a, dtype)), axis=axis), dtype)


def cumulative_sum(
    x: Any,
    /,
    *,
    axis: int | None = None,
    dtype: Any = None,
    out: Any = None,
    include_initial: bool = False,
) -> Tensor:
    """Running sums along ``axis``, from 0 with ``include_initial``, as numpy.cumulative_sum."""
    no_out("cumulative_sum", out)
    y = gg.cumulative_sum(_at_least_1d(array(x, dtype)), axis=axis, include_initial=include_initial)
    return array(y, dtype)


def cumulative_prod(
    x: Any,
    /,
    *,
    axis: int | None = None,
    dtype: Any = None,
    out: Any = None,
    include_initial: bool = False,
) -> Tensor:
    """Running products along ``axis``, from 1 with ``include_initial``, as
    numpy.cumulative_prod."""
    no_out("cumulative_prod", out)
    y = gg.cumulative_prod(
        _at_least_1d(array(x, dtype)), axis=axis, include_initial=include_initial
    )
    return array(y, dtype)


def _at_least_1d(x: Any) -> Any:
    return x if x.ndim else gg.reshape(x, shape=(1,))
