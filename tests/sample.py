"""What a sample of an operation is, and the numbers that samples are made of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True, eq=False)
class Sample:
    """Inputs and settings of one call of an operation, and what it must give.

    inputs: arrays, those of float64 or complex128 are differentiated; they keep away from corners.
    reference: the result by NumPy, a function of the inputs; None where only rules are compared.
    order: up to which derivative the rules are compared with differences; 0 for operations
    without derivatives.
    """

    inputs: tuple[Any, ...]
    settings: Mapping[str, Any] = field(default_factory=dict)
    reference: Callable[..., Any] | None = None
    order: int = 2


def sample(
    *inputs: Any,
    reference: Callable[..., Any] | None = None,
    order: int = 2,
    **settings: Any,
) -> Sample:
    """A Sample with lists and NumPy scalars made arrays: a batch is made of arrays."""
    arrays = tuple(np.asarray(x) if isinstance(x, list | np.generic) else x for x in inputs)
    return Sample(arrays, settings, reference, order)


def numbers(*shape: int, low: float = -2.0, high: float = 2.0, seed: int = 0) -> np.ndarray:
    """float64 numbers between ``low`` and ``high``, none within 0.05 of a whole number."""
    random = np.random.default_rng([seed, *shape])
    x = np.asarray(random.uniform(low, high, shape))
    near = np.abs(x - np.round(x)) < 0.05
    return np.where(near, np.round(x) + np.where(x < np.round(x), -0.1, 0.1), x)


def complexes(*shape: int, seed: int = 0) -> np.ndarray:
    """complex128 numbers away from the axes."""
    return numbers(*shape, seed=seed) + 1j * numbers(*shape, seed=seed + 100)
