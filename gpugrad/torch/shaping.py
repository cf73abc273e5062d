"""Shapes: views, axes in another order, repetition.  What torch makes a view of is a View here."""

from math import prod
from typing import Any

from .. import numpy as gnp
from ..api import functions as gg
from ..backend.dtypes import as_dtype
from ..ops.axes import flattened
from .both import both, method
from .tensor import owned, plain, sizes_of
from .views import reshaped, viewed

# fmt: off
__all__ = [
    "adjoint", "broadcast_tensors", "broadcast_to", "chunk", "flatten", "moveaxis", "movedim",
    "narrow", "permute", "ravel", "reshape", "select", "split", "squeeze", "swapaxes", "swapdims",
    "t", "tensor_split", "transpose", "unbind", "unflatten", "unsqueeze",
]
# fmt: on


@method
def view(self: Any, *shape: Any) -> Any:
    """The same elements in another shape; of a dtype, the same bytes as other numbers."""
    if (
        len(shape) == 1
        and not isinstance(shape[0], int | tuple | list)
        and not _is_number(shape[0])
    ):
        return owned(gnp.array(self.detach().numpy().view(as_dtype(shape[0]))))
    return reshaped(self, gg.reshape(self, sizes_of(shape)))


def _is_number(x: Any) -> bool:
    return hasattr(x, "held")


@both
def reshape(input: Any, *shape: Any) -> Any:
    """The same elements in another shape, of which one length may be -1."""
    return reshaped(input, gg.reshape(input, sizes_of(shape)))


@method
def view_as(self: Any, other: Any) -> Any:
    """The same elements in the shape of ``other``."""
    return reshaped(self, gg.reshape(self, tuple(other.shape)))


@method
def reshape_as(self: Any, other: Any) -> Any:
    """The same elements in the shape of ``other``."""
    return view_as(self, other)


@both
def flatten(input: Any, start_dim: int = 0, end_dim: int = -1) -> Any:
    """Axes ``start_dim`` to ``end_dim`` as one."""
    shape = flattened(tuple(input.shape), start_dim, end_dim, "flatten")
    return reshaped(input, gg.reshape(input, shape))


@both
def ravel(input: Any) -> Any:
    """All elements along one axis."""
    return flatten(input)


@both
def unflatten(input: Any, dim: int, sizes: Any) -> Any:
    """The axis ``dim`` as several, of lengths ``sizes``."""
    dim %= input.ndim
    shape = tuple(input.shape)
    return reshaped(input, gg.reshape(input, (*shape[:dim], *sizes, *shape[dim + 1 :])))


@both
def squeeze(input: Any, dim: Any = None) -> Any:
    """Without axes of length 1: all, or those of ``dim`` that have it."""
    asked = range(input.ndim) if dim is None else dim if isinstance(dim, tuple | list) else (dim,)
    gone = {i % max(input.ndim, 1) for i in asked}
    shape = tuple(n for i, n in enumerate(input.shape) if n != 1 or i not in gone)
    return reshaped(input, gg.reshape(input, shape))


@both
def unsqueeze(input: Any, dim: int) -> Any:
    """With an axis of length 1 at ``dim``."""
    return reshaped(input, gg.expand_dims(input, axis=dim))


@both
def permute(input: Any, *axes: Any, dims: Any = None) -> Any:
    """The axes in another order."""
    order = [n % input.ndim for n in (sizes_of(axes) if dims is None else dims)]
    back = sorted(range(len(order)), key=order.__getitem__)
    return viewed(input, gg.permute_dims(input, order), lambda x, y: gg.permute_dims(y, back))


@both
def transpose(input: Any, dim0: int, dim1: int) -> Any:
    """Two axes exchanged."""

    def turned(x: Any) -> Any:
        return gg.swapaxes(x, axis1=dim0, axis2=dim1)

    return viewed(input, turned(input), lambda x, y: turned(y))


@both
def swapaxes(input: Any, axis0: int, axis1: int) -> Any:
    """Two axes exchanged."""
    return transpose(input, axis0, axis1)


@both
def swapdims(input: Any, dim0: int, dim1: int) -> Any:
    """Two axes exchanged."""
    return transpose(input, dim0, dim1)


@both
def t(input: Any) -> Any:
    """A matrix transposed; a vector stays."""
    if input.ndim > 2:
        raise RuntimeError(f"t: a tensor of {input.ndim} axes; give a matrix, or x.transpose(0, 1)")
    return transpose(input, 0, 1) if input.ndim == 2 else input


@both
def movedim(input: Any, source: Any, destination: Any) -> Any:
    """Axes moved to other places."""
    return gg.moveaxis(input, source, destination)


moveaxis = movedim


@both
def adjoint(input: Any) -> Any:
    """Matrices transposed and conjugated."""
    return gg.conj(gg.matrix_transpose(input))


@method
def expand(self: Any, *sizes: Any) -> Any:
    """Repeated along axes of length 1, to ``sizes``; -1 keeps a length."""
    wanted, own = sizes_of(sizes), tuple(self.shape)
    new = len(wanted) - len(own)
    shape = tuple(own[i - new] if n == -1 else n for i, n in enumerate(wanted))
    return gg.broadcast_to(self, shape)


@method
def expand_as(self: Any, other: Any) -> Any:
    """Repeated along axes of length 1, to the shape of ``other``."""
    return gg.broadcast_to(self, tuple(other.shape))


@both
def broadcast_to(input: Any, shape: Any) -> Any:
    """Repeated along axes of length 1, to ``shape``."""
    return expand(input, *shape)


def broadcast_tensors(*tensors: Any) -> tuple:
    """Each Tensor in the shape that all have together."""
    return tuple(gg.broadcast_arrays(*tensors))


@both
def narrow(input: Any, dim: int, start: Any, length: int) -> Any:
    """``length`` elements along ``dim`` from ``start`` on."""
    begin = int(plain(start))
    return input[(*[slice(None)] * (dim % input.ndim), slice(begin, begin + length))]


@both
def select(input: Any, dim: int, index: int) -> Any:
    """The part at one index of the axis ``dim``."""
    return input[(*[slice(None)] * (dim % input.ndim), index)]


@both
def unbind(input: Any, dim: int = 0) -> tuple:
    """The parts along the axis ``dim``."""
    return tuple(select(input, dim, i) for i in range(input.shape[dim]))


@both
def split(tensor: Any, split_size_or_sections: Any, dim: int = 0) -> tuple:
    """Parts of a length, the last one perhaps shorter, or of the lengths in a list."""
    whole, sections = tensor.shape[dim], split_size_or_sections
    if isinstance(sections, int):
        count = max(-(-whole // sections), 1)
        sections = [min(sections, whole - i * sections) for i in range(count)]
    elif sum(sections) != whole:
        raise RuntimeError(f"split: lengths {list(sections)} for an axis of {whole}")
    starts = [sum(sections[:i]) for i in range(len(sections))]
    return tuple(narrow(tensor, dim, a, n) for a, n in zip(starts, sections, strict=True))


@both
def chunk(input: Any, chunks: int, dim: int = 0) -> tuple:
    """At most ``chunks`` parts of equal lengths, the last one perhaps shorter."""
    return split(input, max(-(-input.shape[dim] // chunks), 1), dim)


@both
def tensor_split(input: Any, indices_or_sections: Any, dim: int = 0) -> tuple:
    """Parts between indices, or a number of parts as equal as possible."""
    return tuple(gnp.array_split(input, plain(indices_or_sections), axis=dim))
