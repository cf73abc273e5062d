"""What a kernel is started with, checked against its parameters and laid out in memory."""

import ctypes
from functools import cache
from itertools import accumulate
from struct import pack
from typing import Any, NamedTuple

import numpy as np

from .faults import DeviceFault

TAKEN = {"p8": ("u8", "i8"), "u1": ("u1", "b1"), "b1": ("b1", "u1")}  # besides the same type
WORDS = {"q": np.int64, "d": np.float64}  # arguments of struct.pack's letters
CELL = 16  # bytes that an argument's address is a multiple of


class Function(NamedTuple):
    """A compiled kernel: its name, its entry and what its parameters are."""

    name: str
    entry: Any
    parameters: tuple[str, ...]
    static_shared: int


class Pointer(NamedTuple):
    """A device array as an argument: its address and the extent that must be live."""

    address: int
    nbytes: int

    def __bytes__(self) -> bytes:
        return self.address.to_bytes(8, "little")

    def check(self, name: str, memory: Any) -> None:
        """DeviceFault unless the array is live device memory."""
        if self.nbytes and not memory.holds(self.address, 1):
            raise DeviceFault(f"{name}: an argument points {memory.where(self.address)}")


def unpacked(form: str, values: tuple, arrays: tuple, struct: bytes, over: int) -> tuple:
    """The arguments that a prepared kernel is started with: see CudaDriver.prepared."""
    own, words = pack(form, *values), len(form) - over
    pointers = [_pointed(a, value) for a, value in zip(arrays, values, strict=False)]
    letters = [letter for letter in form[:words] if letter != "Q"]
    numbers = [WORDS[n](v) for n, v in zip(letters, values[len(arrays) : words], strict=True)]
    tail = [own[8 * words :] + struct[8 * over :]] if struct else []
    return (*pointers, *numbers, *tail)


def _pointed(array: Any, address: int) -> Any:
    """The array at an address; None for a null pointer, which stands for a number."""
    if not address and not hasattr(array, "dtype"):
        return None
    assert array.data.ptr == address
    return array


def in_memory(values: list) -> tuple[Any, Any]:
    """Memory with every argument, and the array of their addresses."""
    cells = [bytes(value) for value in values]
    cells = [cell.ljust(-(-len(cell) // CELL) * CELL) for cell in cells]
    memory = ctypes.create_string_buffer(b"".join(cells))
    places = accumulate(map(len, cells[:-1]), initial=ctypes.addressof(memory))
    return memory, (ctypes.c_void_p * len(values))(*places)


def marshalled(handle: Function, arguments: tuple) -> list:
    """Each argument as the bytes that its parameter takes; TypeError where it takes others."""
    if len(arguments) != len(handle.parameters):
        raise TypeError(
            f"{handle.name} takes {len(handle.parameters)} arguments, {len(arguments)} were given"
        )
    pairs = zip(arguments, handle.parameters, strict=True)
    return [_marshalled(handle.name, i, *pair) for i, pair in enumerate(pairs)]


def _marshalled(name: str, i: int, value: Any, parameter: str) -> Any:
    kind, wanted = parameter[0], parameter[1:]
    if kind == "p" and value is None:
        return Pointer(0, 0)
    if kind == "p" and hasattr(type(value), "__cuda_array_interface__"):
        if _code(value.dtype) in TAKEN.get(wanted, (wanted,)) or wanted[0] in "sx":
            return Pointer(value.data.ptr, value.nbytes)
    elif isinstance(value, bytes):
        if parameter == f"vs{len(value)}":
            return value
    elif kind == "v" and _by_value(value, wanted):
        return value.tobytes()
    given = f"{type(value).__module__}.{type(value).__name__}"
    given += f" of {value.dtype}" if hasattr(value, "dtype") else ""
    needs = "a device array of" if kind == "p" else "a NumPy scalar of"
    raise TypeError(f"{name}: argument {i} is {given}, the kernel takes {needs} {wanted}")


def _by_value(value: Any, wanted: str) -> bool:
    """Whether it is a typed scalar of that type, or a struct of that size: a 0-d NumPy array."""
    if isinstance(value, np.ndarray):
        return not value.ndim and value.dtype.fields is not None and wanted == f"s{value.nbytes}"
    return isinstance(value, np.generic) and _code(value.dtype) == wanted


@cache
def _code(dtype: np.dtype) -> str:
    """A dtype as headers/launch.hpp writes it: V2 is bfloat16."""
    letter = "V" if dtype.name == "bfloat16" else dtype.kind
    return f"{letter}{dtype.itemsize}"
