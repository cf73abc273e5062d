"""NumPy's protocols and the array API standard's: plain NumPy code on Tensors differentiates.

What NumPy's functions are here is said by gpugrad.numpy, which is above this module and only loaded
when it is first needed: ``gpugrad/__init__.py`` tells us how to ask it.
"""

from collections.abc import Callable
from sys import modules
from typing import Any

from ..engine.functions import function_of
from ..ops import REGISTRY, arithmetic, comparison, linalg

OPERATORS = {  # ufuncs that are how `array + tensor` arrives: promoted as `tensor + array` is
    op.name: function_of(op)
    for op in (
        *(arithmetic.add, arithmetic.subtract, arithmetic.multiply, arithmetic.divide),
        *(arithmetic.power, arithmetic.floor_divide, arithmetic.remainder, linalg.matmul),
        *(comparison.bitwise_and, comparison.bitwise_or, comparison.bitwise_xor),
        *(comparison.equal, comparison.not_equal, comparison.greater, comparison.greater_equal),
        *(comparison.less, comparison.less_equal),
    )
}


class _Above:
    """What the top of the package says."""

    find: Callable[[Any], Callable | None]
    namespace: Any


def look_up(find: Callable[[Any], Callable | None], namespace: Any) -> None:
    """Let ``find`` give our function for one of NumPy's, or None; ``namespace`` is gpugrad."""
    _Above.find = staticmethod(find)  # type: ignore[assignment]
    _Above.namespace = namespace


class Protocols:
    """The methods by which NumPy and array API code finds gpugrad's functions."""

    __slots__ = ()
    __array_priority__ = 1000.0  # above arrays of NumPy and CuPy

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **settings: Any) -> Any:
        """``np.sin(t)`` is gpugrad.numpy's; what there is not is refused, never dropped."""
        operator = OPERATORS.get(ufunc.__name__)
        if operator is not None and method == "__call__" and not settings:
            return operator(*inputs)
        ours = _Above.find(ufunc) or _scipys(ufunc)
        ours = ours if method == "__call__" or ours is None else getattr(ours, method, None)
        if ours is None:
            raise _refusal(ufunc, "" if method == "__call__" else f".{method}")
        return ours(*inputs, **settings)

    def __array_function__(self, function: Any, types: Any, arguments: Any, settings: Any) -> Any:
        """``np.concatenate([t, a])`` is gpugrad.numpy's; what there is not is refused."""
        ours = _Above.find(function)
        if ours is None:
            raise _refusal(function)
        return ours(*arguments, **settings)

    def __array_namespace__(self, /, *, api_version: str | None = None) -> Any:
        """gpugrad itself: it has the functions of the array API standard."""
        versions = ("2021.12", "2022.12", "2023.12", "2024.12")
        if api_version not in (None, *versions):
            raise ValueError(f"array API {api_version} is not known; known: {', '.join(versions)}")
        return _Above.namespace


def _scipys(ufunc: Any) -> Callable | None:
    """The operation of the name, if the ufunc is one of scipy.special's."""
    special, op = modules.get("scipy.special"), REGISTRY.get(ufunc.__name__)
    return function_of(op) if op and getattr(special, ufunc.__name__, None) is ufunc else None


def _refusal(function: Any, method: str = "") -> TypeError:
    module = getattr(function, "__module__", None) or "numpy"
    return TypeError(
        f"{module}.{function.__name__}{method} has no derivative here and would drop the gradient; "
        "use gpugrad's functions, or .detach().numpy()"
    )
