"""Noted: the array of a recording, which computes and notes what is done to it."""

import operator
from collections.abc import Callable
from typing import Any

from ..engine.cells import Cell
from .graph import Constant, Value

# What arrays do themselves, by the name of the operation that it is, or by a name of its own.
OPERATORS: dict[str, Callable[..., Any]] = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "divide": operator.truediv,
    "floor_divide": operator.floordiv,
    "remainder": operator.mod,
    "raised": operator.pow,
    "bitwise_and": operator.and_,
    "bitwise_or": operator.or_,
    "bitwise_xor": operator.xor,
    "less": operator.lt,
    "less_equal": operator.le,
    "greater": operator.gt,
    "greater_equal": operator.ge,
    "equal": operator.eq,
    "not_equal": operator.ne,
    "negative": operator.neg,
    "positive": operator.pos,
    "left_shift": operator.lshift,
    "right_shift": operator.rshift,
    "truth": operator.truth,
    "absolute": operator.abs,
    "bitwise_invert": operator.invert,
    "part": operator.getitem,
    "copy": lambda x: x.copy(),
    "flat": lambda x, order="C": x.ravel(order),
    "total": lambda x, **how: x.sum(**how),
    "written": lambda x, v, index: _written(x, v, index),
}
BINARY = {
    "add": "add",
    "sub": "subtract",
    "mul": "multiply",
    "truediv": "divide",
    "floordiv": "floor_divide",
    "mod": "remainder",
    "pow": "raised",
    "and": "bitwise_and",
    "or": "bitwise_or",
    "xor": "bitwise_xor",
}
COMPARED = {
    "lt": "less",
    "le": "less_equal",
    "gt": "greater",
    "ge": "greater_equal",
    "eq": "equal",
    "ne": "not_equal",
}
UNARY = {"neg": "negative", "pos": "positive", "abs": "absolute", "invert": "bitwise_invert"}


OF_VALUES = {*BINARY.values(), *COMPARED.values(), *UNARY.values()}


def _written(x: Any, v: Any, index: Any) -> Any:
    y = x.copy()
    y[index] = v
    return y


class Noted:
    """An array whose elements belong to one call of the function that is recorded.

    array: the elements.  at: the value of the graph that it stands for; what writes into the array
    gives it another one.  recording: which one it belongs to; None for a constant.
    """

    __slots__ = ("__weakref__", "array", "at", "backend", "recording")
    __hash__ = object.__hash__
    base = None

    def __init__(self, array: Any, at: Value | Constant, backend: Any, recording: Any) -> None:
        self.array, self.at, self.backend, self.recording = array, at, backend, recording

    @property
    def shape(self) -> tuple[int, ...]:
        """Lengths of the axes."""
        return self.array.shape

    @property
    def dtype(self) -> Any:
        """Type of the elements."""
        return self.array.dtype

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.array.shape)

    @property
    def size(self) -> int:
        """Number of elements."""
        return self.array.size

    @property
    def nbytes(self) -> int:
        """Bytes that the elements take."""
        return self.array.nbytes

    @property
    def strides(self) -> tuple[int, ...]:
        """Steps in bytes; what a replay has may lie otherwise."""
        return self.array.strides

    @property
    def flags(self) -> Any:
        """How it lies in memory."""
        return self.array.flags

    def _note(self, name: str, *arguments: Any, **settings: Any) -> Any:
        return self.backend.note(name, arguments, settings)

    # what rules and the tape do with raw arrays

    def astype(self, dtype: Any, copy: bool = True) -> Any:
        """The elements in another dtype."""
        return self._note("astype", self, dtype=dtype)

    def reshape(self, *shape: Any) -> Any:
        """The elements in another shape."""
        given = shape[0] if len(shape) == 1 and isinstance(shape[0], tuple | list) else shape
        return self._note("reshape", self, shape=tuple(given))

    def transpose(self, *axes: Any) -> Any:
        """The axes in another order."""
        given = axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes
        return self._note("permute_dims", self, axes=tuple(given) if given else None)

    def ravel(self, order: str = "C") -> Any:
        """The elements along one axis."""
        return self._note("flat", self, order=order)

    def copy(self) -> Any:
        """The same in memory of its own."""
        return self._note("copy", self)

    def sum(self, axis: Any = None, keepdims: bool = False) -> Any:
        """The sum over ``axis``."""
        return self._note("total", self, axis=axis, keepdims=keepdims)

    @property
    def T(self) -> Any:
        """The axes in reverse order."""
        return self._note("permute_dims", self, axes=tuple(range(self.ndim))[::-1])

    @property
    def mT(self) -> Any:
        """The last two axes exchanged."""
        return self._note("matrix_transpose", self)

    @property
    def real(self) -> Any:
        """The real parts."""
        return self._note("real", self)

    @property
    def imag(self) -> Any:
        """The imaginary parts."""
        return self._note("imag", self)

    def __getitem__(self, index: Any) -> Any:
        return self._note("part", self, index)

    def __setitem__(self, index: Any, value: Any) -> None:
        self._become(self._note("written", self, value, index=index))

    def _become(self, new: "Noted") -> "Noted":
        """Hold what ``new`` holds: an operation in place."""
        self.array, self.at = new.array, new.at
        return self

    # what a recording does not know: what the elements are

    def _unknown(self, what: str) -> Any:
        return self.backend.refuse(what, self)

    def __bool__(self) -> bool:
        return self._unknown("a Python branch")

    def __float__(self) -> float:
        return self._unknown("float")

    def __int__(self) -> int:
        return self._unknown("int")

    def __index__(self) -> int:
        return self._unknown("an index")

    def __complex__(self) -> complex:
        return self._unknown("complex")

    def item(self) -> Any:
        """The only element, as a number that is another one at every call."""
        return self.array.item() if self.recording is None else self.recording.numbers.item(self)

    def tolist(self) -> Any:
        """Refused: the elements are another call's."""
        return self._unknown("tolist")

    def __array__(self, *_: Any, **__: Any) -> Any:
        return self._unknown("a NumPy array")

    def __array_ufunc__(self, ufunc: Any, method: str, *arguments: Any, **settings: Any) -> Any:
        """NumPy's arrays leave operators to this class."""
        if method != "__call__" or settings or ufunc.__name__ not in OF_VALUES:
            return self._unknown(f"numpy.{ufunc.__name__}")
        return self.backend.note(ufunc.__name__, arguments, {})

    def __iter__(self) -> Any:
        return (self[i] for i in range(len(self)))

    def __len__(self) -> int:
        return self.shape[0]

    def __repr__(self) -> str:
        return f"<recorded {self.dtype} {self.shape}>"


class Weak(Noted):
    """A number as an array without axes, of which a transform takes derivatives: in double
    precision, and beside arrays in their dtype."""

    __slots__ = ()


def _operator(name: str, turned: bool = False) -> Callable[..., Any]:
    def method(self: Noted, *other: Any) -> Any:
        if isinstance(other[0] if other else None, Cell):
            return NotImplemented  # a Tensor's own operator knows what to do with an array
        return self.backend.note(name, (*other, self) if turned else (self, *other), {})

    return method


def _in_place(name: str) -> Callable[..., Any]:
    def method(self: Noted, other: Any) -> Any:
        if isinstance(other, Cell):
            return NotImplemented
        new = self.backend.note(name, (self, other), {})
        return self._become(new if new.dtype == self.dtype else new.astype(self.dtype))

    return method


for _python, _name in {**BINARY, **COMPARED, **UNARY}.items():
    setattr(Noted, f"__{_python}__", _operator(_name))
for _python, _name in BINARY.items():
    setattr(Noted, f"__r{_python}__", _operator(_name, turned=True))
    setattr(Noted, f"__i{_python}__", _in_place(_name))
