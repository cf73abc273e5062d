"""Normalisation of each example, of neighbouring channels, and by root mean squares."""

from typing import Any

from ..backend.shapes import wholes
from . import functional
from .module import Module
from .normalisation import Affine, BatchNorm
from .settings import integer, number

__all__ = ["InstanceNorm1d", "InstanceNorm2d", "InstanceNorm3d", "LocalResponseNorm", "RMSNorm"]


class _InstanceNorm(BatchNorm):
    """Normalises each channel of each example; statistics run along only if asked for."""

    converts = False

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float = 0.1,
        affine: bool = False,
        track_running_stats: bool = False,
        device: str | int | None = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        settings = (affine, track_running_stats, device, dtype)
        super().__init__(num_features, eps, momentum, *settings, bias=bias)

    def forward(self, input: Any) -> Any:
        """The same shape; one example may come without the first axis."""
        single = input.ndim == self.ranks[0] - 1
        x = input[None] if single else input
        if x.ndim not in self.ranks or x.shape[1] != self.num_features:
            raise ValueError(
                f"{type(self).__name__}: input {tuple(input.shape)} has not "
                f"{self.num_features} channels before {self.ranks[0] - 2} axes"
            )
        y = functional.instance_norm(
            x,
            self.running_mean,
            self.running_var,
            self.weight,
            self.bias,
            self.training or self.running_mean is None,
            self.momentum or 0.0,
            self.eps,
        )
        return y[0] if single else y


class InstanceNorm1d(_InstanceNorm):
    """Instance normalisation of (N, C, L) or (C, L)."""

    ranks = (3,)


class InstanceNorm2d(_InstanceNorm):
    """Instance normalisation of (N, C, H, W) or (C, H, W)."""

    ranks = (4,)


class InstanceNorm3d(_InstanceNorm):
    """Instance normalisation of (N, C, D, H, W) or (C, D, H, W)."""

    ranks = (5,)


class LocalResponseNorm(Module):
    """Each channel divided by a power of the mean square of its neighbours."""

    def __init__(self, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> None:
        self.size = integer(size, self, "size")
        self.alpha, self.beta = number(alpha, self, "alpha"), number(beta, self, "beta")
        self.k = number(k, self, "k")

    def forward(self, input: Any) -> Any:
        """(N, C, ...) gives the same shape."""
        return functional.local_response_norm(input, self.size, self.alpha, self.beta, self.k)

    def extra_repr(self) -> str:
        """As torch's."""
        return f"{self.size}, alpha={self.alpha}, beta={self.beta}, k={self.k}"


class RMSNorm(Affine):
    """The input divided by its root mean square over the last axes, then ``* weight``.

    eps: None means the smallest step from 1 of the input's dtype, as torch's.
    """

    def __init__(
        self,
        normalized_shape: Any,
        eps: float | None = None,
        elementwise_affine: bool = True,
        device: str | int | None = None,
        dtype: Any = None,
    ) -> None:
        rank = len(normalized_shape) if isinstance(normalized_shape, list | tuple) else 1
        shape = wholes(normalized_shape, rank, "RMSNorm: normalized_shape")
        self.normalized_shape, self.elementwise_affine = shape, elementwise_affine
        self.eps = None if eps is None else number(eps, self, "eps", 0)
        self._begin(shape, elementwise_affine, False, device, dtype)

    def forward(self, input: Any) -> Any:
        """The same shape."""
        return functional.rms_norm(input, self.normalized_shape, self.weight, self.eps)

    def extra_repr(self) -> str:
        """As torch's."""
        affine = f"elementwise_affine={self.elementwise_affine}"
        return f"{self.normalized_shape}, eps={self.eps}, {affine}"
