"""NumPy's protocols and the array API standard's: plain NumPy code on Tensors differentiates.

What NumPy's functions are here is said by gpugrad.numpy, which is above this module and only loaded
when it is first needed: ``gpugrad/__init__.py`` tells us how to ask it.
"""

from collections.abc import Callable
from sys import modules
from typing import Any

from ..engine.cells import Cell
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


WRITERS = {"copyto", "fill_diagonal", "place", "put", "put_along_axis", "putmask"}


class _Above:
    """What the top of the package says."""

    find: Callable[[Any], Callable | None]
    namespace: Any


def look_up(find: Callable[[Any], Callable | None], namespace: Any) -> None:
    """Let ``find`` give our function for one of NumPy's, or None; ``namespace`` is gpugrad."""
    _Above.find = staticmethod(find)  # type: ignore[assignment]
    _Above.namespace = namespace


def has_name(path: str) -> bool:
    """Whether gpugrad has something of a dotted name."""
    found = _Above.namespace
    for name in path.split("."):
        found = getattr(found, name, None)
    return found is not None


class Protocols:
    """The methods by which NumPy and array API code finds gpugrad's functions."""

    __slots__ = ()
    __array_priority__ = 1000.0  # above arrays of NumPy and CuPy

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **settings: Any) -> Any:
        """``np.sin(t)`` is gpugrad.numpy's; what there is not, or writes into an array, is NumPy's
        own of Tensors that record nothing, and of others refused: never is a gradient dropped."""
        operator = OPERATORS.get(ufunc.__name__)
        if operator is not None and method == "__call__" and not settings:
            return operator(*inputs)
        ours = _Above.find(ufunc) or _scipys(ufunc)
        ours = ours if method == "__call__" or ours is None else getattr(ours, method, None)
        if ours is None or _into_array(settings.get("out")):
            into_tensor = method == "at" and isinstance(inputs[0], Cell)
            if not into_tensor and not _recorded((inputs, settings)):
                return getattr(ufunc, method)(*_plain(inputs), **_plain(settings))
            if ours is None:
                raise _refusal(ufunc, "" if method == "__call__" else f".{method}")
        return ours(*inputs, **settings)

    def __array_function__(self, function: Any, types: Any, arguments: Any, settings: Any) -> Any:
        """``np.concatenate([t, a])`` is gpugrad.numpy's; see ``__array_ufunc__`` for the rest."""
        ours = _Above.find(function)
        writes = arguments and function.__name__ in WRITERS
        target = arguments[0] if writes else settings.get("out")
        if ours is None or _into_array(target):
            if not _recorded((arguments, settings)):
                return function(*_plain(arguments), **_plain(settings))
            if ours is None:
                raise _refusal(function)
        return ours(*arguments, **settings)

    def __array_namespace__(self, /, *, api_version: str | None = None) -> Any:
        """gpugrad itself: it has the functions of the array API standard."""
        versions = ("2021.12", "2022.12", "2023.12", "2024.12")
        if api_version not in (None, *versions):
            raise ValueError(f"array API {api_version} is not known; known: {', '.join(versions)}")
        return _Above.namespace


def _into_array(target: Any) -> bool:
    """Whether what is written into, if anything, is an array of NumPy's."""
    several = target if isinstance(target, tuple) else (target,)
    return any(one is not None for one in several) and not any(
        isinstance(one, Protocols) for one in several
    )


def _recorded(x: Any) -> bool:
    """Whether a derivative passes through one of the Tensors in containers."""
    if isinstance(x, Cell):
        return bool(x.level) or x.node is not None
    parts = x.values() if isinstance(x, dict) else x if isinstance(x, list | tuple) else ()
    return any(map(_recorded, parts))


def _plain(x: Any) -> Any:
    """``x`` with arrays, which cannot be written into, in place of the Tensors in it; TypeError
    for those on a device."""
    if isinstance(x, Cell):
        array = x.__array__().view()  # type: ignore[attr-defined]
        array.flags.writeable = False
        return array
    if isinstance(x, dict):
        return {key: _plain(value) for key, value in x.items()}
    return type(x)(map(_plain, x)) if type(x) in (list, tuple) else x


def _scipys(ufunc: Any) -> Callable | None:
    """The operation of the name, if the ufunc is one of scipy.special's."""
    special, op = modules.get("scipy.special"), REGISTRY.get(ufunc.__name__)
    return function_of(op) if op and getattr(special, ufunc.__name__, None) is ufunc else None


def _refusal(function: Any, method: str = "") -> TypeError:
    module = getattr(function, "__module__", None) or "numpy"
    if getattr(modules.get("scipy.special"), function.__name__, None) is function:
        module = "scipy.special"
    return TypeError(
        f"{module}.{function.__name__}{method} has no derivative here and would drop the gradient; "
        "use gpugrad's functions, or .detach().numpy()"
    )
