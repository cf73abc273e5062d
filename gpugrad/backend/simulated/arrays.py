"""Arrays of the simulated device: CuPy's class as far as the device backend uses it.

No subclass of NumPy's and none of its protocols, so that an implicit transfer fails as CuPy's
does.  What CuPy computes by kernels of its own, NumPy computes here on the same memory.
"""

from collections.abc import Callable, Iterator
from math import prod
from typing import Any

import numpy as np

from .driver import driver
from .indices import selects, unwrapped, wrapped
from .memory import Allocation, MemoryPointer, arena

NUMBERS = (bool, int, float, complex, np.generic)


def raw(value: Any) -> Any:
    """The NumPy view of an array, or a number; TypeError for arrays of the host and lists."""
    if isinstance(value, ndarray):
        return value._view
    if isinstance(value, NUMBERS) or value is None:
        return value
    raise TypeError(f"Unsupported type {type(value)}")


def empty_array(shape: Any, dtype: Any) -> "ndarray":
    """A new array of poisoned memory."""
    shape = (shape,) if isinstance(shape, int | np.integer) else tuple(shape)
    dtype = np.dtype(dtype)
    memory = driver().memory(prod(map(int, shape)) * dtype.itemsize)
    return ndarray._of(memory.array(shape, dtype), memory)


def computed(function: Callable, *arguments: Any, **settings: Any) -> Any:
    """``function`` of NumPy arrays applied to device arrays; a view stays a view.

    While capturing, the result's memory stays poisoned and the graph computes it.
    """
    return computed_raw(function, [raw(a) for a in arguments], settings, arguments)


def computed_raw(function: Callable, values: list, settings: dict, sources: Any) -> Any:
    """``computed`` for values that are NumPy's already; ``sources`` are the arrays behind them."""

    def run() -> Any:
        with np.errstate(all="ignore"):
            return function(*values, **settings)

    result = run()
    if isinstance(result, tuple):
        return tuple(_stored(part, lambda i=i: run()[i], sources) for i, part in enumerate(result))
    return _stored(result, run, sources)


def _stored(result: Any, run: Callable, sources: Any) -> "ndarray":
    result = np.asarray(result)
    address = result.__array_interface__["data"][0] - arena().address
    for source in sources if result.size else ():
        memory = getattr(source, "_memory", None)
        if memory is not None and 0 <= address - memory.offset < memory.nbytes:
            return ndarray._of(result, memory)
    out = empty_array(result.shape, result.dtype)
    view = out._view
    if driver().capturing:
        driver().enqueue(lambda: np.copyto(view, run()))
    else:
        view[...] = result
    return out


def in_place(function: Callable, target: "ndarray", *arguments: Any) -> None:
    """Have ``function(view of target, ...)`` write into ``target`` now, or in the graph."""
    values = [raw(a) for a in arguments]
    view = target._view

    def run() -> None:
        with np.errstate(all="ignore"):
            function(view, *values)

    driver().enqueue(run)


def operators(function: Callable) -> tuple[Callable, Callable, Callable]:
    """``a op b``, ``b op a`` and ``a op= b`` of one ufunc."""

    def forward(self: "ndarray", other: Any) -> Any:
        return computed(function, self, other) if _takes(other) else NotImplemented

    def reflected(self: "ndarray", other: Any) -> Any:
        return computed(function, other, self) if _takes(other) else NotImplemented

    def update(self: "ndarray", other: Any) -> Any:
        in_place(lambda view, value: function(view, value, out=view), self, other)
        return self

    return forward, reflected, update


def comparison(function: Callable) -> Callable:
    """``a op b`` of a ufunc that gives booleans."""
    return operators(function)[0]


def _takes(other: Any) -> bool:
    if isinstance(other, np.ndarray | list):
        raise TypeError(f"Unsupported type {type(other)}")
    return isinstance(other, (ndarray, *NUMBERS))


class ndarray:
    """An n-dimensional array in the simulated device's memory."""

    __slots__ = ("__weakref__", "_memory", "_view")
    __array_priority__ = 100
    __array_ufunc__ = None  # NumPy's ufuncs and operators leave the field to this class
    __hash__ = None  # type: ignore[assignment]
    _view: np.ndarray
    _memory: Allocation
    device = property(lambda self: self._memory.device)
    dtype = property(lambda self: self._view.dtype)
    shape = property(lambda self: self._view.shape)
    strides = property(lambda self: self._view.strides)
    ndim = property(lambda self: self._view.ndim)
    size = property(lambda self: self._view.size)
    nbytes = property(lambda self: self._view.nbytes)
    itemsize = property(lambda self: self._view.itemsize)
    flags = property(lambda self: self._view.flags)
    _c_contiguous = property(lambda self: self._view.flags.c_contiguous)
    T = property(lambda self: self.transpose())
    real = property(lambda self: computed(np.real, self))
    imag = property(lambda self: computed(np.imag, self))

    def __init__(self, shape: Any, dtype: Any = float) -> None:
        made = empty_array(shape, dtype)
        self._view, self._memory = made._view, made._memory

    @classmethod
    def _of(cls, view: np.ndarray, memory: Allocation) -> "ndarray":
        self = cls.__new__(cls)
        self._view, self._memory = view, memory
        return self

    @property
    def data(self) -> MemoryPointer:
        """The address of the first element."""
        return MemoryPointer(self._view.__array_interface__["data"][0])

    @property
    def __cuda_array_interface__(self) -> dict[str, Any]:
        return {**self._view.__array_interface__, "version": 3, "stream": 1}

    __add__, __radd__, __iadd__ = operators(np.add)
    __sub__, __rsub__, __isub__ = operators(np.subtract)
    __mul__, __rmul__, __imul__ = operators(np.multiply)
    __truediv__, __rtruediv__, __itruediv__ = operators(np.true_divide)
    __floordiv__, __rfloordiv__, __ifloordiv__ = operators(np.floor_divide)
    __mod__, __rmod__, __imod__ = operators(np.remainder)
    __pow__, __rpow__, __ipow__ = operators(np.power)
    __and__, __rand__, __iand__ = operators(np.bitwise_and)
    __or__, __ror__, __ior__ = operators(np.bitwise_or)
    __xor__, __rxor__, __ixor__ = operators(np.bitwise_xor)
    __lshift__, __rlshift__, __ilshift__ = operators(np.left_shift)
    __rshift__, __rrshift__, __irshift__ = operators(np.right_shift)
    __lt__, __le__ = comparison(np.less), comparison(np.less_equal)
    __gt__, __ge__ = comparison(np.greater), comparison(np.greater_equal)
    __eq__, __ne__ = comparison(np.equal), comparison(np.not_equal)  # type: ignore[assignment]

    def __neg__(self) -> "ndarray":
        return computed(np.negative, self)

    def __pos__(self) -> "ndarray":
        return computed(np.positive, self)

    def __abs__(self) -> "ndarray":
        return computed(np.absolute, self)

    def __invert__(self) -> "ndarray":
        return computed(np.invert, self)

    def __len__(self) -> int:
        return len(self._view)

    def __iter__(self) -> Iterator["ndarray"]:
        return (self[i] for i in range(len(self)))

    def __getitem__(self, index: Any) -> "ndarray":
        parts = unwrapped(index, raw)
        self._look(parts)
        return computed_raw(
            lambda view: view[wrapped(parts, view.shape)], [self._view], {}, (self,)
        )

    def __setitem__(self, index: Any, value: Any) -> None:
        parts = unwrapped(index, raw)
        self._look(parts)
        in_place(lambda view, new: view.__setitem__(wrapped(parts, view.shape), new), self, value)

    def _look(self, parts: tuple) -> None:
        """CuPy counts on the host what booleans select, unless they are of an empty array."""
        if selects(parts) and self.size:
            driver().forbid("D2H")

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        raise TypeError(
            "Implicit conversion to a NumPy array is not allowed. "
            "Please use `.get()` to construct a NumPy array explicitly."
        )

    def __dlpack_device__(self) -> tuple[int, int]:
        return 2, 0  # CUDA

    def __dlpack__(
        self,
        *,
        stream: Any = None,
        max_version: Any = None,
        dl_device: Any = None,
        copy: Any = None,
    ) -> Any:
        if dl_device is None or tuple(dl_device) != (1, 0):
            raise BufferError("simulated memory is no GPU's; ask for dl_device=(1, 0), the host")
        return self.get().__dlpack__(max_version=max_version)

    def __bool__(self) -> bool:
        return bool(self.get())

    def __int__(self) -> int:
        return int(self.get())

    def __float__(self) -> float:
        return float(self.get())

    def __complex__(self) -> complex:
        return complex(self.get())

    def __repr__(self) -> str:
        return repr(self.get())

    def get(self) -> np.ndarray:
        """A copy on the host."""
        if self.size:
            driver().forbid("D2H")
        return self._view.copy()

    def set(self, arr: np.ndarray) -> None:
        """Copy from an array of the host of the same shape and dtype."""
        driver().forbid("H2D")
        if not isinstance(arr, np.ndarray):
            raise TypeError("Only numpy.ndarray can be set to cupy.ndarray")
        if arr.dtype != self.dtype or arr.shape != self.shape:
            raise ValueError(f"set: {arr.dtype}{arr.shape} into {self.dtype}{self.shape}")
        self._view[...] = arr

    def item(self) -> Any:
        """The only element, as a Python number."""
        return self.get().item()

    def astype(
        self, dtype: Any, order: str = "K", casting: Any = None, *, copy: bool = True
    ) -> Any:
        """The elements in another dtype; itself where ``copy`` is false and it has that one."""
        if not copy and self.dtype == np.dtype(dtype):
            return self
        return computed(lambda view: view.astype(dtype, order=order), self)

    def copy(self, order: str = "C") -> "ndarray":
        """The same elements in memory of their own."""
        return computed(lambda view: view.copy(order=order), self)

    def fill(self, value: Any) -> None:
        """Write one number everywhere; CuPy reads that of a device array on the host."""
        if isinstance(value, ndarray):
            driver().forbid("D2H")
        in_place(lambda view, number: view.fill(number), self, value)

    def reshape(self, *shape: Any, order: str = "C") -> "ndarray":
        """The same elements in another shape; a view where the strides allow it."""
        return computed(lambda view: view.reshape(*shape, order=order), self)

    def transpose(self, *axes: Any) -> "ndarray":
        """A view with its axes exchanged."""
        return computed(lambda view: view.transpose(*axes), self)

    def ravel(self, order: str = "C") -> "ndarray":
        """One axis."""
        return computed(lambda view: view.ravel(order=order), self)

    def view(self, dtype: Any = None) -> "ndarray":
        """The same memory, read as another dtype."""
        return computed(lambda view: view.view(dtype or view.dtype), self)

    def conj(self) -> "ndarray":
        """Complex conjugates."""
        return computed(np.conjugate, self)
