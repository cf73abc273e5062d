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
    """Context that says what linear algebra does where a matrix has no result, on every device.

        with gg.errstate(linalg="nan"):
            print(gg.linalg.inv(np.zeros((1, 1))).tolist())  # [[nan]]

    linalg: "raise", the default, raises ``gpugrad.linalg.LinAlgError`` as NumPy does; "nan" gives
    NaN for those matrices of a stack that have no result.  Another value raises ValueError.
    On a GPU "raise" waits for the result, and "nan" does not; a captured graph never raises.  The
    mode at the time of computing counts, during ``backward`` too.
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
