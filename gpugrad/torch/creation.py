"""New Tensors, with torch's dtypes: numbers are float32 or int64, arrays keep their own."""

from collections.abc import Callable
from typing import Any

from .. import numpy as gnp
from ..api import creation as make
from ..api import functions as gg
from ..backend.dtypes import as_dtype, default_float
from ..tensor import cell
from .both import method
from .tensor import Made, owned, plain, sizes_of

# fmt: off
__all__ = [
    "BFloat16Tensor", "BoolTensor", "ByteTensor", "CharTensor", "DoubleTensor", "FloatTensor",
    "HalfTensor", "IntTensor", "LongTensor", "ShortTensor", "arange", "as_tensor", "asarray",
    "complex", "empty", "empty_like", "eye", "from_dlpack", "from_numpy", "full", "full_like",
    "is_tensor", "linspace", "logspace", "ones", "ones_like", "polar", "range", "scalar_tensor",
    "tensor", "tril_indices", "triu_indices", "view_as_complex", "view_as_real", "zeros",
    "zeros_like",
]
# fmt: on


def _finished(x: Any, requires_grad: bool) -> Any:
    y = owned(x)
    return y.requires_grad_() if requires_grad else y


def tensor(
    data: Any,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    pin_memory: bool = False,
) -> Any:
    """A Tensor with a copy of numbers, lists or an array."""
    if isinstance(data, list | tuple) and _holds_tensors(data):
        data = plain(data)
    made = Made(cell.tensor(data, dtype=dtype, device=device).held)
    return made.requires_grad_() if requires_grad else made


def _holds_tensors(data: Any) -> bool:
    return any(
        _holds_tensors(x) if isinstance(x, list | tuple) else hasattr(x, "held") for x in data
    )


def as_tensor(data: Any, dtype: Any = None, device: Any = None) -> Any:
    """``data`` as a Tensor, without a copy where dtype and device fit."""
    return owned(make.asarray(data, dtype=dtype, device=device))


asarray = as_tensor


def from_numpy(ndarray: Any) -> Any:
    """An array of NumPy as a Tensor; what is written into the Tensor does not reach the array."""
    return owned(make.asarray(ndarray))


def from_dlpack(ext_tensor: Any) -> Any:
    """An array of another library as a Tensor."""
    return owned(make.from_dlpack(ext_tensor))


def _of_sizes(name: str, function: Callable) -> Callable[..., Any]:
    def filled(
        *size: Any,
        out: Any = None,
        dtype: Any = None,
        layout: Any = None,
        device: Any = None,
        requires_grad: bool = False,
        pin_memory: bool = False,
    ) -> Any:
        """A new Tensor; the lengths one by one or as one sequence."""
        shape = size or ((),)
        return _finished(function(sizes_of(shape), dtype=dtype, device=device), requires_grad)

    filled.__name__ = filled.__qualname__ = name
    return filled


zeros, ones, empty = (
    _of_sizes("zeros", make.zeros),
    _of_sizes("ones", make.ones),
    _of_sizes("empty", make.empty),
)


def full(
    size: Any,
    fill_value: Any,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Any:
    """A Tensor of one number everywhere."""
    return _finished(
        make.full(tuple(size), plain(fill_value), dtype=dtype, device=device), requires_grad
    )


def _alike(name: str, function: Callable) -> Callable[..., Any]:
    def like(
        input: Any,
        *values: Any,
        dtype: Any = None,
        layout: Any = None,
        device: Any = None,
        requires_grad: bool = False,
        memory_format: Any = None,
    ) -> Any:
        """A new Tensor in the shape and dtype, and on the device, of another."""
        made = function(input, *map(plain, values), dtype=dtype, device=device)
        return _finished(made, requires_grad)

    like.__name__ = like.__qualname__ = name
    return like


zeros_like, ones_like = _alike("zeros_like", make.zeros_like), _alike("ones_like", make.ones_like)
empty_like, full_like = _alike("empty_like", make.empty_like), _alike("full_like", make.full_like)


def _new(name: str, function: Callable) -> None:
    def new(
        self: Any, *size: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False
    ) -> Any:
        """A new Tensor of this dtype, on this device."""
        return function(
            *size,
            dtype=dtype or self.dtype,
            device=device or self.device,
            requires_grad=requires_grad,
        )

    new.__name__ = new.__qualname__ = name
    method(new)


_new("new_zeros", zeros)
_new("new_ones", ones)
_new("new_empty", empty)
_new("new_full", full)
_new("new_tensor", tensor)


def arange(
    start: Any,
    end: Any = None,
    step: Any = 1,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Any:
    """Numbers from ``start``, or 0, up to ``end``, which is left out."""
    begin, stop = (0, start) if end is None else (start, end)
    numbers = tuple(map(plain, (begin, stop, step)))
    return _finished(make.arange(*numbers, dtype=dtype, device=device), requires_grad)


def linspace(
    start: Any,
    end: Any,
    steps: int,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Any:
    """``steps`` numbers at equal distances from ``start`` to ``end``, both included."""
    made = make.linspace(plain(start), plain(end), steps, dtype=dtype, device=device)
    return _finished(made, requires_grad)


def scalar_tensor(s: Any, *, dtype: Any = None, device: Any = None) -> Any:
    """A Tensor of one number."""
    return tensor(s, dtype=dtype or default_float(), device=device)


def range(start: Any, end: Any, step: Any = 1, *, dtype: Any = None) -> Any:
    """Numbers from ``start`` to ``end``, which is included; arange leaves it out."""
    return arange(start, end + step / 2, step, dtype=dtype or default_float())


def logspace(
    start: Any, end: Any, steps: int, base: float = 10.0, *, dtype: Any = None, device: Any = None
) -> Any:
    """``base`` to the power of ``steps`` numbers at equal distances."""
    powers = linspace(start, end, steps, dtype="float64", device=device)
    return (base**powers).astype(dtype or default_float())


def eye(
    n: int,
    m: int | None = None,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Any:
    """Ones on the diagonal, zeros elsewhere."""
    return _finished(make.eye(n, m, dtype=dtype, device=device), requires_grad)


def tril_indices(
    row: int, col: int, offset: int = 0, *, dtype: Any = "int64", device: Any = None
) -> Any:
    """Rows and columns of the lower triangle, in two rows."""
    return as_tensor(gnp.stack(gnp.tril_indices(row, offset, col)), dtype, device)


def triu_indices(
    row: int, col: int, offset: int = 0, *, dtype: Any = "int64", device: Any = None
) -> Any:
    """Rows and columns of the upper triangle, in two rows."""
    return as_tensor(gnp.stack(gnp.triu_indices(row, offset, col)), dtype, device)


def complex(real: Any, imag: Any) -> Any:
    """Complex numbers of real and imaginary parts."""
    return real + 1j * imag


def polar(abs: Any, angle: Any) -> Any:
    """Complex numbers of magnitudes and angles."""
    return complex(abs * gnp.cos(angle), abs * gnp.sin(angle))


def view_as_real(input: Any) -> Any:
    """Real and imaginary parts as a last axis."""
    return gg.stack([gg.real(input), gg.imag(input)], axis=-1)


def view_as_complex(input: Any) -> Any:
    """Complex numbers of pairs, the last axis."""
    return complex(input[..., 0], input[..., 1])


def is_tensor(obj: Any) -> bool:
    """Whether ``obj`` is a Tensor."""
    return isinstance(obj, cell.Tensor)


class Typed:
    """``FloatTensor`` and its like: makes Tensors of one dtype, and names it."""

    def __init__(self, name: str, dtype: str) -> None:
        self.name, self.dtype = name, as_dtype(dtype)

    def __call__(self, *data: Any) -> Any:
        if len(data) == 1 and not isinstance(data[0], int):
            return tensor(data[0], dtype=self.dtype)
        return empty(*data, dtype=self.dtype)

    def __repr__(self) -> str:
        return f"torch.{self.name}"


TYPED = {
    "FloatTensor": "float32",
    "DoubleTensor": "float64",
    "HalfTensor": "float16",
    "BFloat16Tensor": "bfloat16",
    "LongTensor": "int64",
    "IntTensor": "int32",
    "ShortTensor": "int16",
    "CharTensor": "int8",
    "ByteTensor": "uint8",
    "BoolTensor": "bool",
}
FloatTensor, DoubleTensor, HalfTensor, BFloat16Tensor = (
    Typed(name, TYPED[name])
    for name in ("FloatTensor", "DoubleTensor", "HalfTensor", "BFloat16Tensor")
)
LongTensor, IntTensor, ShortTensor = (
    Typed(name, TYPED[name]) for name in ("LongTensor", "IntTensor", "ShortTensor")
)
CharTensor, ByteTensor, BoolTensor = (
    Typed(name, TYPED[name]) for name in ("CharTensor", "ByteTensor", "BoolTensor")
)
