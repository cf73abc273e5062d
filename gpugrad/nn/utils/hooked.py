"""torch's older weight_norm and spectral_norm, whose states have other names.

A hook computes the weight before each call.  New programs take those of ``parametrizations``.
"""

from typing import Any

from ...engine.levels import no_grad
from ...random import normal
from ...tensor.cell import Tensor
from ..parameter import Parameter
from .norms import as_matrix, iterated, largest, norm_except, scaled_to, unit
from .parametrizations import axis_of_outputs


class Computed:
    """A hook that computes an attribute from others before ``forward``."""

    name: str

    def __init__(self, module: Any, name: str) -> None:
        if any(type(hook) is type(self) and hook.name == name for _, hook in _hooks(module)):
            what = type(module).__name__
            raise RuntimeError(f"{what}: {name!r} has this norm already; remove it first")
        self.name = name

    def of(self, module: Any, part: str) -> Any:
        """One of the attributes that it is computed from."""
        return getattr(module, f"{self.name}_{part}")

    def computed(self, module: Any, training: bool) -> Any:
        """The weight."""
        raise NotImplementedError

    def begin(self, module: Any) -> Any:
        """Have the weight as a plain attribute, and this hook."""
        setattr(module, self.name, self.computed(module, False))
        module.register_forward_pre_hook(self)
        return module

    def __call__(self, module: Any, inputs: tuple) -> None:
        setattr(module, self.name, self.computed(module, module.training))

    @classmethod
    def removed(cls, module: Any, name: str, parts: str) -> Any:
        """``module`` with the weight as a Parameter again; ValueError where there is no norm."""
        for number, hook in _hooks(module):
            if type(hook) is cls and hook.name == name:
                del module.hooks_of("forward_pre")[number]
                with no_grad():
                    weight = hook.computed(module, False).detach()
                for part in parts.split():
                    delattr(module, f"{name}_{part}")
                delattr(module, name)
                module.register_parameter(name, Parameter(weight))
                return module
        raise ValueError(f"{type(module).__name__}: {name!r} has no such norm")


def _hooks(module: Any) -> list[tuple[int, Any]]:
    return [(number, hook.call) for number, hook in module.hooks_of("forward_pre").items()]


class WeightNorm(Computed):
    """A weight by its norms ``weight_g`` and its directions ``weight_v``."""

    dim: int

    def computed(self, module: Any, training: bool) -> Any:
        """See Computed."""
        return scaled_to(self.of(module, "v"), self.of(module, "g"), self.dim)


class SpectralNorm(Computed):
    """``weight_orig`` over its largest singular value, whose vectors are buffers."""

    count: int
    eps: float
    dim: int

    def computed(self, module: Any, training: bool) -> Any:
        """See Computed; in training the vectors move."""
        weight, u, v = (self.of(module, part) for part in ("orig", "u", "v"))
        matrix = as_matrix(weight, self.dim)
        if training:
            iterated(matrix, u, v, self.count, self.eps, False)
        return weight / largest(matrix, u, v)


def weight_norm(module: Any, name: str = "weight", dim: int | None = 0) -> Any:
    """Have a weight given by ``weight_g``, its norms, and ``weight_v``, its directions.

    dim: the axis that has a norm for each index; None: one norm for all.
    """
    hook = WeightNorm(module, name)
    hook.dim = -1 if dim is None else dim
    weight = _taken(module, name)
    module.register_parameter(f"{name}_g", Parameter(norm_except(weight, hook.dim)))
    module.register_parameter(f"{name}_v", Parameter(weight))
    return hook.begin(module)


def remove_weight_norm(module: Any, name: str = "weight") -> Any:
    """Have the weight as a Parameter again; ValueError where it has no norm."""
    return WeightNorm.removed(module, name, "g v")


def spectral_norm(
    module: Any,
    name: str = "weight",
    n_power_iterations: int = 1,
    eps: float = 1e-12,
    dim: int | None = None,
) -> Any:
    """Have a weight of spectral norm 1, computed from ``weight_orig``.

    dim: the axis of outputs, by default 1 of transposed convolutions and 0 of others.
    """
    if n_power_iterations < 1:
        raise ValueError(f"spectral_norm: n_power_iterations {n_power_iterations}; give 1 on")
    hook = SpectralNorm(module, name)
    hook.dim = axis_of_outputs(module) if dim is None else dim
    hook.count, hook.eps = n_power_iterations, eps
    weight = _taken(module, name)
    module.register_parameter(f"{name}_orig", Parameter(weight))
    for part, size in zip("uv", as_matrix(weight, hook.dim).shape, strict=True):
        start = normal(size=size, dtype=weight.dtype, device=weight.device)
        module.register_buffer(f"{name}_{part}", unit(start, eps))
    return hook.begin(module)


def remove_spectral_norm(module: Any, name: str = "weight") -> Any:
    """Have the weight as a Parameter again; ValueError where it has no norm."""
    return SpectralNorm.removed(module, name, "u v orig")


def _taken(module: Any, name: str) -> Tensor:
    """The values of a Parameter, which is one no longer."""
    weight = module.get_parameter(name).detach()
    delattr(module, name)
    return weight
