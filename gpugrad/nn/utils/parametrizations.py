"""Weights of a given norm, of spectral norm 1, and with orthonormal rows or columns.

import gpugrad as gg
from gpugrad.nn.utils import parametrizations

layer = parametrizations.weight_norm(gg.nn.Linear(3, 2))
print([name for name, _ in layer.named_parameters()])
# ['bias', 'parametrizations.weight.original0', 'parametrizations.weight.original1']
"""

from typing import Any

from ...api import functions as F
from ...api.creation import eye, full
from ...engine.levels import no_grad
from ...linalg import expm, qr, solve
from ...random import normal
from ...tensor.cell import Tensor
from ..module import Module
from .norms import as_matrix, iterated, largest, norm_except, scaled_to, unit
from .parametrize import register_parametrization

__all__ = ["orthogonal", "spectral_norm", "weight_norm"]


class _WeightNorm(Module):
    """Norms ``g`` and directions ``v`` of a weight."""

    def __init__(self, dim: int | None = 0) -> None:
        self.dim = -1 if dim is None else dim

    def forward(self, weight_g: Any, weight_v: Any) -> Any:
        """The weight."""
        return scaled_to(weight_v, weight_g, self.dim)

    def right_inverse(self, weight: Any) -> tuple[Tensor, Tensor]:
        """Norms and directions of a weight."""
        return norm_except(weight, self.dim), weight


def weight_norm(module: Any, name: str = "weight", dim: int | None = 0) -> Any:
    """Have a weight given by its norms, ``original0``, and its directions, ``original1``.

    dim: the axis that has a norm for each index; None: one norm for all.  States of torch's older
    weight_norm, with ``weight_g`` and ``weight_v``, are loaded too.
    """
    register_parametrization(module, name, _WeightNorm(dim), unsafe=True)

    def renamed(module: Any, state: dict, prefix: str, *others: Any) -> None:
        old = [f"{prefix}{name}_{part}" for part in "gv"]
        if all(key in state for key in old):
            for i, key in enumerate(old):
                state[f"{prefix}parametrizations.{name}.original{i}"] = state.pop(key)

    module.register_load_state_dict_pre_hook(renamed)
    return module


class _SpectralNorm(Module):
    """A weight over its largest singular value, which power iterations find.

    The singular vectors ``_u`` and ``_v`` are buffers that training moves.
    """

    _u: Tensor
    _v: Tensor

    def __init__(
        self, weight: Any, n_power_iterations: int = 1, dim: int = 0, eps: float = 1e-12
    ) -> None:
        if n_power_iterations < 1:
            raise ValueError(f"spectral_norm: n_power_iterations {n_power_iterations}; give 1 on")
        self.dim = dim if dim >= 0 else dim + weight.ndim
        self.n_power_iterations, self.eps = n_power_iterations, eps
        if weight.ndim > 1:
            matrix = as_matrix(weight.detach(), self.dim)
            for key, size in zip(("_u", "_v"), matrix.shape, strict=True):
                start = normal(size=size, dtype=weight.dtype, device=weight.device)
                self.register_buffer(key, unit(start, eps))
            iterated(matrix, self._u, self._v, 15, eps, True)

    def forward(self, weight: Any) -> Any:
        """The weight over its largest singular value; of a vector, over its norm."""
        if weight.ndim == 1:
            return unit(weight, self.eps)
        matrix = as_matrix(weight, self.dim)
        if self.training:
            iterated(matrix, self._u, self._v, self.n_power_iterations, self.eps, True)
        return weight / largest(matrix, self._u, self._v)

    def right_inverse(self, value: Any) -> Any:
        """The weight itself: it is trained as it is."""
        return value


def spectral_norm(
    module: Any,
    name: str = "weight",
    n_power_iterations: int = 1,
    eps: float = 1e-12,
    dim: int | None = None,
) -> Any:
    """Have a weight of spectral norm 1: over its largest singular value.

    dim: the axis of outputs, by default 1 of transposed convolutions and 0 of others.
    """
    weight = _weight(module, name)
    dim = axis_of_outputs(module) if dim is None else dim
    made = _SpectralNorm(weight, n_power_iterations, dim, eps)
    return register_parametrization(module, name, made)


def axis_of_outputs(module: Any) -> int:
    """1 of a transposed convolution, else 0."""
    return int(any("ConvTranspose" in kind.__name__ for kind in type(module).__mro__))


class _Orthogonal(Module):
    """A matrix with orthonormal columns, or rows where there are fewer."""

    def __init__(self, shape: tuple[int, ...], way: str, use_trivialization: bool) -> None:
        self.shape, self.way, self.trivial = shape, way, use_trivialization
        if use_trivialization:
            self.register_buffer("base", None)

    def forward(self, x: Any) -> Any:
        """The orthogonal matrix that belongs to any matrix."""
        tall = _tall(x)
        q = _rotation(tall, self.way) if self.way != "householder" else _reflected(tall)
        base = getattr(self, "base", None)
        q = q if base is None else base @ q
        return q if tall is x else F.matrix_transpose(q)

    def right_inverse(self, q: Any) -> Any:
        """What gives ``q``, with orthonormal rows or columns made of it where it has none."""
        if tuple(q.shape) != self.shape:
            raise ValueError(f"orthogonal: a value of shape {q.shape}; give {self.shape}")
        tall = _tall(q)
        if self.trivial:
            n, k = tall.shape[-2:]
            if n > k:
                more = normal(size=(*tall.shape[:-1], n - k), dtype=q.dtype, device=q.device)
                tall = F.concat([tall, more], axis=-1)
            self.base = _orthonormal(tall)
            return _identity(q) * -1
        if self.way != "householder":
            raise NotImplementedError(f"orthogonal: no value for {self.way} without a base")
        found = _reflectors(tall.detach().clone())
        return found if tall is q else F.matrix_transpose(found)


def orthogonal(
    module: Any,
    name: str = "weight",
    orthogonal_map: str | None = None,
    *,
    use_trivialization: bool = True,
) -> Any:
    """Have a weight with orthonormal columns, or rows where there are fewer.

    orthogonal_map: "matrix_exp", "cayley" or "householder", by default the first for square and
    complex matrices and the last for others.  use_trivialization: move from the weight that there
    is, kept in the buffer ``base``; it takes any value assigned.  ValueError for vectors.
    """
    weight = _weight(module, name)
    if weight.ndim < 2:
        raise ValueError(f"orthogonal: {name!r} of shape {weight.shape} is no matrix")
    real = weight.dtype.kind != "c"
    if orthogonal_map is None:
        square = weight.shape[-2] == weight.shape[-1]
        orthogonal_map = "matrix_exp" if square or not real else "householder"
    if orthogonal_map not in ("matrix_exp", "cayley", "householder"):
        raise ValueError(
            f"orthogonal: orthogonal_map {orthogonal_map!r}; give 'matrix_exp', 'cayley' or "
            "'householder'"
        )
    if orthogonal_map == "householder" and not real:
        raise ValueError("orthogonal: 'householder' is for real matrices; give 'matrix_exp'")
    made = _Orthogonal(tuple(weight.shape), orthogonal_map, use_trivialization)
    return register_parametrization(module, name, made, unsafe=True)


def _weight(module: Any, name: str) -> Tensor:
    weight = getattr(module, name, None)
    if not isinstance(weight, Tensor):
        raise ValueError(f"{type(module).__name__}: {name!r} is no Parameter or buffer")
    return weight


# --- orthogonal matrices, of n rows and k <= n columns


def _tall(x: Any) -> Any:
    """``x`` itself, or transposed where it has more columns than rows."""
    return x if x.shape[-2] >= x.shape[-1] else F.matrix_transpose(x)


def _identity(x: Any) -> Tensor:
    one = eye(*x.shape[-2:], dtype=x.dtype, device=x.device)
    return F.broadcast_to(one, x.shape)


def _rotation(x: Any, way: str) -> Any:
    """The first k columns of a rotation: the exponential of a skew matrix, or Cayley's map."""
    n, k = x.shape[-2:]
    x = F.tril(x)
    if n != k:
        zeros = full((*x.shape[:-1], n - k), 0, dtype=x.dtype, device=x.device)
        x = F.concat([x, zeros], axis=-1)
    skew = x - F.conj(F.matrix_transpose(x))
    if way == "matrix_exp":
        return expm(skew)[..., :k]
    one = _identity(skew)
    return solve(one - skew / 2, one + skew / 2)[..., :k]


def _reflected(x: Any) -> Any:
    """The product of k reflections, of the columns below the diagonal, times its signs."""
    below = F.tril(x, k=-1)
    q = _identity(x)
    for i in reversed(range(x.shape[-1])):
        v = below[..., i : i + 1] + _identity(x)[..., i : i + 1]
        q = q - 2 / F.sum(v * v, axis=-2, keepdims=True) * (v @ (F.matrix_transpose(v) @ q))
    signs = F.trunc(F.diagonal(x, axis1=-2, axis2=-1)).detach()
    return q * F.expand_dims(signs, axis=-2)


def _reflectors(a: Any) -> Tensor:
    """What ``_reflected`` gives the orthonormal columns ``a`` for."""
    found = _identity(a) * 0
    for i in range(a.shape[-1]):
        x = a[..., i:, i : i + 1]
        head, norm = x[..., :1, :], F.sqrt(F.sum(x * x, axis=-2, keepdims=True))
        positive = head >= 0
        tail = x[..., 1:, :] / (head + F.where(positive, norm, -norm))
        v = F.concat([head * 0 + 1, tail], axis=-2)
        turned = v * (2 / F.sum(v * v, axis=-2, keepdims=True))
        a[..., i:, :] = a[..., i:, :] - turned @ (F.matrix_transpose(v) @ a[..., i:, :])
        found[..., i + 1 :, i : i + 1] = tail
        found[..., i : i + 1, i : i + 1] = F.where(positive, -1.0, 1.0)
    return found


def _orthonormal(a: Any) -> Tensor:
    """Orthonormal columns of ``a``, with the signs that an orthogonal ``a`` keeps."""
    with no_grad():
        q, r = qr(a.detach())
        diagonal = F.diagonal(r, axis1=-2, axis2=-1)
        return q * F.expand_dims(diagonal / F.abs(diagonal), axis=-2)
