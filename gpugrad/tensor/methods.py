"""The operators and methods that Tensors have beside functions, spelled as NumPy's and torch's."""

from collections.abc import Callable, Iterator
from functools import wraps
from typing import TYPE_CHECKING, Any

from ..backend.dtypes import INEXACT
from ..backend.select import backend_of
from ..engine.calling import READING, WRITING, renamed
from ..engine.cells import Cell, raw, sequence
from ..ops import (
    activation,
    arithmetic,
    arrangement,
    comparison,
    complexes,
    elementary,
    extremes,
    indexing,
    joining,
    linalg,
    reduction,
    rounding,
    scan,
    selection,
)
from ..ops import shape as shape_ops
from . import arguments, shaping
from .conversion import check_numbers
from .index import index_parts
from .operators import function_of, in_place, number_first, reflected, several_of

if TYPE_CHECKING:
    from .cell import Tensor

_power, _square = function_of(arithmetic.power), function_of(arithmetic.square)
NUMPYS = frozenset({"where", "initial", "ddof", "out", "dtype", "mean"})


def _reduction(function: Callable, name: str) -> "Callable[..., Tensor]":
    """``function`` as a method; settings that only NumPy's has are left to gpugrad.numpy's."""

    @wraps(function)
    def method(self: Any, *by_position: Any, **settings: Any) -> Any:
        if settings and not NUMPYS.isdisjoint(settings):
            return _numpys(self, name)(self, *by_position, **settings)
        return function(self, *by_position, **settings)

    return method


def _numpys(x: Any, name: str) -> Callable[..., Any]:
    """gpugrad.numpy's function of a name; that module is above this one, and loaded when asked."""
    return getattr(x.__array_namespace__().numpy, name)


def _tuple(given: tuple) -> tuple:
    """Numbers given one by one or as one sequence."""
    return tuple(given[0]) if len(given) == 1 and isinstance(given[0], tuple | list) else given


class Methods:
    """Operators and methods of a Tensor, one line each."""

    __slots__ = ()
    dtype: Any
    if TYPE_CHECKING:  # Conversion has it

        @property
        def shape(self) -> tuple[int, ...]: ...

    __add__ = __radd__ = function_of(arithmetic.add)
    __sub__, __rsub__ = function_of(arithmetic.subtract), number_first(arithmetic.subtract)
    __mul__ = __rmul__ = function_of(arithmetic.multiply)
    __truediv__, __rtruediv__ = function_of(arithmetic.divide), number_first(arithmetic.divide)
    __rpow__ = number_first(arithmetic.power)
    __matmul__, __rmatmul__ = function_of(linalg.matmul), reflected(linalg.matmul)
    __neg__, __pos__ = function_of(arithmetic.negative), function_of(arithmetic.positive)
    __abs__ = function_of(rounding.absolute)
    __floordiv__, __rfloordiv__ = (
        function_of(arithmetic.floor_divide),
        reflected(arithmetic.floor_divide),
    )
    __mod__, __rmod__ = function_of(arithmetic.remainder), reflected(arithmetic.remainder)
    __gt__, __ge__ = function_of(comparison.greater), function_of(comparison.greater_equal)
    __lt__, __le__ = function_of(comparison.less), function_of(comparison.less_equal)
    __eq__: "Callable[..., Tensor]" = function_of(comparison.equal)  # type: ignore[assignment]
    __ne__: "Callable[..., Tensor]" = function_of(comparison.not_equal)  # type: ignore[assignment]
    __and__ = __rand__ = function_of(comparison.bitwise_and)
    __or__ = __ror__ = function_of(comparison.bitwise_or)
    __xor__ = __rxor__ = function_of(comparison.bitwise_xor)
    __invert__ = function_of(comparison.bitwise_invert)
    __lshift__ = function_of(comparison.bitwise_left_shift)
    __rlshift__ = reflected(comparison.bitwise_left_shift)
    __rshift__ = function_of(comparison.bitwise_right_shift)
    __rrshift__ = reflected(comparison.bitwise_right_shift)
    __iadd__, __isub__ = in_place(arithmetic.add), in_place(arithmetic.subtract)
    __imul__, __itruediv__ = in_place(arithmetic.multiply), in_place(arithmetic.divide)
    __ipow__, __imod__ = in_place(arithmetic.power), in_place(arithmetic.remainder)
    __ifloordiv__, __imatmul__ = in_place(arithmetic.floor_divide), in_place(linalg.matmul)
    __iand__, __ior__ = in_place(comparison.bitwise_and), in_place(comparison.bitwise_or)
    __ixor__ = in_place(comparison.bitwise_xor)
    __ilshift__ = in_place(comparison.bitwise_left_shift)
    __irshift__ = in_place(comparison.bitwise_right_shift)

    def __pow__(self, exponent: Any) -> "Tensor":
        number = type(exponent) is int or type(exponent) is float
        if number and exponent == 2 and self.dtype in INEXACT:
            return _square(self)  # a product, where a power would be a logarithm
        return _power(self, exponent)

    def __divmod__(self, other: Any) -> tuple:
        return self // other, self % other

    def __rdivmod__(self, other: Any) -> tuple:
        return other // self, other % self

    def __getitem__(self, index: Any) -> "Tensor":
        arrays, spec = index_parts(index, self)
        try:
            return function_of(indexing.getitem)(self, *arrays, spec=spec)
        except (IndexError, ValueError, TypeError) as error:
            raise renamed(error, READING) from None

    def __setitem__(self, index: Any, value: Any) -> None:
        arrays, spec = index_parts(index, self)
        if not isinstance(value, Cell):
            check_numbers(WRITING, value, cast=True)
            home = backend_of(raw(self))
            value = sequence(lambda values: home.asarray(values, dtype=self.dtype), value)
        elif value.dtype != self.dtype:
            value = function_of(shape_ops.astype)(value, dtype=self.dtype)
        try:
            new = function_of(indexing.setitem)(self, value, *arrays, spec=spec)
        except (IndexError, ValueError, TypeError) as error:
            raise renamed(error, WRITING) from None
        if self._become(new) is not self:  # type: ignore[attr-defined]
            raise RuntimeError(
                "x[i] = v: v belongs to a transform (grad, jvp, vmap) that x lies outside of; put "
                "values together by gg.stack or gpugrad.numpy.array, or let x be of the transform "
                "too: x = x + 0 * v.sum()"
            )

    def __iter__(self) -> "Iterator[Tensor]":
        if not self.shape:
            raise TypeError("iteration over a 0-d tensor; take .item() or [...]")
        return iter(several_of(joining.unstack)(self))

    def __contains__(self, value: Any) -> bool:
        return bool((self == value).any())

    # shape

    @property
    def T(self) -> "Tensor":
        """The axes turned round."""
        return function_of(arrangement.permute_dims)(self)

    @property
    def mT(self) -> "Tensor":
        """Transposed matrices: the last two axes exchanged, (..., m, n) to (..., n, m)."""
        return function_of(arrangement.matrix_transpose)(self)

    def reshape(self, *shape: Any, order: str = "C") -> "Tensor":
        """The same elements in another shape, given as numbers or as one tuple; order "F" counts
        the first axis fastest."""
        if order != "C":
            return _numpys(self, "reshape")(self, _tuple(shape), order)
        return function_of(shape_ops.reshape)(self, shape=_tuple(shape))

    view = reshape

    def ravel(self, order: str = "C") -> "Tensor":
        """All elements along one axis; order "F" counts the first axis fastest."""
        return self.reshape(-1) if order == "C" else _numpys(self, "ravel")(self, order)

    flatten = shaping.flatten

    def transpose(self, *axes: Any) -> "Tensor":
        """The axes in another order, given as numbers or as one tuple; without, turned round."""
        return function_of(arrangement.permute_dims)(self, axes=_tuple(axes) if axes else None)

    permute = transpose
    squeeze = function_of(shape_ops.squeeze)
    expand_dims = unsqueeze = function_of(shape_ops.expand_dims)
    broadcast_to = function_of(shape_ops.broadcast_to)
    swapaxes = function_of(arrangement.swapaxes)
    moveaxis = function_of(arrangement.moveaxis)
    flip, roll = function_of(arrangement.flip), function_of(arrangement.roll)
    tile, repeat = function_of(shape_ops.tile), arguments.repeat
    diagonal, tril, triu = (
        function_of(op) for op in (arrangement.diagonal, arrangement.tril, arrangement.triu)
    )
    split, unstack = several_of(joining.split), several_of(joining.unstack)

    # elements

    abs, sign, floor, ceil = (
        function_of(op) for op in (rounding.absolute, rounding.sign, rounding.floor, rounding.ceil)
    )

    def round(self, decimals: int = 0) -> "Tensor":
        """The nearest number of so many decimals, halfway the even one."""
        return (
            _numpys(self, "round")(self, decimals)
            if decimals
            else function_of(rounding.round_)(self)
        )

    __round__ = round
    exp, log, log1p, sqrt, sin, cos, tanh = (
        function_of(op)
        for op in (
            elementary.exp,
            elementary.log,
            elementary.log1p,
            elementary.sqrt,
            elementary.sin,
            elementary.cos,
            elementary.tanh,
        )
    )
    square, pow, reciprocal = _square, _power, function_of(arithmetic.reciprocal)
    sigmoid, relu = function_of(activation.sigmoid), function_of(activation.relu)
    clip = clamp = arguments.clip
    maximum, minimum = function_of(selection.maximum), function_of(selection.minimum)
    real, imag = property(function_of(complexes.real)), property(function_of(complexes.imag))
    conj = conjugate = function_of(complexes.conj)

    # reductions, scans, order

    sum, prod, mean, var, std, max, min, any, all = (
        _reduction(function_of(op), op.name)
        for op in (
            reduction.sum,
            scan.prod,
            reduction.mean,
            reduction.var,
            reduction.std,
            extremes.max_,
            extremes.min_,
            reduction.any_,
            reduction.all_,
        )
    )
    amax, amin = max, min
    argmax, argmin = function_of(extremes.argmax), function_of(extremes.argmin)
    logsumexp, norm = function_of(reduction.logsumexp), arguments.vector_norm
    cumsum = arguments.scanning(scan.cumulative_sum, flat=True)
    cumprod = arguments.scanning(scan.cumulative_prod, flat=True)

    def ptp(self, axis: Any = None, keepdims: bool = False) -> "Tensor":
        """The largest element over ``axis`` less the smallest."""
        return self.max(axis=axis, keepdims=keepdims) - self.min(axis=axis, keepdims=keepdims)

    def trace(self, offset: int = 0, axis1: int = 0, axis2: int = 1) -> "Tensor":
        """The sum of the diagonal number ``offset`` of two axes."""
        return self.diagonal(offset=offset, axis1=axis1, axis2=axis2).sum(axis=-1)

    def compress(self, condition: Any, axis: int | None = None) -> "Tensor":
        """The slices along ``axis`` for which a vector of truth values holds."""
        return _numpys(self, "compress")(condition, self, axis)

    sort, argsort, nonzero = arguments.sort, arguments.argsort, several_of(indexing.nonzero)
    take, matmul = function_of(indexing.take), function_of(linalg.matmul)
    dot = matmul

    # dtype and device

    astype = arguments.astype

    def to(self, device: Any = None, dtype: Any = None) -> "Tensor":
        """This tensor on another device, in another dtype, or both; itself if it is there.

        A dtype may stand alone, as in ``x.to("float64")``; a number is that of a GPU.
        """
        device, dtype = arguments.destination(device, dtype)
        x: Any = self if dtype is None else arguments.astype(self, dtype, copy=False)
        return x if device is None else arguments.to_device(x, device)

    to_device = arguments.to_device

    def clone(self) -> "Tensor":
        """The same values in an array of their own; gradients pass through."""
        return arguments.astype(self, self.dtype)

    copy = clone

    def float(self) -> "Tensor":
        """The elements as float32."""
        return self.to("float32")

    def double(self) -> "Tensor":
        """The elements as float64."""
        return self.to("float64")
