"""torch.compile: functions and Modules that are recorded and replayed."""

from functools import partial
from typing import Any

from ..compiler import compile as _compile
from .nn.modules import Module

__all__ = ["compile"]


def compile(
    model: Any = None,
    *,
    fullgraph: bool = False,
    dynamic: bool | None = None,
    backend: Any = "inductor",
    mode: str | None = None,
    options: Any = None,
    disable: bool = False,
) -> Any:
    """``gg.compile(model)`` of a function; a Module itself, whose ``forward`` is replayed.

    So parameters, ``train()`` and the names of a state dict stay the Module's.  disable: give
    ``model`` as it is.  The other settings choose among torch's compilers; they have no effect.
    """
    if model is None:
        return partial(compile, disable=disable)
    if disable:
        return model
    if isinstance(model, Module):
        model.compile()
        return model
    return _compile(model)
