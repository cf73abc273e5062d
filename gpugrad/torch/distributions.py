"""torch.distributions: gpugrad's, whose values are Tensors of this package.

The others' values are such Tensors if their parameters are; distributions made of numbers alone
are of these classes, which make Tensors of numbers.
"""

from functools import wraps
from inspect import signature
from typing import Any

from .. import distributions as _distributions
from ..distributions.parameters import floats as _floats
from ..engine.cells import Cell as _Cell
from .tensor import Tensor as _Tensor
from .tensor import owned as _owned

__all__ = [*_distributions.__all__]


def _torchs(kind: type) -> type:
    """A distribution whose parameters become Tensors of this package."""
    parameters = signature(kind)
    names = set(kind.arg_constraints) & set(parameters.parameters)  # type: ignore[attr-defined]

    @wraps(kind.__init__)  # type: ignore[misc]
    def __init__(self: Any, *arguments: Any, **settings: Any) -> None:
        given = parameters.bind(*arguments, **settings).arguments
        own = {name: x for name in names if (x := given.get(name)) is not None}
        if not any(isinstance(x, _Tensor) for x in own.values()):
            given.update(zip(own, map(_owned, _floats(*own.values())), strict=True))
        kind.__init__(self, **given)  # type: ignore[misc]

    def _validate_sample(self: Any, value: Any) -> Any:
        if self._validate_args and not isinstance(value, _Cell):
            raise ValueError("The value argument to log_prob must be a Tensor")
        return kind._validate_sample(self, value)  # type: ignore[attr-defined]

    own = {"__init__": __init__, "_validate_sample": _validate_sample}
    return type(kind.__name__, (kind,), {**own, "__module__": __name__, "__doc__": kind.__doc__})


for _name in __all__:
    _found = getattr(_distributions, _name)
    _parametric = isinstance(_found, type) and bool(getattr(_found, "arg_constraints", {}))
    globals()[_name] = _torchs(_found) if _parametric else _found
