"""All parameters as one vector, for optimizers and statistics that want one."""

from collections.abc import Iterable
from math import prod

from ...api import functions as F
from ...tensor.cell import Tensor


def parameters_to_vector(parameters: Iterable[Tensor]) -> Tensor:
    """All elements of ``parameters``, one after the other; gradients pass to them."""
    return F.concat([F.reshape(x, (-1,)) for x in parameters])


def vector_to_parameters(vec: Tensor, parameters: Iterable[Tensor]) -> None:
    """Write the elements of a vector into ``parameters``, one after the other.

    TypeError for what is no Tensor; ValueError if there are too few elements.
    """
    if not isinstance(vec, Tensor):
        raise TypeError(f"vector_to_parameters: {type(vec).__name__}; give a Tensor")
    start, values = 0, vec.detach()
    for x in parameters:
        end = start + prod(x.shape)
        if end > values.shape[0]:
            raise ValueError(
                f"vector_to_parameters: {values.shape[0]} elements; the parameters have more"
            )
        x.write(F.reshape(values[start:end], x.shape).held)
        start = end
