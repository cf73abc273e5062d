"""Random numbers with the names of numpy.random.Generator, the same on every device.

    import gpugrad as gg

    gg.random.seed(1)
    first = gg.random.uniform(size=(2, 3))
    gg.random.seed(1)
    print(first.shape, gg.all(first == gg.random.uniform(size=(2, 3))).item())  # (2, 3) True

A process begins with a seed of the system's.  ``seed(n)``, or GPUGRAD_SEED=n in the environment,
starts a known sequence, and every call continues it; ``get_state`` and ``set_state`` mark a place
and return to it.  A forked process goes on with numbers of its own, which follow from the seed and
the number of the fork.  The bits are the same on every device, except those of normals, which agree
to 4 units in the last place, in float64 to 8.
Results are of the default float unless ``dtype`` is given, on the default device unless ``device``
is.  A ``size`` is an integer, a tuple, or None for the shape of the parameters together.  Gradients
pass to the parameters of a distribution that are Tensors.  Within ``gg.vmap`` all members share the
same numbers.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from numbers import Integral, Real
from typing import Any

from .api import functions as gg
from .api.creation import asarray
from .api.inspection import result_type
from .backend.dtypes import INEXACT, default_float
from .backend.random import generator as source
from .backend.select import HOST, backend, backend_of
from .backend.shapes import sizes
from .engine.cells import raw
from .ops.shape import common_shape
from .tensor.cell import Tensor
from .tensor.conversion import Conversion

Size = int | tuple[int, ...] | None

__all__ = [
    "bernoulli",
    "get_state",
    "integers",
    "normal",
    "permutation",
    "seed",
    "set_state",
    "uniform",
]


def seed(value: int | None = None) -> None:
    """Start the sequence of random numbers from ``value``; from one of the system's without."""
    source.seed(value)


def get_state() -> dict[str, int]:
    """The seed and the counter: where in the sequence the next number stands, as whole numbers.

    state = gg.random.get_state()
    first = gg.random.uniform(size=3)
    gg.random.set_state(state)
    print(gg.all(first == gg.random.uniform(size=3)).item())  # True
    """
    generator = source.current()
    return {"seed": generator.seed, "counter": generator.counter.get()}


def set_state(state: Mapping[str, int]) -> None:
    """Go on from a state that ``get_state`` gave; TypeError or ValueError for another one, and
    then nothing was changed."""
    if not isinstance(state, Mapping) or state.keys() != {"seed", "counter"}:
        raise TypeError(f"set_state: {state!r:.200}; give what gg.random.get_state() gave")
    new = source.Generator(state["seed"], state["counter"])
    generator = source.current()
    generator.seed = new.seed
    generator.counter.set(new.counter.get())


def uniform(
    low: Any = 0.0,
    high: Any = 1.0,
    size: Size = None,
    *,
    dtype: Any = None,
    device: str | int | None = None,
) -> Any:
    """Uniform random numbers from [low, high), in the shape ``size``.

    low, high: numbers, or arrays and Tensors that broadcast, to which gradients pass.
    """
    if isinstance(low, Real) and isinstance(high, Real):
        numbers = dtype, float(low), float(high)
        return drawn(lambda shape: source.uniform(backend(device), shape, *numbers), _shape(size))
    (low, high), unit = _beside(source.uniform, size, dtype, device, low, high)
    return low + (high - low) * unit


def normal(
    loc: Any = 0.0,
    scale: Any = 1.0,
    size: Size = None,
    *,
    dtype: Any = None,
    device: str | int | None = None,
) -> Any:
    """Normal random numbers of mean ``loc`` and standard deviation ``scale``, in shape ``size``.

    loc, scale: numbers, or arrays and Tensors that broadcast, to which gradients pass.
    """
    if isinstance(loc, Real) and isinstance(scale, Real):
        numbers = dtype, float(loc), float(scale)
        return drawn(lambda shape: source.normal(backend(device), shape, *numbers), _shape(size))
    not_negative("normal", scale=scale)
    (loc, scale), standard = _beside(source.normal, size, dtype, device, loc, scale)
    return loc + scale * standard


def integers(
    low: int,
    high: int | None = None,
    size: Size = None,
    *,
    dtype: Any = "int64",
    device: str | int | None = None,
) -> Any:
    """Uniform random integers from [low, high), or from [0, low) if ``high`` is None."""
    low, high = (0, low) if high is None else (low, high)
    return drawn(
        lambda shape: source.integers(backend(device), shape, low, high, dtype), _shape(size)
    )


def bernoulli(probability: Any, size: Size = None, *, device: str | int | None = None) -> Any:
    """Truth values, each True with ``probability``: a number, or an array of them."""
    if isinstance(probability, Real):
        p = float(probability)
        return drawn(lambda shape: source.bernoulli(backend(device), shape, p), _shape(size))
    (probability,), unit = _beside(source.uniform, size, None, device, probability)
    return unit < probability


def permutation(x: Any, *, device: str | int | None = None) -> Any:
    """Integers 0 to x - 1 in random order; for an array, its rows in random order."""
    if isinstance(x, Integral):
        return drawn(lambda shape: source.permutation(backend(device), shape), sizes(x))
    rows: Any = x if isinstance(x, Conversion) else Tensor(backend().asarray(x))
    if not rows.ndim:
        raise TypeError(f"permutation: {x!r:.200}; give a whole number, or an array with rows")
    home = backend_of(raw(rows))
    return rows[drawn(lambda shape: source.permutation(home, shape), rows.shape[:1])]


# --- how numbers are drawn


def _shape(size: Any) -> tuple[int, ...]:
    return () if size is None else sizes(size)


def _once(draw: Callable, shape: tuple[int, ...]) -> Any:
    return Tensor(draw(shape))


_drawing: ContextVar[Callable] = ContextVar("drawing", default=_once)


def drawn(draw: Callable[[tuple[int, ...]], Any], shape: tuple[int, ...]) -> Any:
    """What ``draw`` gives in ``shape`` as a Tensor; within ``drawing_by`` what that makes of it."""
    return _drawing.get()(draw, shape)


@contextmanager
def drawing_by(way: Callable[[Callable, Callable, tuple[int, ...]], Any]) -> Iterator[None]:
    """Within the ``with``, and this thread, ``drawn`` is ``way``, of what it was before as well."""
    token = _drawing.set(partial(way, _drawing.get()))
    try:
        yield
    finally:
        _drawing.reset(token)


def not_negative(name: str, **parameters: Any) -> None:
    """ValueError if a number, or an element of an array on the host, is below 0."""
    for parameter, given in parameters.items():
        value = raw(given)
        on_host = not hasattr(value, "dtype") or backend_of(value) is HOST
        if on_host and (HOST.asarray(value) < 0).any():  # a device's would have to be waited for
            raise ValueError(f"{name}: {parameter}={given!r:.200}; it is 0 or more")


def _beside(
    draw: Callable, size: Any, dtype: Any, device: str | int | None, *parameters: Any
) -> tuple[list, Any]:
    """The parameters in the float dtype of the arrays among them, and standard numbers beside."""
    read = [x if isinstance(x, Real) else asarray(x, device=device) for x in parameters]
    arrays = [x for x in read if not isinstance(x, Real)]
    if dtype is None:
        dtype = result_type(*arrays)
        dtype = dtype if dtype in INEXACT else default_float()
    read = [x if isinstance(x, Real) else gg.astype(x, dtype, copy=False) for x in read]
    shape = shape_beside(draw.__name__, size, *[x.shape for x in arrays])
    home = backend_of(raw(arrays[0]))
    return read, drawn(lambda shape: draw(home, shape, dtype), shape)


def shape_beside(name: str, size: Any, *shapes: tuple[int, ...]) -> tuple[int, ...]:
    """The shape of numbers drawn for parameters of ``shapes``; ValueError if they do not fit."""
    if size is None:
        return common_shape(shapes)
    wanted = sizes(size)
    for shape in shapes:
        pairs = zip(reversed(shape), reversed(wanted), strict=False)
        if len(shape) > len(wanted) or any(n not in (1, length) for n, length in pairs):
            raise ValueError(f"{name}: size={size!r} has no room for parameters of shape {shape}")
    return wanted
