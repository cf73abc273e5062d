"""Batch normalisation over several processes, which here are one."""

from typing import Any

from .module import Module
from .normalisation import BatchNorm

__all__ = ["SyncBatchNorm"]


class SyncBatchNorm(BatchNorm):
    """Batch normalisation of (N, C, ...) over all processes of a group.

    There is one process here, so that it is that of BatchNorm1d to 3d; process_group is refused.
    """

    ranks = (2, 3, 4, 5)

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        process_group: Any = None,
        device: str | int | None = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        _refuse_group(process_group)
        settings = (affine, track_running_stats, device, dtype)
        super().__init__(num_features, eps, momentum, *settings, bias=bias)

    @classmethod
    def convert_sync_batchnorm(cls, module: Module, process_group: Any = None) -> Module:
        """``module`` with a SyncBatchNorm in the place of each BatchNorm, of the same parameters
        and statistics; a BatchNorm itself gives a new one."""
        _refuse_group(process_group)
        if isinstance(module, BatchNorm) and module.converts:
            made = cls.__new__(cls)
            vars(made).update(vars(module), _kind_of=dict(module._kinds))
            return made
        for name, child in list(module._own_children()):
            setattr(module, name, cls.convert_sync_batchnorm(child))
        return module


def _refuse_group(process_group: Any) -> None:
    if process_group is not None:
        raise ValueError("SyncBatchNorm: process_group=; there is one process here, leave it out")
