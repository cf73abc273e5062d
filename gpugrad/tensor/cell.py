"""Tensor: an array that remembers how it was computed."""

from collections.abc import Callable
from typing import Any
from warnings import warn

from ..backend.dtypes import (
    DTYPE_CLASSES,
    INEXACT,
    as_dtype,
    complex128,
    default_float,
    float64,
)
from ..backend.select import BACKENDS, HOST, backend_of, holder
from ..backend.select import backend as named_backend
from ..engine.backward import backward, register_hook
from ..engine.cells import Cell, cell, raw, register, sequence
from ..engine.levels import recording
from ..engine.tape import Leaf, Node
from .absent import Others
from .conversion import GIVE_NUMBERS, Conversion, check_numbers
from .methods import Methods
from .protocols import Protocols


def tensor(
    data: Any, *, dtype: Any = None, device: str | int | None = None, requires_grad: bool = False
) -> "Tensor":
    """New Tensor with a copy of ``data``: numbers, nested sequences, an array or a Tensor.

        print(gg.tensor([[1, 2], [3, 4]]).shape, gg.tensor([1.0]).dtype)  # (2, 2) float32

    dtype: an array keeps its own; Python floats become the default float, and integers int64.
    device: the default device, except that an array on a GPU stays there.
    requires_grad: make it a leaf.  Data without numbers, such as strings, raise TypeError.
    """
    if isinstance(data, Tensor):
        data = data.detach().held
    made = sequence(lambda values: _made(values, dtype, device), data)
    return made.requires_grad_() if requires_grad else made


def _made(data: Any, dtype: Any, device: str | int | None) -> "Tensor":
    check_numbers("tensor", data, cast=dtype is not None)
    home = holder(data)
    target = named_backend(device) if device is not None or home in (None, HOST) else home
    wanted = as_dtype(dtype) if dtype is not None else _dtype_of(data)
    if home not in (None, target):
        data = home.to_host(data)
    return Tensor(target.asarray(data, dtype=wanted, copy=True))


def _dtype_of(data: Any) -> Any:
    """The dtype that ``data`` gets: an array's own; Python floats are the default float."""
    if type(data) is float:
        return default_float()
    array = data if type(data) in BACKENDS else HOST.asarray(data)
    found = getattr(array, "dtype", None)
    if type(found) not in DTYPE_CLASSES:
        if beyond := [n for n in getattr(array, "flat", (array,)) if type(n) is int]:
            largest = max(beyond, key=abs)
            raise OverflowError(
                f"tensor: {largest} is beyond every dtype of integers; give a float"
            )
        what = type(data).__name__ + (f" of {found}" if found is not None else "")
        raise TypeError(f"tensor: {what}; {GIVE_NUMBERS}")
    if type(data) in BACKENDS:
        return as_dtype(found)
    if found in (float64, complex128) and not _holds_array(data):
        return default_float() if found == float64 else as_dtype(complex)
    return found


def _holds_array(data: Any) -> bool:
    while isinstance(data, list | tuple) and data:
        data = data[0]
    return type(data) in BACKENDS


for _part in (Methods, Conversion, Protocols):  # Python names them in errors
    for _name, _method in vars(_part).items():
        if getattr(_method, "__qualname__", "").startswith(f"{_part.__name__}."):
            _method.__qualname__ = f"Tensor.{_name}"


class Tensor(Methods, Conversion, Protocols, Others, Cell):
    """Array that remembers how it was computed.

    ``x.data`` is the array, ``x.shape``, ``x.dtype`` and ``x.device`` describe it, and ``x.grad``
    is what ``backward`` added up for a leaf.  ``gg.tensor`` makes one from numbers.  An array is
    never changed: ``x += y`` and ``x[i] = v`` give x a new one, so earlier results stay right.
    """

    __slots__ = ()
    __hash__ = object.__hash__  # __eq__ compares elements

    def __init_subclass__(cls, closed: bool = False, box: bool = False, **more: Any) -> None:
        """A subclass is applied to operations as a Tensor is.

        closed: operations on it give instances of it, made by ``cls(array, node)``.
        box: it belongs to a transform, which applies operations to it itself.
        """
        super().__init_subclass__(**more)
        if not box:
            register(cls, closed)

    # gradients

    @property
    def requires_grad(self) -> bool:
        """True if ``backward`` carries a gradient to or through this Tensor."""
        return self.node is not None

    @requires_grad.setter
    def requires_grad(self, wanted: bool) -> None:
        self.requires_grad_(wanted)

    def requires_grad_(self, wanted: bool = True) -> "Tensor":
        """Make this a leaf that requires a gradient, or no longer; returns itself."""
        if not self.is_leaf and not wanted:
            raise RuntimeError("requires_grad: a computed tensor cannot forget; use .detach()")
        if wanted and self.dtype not in INEXACT:
            raise TypeError(
                f"requires_grad: a tensor of dtype {self.dtype} has no gradient; "
                "make it a float, for example .astype(gg.float32)"
            )
        if wanted != self.requires_grad:
            self.node = Leaf(self) if wanted else None
        return self

    @property
    def is_leaf(self) -> bool:
        """Whether nobody computed this Tensor: gradients end here."""
        return not isinstance(self.node, Node)

    @property
    def grad_fn(self) -> Node | None:
        """The node of the operation that made this Tensor."""
        return self.node if isinstance(self.node, Node) else None

    @property
    def grad(self) -> "Tensor | None":
        """What ``backward`` has added up for this leaf; None before the first.

        A Tensor that was computed has none, and warns, as torch's does.
        """
        found = getattr(self, "_grad", None)
        if found is None and type(self.node) is Node:
            warn(
                f"grad: None, since a tensor computed by {self.node.name} keeps no gradient; "
                "x.register_hook(print) shows it, and gg.grad computes it",
                stacklevel=2,
            )
        return found

    @grad.setter
    def grad(self, value: "Tensor | None") -> None:
        if value is not None and not isinstance(value, Tensor):
            raise TypeError(f"grad: {type(value).__name__}; give a Tensor, or None for no gradient")
        for what in ("shape", "dtype", "device"):
            if value is not None and (given := getattr(value, what)) != (
                own := getattr(self, what)
            ):
                raise ValueError(f"grad: {what} {given} given to a tensor of {what} {own}")
        self._grad = value

    def detach(self) -> "Tensor":
        """The same array without a history, outside of all transforms."""
        return cell(raw(self))

    def backward(
        self,
        gradient: Any = None,
        *,
        retain_graph: bool | None = None,
        create_graph: bool = False,
    ) -> None:
        """Add the gradient of this Tensor to ``.grad`` of every leaf that it was computed from.

        gradient: d(result)/d(self) in the shape of self; 1 if self has one element.
        retain_graph: keep the graph for another backward; default: only with create_graph.
        create_graph: record the backward too, so that gradients can be differentiated.
        RuntimeError without a graph or through one that was released.
        """
        backward(self, gradient, retain_graph, create_graph)

    def register_hook(self, hook: Callable[["Tensor"], "Tensor | None"]) -> Callable[[], None]:
        """Call ``hook(gradient)`` when this Tensor's gradient is complete; a Tensor that it
        returns takes the gradient's place.  Returns a function that removes the hook."""
        return register_hook(self, hook)

    def __reduce__(self) -> tuple:
        """Copies and pickles hold the values, their device and whether a gradient is wanted; no
        gradient."""
        if self.level or not self.is_leaf:
            raise RuntimeError("copy: this tensor was computed; copy .detach(), or .clone() it")
        home = backend_of(self.held)
        values = self.held if home is HOST else home.to_host(self.held)
        return _restored, (type(self), values, home.name, self.requires_grad)

    # a cell

    def _become(self, new: "Tensor") -> "Tensor":
        """Take the array and the node of ``new``; what was saved of the old ones stays."""
        old, made = self.held, new.held
        plain = type(new) is type(self) is Tensor and type(self.node) is not Leaf
        plain = plain and type(made) is type(old)
        if plain and made.dtype is old.dtype and made.shape == old.shape:
            self.write(made, new.node)
            return self
        if new.level > self.level:
            return new  # the name is bound to the value that belongs to the transform
        if new.shape != self.shape:
            raise ValueError(f"in place: a result of shape {new.shape} into one of {self.shape}")
        if isinstance(self.node, Leaf) and not self.level:  # within grad, an argument may change
            if recording():
                raise RuntimeError(
                    "in place: this leaf requires grad, changing it would lose its gradient; "
                    "write x = x + y, or change it under gg.no_grad()"
                )
            new = Tensor(new.held, self.node)
        if new.dtype != self.dtype:
            raise TypeError(f"in place: a {new.dtype} result does not fit into {self.dtype}")
        self._take(new)
        return self

    def _take(self, new: "Tensor") -> None:
        """Hold what ``new``, a value of the same level, holds."""
        self.write(new.held, new.node)


def _restored(kind: type[Tensor], values: Any, device: str, requires_grad: bool) -> Tensor:
    """A leaf of class ``kind`` on the device where it was, without calling its constructor."""
    home = named_backend(device)
    made = kind.__new__(kind)
    Tensor.__init__(made, values if home is HOST else home.asarray(values))
    return made.requires_grad_(requires_grad)


register(Tensor, closed=True)
Cell.results = Tensor
