"""Quotients by gaps between eigenvalues, some of which may be zero.

Where a gap is zero, 0 / 0 counts as 0, and x / 0 has no result: LinAlgError, or NaN for that matrix
under ``errstate(linalg="nan")``.  Written once for both backends.
"""

from collections.abc import Callable
from functools import partial
from math import prod
from typing import Any

import numpy as np

from .linalg_errors import LinAlgError

SLACK = 8  # up to which values are equal, in units of precision times rows times the largest


def natives(xp: Any, checked: Callable, looks: bool) -> dict[str, Callable]:
    """The operation by its name.

    checked(message, failed, y): y, or an error, or NaN for the matrices that failed.
    looks: whether reading a number costs nothing, so that what is not needed is left out.
    """
    return {"over_gaps": partial(over_gaps, xp, checked, looks)}


def over_gaps(
    xp: Any,
    checked: Callable,
    looks: bool,
    x: Any,
    left: Any,
    right: Any,
    lost: Any,
    whole: Any,
    slack: Any,
    *,
    own: bool,
    size: int,
    error: tuple[str, str],
) -> Any:
    """``x[i, j] / (right[j] - left[i])``; see gpugrad/ops/gaps.py."""
    gap = right[..., None, :] if left is None else right[..., None, :] - left[..., None]
    if not gap.size or not x.size:
        return _for_all(xp, x / gap, lost, whole)
    limit = _slack(xp, left, right, own, size) if slack is None else slack.real
    equal, zero = _without_gap(xp, gap, limit, own)
    y = _for_all(xp, _quotients(xp, x, gap, zero), lost, whole)
    if looks and _none_but_own(x, zero, own):
        return y
    pairs = _without_quotient(xp, x, lost, whole, equal, zero, own)
    return _checked(xp, checked, pairs, y, partial(_told, xp, pairs, left, right, own, *error))


def _without_gap(xp: Any, gap: Any, limit: Any, own: bool) -> tuple[Any, Any]:
    """Which values are equal up to ``limit``, and these together with each value and itself."""
    equal = abs(gap) <= limit[..., None]
    return equal, equal | xp.eye(gap.shape[-1], dtype=np.bool_) if own else equal


def _quotients(xp: Any, x: Any, gap: Any, zero: Any) -> Any:
    """``x / gap``, and 0 where a gap counts as ``zero``."""
    y = x / xp.where(zero, gap.dtype.type(1), gap)
    return xp.where(zero, y.dtype.type(0), y)


def _checked(xp: Any, checked: Callable, pairs: Any, y: Any, told: Callable[[], str]) -> Any:
    """``y`` if no matrix has one of the ``pairs``; ``told`` gives the text of an error."""
    try:
        return checked("", xp.any(pairs, axis=(-2, -1)), y)
    except LinAlgError:
        raise LinAlgError(told()) from None


def _slack(xp: Any, left: Any, right: Any, own: bool, size: int) -> Any:
    """Up to what difference values are equal, (..., 1)."""
    largest = xp.max(abs(right), axis=-1, keepdims=True)
    if not own and left is not None:
        largest = xp.maximum(largest, xp.max(abs(left), axis=-1, keepdims=True))
    return largest * (SLACK * size * float(np.finfo(largest.dtype).eps))


def _none_but_own(x: Any, zero: Any, own: bool) -> bool:
    """Whether no gap is zero but those on the diagonal of real matrices, which have none there."""
    there = np.count_nonzero(zero)
    if not own:
        return there == 0
    return x.dtype.kind != "c" and there == prod(zero.shape[:-1])


def _without_quotient(
    xp: Any, x: Any, lost: Any, whole: Any, equal: Any, zero: Any, own: bool
) -> Any:
    """Where a gap is zero and what is divided by it is not, or is ``lost``."""
    pairs = zero & _beyond(xp, x, whole)
    if lost is None:
        return pairs
    others = equal & ~xp.eye(zero.shape[-1], dtype=np.bool_) if own else equal
    return pairs | (others & lost)


def _beyond(xp: Any, x: Any, whole: Any) -> Any:
    """What is not 0 up to half of the digits of the largest of ``x`` and ``whole``."""
    sizes = abs(x)
    largest = xp.max(sizes, axis=(-2, -1), keepdims=True)
    if whole is not None and whole.size:
        largest = xp.maximum(largest, xp.max(abs(whole), axis=(-2, -1), keepdims=True))
    return sizes > largest * float(np.finfo(sizes.dtype).eps) ** 0.5


def _for_all(xp: Any, y: Any, *others: Any) -> Any:
    """``y`` for each matrix of ``others`` too."""
    for other in others:
        if other is not None and other.shape[:-2] != y.shape[:-2]:
            batch = np.broadcast_shapes(y.shape[:-2], other.shape[:-2])
            y = xp.broadcast_to(y, (*batch, *y.shape[-2:]))
    return y


def _told(xp: Any, pairs: Any, left: Any, right: Any, own: bool, which: str, why: str) -> str:
    """What an error says of the first pair of values between which there is no quotient."""
    *_, rows, columns = pairs.shape
    place = int(xp.argmax(pairs.reshape(-1)).item())
    i, j = place // columns % rows, place % columns
    if own and i == j:
        operation = which.partition(":")[0]
        return (
            f"{operation}: vector {i} may be multiplied by any complex unit, on which depends "
            "what is differentiated; use abs, or products such as v @ v^H"
        )
    high = _at(xp, right[..., None, :], pairs.shape, place)
    low = high if left is None else _at(xp, left[..., None], pairs.shape, place)
    return f"{which.format(i=i, j=j, low=f'{low:.6g}', high=f'{high:.6g}')}: {why}"


def _at(xp: Any, x: Any, shape: tuple[int, ...], place: int) -> Any:
    return xp.broadcast_to(x, shape).reshape(-1)[place].item()
