"""torch.nn.parallel: a Module on one device runs as it is; several are not there yet."""

from typing import Any, NoReturn

from .modules import Module

__all__ = ["DataParallel", "DistributedDataParallel", "data_parallel"]


class DataParallel(Module):
    """``module``, run on the one device that it is on; its entries in a state dict begin with
    ``module.``.  RuntimeError for several devices."""

    def __init__(
        self, module: Module, device_ids: Any = None, output_device: Any = None, dim: int = 0
    ) -> None:
        super().__init__()
        _check("DataParallel", device_ids)
        self.module = module

    def forward(self, *inputs: Any, **settings: Any) -> Any:
        """What the Module gives."""
        return self.module(*inputs, **settings)


def data_parallel(
    module: Module,
    inputs: Any,
    device_ids: Any = None,
    output_device: Any = None,
    dim: int = 0,
    module_kwargs: dict[str, Any] | None = None,
) -> Any:
    """What ``module`` gives for ``inputs``, one or a tuple; RuntimeError for several devices."""
    _check("data_parallel", device_ids)
    return module(*(inputs if isinstance(inputs, tuple) else (inputs,)), **(module_kwargs or {}))


def DistributedDataParallel(module: Module, *given: Any, **settings: Any) -> NoReturn:
    """Not there yet: RuntimeError."""
    raise RuntimeError("DistributedDataParallel: several processes are not there yet; train in one")


def _check(name: str, device_ids: Any) -> None:
    if device_ids is not None and len(device_ids) > 1:
        raise RuntimeError(
            f"{name}: device_ids={list(device_ids)}; several devices are not there yet, give one"
        )
