"""Derivatives compared with finite differences: gradcheck and gradgradcheck.

    import numpy as np
    import gpugrad as gg
    from gpugrad.testing import gradcheck, gradgradcheck

    gradcheck(gg.tanh, np.array([0.3, -0.5]))
    gradgradcheck(gg.tanh, np.array([0.3, -0.5]))

Both check reverse and forward mode, raise AssertionError where one is wrong, and need float64 or
complex128.
"""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import product
from math import cos
from typing import Any

from .api import functions as gg
from .backend.dtypes import COMPLEX, INEXACT
from .backend.select import HOST
from .backend.shapes import whole
from .engine.cells import raw
from .tensor.cell import Tensor
from .tensor.given import check_function
from .transforms import grad, jvp
from .transforms.boxes import has_derivative

__all__ = [
    "gradcheck",
    "gradgradcheck",
]

MODES = ("reverse", "forward")
STEP = 2e-5  # of the differences: their error and float64's rounding are then both below 1e-9


def gradcheck(
    function: Callable[..., Any],
    inputs: Any,
    modes: Sequence[str] = MODES,
    order: int = 1,
    tolerance: float = 2e-6,
) -> None:
    """Compare the derivatives of ``function`` at ``inputs`` with central differences.

    function: takes the inputs and returns an array or several; what is not a float is passed by.
    inputs: an array, or several in a tuple; those of float64 or complex128 are varied, element by
    element.
    order: 2 also checks the derivatives of derivatives, in every pairing of the modes.
    AssertionError names the mode, the input, the element, and what each mode and differences give.
    """
    _check_what("gradcheck", function, modes)
    inputs, chosen = _read(inputs)
    functions = {"": _weighed(function)}
    for _ in range(whole(order, "gradcheck: order", 1)):
        for name, scalar in functions.items():
            _check(scalar, inputs, chosen, modes, name, tolerance)
        functions = _derivatives(functions, inputs, chosen, modes)


def gradgradcheck(
    function: Callable[..., Any],
    inputs: Any,
    modes: Sequence[str] = MODES,
    tolerance: float = 2e-6,
) -> None:
    """As gradcheck, of second derivatives alone: those of the derivative along fixed directions,
    in every pairing of the modes (torch.autograd.gradgradcheck checks reverse over reverse)."""
    _check_what("gradgradcheck", function, modes)
    inputs, chosen = _read(inputs)
    functions = _derivatives({"": _weighed(function)}, inputs, chosen, modes)
    for name, scalar in functions.items():
        _check(scalar, inputs, chosen, modes, name, tolerance)


def _check_what(name: str, function: Callable, modes: Sequence[str]) -> None:
    """TypeError for what is no function, ValueError where no mode, or an unknown one, is named."""
    check_function(name, function)
    if isinstance(modes, str) or not modes or not set(modes) <= set(MODES):
        known = ", ".join(map(repr, MODES))
        raise ValueError(f"{name}: modes={modes!r}; give a list of one or both of {known}")


def _read(inputs: Any) -> tuple[tuple, tuple[int, ...]]:
    """The inputs, or the only one, as arrays, and the numbers of those that are varied."""
    inputs = (inputs,) if hasattr(inputs, "dtype") else inputs
    arrays = tuple(x if x is None or hasattr(x, "dtype") else HOST.asarray(x) for x in inputs)
    chosen = tuple(i for i, x in enumerate(arrays) if x is not None and raw(x).dtype in INEXACT)
    for i in chosen:
        if arrays[i].dtype.itemsize not in (8, 16) or arrays[i].dtype.name == "complex64":
            raise TypeError(f"gradcheck: input {i} is {arrays[i].dtype}; differences need float64")
    if not chosen:
        raise TypeError("gradcheck: no input is a float; give one by which to differentiate")
    return arrays, chosen


def _derivatives(
    functions: dict[str, Callable], inputs: tuple, chosen: tuple, modes: Sequence[str]
) -> dict[str, Callable]:
    """The derivative of each function along fixed directions, in each mode."""
    return {
        f"{mode} over {name}".removesuffix(" over "): _directional(scalar, inputs, chosen, mode)
        for (name, scalar), mode in product(functions.items(), modes)
    }


def _weights(shape: tuple[int, ...], start: float) -> Any:
    """Fixed numbers of both signs, no two alike, none near 0."""
    size = 1
    for n in shape:
        size *= n
    numbers = [cos(start + 1.7 * i) for i in range(size)]
    return HOST.asarray([c + 0.3 if c > 0 else c - 0.3 for c in numbers], "float64").reshape(shape)


def _weighed(function: Callable[..., Any]) -> Callable[..., Any]:
    """``function`` with a weighed sum of its results, a number."""

    def scalar(*inputs: Any) -> Any:
        results = function(*inputs)
        shares = [_share(y, i) for i, y in enumerate(_several(results)) if has_derivative(y)]
        if not shares:
            raise TypeError("gradcheck: the function returned no float, so nothing is checked")
        return sum(shares, start=0.0)

    return scalar


def _several(results: Any) -> Sequence[Any]:
    return results if isinstance(results, tuple | list) else (results,)


def _share(y: Any, i: int) -> Any:
    """The weighed sum of result number ``i``, a real number."""
    imaginary = raw(y).dtype in COMPLEX
    share = gg.sum(y * (_weights(y.shape, 0.4 + i) * (1 + 0.5j if imaginary else 1)))
    return gg.real(share) if imaginary else share


def _directional(scalar: Callable, inputs: tuple, chosen: tuple, mode: str) -> Callable[..., Any]:
    """The derivative of ``scalar`` along one fixed direction of all chosen inputs."""
    along = [_along(inputs[i], i) for i in chosen]

    def by_forward(*arguments: Any) -> Any:
        return jvp(
            _of_chosen(scalar, arguments, chosen), tuple(arguments[i] for i in chosen), tuple(along)
        )[1]

    def by_reverse(*arguments: Any) -> Any:
        total: Any = 0.0
        for g, direction in zip(grad(scalar, chosen)(*arguments), along, strict=True):
            share = gg.sum(g * direction)
            total = total + (gg.real(share) if raw(g).dtype in COMPLEX else share)
        return total

    return {"forward": by_forward, "reverse": by_reverse}[mode]


def _along(x: Any, i: int) -> Any:
    direction = _weights(x.shape, 2.0 + i)
    return direction * (1 - 0.7j) if x.dtype in COMPLEX else direction


def _of_chosen(scalar: Callable, arguments: tuple, chosen: tuple) -> Callable[..., Any]:
    def of_chosen(*values: Any) -> Any:
        whole = list(arguments)
        for i, value in zip(chosen, values, strict=True):
            whole[i] = value
        return scalar(*whole)

    return of_chosen


def _check(
    scalar: Callable,
    inputs: tuple,
    chosen: tuple,
    modes: Sequence[str],
    name: str,
    tolerance: float,
) -> None:
    """Compare each mode's derivatives of ``scalar`` by every element with differences."""
    gradients = dict(zip(chosen, grad(scalar, chosen)(*inputs), strict=True))
    for i in chosen:
        for element, unit in _units(inputs[i]):
            expected = _difference(scalar, inputs, i, unit)
            ways = {
                "reverse": partial(_by_gradient, gradients[i], unit),
                "forward": partial(_by_tangent, scalar, inputs, i, unit),
            }
            found = {mode: ways[mode]() for mode in modes}
            for mode, got in found.items():
                if not abs(got - expected) <= tolerance * (1 + abs(expected)):
                    others = "".join(f", {m} mode {x!r}" for m, x in found.items() if m != mode)
                    raise AssertionError(
                        f"gradcheck: {mode} mode{f' over {name}' if name else ''}, input {i}, "
                        f"element {element}: {got!r}, but differences give {expected!r}{others}"
                    )


def _by_gradient(gradient: Any, unit: Any) -> float:
    return _number(gg.sum(gg.real(gradient * unit)))


def _by_tangent(scalar: Callable, inputs: tuple, i: int, unit: Any) -> float:
    return _number(jvp(_of_chosen(scalar, inputs, (i,)), (inputs[i],), (unit,))[1])


def _units(x: Any) -> Any:
    """For each element its place and the array that is one there and zero elsewhere."""
    size = raw(x).size
    for k, place in enumerate(product(*map(range, x.shape))):
        for one in (1.0, 1j) if x.dtype in COMPLEX else (1.0,):
            numbers = [one if j == k else 0.0 for j in range(size)]
            yield place, HOST.asarray(numbers, x.dtype).reshape(x.shape)


def _difference(scalar: Callable, inputs: tuple, i: int, unit: Any) -> float:
    step = STEP * max(1.0, abs(_number(gg.sum(gg.abs(inputs[i] * unit)))))
    values = []
    for sign in (1, -1):
        moved = (*inputs[:i], inputs[i] + sign * step * unit, *inputs[i + 1 :])
        values.append(_number(scalar(*moved)))
    return (values[0] - values[1]) / (2 * step)


def _number(value: Any) -> float:
    return float(value.item() if isinstance(value, Tensor) or hasattr(value, "item") else value)
