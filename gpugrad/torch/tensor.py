"""Tensor: gpugrad's, whose methods mean what torch's mean and whose results are of its kind."""

from collections.abc import Callable, Sequence
from functools import cache
from math import prod
from typing import Any

from ..api import creation
from ..backend.select import BACKENDS, backend_of
from ..engine.cells import BOXES, Cell, raw
from ..ops.declare import Op
from ..tensor import cell
from ..tensor.conversion import Conversion
from .devices import device


class Size(tuple):
    """The lengths of the axes, a tuple."""

    __slots__ = ()

    def numel(self) -> int:
        """Number of elements."""
        return prod(self)

    def __getitem__(self, index: Any) -> Any:
        found = tuple.__getitem__(self, index)
        return Size(found) if isinstance(index, slice) else found

    def __add__(self, other: Any) -> "Size":  # type: ignore[override]
        return Size(tuple.__add__(self, tuple(other)))

    def __repr__(self) -> str:
        return f"torch.Size({list(self)})"


class Count(int):
    """The number of elements, as NumPy's ``x.size``; called, torch's ``x.size()``."""

    shape: tuple[int, ...]

    def __call__(self, dim: int | None = None) -> Any:
        """All lengths, or that of the axis ``dim``."""
        return Size(self.shape) if dim is None else self.shape[dim]


KIND = {"b": 0, "u": 1, "i": 1, "f": 2, "V": 2, "c": 3}  # bfloat16's letter is V


def _brought(op: Op, values: tuple, needs: tuple) -> tuple:
    """``values`` with numbers (arrays without axes) in the dtype of the arrays beside them, if it
    is of their kind or a higher one: a float64 number makes no float32 array wider, as in torch.

    A number that wants a gradient stays as it is.
    """
    if len({x.dtype for x in values if hasattr(x, "dtype")}) < 2:
        return values
    kinds = [x.dtype for x in values if getattr(x, "ndim", 0)]
    if not kinds or len(kinds) == len(values):
        return values
    wide = max(kinds, key=lambda dtype: KIND[dtype.kind])
    return tuple(
        _cast(x, wide) if _gives_way(x, wide) and op.takes_part(i) and not needs[i] else x
        for i, x in enumerate(values)
    )


def _gives_way(x: Any, dtype: Any) -> bool:
    own = getattr(x, "dtype", None)
    return own is not None and own != dtype and not x.ndim and KIND[own.kind] <= KIND[dtype.kind]


def _cast(x: Any, dtype: Any) -> Any:
    return backend_of(x).xp.astype(x, dtype=dtype)


class Tensor(cell.Tensor):
    """Tensor with torch's methods: ``Tensor(2, 3)`` is empty, ``Tensor([1.0])`` holds numbers.

    Both are of float32; ``gpugrad.torch.tensor`` finds a dtype.  What is computed from one has the
    same methods, and each of these is a function of gpugrad.torch too, unless it writes in place.
    """

    __slots__ = ()
    results: "type[Made]"
    brought = staticmethod(_brought)

    def __init__(self, *data: Any, device: Any = None) -> None:
        whole = data[0] if len(data) == 1 and not isinstance(data[0], int) else None
        if isinstance(whole, Size) or whole is None:
            made = creation.empty(tuple(whole or data), dtype="float32", device=device)
        else:
            made = cell.tensor(whole, dtype="float32", device=device)
        Cell.__init__(self, made.held)

    # what it is

    @property
    def shape(self) -> Size:
        """Lengths of the axes."""
        return Size(getattr(self.held, "shape", ()))

    @property
    def size(self) -> Count:  # type: ignore[override]
        """Number of elements; called, the lengths: ``x.size()``, ``x.size(0)``."""
        shape = tuple(self.shape)
        made = Count(prod(shape))
        made.shape = shape
        return made

    @property
    def device(self) -> device:
        """Device that holds the elements."""
        return device(Conversion.device.fget(self))  # type: ignore[attr-defined]

    @property
    def is_cuda(self) -> bool:
        """Whether the elements are on a GPU."""
        return self.device.type == "cuda"

    @property
    def itemsize(self) -> int:
        """Bytes of an element."""
        return self.dtype.itemsize

    # gradients

    @property
    def grad(self) -> Any:
        """What ``backward`` has added up for this leaf; None before the first."""
        found = getattr(self, "_grad", None)
        if type(found) is cell.Tensor:
            found.__class__ = Made  # made by the walk, which knows nothing of this class
        return found

    @grad.setter
    def grad(self, value: Any) -> None:
        cell.Tensor.grad.fset(self, value)  # type: ignore[attr-defined]

    def backward(  # type: ignore[override]
        self,
        gradient: Any = None,
        retain_graph: bool | None = None,
        create_graph: bool = False,
        inputs: Any = None,
    ) -> None:
        """Add the gradient of this Tensor to ``.grad`` of every leaf that it was computed from."""
        if inputs is not None:
            raise TypeError("backward: inputs= is not here; use torch.autograd.grad(loss, inputs)")
        super().backward(gradient, retain_graph=retain_graph, create_graph=create_graph)

    def register_hook(self, hook: Callable) -> "Handle":  # type: ignore[override]
        """Call ``hook(gradient)`` when the gradient of this Tensor is complete."""
        return Handle(super().register_hook(lambda g: hook(owned(g))))

    def requires_grad_(self, requires_grad: bool = True) -> Any:
        """Make this a leaf that requires a gradient, or no longer; returns itself."""
        return super().requires_grad_(requires_grad)

    def retain_grad(self) -> None:
        """Keep the gradient of this computed Tensor in ``.grad``."""
        if not self.is_leaf:
            self.register_hook(lambda g: setattr(self, "_grad", g))

    # a cell

    def _become(self, new: Any) -> Any:
        """See gpugrad's Tensor; a result of another dtype is cast if torch would cast it."""
        if new.dtype != self.dtype and KIND[new.dtype.kind] <= KIND[self.dtype.kind]:
            new = new.astype(self.dtype)
        elif new.dtype != self.dtype:
            raise RuntimeError(
                f"in place: result type {new.dtype} can't be cast to the {self.dtype} of the "
                "tensor; write x = x + y"
            )
        return super()._become(new)

    def __repr__(self) -> str:
        text = super().__repr__()
        for usual in ("dtype=float32", "dtype=int64", "dtype=bool", "device=cpu"):
            text = text.replace(f", {usual},", ",").replace(f", {usual})", ")")
        return text


class Made(Tensor, closed=True):
    """Tensor as operations make it."""

    __slots__ = ()
    __init__ = Cell.__init__  # type: ignore[assignment]


def _boxes(kind: type) -> type:
    """The class of boxes of a transform that have torch's methods."""
    own = {name: vars(Tensor)[name] for name in ("size", "to", "device")}
    shape = property(lambda self: Size(kind.shape.fget(self)))  # type: ignore[attr-defined]
    made = type(kind.__name__, (kind, Tensor), {"__slots__": (), **own, "shape": shape})
    if hasattr(kind, "alike"):
        made.alike = made  # type: ignore[attr-defined]
    return made


Tensor.results, Tensor.boxes = Made, staticmethod(cache(_boxes))
Made.__name__ = "Tensor"  # as type(x).__name__ is in torch


class Handle:
    """What a hook is taken away by."""

    def __init__(self, remove: Callable[[], None]) -> None:
        self.remove = remove


def owned(x: Any) -> Any:
    """A new Tensor of gpugrad's, or an array, as one of torch's; a transform's box stays."""
    if isinstance(x, cell.Tensor):
        return x if isinstance(x, Tensor) or type(x) in BOXES else Made(x.held, x.node)
    return Made(x) if type(x) in BACKENDS else x


def plain(x: Any) -> Any:
    """Sizes, indices or numbers given as Tensors as Python's own."""
    if isinstance(x, Cell):
        return cell.Tensor.tolist(x)  # type: ignore[arg-type]
    return type(x)(map(plain, x)) if type(x) in (list, tuple) else x


def sizes_of(sizes: Sequence) -> tuple:
    """Lengths given one by one or as one sequence."""
    whole = sizes[0] if len(sizes) == 1 and isinstance(sizes[0], tuple | list) else sizes
    return tuple([raw(n).item() if isinstance(n, Cell) else n for n in whole])
