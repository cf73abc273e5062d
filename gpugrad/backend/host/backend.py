"""The host: NumPy arrays and what NumPy does with them."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import numpy as np

from ..constants import by_number
from ..maths.fourier import fourier_natives
from .banded import BANDED_NATIVES
from .ctc import ctc_natives
from .gram import GRAM_NATIVES
from .linalg import LINALG_NATIVES
from .natives import NATIVES
from .networks import NETWORK_NATIVES
from .order import ORDER_NATIVES
from .random import RANDOM_NATIVES
from .sparse import SPARSE_NATIVES
from .special import SPECIAL_NATIVES
from .updates import update

FUSE_FROM = 32_768  # elements from which a generated kernel beats NumPy


MAY_HOLD_MASKS = {list, tuple, np.ma.MaskedArray}


def check_no_mask(data: Any) -> None:
    """TypeError for a masked array, or a sequence that begins with one, whose mask would go."""
    while isinstance(data, list | tuple) and data:
        data = data[0]
    if isinstance(data, np.ma.MaskedArray):
        raise TypeError(
            "a masked array, whose mask would be dropped; give x.filled(0.0), or x.data, and the "
            "mask as an array beside it"
        )


class Host:
    """The CPU with NumPy arrays."""

    name = "cpu"
    array_types: tuple[type, ...] = (np.ndarray, *np.sctypeDict.values())
    guests: frozenset[type] = frozenset()
    shares_type = False
    fuse_from: float = FUSE_FROM
    keeps_partials = True
    reads_freely = True
    half_natives: frozenset[str] = frozenset(
        {"nextafter", "scatter_add", "sum", "sum_to", "mean", "attention", "attention_gradient"}
    )
    integer_natives: frozenset[str] = frozenset({"mean"})
    driver: Any = None

    def __init__(self) -> None:
        self.natives: dict[str, Callable[..., Any]] = {
            **NATIVES,
            **NETWORK_NATIVES,
            **fourier_natives(np),
            **LINALG_NATIVES,
            **BANDED_NATIVES,
            **GRAM_NATIVES,
            **SPARSE_NATIVES,
            **SPECIAL_NATIVES,
            **ORDER_NATIVES,
            **RANDOM_NATIVES,
            **ctc_natives(self),
            "update": update,
        }
        self.xp: Any = None  # the raw namespace, set by engine.namespace
        self.constant: Callable[[Any, Any], Any] = by_number(self._constant, 1024)
        self.number: Callable[[Any, Any], Any] = by_number(self._number, 1024)

    def asarray(self, data: Any, dtype: Any = None, copy: bool = False) -> np.ndarray:
        """``data`` (numbers, sequences, a NumPy array) as a host array.

        One number becomes a NumPy scalar: arithmetic on it costs an eighth of that on 0-d arrays.
        """
        if type(data) in MAY_HOLD_MASKS:
            check_no_mask(data)
        return np.array(data, dtype=dtype, copy=copy or None)[()]

    def to_host(self, array: Any) -> np.ndarray:
        """The array itself."""
        return np.asarray(array)

    def ones(self, like: Any) -> Any:
        """The gradient to start from: ones in the shape of ``like``."""
        return like.dtype.type(1) if like.ndim == 0 else np.ones_like(like)

    def exportable(self, array: Any) -> Any:
        """An array with DLPack: NumPy's scalars have none."""
        return np.asarray(array) if isinstance(array, np.generic) else array

    def text(self, array: Any, before: str = "tensor(") -> str:
        """The values as printed in a repr that begins with ``before``; of none, the shape too."""
        array = np.asarray(array)
        text = np.array2string(array, separator=", ", prefix=before)
        return text if array.size or array.ndim == 1 else f"{text}, shape={array.shape}"

    def _constant(self, value: Any, dtype: np.dtype) -> np.ndarray:
        """A Python number beside arrays: as a 0-d array, the fastest operand of a ufunc."""
        return np.asarray(value).astype(dtype)

    def _number(self, value: Any, dtype: np.dtype) -> Any:
        """A Python number beside NumPy scalars."""
        return dtype.type(value)

    def device_of(self, array: Any) -> str:
        """There is one host."""
        return self.name

    def here(self) -> None:
        """NumPy's operators need no device."""

    def quiet(self) -> AbstractContextManager:
        """NumPy's floating-point warnings off: a backward walk handles infinities itself."""
        return np.errstate(all="ignore")

    def synchronize(self) -> None:
        """Nothing runs behind the caller's back on the host."""
