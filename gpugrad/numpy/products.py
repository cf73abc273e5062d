"""Products of vectors, matrices and more, with NumPy's names and arguments."""

from collections.abc import Callable
from typing import Any

from ..api import functions as gg
from ..ops.axes import axes_of
from ..tensor.cell import Tensor
from .reading import alike, arrays, no_out, numbers
from .ufuncs import on_loop

__all__ = [
    "cross",
    "dot",
    "einsum",
    "inner",
    "kron",
    "matmul",
    "matvec",
    "outer",
    "tensordot",
    "vdot",
    "vecdot",
    "vecmat",
]

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def matmul(x1: Any, x2: Any, /, out: Any = None, *, dtype: Any = None) -> Tensor:
    """Matrix product of stacks of matrices, as numpy.matmul."""
    no_out("matmul", out)
    return on_loop("matmul", gg.matmul, tuple(arrays(x1, x2)), dtype)


def dot(a: Any, b: Any, out: Any = None) -> Tensor:
    """Product over the last axis of ``a`` and the last but one of ``b``, as numpy.dot."""
    no_out("dot", out)
    a, b = alike(a, b, weak=False)
    if not a.ndim or not b.ndim:
        return a * b
    if b.ndim <= 2:
        return gg.matmul(a, b)
    return gg.tensordot(a, b, axes=((a.ndim - 1,), (b.ndim - 2,)))


def inner(a: Any, b: Any, /) -> Tensor:
    """Product over the last axes of both arrays, as numpy.inner."""
    a, b = alike(a, b, weak=False)
    if not a.ndim or not b.ndim:
        return a * b
    return gg.tensordot(a, b, axes=((a.ndim - 1,), (b.ndim - 1,)))


def vdot(a: Any, b: Any, /) -> Tensor:
    """Product of the flattened arrays, the first conjugated, as numpy.vdot."""
    a, b = alike(a, b, weak=False)
    if a.size != b.size:
        raise ValueError(f"vdot: {a.size} elements and {b.size}; give as many")
    return gg.matmul(gg.conj(gg.ravel(a)), gg.ravel(b))


def outer(a: Any, b: Any, out: Any = None) -> Tensor:
    """Outer product a[i] * b[j] of the flattened arrays, as numpy.outer."""
    no_out("outer", out)
    return gg.outer(*alike(a, b, weak=False))


def tensordot(a: Any, b: Any, axes: Any = 2) -> Tensor:
    """Sum of products over ``axes`` of both arrays, as numpy.tensordot."""
    return gg.tensordot(*alike(a, b, weak=False), axes=numbers(axes))


def vecdot(
    x1: Any,
    x2: Any,
    /,
    out: Any = None,
    *,
    axis: int = -1,
    keepdims: bool = False,
    dtype: Any = None,
) -> Tensor:
    """Products of vectors along ``axis``, the first conjugated, as numpy.vecdot."""
    no_out("vecdot", out)
    x1, x2 = _lines("vecdot", (x1, x2), axis)
    y = _by_matrices("vecdot", x1, x2, dtype, gg.conj, (-2, -1))
    return gg.expand_dims(y, axis=axis) if keepdims else y


def matvec(x1: Any, x2: Any, /, out: Any = None, *, dtype: Any = None) -> Tensor:
    """Products of matrices and vectors, (..., n, k) and (..., k), as numpy.matvec."""
    no_out("matvec", out)
    x1, x2 = arrays(x1, x2)
    return _by_matrices("matvec", x1, x2, dtype, None, (None, -1))


def vecmat(x1: Any, x2: Any, /, out: Any = None, *, dtype: Any = None) -> Tensor:
    """Products of conjugated vectors and matrices, (..., k) and (..., k, n), as numpy.vecmat."""
    no_out("vecmat", out)
    x1, x2 = arrays(x1, x2)
    return _by_matrices("vecmat", x1, x2, dtype, gg.conj, (-2, None))


def _lines(name: str, given: tuple, axis: int) -> list:
    """The arrays with ``axis``, counted in each of them, as their last."""
    read = arrays(*given)
    for x in read:
        axes_of(axis, x.ndim, name)
    return [gg.moveaxis(x, source=axis, destination=-1) for x in read]


def _by_matrices(name: str, a: Any, b: Any, dtype: Any, turn: Callable | None, axes: tuple) -> Any:
    """A matrix product of ``a`` and ``b`` in which vectors have a new axis, which goes again."""

    def product(a: Any, b: Any) -> Any:
        a = turn(a) if turn and a.dtype.kind == "c" else a
        left = a if axes[0] is None else gg.expand_dims(a, axis=axes[0])
        right = b if axes[1] is None else gg.expand_dims(b, axis=axes[1])
        y = gg.matmul(left, right)
        return gg.squeeze(y, axis=tuple(axis for axis in axes if axis is not None))

    least = (1 if axes[0] else 2, 1 if axes[1] else 2)
    if a.ndim < least[0] or b.ndim < least[1]:
        raise ValueError(
            f"{name}: arrays of {a.ndim} and {b.ndim} axes; it takes {least[0]} and "
            f"{least[1]} or more"
        )
    return on_loop("matmul", product, (a, b), dtype)


def kron(a: Any, b: Any) -> Tensor:
    """The Kronecker product: every element of ``a`` times all of ``b``, as numpy.kron."""
    a, b = alike(a, b, weak=False)
    ndim = max(a.ndim, b.ndim)
    first, second = ((*(1,) * (ndim - x.ndim), *x.shape) for x in (a, b))
    left = gg.reshape(a, shape=tuple(n for m in first for n in (m, 1)))
    right = gg.reshape(b, shape=tuple(n for m in second for n in (1, m)))
    return gg.reshape(left * right, shape=tuple(m * n for m, n in zip(first, second, strict=True)))


def cross(
    a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None
) -> Tensor:
    """Cross product of vectors of three elements, as numpy.cross.

    For vectors of two elements it is the third component alone.
    """
    if axis is not None:
        axisa = axisb = axisc = axis
    a, b = alike(a, b, weak=False)
    a, b = (
        gg.moveaxis(a, source=axisa, destination=-1),
        gg.moveaxis(b, source=axisb, destination=-1),
    )
    if a.shape[-1] not in (2, 3) or b.shape[-1] not in (2, 3):
        raise ValueError(f"cross: vectors of {a.shape[-1]} and {b.shape[-1]} numbers; give 2 or 3")
    of_a, of_b = _numbers(a), _numbers(b)
    third = of_a[0] * of_b[1] - of_a[1] * of_b[0]
    if of_a[2] is None and of_b[2] is None:
        return third
    first = _difference((of_a[1], of_b[2]), (of_a[2], of_b[1]))
    second = _difference((of_a[2], of_b[0]), (of_a[0], of_b[2]))
    return gg.moveaxis(gg.stack([first, second, third], axis=-1), source=-1, destination=axisc)


def _numbers(x: Any) -> list[Any]:
    """The three numbers of vectors, None for a third that there is not."""
    return [x[..., i] if i < x.shape[-1] else None for i in range(3)]


def _difference(plus: tuple, minus: tuple) -> Any:
    """The first product less the second; one with a number that is not there is 0."""
    if plus[0] is None or plus[1] is None:
        return -(minus[0] * minus[1])
    if minus[0] is None or minus[1] is None:
        return plus[0] * plus[1]
    return plus[0] * plus[1] - minus[0] * minus[1]


def einsum(
    *operands: Any,
    out: Any = None,
    dtype: Any = None,
    optimize: Any = True,
    order: str = "K",
    casting: str = "safe",
) -> Tensor:
    """Einstein's sum of products, as numpy.einsum, by letters or by lists of axes' numbers.

    The order of products is planned whatever ``optimize`` says.
    """
    no_out("einsum", out)
    if not operands:
        raise ValueError("einsum: nothing given; begin with the labels, for example 'ij,jk->ik'")
    spec, given = (
        (operands[0], operands[1:]) if isinstance(operands[0], str) else _by_numbers(operands)
    )
    read = alike(*given) if dtype is None else [gg.astype(x, dtype) for x in arrays(*given)]
    y = gg.einsum(spec, *read)
    return gg.astype(y, read[0].dtype, copy=False) if read else y  # a sum of small integers is one


def _by_numbers(operands: tuple) -> tuple[str, list]:
    """The labels of ``einsum(x, [0, 1], y, [1, 2], [0, 2])`` as letters, and the arrays."""
    pairs = len(operands) // 2
    terms = [_term(operands[2 * i + 1]) for i in range(pairs)]
    spec = ",".join(terms)
    if len(operands) % 2:
        spec += "->" + _term(operands[-1])
    return spec, [operands[2 * i] for i in range(pairs)]


def _term(labels: Any) -> str:
    return "".join("..." if label is Ellipsis else LETTERS[label] for label in labels)
