"""Methods of dtypes, devices, memory and copies."""

from typing import Any

from ..backend.dtypes import COMPLEX, FLOATS, as_dtype
from ..engine.cells import raw
from ..tensor import arguments, cell
from .both import both, method
from .creation import TYPED, Typed
from .tensor import Tensor, owned, sizes_of
from .views import viewed, whole


def _typed(given: Any) -> Any:
    """A dtype given as such, as a name, a class of Tensors, or another Tensor's."""
    if isinstance(given, Typed):
        return given.dtype
    if isinstance(given, str) and given.removeprefix("torch.") in TYPED:
        return TYPED[given.removeprefix("torch.")]
    return given


@method
def to(
    self: Any,
    *where: Any,
    device: Any = None,
    dtype: Any = None,
    non_blocking: bool = False,
    copy: bool = False,
    memory_format: Any = None,
) -> Any:
    """This Tensor on another device, in another dtype, or both; or as another Tensor is."""
    for one in where:
        if isinstance(one, cell.Tensor):
            device, dtype = one.device, one.dtype
        elif one is not None and not isinstance(one, bool):  # a bool is non_blocking
            place, kind = arguments.destination(one, None)
            device, dtype = place or device, kind or dtype
    x = self if dtype is None else arguments.astype(self, dtype, copy=False)
    x = x if device is None else arguments.to_device(x, device)
    return x.clone() if copy and x is self else x


@method
def type(self: Any, dtype: Any = None, non_blocking: bool = False) -> Any:
    """The name of this kind of Tensor, or this Tensor in another dtype."""
    if dtype is None:
        names = {as_dtype(kind): name for name, kind in TYPED.items()}
        where = "cuda." if self.device.type == "cuda" else ""
        return f"torch.{where}{names.get(self.dtype, self.dtype)}"
    return arguments.astype(self, _typed(dtype), copy=False)


@method
def type_as(self: Any, other: Any) -> Any:
    """This Tensor in the dtype of another."""
    return arguments.astype(self, other.dtype, copy=False)


def _as(name: str, dtype: str) -> None:
    def convert(self: Any, memory_format: Any = None) -> Any:
        """This Tensor in the dtype of the name."""
        return arguments.astype(self, dtype, copy=False)

    convert.__name__ = convert.__qualname__ = name
    method(convert)


for _name, _dtype in {
    "float": "float32",
    "double": "float64",
    "half": "float16",
    "bfloat16": "bfloat16",
    "long": "int64",
    "int": "int32",
    "short": "int16",
    "char": "int8",
    "byte": "uint8",
    "bool": "bool",
    "cfloat": "complex64",
    "cdouble": "complex128",
}.items():
    _as(_name, _dtype)


@method
def cpu(self: Any) -> Any:
    """This Tensor on the host."""
    return arguments.to_device(self, "cpu")


@method
def cuda(self: Any, device: Any = None, non_blocking: bool = False) -> Any:
    """This Tensor on a GPU."""
    return arguments.to_device(self, "cuda" if device is None else device)


def _itself(name: str) -> None:
    def stay(self: Any, *arguments: Any, **settings: Any) -> Any:
        """This Tensor itself: there is no such difference here."""
        return self

    stay.__name__ = stay.__qualname__ = name
    method(stay)


for _name in ("contiguous", "pin_memory", "coalesce", "resolve_conj", "resolve_neg"):
    _itself(_name)


@method
def is_contiguous(self: Any, memory_format: Any = None) -> bool:
    """True: how the elements lie does not matter."""
    return True


@method
def is_pinned(self: Any) -> bool:
    """False: the memory of the host is not pinned."""
    return False


@method
def stride(self: Any, dim: int | None = None) -> Any:
    """Steps from element to element along each axis, if these lay row by row."""
    steps, step = [], 1
    for n in reversed(self.shape):
        steps.append(step)
        step *= n
    found = tuple(reversed(steps))
    return found if dim is None else found[dim]


@method
def storage_offset(self: Any) -> int:
    """0: each Tensor has elements of its own."""
    return 0


@both
def numel(input: Any) -> int:
    """Number of elements."""
    return int(input.size)


@method
def nelement(self: Any) -> int:
    """Number of elements."""
    return int(self.size)


@method
def dim(self: Any) -> int:
    """Number of axes."""
    return len(self.shape)


ndimension = dim
Tensor.ndimension = dim  # type: ignore[attr-defined]


@method
def element_size(self: Any) -> int:
    """Bytes of an element."""
    return self.dtype.itemsize


@method
def get_device(self: Any) -> int:
    """The number of the GPU; -1 on the host."""
    return -1 if self.device.type == "cpu" else self.device.index or 0


@both
def is_floating_point(input: Any) -> bool:
    """Whether the elements are floats."""
    return input.dtype in FLOATS


@both
def is_complex(input: Any) -> bool:
    """Whether the elements are complex numbers."""
    return input.dtype in COMPLEX


@both
def clone(input: Any, *, memory_format: Any = None) -> Any:
    """The same values in an array of their own; gradients pass through."""
    return arguments.astype(input, input.dtype)


@method
def detach(self: Any) -> Any:
    """This Tensor without a history; what is written into it is written into this one."""
    return viewed(self, owned(cell.Tensor.detach(self)), whole, free=True)


def _data(self: Any) -> Any:
    """This Tensor without a history, as ``detach()``; setting it gives other elements."""
    return detach(self)


def _set_data(self: Any, value: Any) -> None:
    self.write(raw(value))


Tensor.data = property(_data, _set_data)  # type: ignore[assignment]


for _name in ("is_sparse", "is_sparse_csr", "is_quantized", "is_mps", "is_meta", "is_xpu"):
    setattr(Tensor, _name, False)  # kinds of Tensors that are not here
Tensor.is_cpu = property(lambda self: self.device.type == "cpu")  # type: ignore[attr-defined]
Tensor.H = Tensor.mH = property(lambda self: self.mT.conj())  # type: ignore[attr-defined]
Tensor.layout = "strided"  # type: ignore[attr-defined]
Tensor.name = None  # type: ignore[attr-defined]
Tensor.names = property(lambda self: (None,) * self.ndim)  # type: ignore[attr-defined]


@method
def sum_to_size(self: Any, *size: Any) -> Any:
    """Summed over the axes that were repeated, to ``size``."""
    shape = sizes_of(size)
    x = self.sum(tuple(range(self.ndim - len(shape)))) if self.ndim > len(shape) else self
    axes = tuple(i for i, n in enumerate(shape) if n == 1 and x.shape[i] != 1)
    return x.sum(axes, keepdim=True) if axes else x


@method
def numpy(self: Any, *, force: bool = False) -> Any:
    """The values as a NumPy array; force: also of what records, or is on a GPU."""
    if not force and self.device.type != "cpu":
        raise TypeError(f"numpy: this tensor is on {self.device}; write .cpu().numpy()")
    return cell.Tensor.numpy(detach(self) if force else self)


@method
def apply_(self: Any, function: Any) -> Any:
    """Change each element by a function of numbers, in Python, one after the other."""
    flat = [function(x) for x in detach(self).reshape(-1).tolist()]
    return self._become(owned(cell.tensor(flat, dtype=self.dtype)).reshape(self.shape))
