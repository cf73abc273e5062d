"""Random numbers, which torch names by their shape: ``rand(2, 3)``, ``randn(2, 3)``."""

from collections.abc import Callable
from contextlib import contextmanager
from typing import Any

from .. import numpy as gnp
from .. import random
from ..api import functions as gg
from ..backend.dtypes import default_float
from ..engine.cells import Cell
from .both import both
from .creation import as_tensor
from .tensor import owned, plain, sizes_of

# fmt: off
__all__ = [
    "Generator", "bernoulli", "binomial", "fork_rng", "get_rng_state", "initial_seed",
    "manual_seed", "multinomial", "normal", "poisson", "rand", "rand_like", "randint",
    "randint_like", "randn", "randn_like", "randperm", "seed", "set_rng_state",
]
# fmt: on


class Generator:
    """Random numbers of its own, which ``manual_seed`` starts; on each device the same ones."""

    def __init__(self, device: Any = "cpu") -> None:
        self.device = device
        self.manual_seed(67280421310721)  # torch's own default seed

    def manual_seed(self, seed: int) -> "Generator":
        """Start the sequence from ``seed``."""
        self._seed, self.numbers = int(seed), gnp.random.default_rng(int(seed) % 2**63)
        return self

    def __getattr__(self, name: str) -> Any:
        """What numpy.random.Generator has too: loaders and samplers draw by its names."""
        return getattr(self.numbers, name)

    def initial_seed(self) -> int:
        """The seed that the sequence started from."""
        return self._seed


def numbers_of(generator: Generator | None) -> Any:
    """What draws: the functions of ``gg.random``, or a generator of its own."""
    return random if generator is None else generator.numbers


def manual_seed(seed: int) -> None:
    """Start the sequence of random numbers of the process from ``seed``."""
    random.seed(int(seed) % 2**63)


def seed() -> None:
    """Start the sequence of random numbers from a seed of the system's."""
    random.seed()


def initial_seed() -> int:
    """The seed that the sequence of random numbers started from."""
    return random.get_state()["seed"]


def _of_sizes(name: str, draw: Callable) -> Callable[..., Any]:
    def drawn(
        *size: Any,
        generator: Generator | None = None,
        out: Any = None,
        dtype: Any = None,
        layout: Any = None,
        device: Any = None,
        requires_grad: bool = False,
        pin_memory: bool = False,
    ) -> Any:
        """Random numbers; the lengths one by one or as one sequence."""
        values = draw(numbers_of(generator), sizes_of(size or ((),)))
        made = as_tensor(values, dtype or default_float(), device)
        return made.requires_grad_() if requires_grad else made

    drawn.__name__ = drawn.__qualname__ = name
    return drawn


rand = _of_sizes("rand", lambda numbers, size: numbers.uniform(0.0, 1.0, size))
randn = _of_sizes("randn", lambda numbers, size: numbers.normal(0.0, 1.0, size))


def _like(name: str, draw: Callable) -> Callable[..., Any]:
    def like(input: Any, *, dtype: Any = None, device: Any = None, **settings: Any) -> Any:
        """Random numbers in the shape and dtype, and on the device, of another Tensor."""
        kind, place = dtype or input.dtype, device or input.device
        return draw(tuple(input.shape), dtype=kind, device=place, **settings)

    like.__name__ = like.__qualname__ = name
    return like


rand_like, randn_like = _like("rand_like", rand), _like("randn_like", randn)


def randint(
    low: int,
    high: Any = None,
    size: Any = None,
    *,
    generator: Generator | None = None,
    dtype: Any = "int64",
    device: Any = None,
    requires_grad: bool = False,
) -> Any:
    """Whole numbers from ``low``, or 0, up to ``high``, which is left out."""
    if size is None:
        low, high, size = 0, low, high
    drawn = numbers_of(generator).integers(plain(low), plain(high), sizes_of((size,)))
    return as_tensor(drawn, dtype, device)


def randint_like(input: Any, low: int, high: int | None = None, **settings: Any) -> Any:
    """Whole numbers in the shape of another Tensor."""
    bounds = (0, low) if high is None else (low, high)
    made = randint(*bounds, tuple(input.shape), device=input.device)
    return made.astype(settings.get("dtype", input.dtype))


def randperm(
    n: int, *, generator: Generator | None = None, dtype: Any = "int64", device: Any = None
) -> Any:
    """The numbers from 0 to n - 1 in random order."""
    return as_tensor(numbers_of(generator).permutation(n), dtype, device)


def normal(mean: Any = 0.0, std: Any = 1.0, size: Any = None, *, generator: Any = None) -> Any:
    """Normal numbers with means and standard deviations that are numbers or Tensors."""
    if size is None:
        size = gnp.broadcast_shapes(*(tuple(x.shape) for x in (mean, std) if isinstance(x, Cell)))
    return owned(mean + std * owned(numbers_of(generator).normal(0.0, 1.0, tuple(size))))


@both
def bernoulli(input: Any, *, generator: Generator | None = None) -> Any:
    """1 with the probability that an element is, else 0."""
    uniform = owned(numbers_of(generator).uniform(0.0, 1.0, tuple(input.shape)))
    return (uniform.to(input.device) < input).astype(input.dtype)


@both
def multinomial(
    input: Any, num_samples: int, replacement: bool = False, *, generator: Any = None
) -> Any:
    """Indices drawn by weights, which are a vector or rows: (num_samples,) or (n, num_samples)."""
    weights = input.detach()
    rows = weights if weights.ndim == 2 else weights.reshape(1, -1)
    if replacement:
        share = gg.cumsum(rows, axis=1) / gg.sum(rows, axis=1, keepdims=True)
        uniform = rand(rows.shape[0], num_samples, generator=generator, device=rows.device)
        found = gg.sum(gg.expand_dims(share, axis=1) <= gg.expand_dims(uniform, axis=2), axis=2)
        found = gg.clip(found, 0, rows.shape[1] - 1)
    else:  # the largest of log(weight) plus Gumbel noise are drawn without replacement
        uniform = rand(*rows.shape, generator=generator, device=rows.device)
        keys = gg.log(rows) - gg.log(-gg.log1p(-uniform))
        found = gg.argsort(keys, 1, True)[:, :num_samples]
    return found if weights.ndim == 2 else found.reshape(-1)


def poisson(input: Any, generator: Generator | None = None) -> Any:
    """Counts of events that come by themselves, each element on average; of its dtype."""
    drawn = numbers_of(generator).poisson(input.detach(), tuple(input.shape))
    return owned(drawn.astype(input.dtype))


def binomial(count: Any, prob: Any, generator: Generator | None = None) -> Any:
    """Numbers of successes of probability ``prob`` among ``count`` trials; of count's dtype."""
    drawn = numbers_of(generator).binomial(count.detach(), prob.detach())
    return owned(drawn.astype(count.dtype))


def get_rng_state() -> Any:
    """The state of the random numbers of the process."""
    return random.get_state()


def set_rng_state(state: Any) -> None:
    """Go on with the random numbers from a state that ``get_rng_state`` gave."""
    random.set_state(state)


@contextmanager
def fork_rng(devices: Any = None, enabled: bool = True) -> Any:
    """Within the ``with`` random numbers may be drawn and seeded; then all goes on as before."""
    state = random.get_state()
    try:
        yield
    finally:
        random.set_state(state)
