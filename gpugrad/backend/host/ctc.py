"""Connectionist temporal classification on the host, by kernels/ctc.cpp.

Without a compiler, and for other dtypes than float32 and float64, by the host's other operations.
"""

import ctypes
from collections.abc import Callable
from typing import Any

import numpy as np

from ..kernels import buffers, pool
from ..kernels.functions import address, function
from ..maths import ctc as plain

FILE = "ctc.cpp"
CHUNK = 1 << 13  # states of all steps that are worth a thread
ARRAYS = ("x", "g", "labels", "lengths", "counts", "losses", "to_x")


class _Job(ctypes.Structure):
    """The arguments of the kernel."""

    _fields_ = (
        *((name, ctypes.c_void_p) for name in ARRAYS),
        *((name, ctypes.c_long) for name in ("steps", "members", "classes", "most", "blank")),
    )


def ctc_natives(host: Any) -> dict[str, Callable]:
    """The operations by name; arrays are as in ops/ctc.py."""

    def ctc(x: Any, targets: Any, lengths: Any, target_lengths: Any, *, blank: int) -> Any:
        given = (x, targets, lengths, target_lengths, blank)
        if function(FILE, "loss", x.dtype) is None:
            return plain.loss(host.xp, *given)
        losses = np.empty(x.shape[1], x.dtype)
        _run(host, "loss", *given, losses=losses)
        return losses

    def ctc_gradient(
        g: Any, x: Any, targets: Any, lengths: Any, target_lengths: Any, *, blank: int
    ) -> Any:
        given = (x, targets, lengths, target_lengths, blank)
        if function(FILE, "gradient", x.dtype) is None:
            return plain.gradient(host.xp, g, *given)
        to_x = buffers.empty(x.shape, x.dtype)
        _run(host, "gradient", *given, g=g, to_x=to_x)
        return to_x

    return {"ctc": ctc, "ctc_gradient": ctc_gradient}


def _run(
    host: Any,
    name: str,
    x: Any,
    targets: Any,
    lengths: Any,
    counts: Any,
    blank: int,
    **arrays: Any,
) -> None:
    """Run the kernel for all members; ``arrays``: what comes out, and ``g``."""
    labels = plain.known(host.xp, x, targets, counts, blank)
    numbers = {"labels": labels, "lengths": lengths, "counts": counts}
    given = {key: np.ascontiguousarray(n, np.int64) for key, n in numbers.items()}
    floats = {"x": x, **arrays}
    given.update({key: np.ascontiguousarray(a, x.dtype) for key, a in floats.items()})
    most, (steps, members, _) = labels.shape[1], x.shape
    job = _Job(*[address(given.get(each)) for each in ARRAYS], *x.shape, most, blank)
    kernel = function(FILE, name, x.dtype)
    assert kernel is not None
    chunk = max(CHUNK // (steps * (2 * most + 1) + 1), 1)
    pool.run(kernel, ctypes.addressof(job), members, chunk)
