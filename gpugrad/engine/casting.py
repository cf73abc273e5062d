"""Mixed precision: the dtype in which operations compute while ``autocast`` is on.

Products are computed in halves, which accumulate in float32; what loses too much in halves, or
leaves their range, in float32; everything else in the dtype that its arguments have together.  The
lists are torch's for GPUs, and hold on every device, so that a program computes the same on all.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from ..backend.dtypes import HALVES, float32
from ..backend.locks import OBSERVING
from ..ops.declare import Op
from ..ops.shape import astype as ASTYPE
from .cells import raw

# fmt: off
IN_HALVES = frozenset({
    "attention", "convolution", "convolution_from", "convolution_to_input", "einsum", "gru",
    "linear", "lstm", "matmul", "matrix_product", "matrix_vector", "rnn", "tensordot", "vecdot",
})
IN_FULL = frozenset({
    "acos", "asin", "binary_cross_entropy_with_logits", "cosh", "cross_entropy",
    "cross_entropy_mean", "cross_entropy_rows", "ctc", "cumulative_prod", "cumulative_sum",
    "erfinv", "exp", "expm1", "group_norm", "huber_loss", "kl_div", "l1_loss", "layer_norm", "log",
    "log10", "log1p", "log2", "log_softmax", "logsumexp", "mean", "mse_loss", "nll_loss", "power",
    "power_norm", "prod", "reciprocal", "rms_norm", "sinh", "smooth_l1_loss", "softmax",
    "softplus", "std", "sum", "tan", "var",
})
# fmt: on
_dtype: ContextVar[Any] = ContextVar("autocast", default=None)
lowered = _dtype.get  # the dtype of products now; None: their own
opened: list[None] = []  # one entry for each autocast that is open, in whichever thread


@contextmanager
def casting(dtype: Any) -> Iterator[None]:
    """Within the ``with``, and this thread, products are computed in ``dtype``; None: as usual."""
    with OBSERVING:
        opened.append(None)
    token = _dtype.set(dtype)
    try:
        yield
    finally:
        _dtype.reset(token)
        with OBSERVING:
            opened.pop()


def cast(op: Op, arguments: tuple, apply: Callable[..., Any]) -> tuple:
    """``arguments`` of ``op`` in the dtype that it computes in, cast by ``apply``, so that
    gradients come back in their own."""
    low = lowered()
    if low is None:
        return arguments
    if op.name in IN_HALVES:
        givers, wanted = (float32, *HALVES), low
    elif op.name in IN_FULL:
        givers, wanted = tuple(HALVES), float32
    else:
        return arguments
    return tuple(
        [
            apply(ASTYPE, (x,), {"dtype": wanted})
            if (own := _dtype_of(x)) in givers and own != wanted
            else x
            for x in arguments
        ]
    )


def _dtype_of(x: Any) -> Any:
    return getattr(raw(x), "dtype", None)
