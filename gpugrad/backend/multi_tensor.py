"""Many tensors updated at once by an optimizer's kernel: what is known before a step, and a step.

The kernel comes from codegen/updates.py; a backend's native ``update`` runs it, and without one
the rule runs by the backend's own operations.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from .dtypes import FLOATS, HALVES, float32


def state_dtype(dtype: Any) -> np.dtype:
    """What the optimizers' state of a parameter of ``dtype`` is kept in: float32 for halves."""
    return float32 if dtype in HALVES else np.dtype(dtype)


class MultiTensor:
    """Parameters of one dtype and their state, all updated in place by one call.

    parameters: C-contiguous arrays (NumPy's scalars are none) of one float dtype.
    states: for each role of ``kernel`` a list of arrays, shaped like the parameters, of
    ``state_dtype``.  places: for each parameter its place in the array of steps.
    """

    def __init__(
        self,
        backend: Any,
        kernel: Any,
        parameters: Sequence[Any],
        states: Sequence[Sequence[Any]],
        places: Sequence[int],
    ) -> None:
        self.backend, self.kernel, self.places = backend, kernel, tuple(places)
        self.lists = (list(parameters), *map(list, states))
        self.dtype = np.dtype(self.lists[0][0].dtype)
        self.prepared: Any = None  # what the native made of all that, at its first call
        self._check()

    def holds(self, kernel: Any, *lists: Sequence[Any]) -> bool:
        """Whether this was made for that kernel and for these very arrays."""
        return (
            kernel is self.kernel
            and len(lists) == len(self.lists)
            and all(
                len(mine) == len(theirs) and all(a is b for a, b in zip(mine, theirs, strict=True))
                for mine, theirs in zip(self.lists, lists, strict=True)
            )
        )

    def step(
        self, gradients: Sequence[Any], rate: Any, steps: Any, numbers: Sequence[float]
    ) -> None:
        """Update everything in place.

        gradients: shaped like the parameters and of their dtype.  rate: a 0-d float64 array;
        steps: an int64 array with the number of this step, from 1 on, at each place.  Both are
        read when the kernel runs.  numbers: the kernel's other settings.
        """
        given = self._checked(gradients)
        update = self.backend.natives.get("update", plain_update)
        update(self, given, rate, steps, tuple(map(float, numbers)))

    def _check(self) -> None:
        parameters, wide = self.lists[0], state_dtype(self.dtype)
        if self.dtype not in FLOATS:
            raise TypeError(f"parameters of dtype {self.dtype.name} cannot be trained")
        if len(self.lists) != 1 + len(self.kernel.roles):
            raise ValueError(
                f"{self.kernel.name}: {len(self.lists) - 1} lists of state, "
                f"{len(self.kernel.roles)} are wanted: {', '.join(self.kernel.roles) or 'none'}"
            )
        for role, arrays in zip((None, *self.kernel.roles), self.lists, strict=True):
            wanted = wide if role else self.dtype
            for array, parameter in zip(arrays, parameters, strict=True):
                _check_one(role or "parameter", array, wanted, parameter.shape)

    def _checked(self, gradients: Sequence[Any]) -> list[Any]:
        for g, p in zip(gradients, self.lists[0], strict=True):
            if g.dtype != p.dtype or g.shape != p.shape:
                raise ValueError(
                    f"a gradient of {g.dtype.name} {g.shape} for a parameter of "
                    f"{p.dtype.name} {p.shape}"
                )
        arrays = (np.asarray(g) if isinstance(g, np.generic) else g for g in gradients)
        return [g if g.flags.c_contiguous else g.copy() for g in arrays]


def plain_update(
    batch: MultiTensor, gradients: list, rate: Any, steps: Any, numbers: tuple[float, ...]
) -> None:
    """One step by the backend's own operations, tensor by tensor: without a kernel."""
    backend = batch.backend
    rate, steps = float(backend.to_host(rate)), backend.to_host(steps)
    parameters, *states = batch.lists
    for place, *arrays in zip(batch.places, parameters, gradients, *states, strict=True):
        batch.kernel.plain(backend, tuple(arrays), (rate, steps[place], *numbers))


def _check_one(role: str, array: Any, wanted: Any, shape: tuple[int, ...]) -> None:
    if array.dtype != wanted or array.shape != shape:
        raise ValueError(
            f"{role}: {array.dtype.name} {array.shape} where {wanted.name} {shape} is wanted"
        )
    if not array.flags.c_contiguous or isinstance(array, np.generic):
        raise ValueError(
            f"{role}: {type(array).__name__} {array.shape} is no C-contiguous array, so it cannot "
            "be written in place"
        )
