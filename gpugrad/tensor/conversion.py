"""What a Tensor says of its array and how the array leaves it."""

from typing import Any

from ..backend.dtypes import BY_NAME, DTYPE_CLASSES
from ..backend.host.backend import check_no_mask
from ..backend.select import BACKENDS, HOST
from ..engine.cells import home_of, host_values
from .askers import way_around_scipy

GIVE_NUMBERS = f"give numbers, nested sequences of them, or an array of {', '.join(BY_NAME)}"


def check_numbers(name: str, data: Any, cast: bool = False) -> None:
    """TypeError, naming ``name``, for an array of text, dates, records or objects, or a masked one.

    cast: other numbers than ours, NumPy's long doubles, are taken: they are converted.
    """
    check_no_mask(data)
    dtype = data.dtype if type(data) in BACKENDS else None
    if dtype is None or type(dtype) in DTYPE_CLASSES or (cast and dtype.kind in "biufc"):
        return
    raise TypeError(f"{name}: {type(data).__name__} of {dtype}; {GIVE_NUMBERS}")


class Conversion:
    """Attributes and conversions that need only what a cell holds."""

    __slots__ = ()
    held: Any
    node: Any
    level: int

    def _host(self) -> Any:
        """The values on the host; under a box of vmap there are several, and it refuses."""
        data = self.held
        return data._host() if isinstance(data, Conversion) else host_values(data)

    @property
    def data(self) -> Any:
        """The raw array, of NumPy or CuPy: read it, but do not write it.

        Setting it gives this Tensor another array; what was computed before keeps the old one.
        """
        return self.held

    @data.setter
    def data(self, array: Any) -> None:
        self.write(array)  # type: ignore[attr-defined]

    @property
    def shape(self) -> tuple[int, ...]:
        """Lengths of the axes."""
        return getattr(self.held, "shape", ())

    @property
    def dtype(self) -> Any:
        """Element type, a NumPy dtype; of a Python number, float64."""
        return getattr(self.held, "dtype", None) or HOST.asarray(self.held).dtype

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """Number of elements (an attribute, as NumPy's)."""
        return getattr(self.held, "size", 1)

    @property
    def nbytes(self) -> int:
        """Bytes that the elements take."""
        return self.size * self.dtype.itemsize

    @property
    def device(self) -> str:
        """Name of the device that holds the array: cpu, cuda:0, simulated."""
        return home_of(self).name

    def numpy(self) -> Any:
        """The values as a NumPy array on the host; RuntimeError if a gradient would be lost."""
        if self.node is not None or self.level:
            what = "belongs to a transform (grad, jvp, vmap)" if self.level else "requires grad"
            way = way_around_scipy() or "put several together by gg.stack or gpugrad.numpy.array"
            raise RuntimeError(
                f"numpy: this tensor {what} and NumPy would drop its derivative; {way}, or write "
                ".detach().numpy() to go on without"
            )
        return self._host()

    def item(self) -> Any:
        """The only element as a Python number; ValueError if there are more."""
        if self.size != 1:
            raise ValueError(
                f"item: a tensor of shape {self.shape} has {self.size} elements, not "
                "one; take one by its index, or .tolist()"
            )
        return self._host().item()

    def tolist(self) -> Any:
        """The elements as nested lists of Python numbers."""
        return self._host().tolist()

    def __float__(self) -> float:
        return float(self.item())

    def __int__(self) -> int:
        return int(self.item())

    def __complex__(self) -> complex:
        return complex(self.item())

    def __bool__(self) -> bool:
        if self.size != 1:
            raise ValueError(
                f"bool: a tensor of shape {self.shape} has {self.size} elements; take "
                ".any() or .all() of them"
            )
        return bool(self.item())

    def __index__(self) -> int:
        if self.dtype.kind not in "iu":
            raise TypeError(f"a tensor of dtype {self.dtype} cannot be an index")
        return int(self.item())

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("len() of a 0-d tensor")
        return self.shape[0]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        if self.device != HOST.name:
            raise TypeError(
                f"a tensor on {self.device} does not turn into a NumPy array unasked; "
                "write .numpy() to copy it to the host"
            )
        made = HOST.asarray(self.numpy(), dtype=dtype, copy=bool(copy))
        return HOST.exportable(made)  # of one number, a 0-d array

    @property
    def __cuda_array_interface__(self) -> dict[str, Any]:
        """How CuPy and others read a tensor on a GPU where it lies, as torch's: AttributeError on
        the host, RuntimeError where a derivative would be lost."""
        if self.device == HOST.name:
            raise AttributeError("__cuda_array_interface__: this tensor is on the host; move it")
        if self.node is not None or self.level:
            raise RuntimeError(
                "__cuda_array_interface__: this tensor requires grad, which the array would lose; "
                "give .detach()"
            )
        return self.held.__cuda_array_interface__

    def __dlpack__(self, **keywords: Any) -> Any:
        if self.node is not None or self.level:
            raise RuntimeError("DLPack: this tensor requires grad; export .detach()")
        return HOST.exportable(self.held).__dlpack__(**keywords)

    def __dlpack_device__(self) -> tuple[int, int]:
        return HOST.exportable(self.held).__dlpack_device__()

    def __repr__(self) -> str:
        values = HOST.text(host_values(self))
        node = f", grad_fn={self.node}" if self.node is not None and self.node.order else ""
        leaf = ", requires_grad=True" if self.node is not None and not node else ""
        return f"tensor({values}, dtype={self.dtype}, device={self.device}{node}{leaf})"

    def __format__(self, spec: str) -> str:
        return format(self.item(), spec) if spec else repr(self)
