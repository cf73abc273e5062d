"""Random numbers from Philox4x64-10, a function of seed and position: the same on every device.

A generator with seed s that stands at counter c goes on with the 64-bit words

    numpy.random.Philox(key=s, counter=c).random_raw(n)

of which four make a block.  Every call uses whole blocks and moves the counter past them, by a
number that depends on the count and the dtype alone, so that devices stay in step:

    uniform      float32: Generator.random(dtype=float32), 24 bits of each half word, low half
                 first; float64: Generator.random(), 53 bits of each word; then low + width * it
    integers     low + floor(word * (high - low) / 2**64), off uniform by less than
                 (high - low) / 2**64; not Generator.integers, which rejects and so uses a number
                 of words that depends on the words
    bernoulli    a half word below probability * 2**32
    permutation  the order that sorts the words, equal words in their own order
    normal       the quantile (Wichura's AS 241) of a half word (float32), or of 52 bits (float64)

Halves are drawn as float32 and rounded, so that a uniform half may round up to ``high``.  The
same bits everywhere, normals within 4 units in the last place (of the standard normal): two
libraries' logarithms differ in the last bit, which the quantile makes up to 3.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from math import prod
from typing import Any

from ...settings import settings
from ..dtypes import FLOATS, INEXACT, as_dtype, float64
from . import device, host

WORD = 2**64
Shape = int | tuple[int, ...]


class Counter:
    """The cell that holds a generator's position in blocks; reading, writing and moving on."""

    __slots__ = ("_lock", "_value")

    def __init__(self, value: int = 0) -> None:
        self._lock = threading.Lock()
        self.set(value)

    def get(self) -> int:
        """Blocks drawn so far."""
        return self._value

    def set(self, value: int) -> None:
        """Go to a position, as a checkpoint does before it computes again."""
        if not 0 <= value < WORD:
            raise ValueError(f"random counter: {value} is not in [0, 2**64)")
        self._value = value

    def advance(self, blocks: int) -> int:
        """Move on by ``blocks``; the position before, which no other thread gets too."""
        with self._lock:  # no call within: the collector cannot start here and come again
            before = self._value
            self._value = (before + blocks) % WORD
        return before


class Generator:
    """A seed and a counter cell: where in the sequence of random words the next call begins."""

    def __init__(self, seed: int = 0, counter: int = 0) -> None:
        self.counter = Counter(counter)
        self.seed = seed

    @property
    def seed(self) -> int:
        """The Philox key, an integer in [0, 2**128); writing it leaves the counter alone."""
        return self._seed

    @seed.setter
    def seed(self, seed: int) -> None:
        if not 0 <= seed < 2**128:
            raise ValueError(f"random seed: {seed} is not in [0, 2**128)")
        self._seed = int(seed)
        self._states: dict[Any, Any] = {}

    def take(self, count: int, per_block: int) -> int:
        """Move past the blocks of ``count`` draws; the position before."""
        return self.counter.advance(-(-count // per_block))

    def state(self, backend: Any) -> Any:
        """What device kernels read, uint64 (key0, key1, counter base 0), kept on the device."""
        if backend not in self._states:
            self._states[backend] = device.state(backend, self._seed)
        return self._states[backend]


DEFAULT = Generator(settings.seed)
_current: ContextVar[Generator] = ContextVar("generator", default=DEFAULT)
current = _current.get  # the generator that draws where none is given


@contextmanager
def drawing_from(generator: Generator) -> Iterator[None]:
    """Within the ``with``, and this thread, ``generator`` draws where none is given."""
    token = _current.set(generator)
    try:
        yield
    finally:
        _current.reset(token)


def seed(value: int) -> None:
    """Start the default generator again, from ``value``."""
    generator = current()
    generator.seed = value
    generator.counter.set(0)


def words(backend: Any, count: int, generator: Generator | None = None) -> Any:
    """``count`` raw 64-bit words, uint64."""
    generator = generator or current()
    first = generator.take(count, 4)
    return _maker(backend).words(backend, generator, first, count)


def uniform(
    backend: Any,
    shape: Shape,
    dtype: Any = None,
    low: float = 0.0,
    high: float = 1.0,
    generator: Generator | None = None,
) -> Any:
    """Uniform numbers in [low, high) of a float dtype."""
    return _floats("uniform", backend, shape, dtype, (low, high - low), generator)


def normal(
    backend: Any,
    shape: Shape,
    dtype: Any = None,
    mean: float = 0.0,
    deviation: float = 1.0,
    generator: Generator | None = None,
) -> Any:
    """Normal numbers of a float dtype."""
    return _floats("normal", backend, shape, dtype, (mean, deviation), generator)


def integers(
    backend: Any,
    shape: Shape,
    low: int,
    high: int,
    dtype: Any = "int64",
    generator: Generator | None = None,
) -> Any:
    """Integers in [low, high), each as likely as any other."""
    dtype = as_dtype(dtype)
    if dtype in INEXACT or not -(WORD // 2) <= low < high <= WORD // 2:
        raise ValueError(
            f"integers: [{low}, {high}) as {dtype.name}; low must be below high, both within "
            "64 bits with a sign, and the dtype an integer's"
        )
    generator, shape, count = generator or current(), *_sizes(shape)
    first = generator.take(count, 4)
    drawn = _maker(backend).integers(backend, generator, first, count, low, high)
    return drawn.reshape(shape).astype(dtype, copy=False)


def bernoulli(
    backend: Any, shape: Shape, probability: float, generator: Generator | None = None
) -> Any:
    """A mask that is True with ``probability`` (which is rounded to 32 bits)."""
    if not 0 <= probability <= 1:
        raise ValueError(f"bernoulli: the probability {probability} is not in [0, 1]")
    generator, shape, count = generator or current(), *_sizes(shape)
    first = generator.take(count, 8)
    threshold = round(probability * 2**32)
    return _maker(backend).bernoulli(backend, generator, first, count, threshold).reshape(shape)


def permutation(backend: Any, count: int, generator: Generator | None = None) -> Any:
    """The numbers 0 to ``count`` - 1, int64, in random order."""
    drawn = words(backend, count, generator)
    return _maker(backend).order(backend, drawn)


def _floats(
    name: str, backend: Any, shape: Shape, dtype: Any, settings: tuple, generator: Any
) -> Any:
    dtype = as_dtype(float if dtype is None else dtype)
    if dtype not in FLOATS:
        raise TypeError(f"{name}: {dtype.name} is not a float dtype; draw floats and convert them")
    generator, shape, count = generator or current(), *_sizes(shape)
    first = generator.take(count, 4 if dtype == float64 else 8)
    draw = getattr(_maker(backend), name)
    return draw(backend, generator, first, count, dtype, *settings).reshape(shape)


def _sizes(shape: Shape) -> tuple[tuple[int, ...], int]:
    shape = (shape,) if isinstance(shape, int) else tuple(shape)
    return shape, prod(shape)


def _maker(backend: Any) -> Any:
    return host if backend.name == "cpu" else device
