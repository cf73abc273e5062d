"""What is unique in the result of an operation whose factors are not: it alone is compared.

An eigenvector times any number of modulus 1 is one too, and libraries differ in which they give.
So a loss is made of what no such number changes, and the gradients are unique as well.
"""

from collections.abc import Callable

import numpy as np

import gpugrad as gg

Tensors = tuple[gg.Tensor, ...]


def unique_parts(name: str, outputs: Tensors) -> Tensors:
    """The unique parts of what the operation ``name`` gave; of most operations everything."""
    if name not in PARTS or not any(y.size for y in outputs):
        return outputs
    return PARTS[name](*outputs)


def _terms(columns: gg.Tensor, rows: gg.Tensor) -> gg.Tensor:
    """Column k times row k, for each k, along a last axis of their own."""
    return columns[..., :, None, :] * gg.matrix_transpose(rows)[..., None, :, :]


def _adjoint(x: gg.Tensor) -> gg.Tensor:
    return gg.conj(gg.matrix_transpose(x))


def _beyond(columns: gg.Tensor, count: int) -> Tensors:
    """The projection on what the columns from ``count`` on span, if there are any."""
    others = columns[..., count:]
    return (gg.sum(_terms(others, _adjoint(others)), axis=-1),) if others.shape[-1] else ()


def _eigh(values: gg.Tensor, vectors: gg.Tensor) -> Tensors:
    return values, _terms(vectors, _adjoint(vectors))


def _eig(values: gg.Tensor, vectors: gg.Tensor) -> Tensors:
    order = _order(values)
    places = order[..., None, :]
    terms = gg.take_along_axis(vectors, gg.broadcast_to(places, vectors.shape), axis=-1)
    return gg.take_along_axis(values, order, axis=-1), _terms(terms, _adjoint(terms))


def _sorted(values: gg.Tensor) -> Tensors:
    return (gg.take_along_axis(values, _order(values), axis=-1),)


def _order(values: gg.Tensor) -> gg.Tensor:
    """Eigenvalues of a general matrix come in any order: here by their real parts."""
    order = np.argsort(values.detach().numpy().real, axis=-1)
    return gg.tensor(order, device=values.device)


def _svd(u: gg.Tensor, values: gg.Tensor, vh: gg.Tensor) -> Tensors:
    count = values.shape[-1]
    terms = _terms(u[..., :count], vh[..., :count, :])
    return values, terms, *_beyond(u, count), *_beyond(_adjoint(vh), count)


def _qr(q: gg.Tensor, r: gg.Tensor) -> Tensors:
    count = min(r.shape[-2:])
    return _terms(q[..., :count], r[..., :count, :]), *_beyond(q, count)


PARTS: dict[str, Callable[..., Tensors]] = {
    "eig": _eig,
    "eigh": _eigh,
    "eigvals": _sorted,
    "eigvals_change": _sorted,
    "qr": _qr,
    "svd": _svd,
}
