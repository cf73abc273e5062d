"""SGD and Adam over many tensors at once: one launch on a device, one C call on the host.

Without a compiler, and for halves on the host, the same formulas run in NumPy, tensor by tensor.
"""

import ctypes
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from .device.launchers import launch
from .dtypes import FLOATS, HALVES, float32
from .kernels import host, pool
from .kernels.cache import NoCompiler
from .kernels.sources import source

CHUNK = 8192  # elements that one thread block, or one host thread, takes at a time
THREADS = 256
SHARE_FROM = 8  # chunks from which the host's threads share the work


def state_dtype(dtype: Any) -> np.dtype:
    """What the optimizers' state of a parameter of ``dtype`` is kept in: float32 for halves."""
    return float32 if dtype in HALVES else np.dtype(dtype)


class MultiTensor:
    """Parameters of one dtype and their state, all updated in place by one call.

    parameters: C-contiguous arrays (NumPy's scalars are none) of one float dtype.  states, shaped
    like the parameters, of ``state_dtype``: for sgd with momentum one list (velocities), for adam
    two (means, squares).
    In every call, gradients are shaped like the parameters and of their dtype; rate is a number or
    a 0-d float64 array; steps is the number of this step, from 1 on: a number, or an int64 array
    of shape () or (number of parameters,).  Arrays are read when the kernel runs.
    """

    def __init__(self, backend: Any, parameters: Sequence[Any], *states: Sequence[Any]) -> None:
        self.backend, self.lists = backend, (list(parameters), *map(list, states))
        self.dtype = np.dtype(self.lists[0][0].dtype)
        self._check()
        chunks = [
            (i, begin, min(begin + CHUNK, p.size))
            for i, p in enumerate(self.lists[0])
            for begin in range(0, p.size, CHUNK)
        ]
        addresses = [_address(backend, array) for arrays in self.lists for array in arrays]
        fixed = np.array([*addresses, *(n for chunk in chunks for n in chunk)], np.int64)
        self.chunks, self._fixed = len(chunks), backend.asarray(fixed)
        self._known: tuple[tuple[int, ...], Any] = ((), None)  # addresses of gradients, their table

    def holds(self, *lists: Sequence[Any]) -> bool:
        """Whether these are the very arrays that this was made for."""
        return len(lists) == len(self.lists) and all(
            len(mine) == len(theirs) and all(a is b for a, b in zip(mine, theirs, strict=True))
            for mine, theirs in zip(self.lists, lists, strict=True)
        )

    def sgd(
        self,
        gradients: Sequence[Any],
        rate: Any,
        steps: Any,
        *,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
    ) -> None:
        """One step of torch.optim.SGD; step 1 starts the velocities from the gradients."""
        if len(self.lists) != (2 if momentum else 1):
            raise ValueError("sgd: velocities belong to a momentum other than 0, and only to it")
        self._run("sgd", gradients, rate, steps, (momentum, dampening, weight_decay, nesterov))

    def adam(
        self,
        gradients: Sequence[Any],
        rate: Any,
        steps: Any,
        *,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
        weight_decay: float = 0.0,
        decoupled: bool = False,
    ) -> None:
        """One step of torch.optim.Adam, or of AdamW if the weight decay is ``decoupled``."""
        if len(self.lists) != 3:
            raise ValueError("adam: needs two lists of state, means and squares")
        settings = (beta1, beta2, epsilon, weight_decay, decoupled)
        self._run("adam", gradients, rate, steps, settings)

    def _check(self) -> None:
        parameters, wide = self.lists[0], state_dtype(self.dtype)
        if self.dtype not in FLOATS:
            raise TypeError(f"parameters of dtype {self.dtype.name} cannot be trained")
        for role, arrays in enumerate(self.lists):
            wanted = wide if role else self.dtype
            for array, parameter in zip(arrays, parameters, strict=True):
                if array.dtype != wanted or array.shape != parameter.shape:
                    raise ValueError(
                        f"multi-tensor list {role}: {array.dtype.name} {array.shape} where "
                        f"{wanted.name} {parameter.shape} is wanted"
                    )
                if not array.flags.c_contiguous or isinstance(array, np.generic):
                    raise ValueError(
                        f"multi-tensor list {role}: {type(array).__name__} {array.shape} is no "
                        "C-contiguous array, so it cannot be written in place"
                    )

    def _run(
        self, name: str, gradients: Sequence[Any], rate: Any, steps: Any, settings: tuple
    ) -> None:
        gradients = self._checked(gradients)
        if not self.chunks:
            return
        steps = self.backend.asarray(steps, dtype=np.int64).reshape(-1)
        run = _run_on_host if self.backend.name == "cpu" else _run_on_device
        run(self, name, gradients, rate, steps, settings)

    def _checked(self, gradients: Sequence[Any]) -> list[Any]:
        for g, p in zip(gradients, self.lists[0], strict=True):
            if g.dtype != p.dtype or g.shape != p.shape:
                raise ValueError(
                    f"a gradient of {g.dtype.name} {g.shape} for a parameter of "
                    f"{p.dtype.name} {p.shape}"
                )
        arrays = (np.asarray(g) if isinstance(g, np.generic) else g for g in gradients)
        return [g if g.flags.c_contiguous else g.copy() for g in arrays]

    def addresses(self, gradients: list[Any]) -> Any:
        """The table of the gradients' addresses; the last one again if they did not move.

        Call it before a capture with the arrays that the capture will use: none may be uploaded
        in it.
        """
        addresses = tuple(_address(self.backend, g) for g in gradients)
        if addresses != self._known[0]:
            table = self.backend.asarray(np.array(addresses, np.int64))
            self._known = (addresses, table)
        return self._known[1]


def _address(backend: Any, array: Any) -> int:
    if backend.name == "cpu":
        return array.__array_interface__["data"][0]
    return array.data.ptr


def _run_on_device(
    batch: MultiTensor, name: str, gradients: list, rate: Any, steps: Any, settings: tuple
) -> None:
    *numbers, flag = settings
    rate = batch.backend.asarray(rate, dtype=np.float64)
    arguments = (
        batch._fixed,
        batch.addresses(gradients),
        np.int64(len(gradients)),
        rate,
        steps,
        np.int64(steps.size > 1),
        *map(np.float64, numbers),
        np.int64(flag),
    )
    grid, block = (batch.chunks, 1, 1), (THREADS, 1, 1)
    symbol = f"{name}_{batch.dtype.name}"
    launch(batch.backend, "multi_tensor.cu", symbol, grid, block, arguments)


class _Job(ctypes.Structure):
    """The arguments of kernels/multi_tensor.cpp."""

    _fields_ = (
        *((name, ctypes.c_void_p) for name in ("fixed", "gradients", "steps")),
        *((name, ctypes.c_longlong) for name in ("tensors", "roles", "step_stride")),
        ("rate", ctypes.c_double),
        ("settings", ctypes.c_double * 5),
    )


@cache
def _host_kernel(symbol: str) -> tuple[Any, int] | None:
    """The compiled function and its address; None without a compiler and for halves."""
    try:
        function = getattr(host.library(source("multi_tensor.cpp"), "c++"), symbol, None)
    except NoCompiler:
        return None
    if function is None:
        return None
    function.argtypes, function.restype = (ctypes.c_void_p, ctypes.c_long, ctypes.c_long), None
    return function, ctypes.cast(function, ctypes.c_void_p).value or 0


def _run_on_host(
    batch: MultiTensor, name: str, gradients: list, rate: Any, steps: Any, settings: tuple
) -> None:
    kernel = _host_kernel(f"{name}_{batch.dtype.name}")
    if kernel is None:
        _run_in_numpy(batch, name, gradients, rate, steps, settings)
        return
    table = batch.addresses(gradients)
    pointers = (_address(batch.backend, array) for array in (batch._fixed, table, steps))
    sizes = (len(gradients), len(batch.lists), steps.size > 1)
    job = _Job(*pointers, *sizes, float(rate), settings)
    function, address = kernel
    if batch.chunks < SHARE_FROM:
        function(ctypes.byref(job), 0, batch.chunks)
    else:
        pool.run(address, ctypes.addressof(job), batch.chunks, 1)


def _run_in_numpy(
    batch: MultiTensor, name: str, gradients: list, rate: Any, steps: Any, settings: tuple
) -> None:
    rule: Any = {"sgd": _sgd, "adam": _adam}[name]
    every_step = np.broadcast_to(steps, len(gradients)).tolist()
    wide = state_dtype(batch.dtype)
    rows = zip(gradients, every_step, *batch.lists, strict=True)
    for gradient, step, parameter, *state in rows:
        g, p = gradient.astype(wide, copy=False), parameter.astype(wide, copy=False)
        parameter[...] = rule(p, g, float(rate), step, *settings, *state)


def _sgd(
    p: Any,
    g: Any,
    rate: float,
    step: int,
    momentum: float,
    dampening: float,
    weight_decay: float,
    nesterov: bool,
    *state: Any,
) -> Any:
    g = g + weight_decay * p
    if not momentum:
        return p - rate * g
    (velocity,) = state
    velocity[...] = g if step == 1 else momentum * velocity + (1 - dampening) * g
    return p - rate * (g + momentum * velocity if nesterov else velocity)


def _adam(
    p: Any,
    g: Any,
    rate: float,
    step: int,
    beta1: float,
    beta2: float,
    epsilon: float,
    weight_decay: float,
    decoupled: bool,
    mean: Any,
    square: Any,
) -> Any:
    if not decoupled:
        g = g + weight_decay * p
    mean += (1 - beta1) * (g - mean)
    square[...] = beta2 * square + (1 - beta2) * g * g
    kept = p * (1 - rate * weight_decay) if decoupled else p
    root = np.sqrt(square) / (1 - beta2**step) ** 0.5 + epsilon
    return kept - rate / (1 - beta1**step) * mean / root
