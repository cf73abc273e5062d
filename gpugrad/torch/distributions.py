"""torch.distributions: gpugrad's, whose values are Tensors of this package.

The others' values are such Tensors if their parameters are; distributions made of numbers alone
are of these classes, which make Tensors of numbers.
Each class is met in a module of its own too, ``torch.distributions.normal.Normal``.
"""

import re as _re
from functools import partial as _partial
from functools import wraps
from inspect import signature
from sys import modules as _modules
from types import ModuleType as _Module
from typing import TYPE_CHECKING as _TYPE_CHECKING
from typing import Any

from .. import distributions as _distributions
from ..distributions.parameters import floats as _floats
from ..engine.cells import Cell as _Cell
from ..numpy.absent import refuse as _refuse
from .absent import DISTRIBUTIONS as _DISTRIBUTIONS
from .tensor import Tensor as _Tensor
from .tensor import owned as _owned

__all__ = [*_distributions.__all__]
_ELSEWHERE = {  # classes whose modules have names of their own in torch
    "ExponentialFamily": "exp_family",
    "FisherSnedecor": "fishersnedecor",
    "OneHotCategoricalStraightThrough": "one_hot_categorical",
    "RelaxedOneHotCategorical": "relaxed_categorical",
    "StudentT": "studentT",
}
_capital = _re.compile(r"(?<=[a-z])(?=[A-Z])")


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
            raise ValueError(f"log_prob: value is {type(value).__name__}; give a Tensor")
        return kind._validate_sample(self, value)  # type: ignore[attr-defined]

    own = {"__init__": __init__, "_validate_sample": _validate_sample}
    return type(kind.__name__, (kind,), {**own, "__module__": __name__, "__doc__": kind.__doc__})


def _found(name: str) -> Any:
    """What this module has of a name of gpugrad.distributions."""
    found = getattr(_distributions, name)
    return _torchs(found) if getattr(found, "arg_constraints", None) else found


globals().update({name: _found(name) for name in __all__})


def _module(place: str, *names: str) -> None:
    """A module within this one, as statements of import find it, that has these names."""
    full = f"{__name__}.{place}"
    made = globals()[place] = _modules.setdefault(full, _Module(full))
    vars(made).update({name: globals()[name] for name in names})


for _name in __all__:
    _kind = globals()[_name]
    if isinstance(_kind, type) and issubclass(_kind, _distributions.Distribution):
        _module(_ELSEWHERE.get(_name) or _capital.sub("_", _name).lower(), _name)
for _name in ("constraints", "transforms"):
    _modules[f"{__name__}.{_name}"] = globals()[_name]
_module("kl", "kl_divergence", "register_kl")
if not _TYPE_CHECKING:  # names that are not here stay errors to mypy
    __getattr__ = _partial(_refuse, __name__, _DISTRIBUTIONS)
