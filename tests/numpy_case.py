"""Calls of NumPy's functions, and how results of ``gpugrad.numpy`` are compared with NumPy's."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

import gpugrad as gg
import gpugrad.numpy as gnp


@dataclass(frozen=True, eq=False)
class Case:
    """One call, of arrays that keep away from corners.

    order: up to which derivative in the arrays of floats the rules are compared with differences.
    batch: whether the result has one shape for all values, so that vmap can do it.
    """

    name: str
    arguments: tuple[Any, ...]
    settings: Mapping[str, Any] = field(default_factory=dict)
    order: int = 2
    batch: bool = True

    def __str__(self) -> str:
        how = "-".join(f"{k}={v}" for k, v in self.settings.items() if np.ndim(v) == 0)
        return f"{self.name}-{how}" if how else self.name

    def ours(self, *arguments: Any) -> Any:
        """The result of ``gpugrad.numpy``."""
        return getattr(gnp, self.name)(*arguments, **self.settings)

    def on_device(self) -> "Case":
        """The same with every array a Tensor on the default device."""
        settings = {name: moved(x) for name, x in self.settings.items()}
        return replace(self, arguments=tuple(map(moved, self.arguments)), settings=settings)

    def numpys(self, *arguments: Any) -> Any:
        """NumPy's result."""
        return getattr(np, self.name)(*arguments, **self.settings)

    @property
    def floats(self) -> list[Any]:
        """Those of the arguments that are arrays of floats."""
        return [x for x in self.arguments if is_float(x)]

    def of_floats(self, *floats: Any) -> Any:
        """``ours`` with other arrays of floats."""
        rest = iter(floats)
        return self.ours(*(next(rest) if is_float(x) else x for x in self.arguments))

    def changed(self, change: Callable[[np.ndarray], Any]) -> list:
        """The arguments with ``change`` of those that are arrays of floats."""
        return [change(x) if is_float(x) else x for x in self.arguments]


def is_float(x: Any) -> bool:
    return isinstance(x, np.ndarray | gg.Tensor) and x.dtype.kind in "fc"


def moved(x: Any) -> Any:
    """An array, or those in a list or tuple, as Tensors on the default device."""
    if isinstance(x, list | tuple):
        return type(x)(moved(one) for one in x)
    return gg.tensor(x) if isinstance(x, np.ndarray) else x


def case(name: str, *arguments: Any, order: int = 2, batch: bool = True, **settings: Any) -> Case:
    """A Case, its settings by name."""
    return Case(name, arguments, settings, order, batch)


def agree(found: Any, expected: Any, tolerance: float | None = None) -> None:
    """Assert that results have NumPy's structure, shapes, dtypes and values."""
    if isinstance(expected, tuple | list):
        assert len(found) == len(expected)
        for one, other in zip(found, expected, strict=True):
            agree(one, other, tolerance)
        return
    if isinstance(expected, bool | int):  # Python's own, that of a shape or of allclose
        assert found == expected
        return
    assert isinstance(found, gg.Tensor), type(found)
    expected = np.asarray(expected)
    assert (found.shape, found.dtype) == (expected.shape, expected.dtype)
    single = expected.dtype in (np.float32, np.complex64)
    tolerance = tolerance or (1e-4 if single else 1e-10)
    np.testing.assert_allclose(found.detach().numpy(), expected, rtol=tolerance, atol=tolerance)


def total(result: Any) -> Any:
    """The sum of all floats in a result, weighed so that no two elements count alike."""
    parts = result if isinstance(result, tuple | list) else (result,)
    whole: Any = 0.0
    for y in parts:
        if y.dtype.kind in "fc":
            weights = np.cos(np.arange(y.size)).reshape(y.shape)
            whole = whole + gg.sum(gg.real(y) * gg.tensor(weights, device=y.device))
    return whole
