"""Parameter: a Tensor that a Module trains."""

from typing import Any

from ..tensor.cell import Tensor, tensor


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

    def __repr__(self) -> str:
        return f"Parameter containing:\n{super().__repr__()}"
