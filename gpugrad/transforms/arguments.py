"""Which arguments a derivative is taken by, and what their values and results may be."""

from collections.abc import Callable, Sequence
from typing import Any

from ..backend.dtypes import COMPLEX
from ..calls import innermost
from .boxes import differentiable, flat

Argnums = int | Sequence[int]


def selected(
    function: Callable, argnums: Argnums, has_aux: bool, arguments: tuple, keywords: dict, name: str
) -> tuple[tuple, Callable[..., tuple]]:
    """The arguments that ``argnums`` names, and the function of them alone that gives
    (result, auxiliary result), the latter None without ``has_aux``.

    TypeError, naming ``name``, where there is no such argument, or no pair comes back.
    """
    chosen = (argnums,) if isinstance(argnums, int) else tuple(argnums)
    count = len(arguments)
    if not chosen or any(not -count <= i < count for i in chosen):
        raise TypeError(f"{name}: argnums={argnums!r} for {count} positional arguments; "
                        "give those to differentiate by without their keywords")  # fmt: skip
    places = [i % count for i in chosen]

    def partial(*inputs: Any) -> tuple:
        whole = list(arguments)
        for i, value in zip(places, inputs, strict=True):
            whole[i] = value
        result = function(*whole, **keywords)
        if not has_aux:
            return result, None
        if not isinstance(result, tuple) or len(result) != 2:
            raise TypeError(f"{name}: with has_aux the function returns (result, anything)")
        return result

    return tuple(arguments[i] for i in places), partial


def check_inputs(inputs: Sequence, name: str, holomorphic: bool = False) -> None:
    """TypeError unless each input has a derivative; a complex one if it is ``holomorphic``."""
    for value in inputs:
        differentiable(value, name)
        if holomorphic and not is_complex(value):
            raise TypeError(f"{name}: holomorphic=True, but an input is real; make it complex")


def check_results(leaves: Sequence, name: str, holomorphic: bool) -> None:
    """TypeError for a complex result, which only a ``holomorphic`` function has."""
    for value in leaves:
        if is_complex(value) != holomorphic:
            what = "real" if holomorphic else "complex"
            way = "leave it out" if holomorphic else (
                "take gg.real of it, or holomorphic=True for the complex derivative")  # fmt: skip
            raise TypeError(f"{name}: holomorphic={holomorphic}, but the result is {what}; {way}")


def is_complex(value: Any) -> bool:
    """Whether an array or a number is complex."""
    raw = innermost(value)
    return type(raw) is complex or getattr(raw, "dtype", None) in COMPLEX


def leaves_of(tree: Any) -> list:
    """The leaves of nested containers."""
    return flat(tree)[0]
