"""Special functions on the host: SciPy's, imported when the first of them is called."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from ..maths.special import named, special_natives

ONLY_HERE = "iv ive jv kv kve yv"  # cupyx.scipy.special has none of them


@cache
def library() -> Any:
    """scipy.special; ImportError with the way out where SciPy is absent."""
    try:
        from scipy import special
    except ImportError as error:
        raise ImportError(
            "special functions are computed by SciPy, which is absent: pip install 'gpugrad[scipy]'"
        ) from error
    return special


SPECIAL_NATIVES: dict[str, Callable] = {
    **special_natives(np, library),
    **{name: named(name, library) for name in f"{ONLY_HERE} betaincc stdtr stdtrit".split()},
    "riemann_zeta": named("zeta", library),
}
