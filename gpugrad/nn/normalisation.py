"""Layers that give values mean 0 and variance 1."""

from typing import Any

from ..backend.dtypes import as_dtype
from ..backend.select import backend
from ..backend.shapes import whole, wholes
from ..tensor.cell import Tensor
from . import functional, init
from .layers import equal_groups, fresh, warn_of_wider
from .module import Module
from .parameter import Parameter
from .settings import number

__all__ = [
    "BatchNorm1d",
    "BatchNorm2d",
    "BatchNorm3d",
    "GroupNorm",
    "LayerNorm",
]


class Affine(Module):
    """A Module that may end in ``* weight + bias``."""

    weight: Parameter | None
    bias: Parameter | None

    def _begin(
        self, shape: tuple[int, ...], weight: bool, bias: bool, device: str | int | None, dtype: Any
    ) -> None:
        """Have a weight of ones and a bias of zeros; None for one that is not wanted."""
        self.register_parameter("weight", fresh(shape, device, dtype) if weight else None)
        self.register_parameter("bias", fresh(shape, device, dtype) if bias else None)
        if self.weight is not None:
            init.ones_(self.weight)


class BatchNorm(Affine):
    """Normalises each channel: by the batch in training, by running statistics else.

    The running statistics are buffers that training writes; their variance is unbiased, as
    torch's.  momentum None averages all batches evenly.
    """

    ranks: tuple[int, ...] = ()
    converts = True  # to a SyncBatchNorm
    running_mean: Tensor | None
    running_var: Tensor | None
    num_batches_tracked: Tensor | None

    def __init__(  # long: torch's arguments
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        device: str | int | None = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        self.num_features = whole(num_features, f"{type(self).__name__}: num_features")
        self.eps = number(eps, self, "eps", 0)
        self.momentum = None if momentum is None else number(momentum, self, "momentum", 0, 1)
        self.affine, self.track_running_stats = affine, track_running_stats
        shape = (self.num_features,)
        self._begin(shape, affine, affine and bias, device, dtype)
        kind = as_dtype(float if dtype is None else dtype)
        made = backend(device).natives
        for name, value in (
            ("running_mean", lambda: made["zeros"](shape, dtype=kind)),
            ("running_var", lambda: made["ones"](shape, dtype=kind)),
            ("num_batches_tracked", lambda: made["zeros"]((), dtype=as_dtype("int64"))),
        ):
            self.register_buffer(name, Tensor(value()) if track_running_stats else None)

    def forward(self, input: Any) -> Any:
        """The same shape."""
        if len(input.shape) not in self.ranks or input.shape[1] != self.num_features:
            raise ValueError(
                f"{type(self).__name__}: input {input.shape} has not "
                f"{self.num_features} channels on axis 1 of {self.ranks}"
            )
        weight = self.weight  # read once: it may be computed
        warn_of_wider(input, weight)
        by_batch = self.training or self.running_mean is None
        momentum: Any = 0.0 if self.momentum is None else self.momentum
        if self.training and self.num_batches_tracked is not None:
            self.num_batches_tracked += 1
            if self.momentum is None and self.running_mean is not None:
                momentum = 1 / self.num_batches_tracked.astype(self.running_mean.dtype)
        running = (self.running_mean, self.running_var)
        return functional.batch_norm(
            input, *running, weight, self.bias, by_batch, momentum, self.eps
        )

    def extra_repr(self) -> str:
        """As torch's."""
        tracks = f"track_running_stats={self.track_running_stats}"
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, "
            f"affine={self.affine}, bias={self.bias is not None}, {tracks}"
        )


class BatchNorm1d(BatchNorm):
    """Batch normalisation of (N, C) or (N, C, L); other numbers of axes raise ValueError."""

    ranks = (2, 3)


class BatchNorm2d(BatchNorm):
    """Batch normalisation of images (N, C, H, W); other numbers of axes raise ValueError."""

    ranks = (4,)


class BatchNorm3d(BatchNorm):
    """Batch normalisation of volumes (N, C, D, H, W)."""

    ranks = (5,)


class LayerNorm(Affine):
    """Layer normalisation: mean 0 and variance 1 over the last axes, then ``* weight + bias``.

    normalized_shape: the lengths of those axes, or an integer for one.
    """

    def __init__(
        self,
        normalized_shape: Any,
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        device: str | int | None = None,
        dtype: Any = None,
    ) -> None:
        rank = len(normalized_shape) if isinstance(normalized_shape, list | tuple) else 1
        shape = wholes(normalized_shape, rank, "LayerNorm: normalized_shape")
        self.normalized_shape = shape
        self.eps = number(eps, self, "eps", 0)
        self.elementwise_affine = elementwise_affine
        self._begin(shape, elementwise_affine, elementwise_affine and bias, device, dtype)

    def forward(self, input: Any) -> Any:
        """The same shape."""
        weight = self.weight  # read once: it may be computed
        warn_of_wider(input, weight)
        return functional.layer_norm(input, self.normalized_shape, weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        """As torch's."""
        return (
            f"{self.normalized_shape}, eps={self.eps}, "
            f"elementwise_affine={self.elementwise_affine}, bias={self.bias is not None}"
        )


class GroupNorm(Affine):
    """Group normalisation: mean 0 and variance 1 in each group of channels of (N, C, ...).

    num_groups has to divide num_channels.
    """

    def __init__(
        self,
        num_groups: int,
        num_channels: int,
        eps: float = 1e-5,
        affine: bool = True,
        device: str | int | None = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        self.num_channels = whole(num_channels, "GroupNorm: num_channels")
        self.num_groups = equal_groups("GroupNorm", num_groups, self.num_channels)
        self.eps, self.affine = number(eps, self, "eps", 0), affine
        self._begin((self.num_channels,), affine, affine and bias, device, dtype)

    def forward(self, input: Any) -> Any:
        """The same shape."""
        weight = self.weight  # read once: it may be computed
        warn_of_wider(input, weight)
        return functional.group_norm(input, self.num_groups, weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        """As torch's."""
        return (
            f"{self.num_groups}, {self.num_channels}, eps={self.eps}, affine={self.affine}, "
            f"bias={self.bias is not None}"
        )
