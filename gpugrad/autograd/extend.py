"""primitive and defvjp: functions of raw arrays with derivatives of one's own, as in autograd.

gg.extend declares operations that have every transform; a primitive has reverse mode alone.
"""

from collections.abc import Callable, Sequence
from functools import update_wrapper
from typing import Any

from ..tensor.cell import Tensor
from ..transforms import custom_vjp
from ..transforms.boxes import has_derivative

__all__ = ["defvjp", "primitive"]


class primitive:
    """Function of NumPy's arrays, which may call any library; a decorator, as autograd's.

    ``defvjp`` gives its derivative by the positional arguments that are floats or arrays of them.
    """

    __name__: str

    def __init__(self, fun: Callable) -> None:
        self.fun = fun
        self.makers: dict[int, Callable | None] = {}
        update_wrapper(self, fun)

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        places = [i for i, x in enumerate(arguments) if has_derivative(x)]

        def whole(given: Sequence) -> list:
            chosen = dict(zip(places, given, strict=True))
            return [chosen.get(i, x) for i, x in enumerate(arguments)]

        def forward(*given: Any) -> tuple:
            value = self(*whole(given), **keywords)
            return value, (value, given)

        def backward(kept: tuple, g: Any) -> tuple:
            value, given = kept
            makers = [self.maker(i) for i in places]
            every = whole(given)
            return tuple(make and make(value, *every, **keywords)(g) for make in makers)

        function = custom_vjp(lambda *given: self.fun(*map(_raw, whole(given)), **keywords))
        function.name = self.__name__
        function.defvjp(forward, backward)
        return function(*[arguments[i] for i in places])

    def maker(self, i: int) -> Callable | None:
        """The rule of the argument number ``i``, None where it has no gradient."""
        if i not in self.makers:
            raise NotImplementedError(
                f"{self.__name__}: no derivative by argument {i}; give it by defvjp, or None"
            )
        return self.makers[i]


def _raw(x: Any) -> Any:
    return x.numpy() if isinstance(x, Tensor) else x


def defvjp(
    fun: primitive, *vjpmakers: Callable | None, argnums: Sequence[int] | None = None
) -> None:
    """Give ``fun`` its derivative: for each argument, or those of ``argnums``, a function
    ``maker(value, *arguments)`` that returns the function of the cotangent, or None."""
    fun.makers.update(zip(argnums or range(len(vjpmakers)), vjpmakers, strict=True))
