"""Strange forms of an array: what a user may put in the place of any argument.

``STRANGE[name](rng, x)`` gives the form ``name`` of the NumPy array ``x``, or None where there is
none: no 0-d array of an empty one, no infinities among integers.  ``x`` is left as it is.  ``rng``
is a ``numpy.random.Generator``, so that a seed and a name are enough to do it again.  Most forms
are arrays again, which may be made stranger.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

Form = Callable[[np.random.Generator, np.ndarray], Any]


def sprinkled(*values: float) -> Form:
    """Some elements, at random, replaced by some of the values; arrays of floats alone."""

    def form(rng: np.random.Generator, x: np.ndarray) -> Any:
        if x.dtype.kind not in "fc":
            return None
        places = rng.random(x.shape) < 0.5
        with np.errstate(over="ignore"):
            return np.where(places, rng.choice(values, x.shape).astype(x.dtype), x)

    return form


def limits(rng: np.random.Generator, x: np.ndarray) -> Any:
    """Some elements replaced by the largest and smallest of their dtype."""
    if x.dtype.kind in "fc":
        return sprinkled(np.finfo(x.dtype).max, np.finfo(x.dtype).min)(rng, x)
    if x.dtype.kind not in "iu":
        return None
    edges = np.array([np.iinfo(x.dtype).min, np.iinfo(x.dtype).max], x.dtype)
    return np.where(rng.random(x.shape) < 0.5, rng.choice(edges, x.shape), x)


def cast(name: str) -> Form:
    """Another dtype; floats become integers up to 100, three times themselves; None where numbers
    below 0 would be unsigned."""
    dtype = np.dtype(name)

    @np.errstate(over="ignore", invalid="ignore")
    def form(rng: np.random.Generator, x: np.ndarray) -> Any:
        if x.dtype == dtype or (x.dtype.kind == "c" and dtype.kind != "c"):
            return None
        if dtype.kind not in "iu" or x.dtype.kind in "iub":
            return None if dtype.kind == "u" and (x < 0).any() else x.astype(dtype)
        whole = np.rint(3 * np.nan_to_num(x.astype(np.float64)))
        return np.clip(whole, -100 if dtype.kind == "i" else 0, 100).astype(dtype)

    return form


def read_only(rng: np.random.Generator, x: np.ndarray) -> np.ndarray:
    """The same in memory that may not be written."""
    x = x.copy()
    x.flags.writeable = False
    return x


def strided(rng: np.random.Generator, x: np.ndarray) -> Any:
    """The same, every second element of a larger array."""
    return np.repeat(x, 2, axis=-1)[..., ::2] if x.ndim else None


def first(make: Callable[[Any], Any]) -> Form:
    """A number made of the first element."""

    def form(rng: np.random.Generator, x: np.ndarray) -> Any:
        return make(x.flat[0]) if x.size and np.isfinite(x.flat[0]) else None

    return form


DTYPES = (
    *(f"{kind}int{bits}" for kind in ("", "u") for bits in (8, 16, 32, 64)),
    *("bool", "float16", "float32", "float64", "complex64", "complex128"),
)
STRANGE: dict[str, Form] = {
    "nothing": lambda rng, x: x[:0] if x.ndim else None,
    "nothing in each row": lambda rng, x: x[..., :0] if x.ndim > 1 else None,
    "0-d": lambda rng, x: np.array(x.flat[0]) if x.size and x.ndim else None,
    "one element": lambda rng, x: x.flat[:1].reshape((1,) * x.ndim) if x.size else None,
    "one axis more": lambda rng, x: x[None],
    "ties": lambda rng, x: rng.choice(x.flat[:2], x.shape) if x.size else None,
    "zeros": lambda rng, x: np.zeros_like(x),
    "edges of domains": sprinkled(-1.0, -0.0, 0.0, 1.0),
    "infinities": sprinkled(np.inf, -np.inf),
    "NaN": sprinkled(np.nan),
    "denormals": sprinkled(5e-324, -5e-324, 1e-310, 6e-8, 1e-45),
    "limits": limits,
    **{name: cast(name) for name in DTYPES},
    "big-endian": lambda rng, x: x.astype(x.dtype.newbyteorder(">")),
    "read-only": read_only,
    "strided": strided,
    "reversed": lambda rng, x: x[::-1].copy()[::-1] if x.ndim else None,
    "transposed": lambda rng, x: x.T.copy().T if x.ndim > 1 else None,
    "list": lambda rng, x: x.tolist(),
    "NumPy's number": first(lambda value: value),
    "Python's float": first(lambda value: float(value.real)),
    "Python's int": first(lambda value: round(float(value.real))),
    "Python's bool": first(bool),
    "Python's complex": first(complex),
}
