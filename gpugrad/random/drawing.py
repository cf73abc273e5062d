"""How numbers are drawn: in which shape and dtype, and on which device."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from math import prod
from numbers import Real
from typing import Any, NamedTuple

from ..api import functions as gg
from ..api.creation import asarray
from ..api.inspection import finfo, result_type
from ..backend.dtypes import INEXACT, as_dtype, default_float, float32, float64
from ..backend.random import generator as source
from ..backend.select import HOST, backend, backend_of
from ..backend.shapes import sizes
from ..engine.cells import raw
from ..ops.shape import common_shape
from ..tensor.cell import Tensor

Size = int | tuple[int, ...] | None
Device = str | int | None


def shape_of(size: Any) -> tuple[int, ...]:
    """The shape that a ``size`` means where there are no parameters."""
    return () if size is None else sizes(size)


def _once(draw: Callable, shape: tuple[int, ...]) -> Any:
    return Tensor(draw(shape))


_drawing: ContextVar[Callable] = ContextVar("drawing", default=_once)


def drawn(draw: Callable[[tuple[int, ...]], Any], shape: tuple[int, ...]) -> Any:
    """What ``draw`` gives in ``shape`` as a Tensor; within ``drawing_by`` what that makes of it."""
    return _drawing.get()(draw, shape)


def as_usual() -> bool:
    """Whether no ``drawing_by`` says otherwise."""
    return _drawing.get() is _once


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
        if _any(given, lambda value: value < 0):
            raise ValueError(f"{name}: {parameter}={given!r:.200}; it is 0 or more")


def probability(name: str, **parameters: Any) -> None:
    """ValueError if a number, or an element of an array on the host, is not from 0 to 1."""
    for parameter, given in parameters.items():
        if _any(given, lambda value: ~((value >= 0) & (value <= 1))):
            raise ValueError(f"{name}: {parameter}={given!r:.200}; it is from 0 to 1")


def _any(given: Any, wrong: Callable) -> bool:
    value = raw(given)
    on_host = not hasattr(value, "dtype") or backend_of(value) is HOST
    return on_host and bool(wrong(HOST.asarray(value)).any())  # a device's would be waited for


class Asked(NamedTuple):
    """Numbers that a user asks for: of which parameters, in which shape and dtype, and where.

    All is computed in ``wide``, float32 at least, and rounded once.
    """

    parameters: list
    shape: tuple[int, ...]
    dtype: Any
    wide: Any
    home: Any

    def uniform(self, *rounds: int, dtype: Any = None) -> Any:
        """Numbers from [0, 1), (*rounds, *shape)."""
        kind = dtype or self.wide
        return drawn(lambda shape: source.uniform(self.home, shape, kind), (*rounds, *self.shape))

    def normal(self, *rounds: int, dtype: Any = None) -> Any:
        """Normal numbers of mean 0 and deviation 1, (*rounds, *shape)."""
        kind = dtype or self.wide
        return drawn(lambda shape: source.normal(self.home, shape, kind), (*rounds, *self.shape))

    def exponential(self, *rounds: int, dtype: Any = None) -> Any:
        """Numbers of the exponential distribution with mean 1, (*rounds, *shape)."""
        return -gg.log1p(-self.uniform(*rounds, dtype=dtype))

    def signed(self) -> Any:
        """Uniform numbers in (-1/2, 1/2), exact and away from both ends."""
        return (self.uniform() - 0.5) + float(finfo(self.wide).eps) / 4

    def skip(self, kinds: tuple[str, ...], rounds: int) -> None:
        """Go past rounds of float64 numbers without drawing them."""
        for _ in kinds:
            source.current().take(rounds * prod(self.shape), 4)

    def given(self, y: Any) -> Any:
        """``y`` in the dtype that was asked for."""
        return gg.astype(y, self.dtype, copy=False)


def asked(name: str, size: Any, dtype: Any, device: Device, *parameters: Any) -> Asked:
    """What a call of the function ``name`` asks for; parameters become Tensors of one float dtype,
    of the arrays among them if no dtype is given."""
    arrays = [x if isinstance(x, Real) else asarray(x, device=device) for x in parameters]
    given = [x for x in arrays if not isinstance(x, Real)]
    home = backend_of(raw(given[0])) if given else backend(device)
    if dtype is None:
        together = result_type(*given) if given else default_float()
        dtype = together if together in INEXACT else default_float()
    dtype = as_dtype(dtype)
    wide = float64 if dtype == float64 or dtype not in INEXACT else float32
    read = [
        asarray(x, dtype=wide, device=home.name)
        if isinstance(x, Real)
        else gg.astype(x, wide, copy=False)
        for x in arrays
    ]
    shape = shape_beside(name, size, *[x.shape for x in given])
    return Asked(read, shape, dtype, wide, home)


def shape_beside(name: str, size: Any, *shapes: tuple[int, ...]) -> tuple[int, ...]:
    """The shape of numbers drawn for parameters of ``shapes``; ValueError if they do not fit."""
    if size is None:
        return common_shape(shapes) if shapes else ()
    wanted = sizes(size)
    for shape in shapes:
        pairs = zip(reversed(shape), reversed(wanted), strict=False)
        if len(shape) > len(wanted) or any(n not in (1, length) for n, length in pairs):
            raise ValueError(f"{name}: size={size!r} has no room for parameters of shape {shape}")
    return wanted
