"""What happens where a matrix has no inverse, factor or eigenvalues: one switch for all devices."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal

from numpy.linalg import LinAlgError

__all__ = ["LinAlgError", "errstate", "raising"]

MODES = ("raise", "nan")
_mode: ContextVar[str] = ContextVar("linalg", default="raise")


@contextmanager
def errstate(*, linalg: Literal["raise", "nan"]) -> Iterator[None]:
    """What linear algebra does within the ``with`` where there is no result, on every device.

    linalg: "raise" (the default everywhere) raises ``gpugrad.linalg.LinAlgError``, as NumPy does;
    "nan" gives NaN for those matrices of a stack that have no result, and the others theirs.
    On a GPU "raise" has to wait for the result; "nan" does not, and neither does a capture, where
    nothing can be raised.  What counts is the mode at the time of computing, in ``backward`` too.
    """
    if linalg not in MODES:
        raise ValueError(f"errstate: linalg={linalg!r}; use 'raise' or 'nan'")
    token = _mode.set(linalg)
    try:
        yield
    finally:
        _mode.reset(token)


def raising() -> bool:
    """Whether a matrix without a result is an error at present."""
    return _mode.get() == "raise"
