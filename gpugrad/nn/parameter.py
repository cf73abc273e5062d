"""Parameter: a Tensor that a Module trains."""

from typing import Any

from ..backend.dtypes import DTYPE_CLASSES
from ..backend.select import BACKENDS
from ..tensor.cell import Tensor, tensor

__all__ = [
    "Parameter",
]


class Parameter(Tensor):
    """Leaf Tensor that belongs to the parameters of the Module whose attribute it is.

    data: numbers, an array, or a Tensor, with which it then shares the array.
    """

    __slots__ = ()

    def __init__(self, data: Any, requires_grad: bool = True) -> None:
        whole = data.detach() if isinstance(data, Tensor) else tensor(data)
        super().__init__(whole.data)
        if requires_grad:
            self.requires_grad_()

    def __setattr__(self, name: str, value: Any) -> None:
        """``weight.data`` takes an array of numbers alone.

        Here alone: a check in every Tensor would make each operation slower, which makes one.
        """
        if name == "data" and not _holds_numbers(value):
            what = type(value).__name__ + (f" of {value.dtype}" if hasattr(value, "dtype") else "")
            raise TypeError(
                f"Parameter: data is {what}; give an array of NumPy or CuPy, a Tensor's .data, "
                "or write elements, weight[...] = x under gg.no_grad()"
            )
        object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        return f"Parameter containing:\n{super().__repr__()}"


def _holds_numbers(value: Any) -> bool:
    return type(value) in BACKENDS and type(value.dtype) in DTYPE_CLASSES
