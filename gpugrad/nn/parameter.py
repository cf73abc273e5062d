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
        super().__init__(whole.held)
        if requires_grad:
            self.requires_grad_()

    @property
    def data(self) -> Any:
        """See Tensor; a Parameter's takes an array of numbers alone.

        Here alone: a check in every Tensor would make each write slower.
        """
        return self.held

    @data.setter
    def data(self, value: Any) -> None:
        if not _holds_numbers(value):
            what = type(value).__name__ + (f" of {value.dtype}" if hasattr(value, "dtype") else "")
            raise TypeError(
                f"Parameter: data is {what}; give an array of NumPy or CuPy, a Tensor's .data, "
                "or write elements, weight[...] = x under gg.no_grad()"
            )
        self.write(value)

    def __repr__(self) -> str:
        return f"Parameter containing:\n{super().__repr__()}"


def _holds_numbers(value: Any) -> bool:
    return type(value) in BACKENDS and type(value.dtype) in DTYPE_CLASSES
