"""What a backend must offer: a type of array, and the functions that compute with it.

Tape, transforms, modules and optimizers are written against this and ask no backend who it is.  A
new one is registered by ``select.register``; nothing else changes.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Protocol

import numpy as np

# Natives that are no operations, which are asked for by name.
CREATION = "zeros ones full empty arange eye linspace from_dlpack"
CREATION_LIKE = "zeros_like ones_like full_like empty_like arange_like"
DRAWS = "random_words random_uniform random_normal random_integers random_bernoulli"
NATIVES = frozenset(f"{CREATION} {CREATION_LIKE} {DRAWS}".split())


class Backend(Protocol):
    """Arrays of one type on one device.

    Its arrays have NumPy's ``shape``, ``dtype``, ``ndim``, ``size``, ``strides`` and ``flags``,
    NumPy's operators between themselves and with Python numbers, and ``astype``, ``reshape``,
    ``transpose``, ``copy`` and basic indexing, also in place.  Their dtypes are those of
    ``backend.dtypes``.
    """

    name: str  # of the device, as users write it: "cpu", "cuda:1"
    array_types: tuple[type, ...]  # its arrays; the first is what new ones are
    guests: frozenset[type]  # other types of array that may stand beside its own; see asarray
    shares_type: bool  # whether arrays of these types may be on another device
    fuse_from: float  # elements from which generated kernels are tried; 0: they are always right
    keeps_partials: bool  # whether reading partials back is cheaper than computing them again
    reads_freely: bool  # whether looking at elements costs no wait, so that they may be checked
    half_natives: frozenset[str]  # natives that are right in halves; others compute in float32
    integer_natives: frozenset[str]  # natives that give floats of integers; others get floats
    driver: Any  # compiles and launches CUDA C; None: kernels are C, or the natives themselves

    natives: dict[str, Callable[..., Any]]
    """Raw operations by name: NATIVES, the operations that a rule does not compose of others, and
    any operation that the backend computes better than its rule.

    Each takes and gives arrays of this backend, in the order of the operation's inputs, settings
    by name; it changes none of its arguments and may give a view of one.  Draws
    (``random_*``) take the seed, the position in blocks - an integer or a 0-d array of this
    backend, read when the draw runs - and the shape; same seed and position, same bits as the
    host's, normals within 4 units, of float64 within 8.
    """

    xp: Any
    """The namespace in which rules compute on raw arrays; engine.namespace sets it on opening."""

    constant: Callable[[Any, Any], Any]
    """A Python number and a dtype as the array that stands for it beside others of shape (n, ...).

    The same array may be given again, so that nobody may write into it.
    """

    number: Callable[[Any, Any], Any]
    """The same beside 0-d arrays."""

    def __hash__(self) -> int:
        """Backends are keys of caches: one for each device, equal to itself alone."""

    def asarray(self, data: Any, dtype: Any = None, copy: bool = False) -> Any:
        """Numbers, sequences, NumPy's arrays or this backend's as an array here, of ``dtype`` or
        of the one that NumPy finds; ``copy``: in memory of its own."""

    def to_host(self, array: Any) -> np.ndarray:
        """The elements as a NumPy array of the same shape and dtype; waits for them."""

    def ones(self, like: Any) -> Any:
        """Ones in the shape and dtype of ``like``: the gradient to start from."""

    def exportable(self, array: Any) -> Any:
        """The array in a form that has ``__dlpack__`` and can be written in place."""

    def device_of(self, array: Any) -> str:
        """The name of the device that holds ``array``, which is of this backend's types."""

    def here(self) -> AbstractContextManager | None:
        """What operators of raw arrays must run in now to have results on this device; None where
        they have anyway, as they always do unless ``shares_type``."""

    def quiet(self) -> AbstractContextManager:
        """What a walk over raw arrays runs in: ``here()``, and no floating-point warnings."""

    def synchronize(self) -> None:
        """Wait until everything that was started has run."""
