"""Cross-entropy of rows of scores with one label each, and its mean, by cross_entropy.cu.

Scores are (rows, columns), contiguous; labels (rows,) int64; weight (columns,) or None.  Losses,
their gradients and weights are float32, float64 for scores of float64.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from ..dtypes import HALVES, float32
from .launchers import addresses, function, over_rows

FILE = "cross_entropy.cu"
CHUNK = 2**15  # rows of a block that sums
THREADS = 1024  # of such a block, where there are so many rows


def forward(
    backend: Any, x: Any, labels: Any, weight: Any = None, *, ignored: int, smoothing: float
) -> Any:
    """The loss of every row: (rows,)."""
    loss = backend.module.ndarray(x.shape[:1], wide(x.dtype))
    arrays, numbers = (x, labels, weight, loss), (ignored, smoothing)
    over_rows(backend, FILE, "cross_entropy_forward", x, arrays, numbers, "qd")
    return loss


def backward(
    backend: Any, g: Any, x: Any, labels: Any, weight: Any, *, ignored: int, smoothing: float
) -> Any:
    """The gradient of the scores from that of every row's loss, ``g``: (rows,), or () for all."""
    gradient = backend.module.ndarray(x.shape, x.dtype)
    arrays, numbers = (g, x, labels, weight, gradient), (ignored, g.ndim, smoothing)
    over_rows(backend, FILE, "cross_entropy_backward", x, arrays, numbers, "qqd")
    return gradient


def mean(
    backend: Any, numbers: Any, x: Any, labels: Any, weight: Any = None, *, ignored: int
) -> Any:
    """The sum of ``numbers``, (rows,) or (), over that of the weights of the labels: ()."""
    rows, columns = x.shape
    chunks = max(-(-rows // CHUNK), 1)
    out = backend.module.ndarray((chunks, 2) if chunks > 1 else (), wide(x.dtype))
    arrays, sizes = (numbers, labels, weight, out), (rows, columns, ignored, numbers.size, CHUNK)
    start = _start(backend.driver, "mean", x.dtype, chunks, rows, "QQQQqqqqq")
    start((*addresses(arrays), *sizes), arrays)
    if chunks == 1:
        return out
    pairs, out = out, backend.module.ndarray((), out.dtype)
    start = _start(backend.driver, "quotient", x.dtype, 1, chunks, "QQq")
    start((*addresses((pairs, out)), chunks), (pairs, out))
    return out


@lru_cache(1024)
def _start(
    driver: Any, name: str, dtype: Any, blocks: int, count: int, form: str
) -> Callable[[tuple, tuple], None]:
    """What starts a kernel that sums ``count`` values."""
    threads = min(max(1 << (count - 1).bit_length(), 32), THREADS)
    handle = function(driver, FILE, f"cross_entropy_{name}_{dtype.name}")
    return driver.prepared(handle, (blocks, 1, 1), (threads, 1, 1), form)


def wide(dtype: Any) -> Any:
    """What scores of ``dtype`` are computed in."""
    return float32 if dtype in HALVES else dtype
