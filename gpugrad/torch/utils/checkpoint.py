"""torch.utils.checkpoint: values computed again in the backward pass in place of being kept."""

from collections.abc import Callable
from typing import Any

from ... import transforms
from ..owning import owning


def checkpoint(
    function: Callable[..., Any],
    *arguments: Any,
    use_reentrant: Any = None,
    preserve_rng_state: bool = True,
    **settings: Any,
) -> Any:
    """What ``function`` gives; the backward pass calls it again, with the same random numbers."""
    return owning(transforms.checkpoint(function))(*arguments, **settings)
