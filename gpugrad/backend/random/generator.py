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
same bits everywhere, normals within 4 units in the last place, of float64 within 8 (of the
standard normal): two libraries' logarithms differ in the last bits, which the quantile multiplies.

A backend draws by its natives ``random_words``, ``random_uniform``, ``random_normal``,
``random_integers`` and ``random_bernoulli``, which take the seed and the position.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from hashlib import blake2b
from math import prod
from operator import index
from typing import Any, Protocol

from ...settings import settings
from ..dtypes import FLOATS, INEXACT, as_dtype, float64
from ..locks import COUNTING
from ..protocol import Backend
from ..shapes import sizes

WORD = 2**64
Shape = int | tuple[int, ...]


def _whole(name: str, **arguments: Any) -> int:
    """The one argument as an integer of Python's; TypeError if it is no whole number."""
    ((argument, value),) = arguments.items()
    try:
        return index(value)
    except TypeError:
        raise TypeError(f"{name}: {argument}={value!r:.200}; give a whole number") from None


class Counter:
    """The cell that holds a generator's position in blocks; every write goes through ``write``."""

    __slots__ = ("_value",)

    def __init__(self, value: int = 0) -> None:
        self._value = 0
        self.set(value)

    def get(self) -> int:
        """Blocks drawn so far."""
        return self._value

    def set(self, value: int) -> None:
        """Go to a position, as a checkpoint does before it computes again."""
        if not 0 <= value < WORD:
            raise ValueError(f"random counter: {value} is not in [0, 2**64)")
        self.write(value)

    def advance(self, blocks: int) -> int:
        """Move on by ``blocks``; the position before, which no other thread gets too."""
        return self.write(None, blocks)

    def give_back(self, before: int, blocks: int) -> None:
        """Undo an ``advance`` from ``before`` by ``blocks``, unless others went on from there."""
        with COUNTING:
            if self._value == (before + blocks) % WORD:
                self.write(before)

    def write(self, value: int | None, blocks: int = 0) -> int:
        """Go to ``value``, or on by ``blocks`` from here if it is None; the position before."""
        with COUNTING:
            before = self._value
            self._value = ((before if value is None else value) + blocks) % WORD
        return before


class Taker(Protocol):
    """What hears of generators, in the thread that it watches, instead of their counters."""

    def made(self, generator: "Generator", seed: int | None) -> None:
        """A generator is made."""

    def seeded(self, generator: "Generator") -> None:
        """A generator gets another seed."""

    def take(self, generator: "Generator", blocks: int) -> tuple[Any, Any]:
        """What stands for the seed and the position of a draw."""

    def repeating(self, generator: "Generator") -> "Generator":
        """A generator that gives what ``generator`` gives next."""


_taking: ContextVar[Taker | None] = ContextVar("taking", default=None)


class Generator:
    """A seed and a counter cell: where in the sequence of random words the next call begins."""

    def __init__(self, seed: int | None = None, counter: int = 0) -> None:
        if (taker := _taking.get()) is not None:
            taker.made(self, seed)
        self.counter = Counter(counter)
        self.seed = int.from_bytes(os.urandom(16), "little") if seed is None else seed

    @property
    def seed(self) -> int:
        """The Philox key, an integer in [0, 2**128); writing it leaves the counter alone."""
        return self._seed

    @seed.setter
    def seed(self, seed: int) -> None:
        whole = _whole("random seed", seed=seed)
        if not 0 <= whole < 2**128:
            raise ValueError(f"random seed: {whole} is not in [0, 2**128)")
        if (taker := _taking.get()) is not None:
            taker.seeded(self)
        self._seed, self._forks = whole, 0

    def take(self, count: int, per_block: int) -> tuple[Any, Any]:
        """The seed and the position of ``count`` draws; the next ones begin past their blocks."""
        blocks = -(-count // per_block)
        if (taker := _taking.get()) is not None:
            return taker.take(self, blocks)
        return self._seed, self.counter.advance(blocks)

    def repeating(self) -> "Generator":
        """A generator that gives what this one gives next."""
        taker = _taking.get()
        return Generator(self._seed, self.counter.get()) if taker is None else taker.repeating(self)

    def count_fork(self) -> None:
        """Note that a child is forked, so that no two get the same numbers."""
        self._forks += 1

    def go_apart(self) -> None:
        """In a forked child: begin a sequence that the seed and the number of the fork decide."""
        parts = self._seed.to_bytes(16, "little"), self._forks.to_bytes(8, "little")
        self.counter = Counter()  # another thread may have held the lock of the old one
        self.seed = int.from_bytes(blake2b(b"".join(parts), digest_size=16).digest(), "little")


DEFAULT = Generator(settings.seed)
if hasattr(os, "register_at_fork"):  # where processes fork
    os.register_at_fork(before=DEFAULT.count_fork, after_in_child=DEFAULT.go_apart)
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


@contextmanager
def taking_by(taker: Taker) -> Iterator[None]:
    """Within the ``with``, and this thread, ``taker`` says what stands for the seed and the
    position of a draw, and the counter stays."""
    token = _taking.set(taker)
    try:
        yield
    finally:
        _taking.reset(token)


def seed(value: int | None = None) -> None:
    """Start the default generator again, from ``value``; from a seed of the system's without."""
    generator = current()
    generator.seed = Generator().seed if value is None else value
    generator.counter.set(0)


def words(backend: Backend, shape: Shape, generator: Generator | None = None) -> Any:
    """Raw 64-bit words, uint64."""
    shape = _shape(shape)
    place = (generator or current()).take(prod(shape), 4)
    return backend.natives["random_words"](*place, shape)


def uniform(
    backend: Backend,
    shape: Shape,
    dtype: Any = None,
    low: float = 0.0,
    high: float = 1.0,
    generator: Generator | None = None,
) -> Any:
    """Uniform numbers in [low, high) of a float dtype."""
    if high < low:
        raise ValueError(f"uniform: low={low} is above high={high}")
    settings = {"low": low, "width": high - low}
    return _floats("uniform", backend, shape, dtype, settings, generator)


def normal(
    backend: Backend,
    shape: Shape,
    dtype: Any = None,
    mean: float = 0.0,
    deviation: float = 1.0,
    generator: Generator | None = None,
) -> Any:
    """Normal numbers of a float dtype."""
    if deviation < 0:
        raise ValueError(f"normal: scale={deviation}; it is 0 or more")
    settings = {"mean": mean, "deviation": deviation}
    return _floats("normal", backend, shape, dtype, settings, generator)


def integers(
    backend: Backend,
    shape: Shape,
    low: int,
    high: int,
    dtype: Any = "int64",
    generator: Generator | None = None,
) -> Any:
    """Integers in [low, high), each as likely as any other."""
    dtype, low = as_dtype(dtype), _whole("integers", low=low)
    high = _whole("integers", high=high)
    if dtype in INEXACT or not -(WORD // 2) <= low < high <= WORD // 2:
        raise ValueError(
            f"integers: [{low}, {high}) as {dtype.name}; low must be below high, both within "
            "64 bits with a sign, and the dtype an integer's"
        )
    shape = _shape(shape)
    place = (generator or current()).take(prod(shape), 4)
    return backend.natives["random_integers"](*place, shape, dtype=dtype, low=low, high=high)


def bernoulli(
    backend: Backend, shape: Shape, probability: float, generator: Generator | None = None
) -> Any:
    """A mask that is True with ``probability`` (which is rounded to 32 bits)."""
    if not 0 <= probability <= 1:
        raise ValueError(f"bernoulli: the probability is {probability}; give a number from 0 to 1")
    shape, threshold = _shape(shape), round(probability * 2**32)
    place = (generator or current()).take(prod(shape), 8)
    return backend.natives["random_bernoulli"](*place, shape, threshold=threshold)


def permutation(backend: Backend, shape: Shape, generator: Generator | None = None) -> Any:
    """The numbers 0 to n - 1, int64, in random orders, along the last axis of length n."""
    drawn = words(backend, shape, generator)
    return backend.natives["argsort"](drawn, axis=-1, descending=False)


def _floats(
    name: str, backend: Backend, shape: Shape, dtype: Any, settings: dict, generator: Any
) -> Any:
    dtype = as_dtype(float if dtype is None else dtype)
    if dtype not in FLOATS:
        raise TypeError(f"{name}: {dtype.name} is not a float dtype; draw floats and convert them")
    shape = _shape(shape)
    place = (generator or current()).take(prod(shape), 4 if dtype == float64 else 8)
    return backend.natives[f"random_{name}"](*place, shape, dtype=dtype, **settings)


def _shape(shape: Shape) -> tuple[int, ...]:
    lengths = sizes(shape)
    if any(n < 0 for n in lengths):
        raise ValueError(f"random numbers of shape {lengths}; a length is 0 or more")
    return lengths
