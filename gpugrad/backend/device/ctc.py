"""Connectionist temporal classification on a device, by kernels/ctc.cu: a block for each member.

Arrays are as in ops/ctc.py.  Nothing waits for the device: labels are not checked there.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from ..dtypes import FLOATS, HALVES, float32, int64
from . import launchers

FILE, MOST_THREADS = "ctc.cu", 1024


def ctc_natives(device: Any) -> dict[str, Callable]:
    """The operations by name."""
    own = _Ctc(device)
    return {"ctc": own.ctc, "ctc_gradient": own.ctc_gradient}


class _Ctc:
    def __init__(self, device: Any) -> None:
        self.device, self.xp = device, device.module
        self._start = lru_cache(256)(self._make_start)

    def ctc(self, x: Any, targets: Any, lengths: Any, target_lengths: Any, *, blank: int) -> Any:
        """Less the logarithm of the probability of each member's labels."""
        losses = self.xp.empty(x.shape[1], dtype=x.dtype)
        self._run("ctc_loss", 2, x, (targets, lengths, target_lengths), blank, losses)
        return losses

    def ctc_gradient(
        self, g: Any, x: Any, targets: Any, lengths: Any, target_lengths: Any, *, blank: int
    ) -> Any:
        """The gradient of x from that of the losses."""
        to_x = self.xp.zeros(x.shape, dtype=x.dtype)
        g = self.xp.ascontiguousarray(g.astype(x.dtype, copy=False))
        numbers = (targets, lengths, target_lengths)
        self._run("ctc_gradient", len(x) + 3, x, numbers, blank, g, to_x)
        return to_x

    def _run(self, name: str, room: int, x: Any, numbers: tuple, blank: int, *arrays: Any) -> None:
        """Start a kernel, which works in ``room`` rows of states for each member."""
        if x.dtype not in FLOATS:
            raise TypeError(f"connectionist temporal classification of {x.dtype}; give floats")
        (_, members, _), most = x.shape, numbers[0].shape[1]
        if not members:
            return
        whole = [self.xp.ascontiguousarray(n.astype(int64, copy=False)) for n in numbers]
        wide = float32 if x.dtype in HALVES else x.dtype
        rows = self.xp.empty((members, room, 2 * most + 1), dtype=wide)
        given = (self.xp.ascontiguousarray(x), *whole, *arrays, rows)
        start = self._start(name, x.dtype, members, rows.shape[2], len(given))
        start((*launchers.addresses(given), *x.shape, most, blank), given)

    def _make_start(
        self, name: str, dtype: Any, members: int, states: int, arrays: int
    ) -> Callable[[tuple, tuple], None]:
        driver = self.device.driver
        handle = launchers.function(driver, FILE, f"{name}_{dtype.name}")
        threads = min(max(32, 1 << (states - 1).bit_length()), MOST_THREADS)
        grid = (min(members, launchers.MOST_BLOCKS), 1, 1)
        return driver.prepared(handle, grid, (threads, 1, 1), f"{'Q' * arrays}qqqqq")
