"""torch's older words for ``reduction``: ``size_average`` and ``reduce``."""

import warnings
from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any


def older_taken(loss: Callable[..., Any]) -> Callable[..., Any]:
    """``loss``, a function or an ``__init__``, which takes the older words too, by name."""
    if "size_average" not in signature(loss).parameters:
        return loss

    @wraps(loss)
    def call(*given: Any, size_average: Any = None, reduce: Any = None, **settings: Any) -> Any:
        if size_average is None and reduce is None:
            return loss(*given, **settings)
        mean = "sum" if size_average is False else "mean"
        reduction = "none" if reduce is False else mean
        warnings.warn(
            f"size_average and reduce are deprecated; write reduction={reduction!r}", stacklevel=2
        )
        return loss(*given, **{**settings, "reduction": reduction})

    return call
