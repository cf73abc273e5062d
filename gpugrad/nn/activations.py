"""Activation functions and losses as Modules."""

from typing import Any

from . import functional
from .module import Module
from .settings import choice, integer, number

__all__ = [
    "ELU",
    "GELU",
    "SELU",
    "Hardswish",
    "Hardtanh",
    "LeakyReLU",
    "LogSigmoid",
    "LogSoftmax",
    "Mish",
    "ReLU",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Tanh",
]


def _named(**settings: Any) -> str:
    return ", ".join(f"{name}={value}" for name, value in settings.items())


def _written(module: Any) -> dict[str, bool]:
    """``inplace`` as torch shows it: only if it is set."""
    return {"inplace": True} if module.inplace else {}


class _Activation(Module):
    """A function of one Tensor without settings, ``function``."""

    function: Any = None

    def forward(self, input: Any) -> Any:
        """Return an array of the same shape."""
        return type(self).function(input)


class Inplace(_Activation):
    """A function that torch may write over its input; here ``inplace`` changes nothing."""

    def __init__(self, inplace: bool = False) -> None:
        self.inplace = inplace

    def extra_repr(self) -> str:
        """As torch's."""
        return "inplace=True" if self.inplace else ""


class ReLU(Inplace):
    """ReLU: max(x, 0)."""

    function = staticmethod(functional.relu)


class SELU(Inplace):
    """SELU: a scaled ELU with the constants of self-normalising networks."""

    function = staticmethod(functional.selu)


class SiLU(Inplace):
    """SiLU: x * sigmoid(x)."""

    function = staticmethod(functional.silu)


class Mish(Inplace):
    """Mish: x * tanh(softplus(x))."""

    function = staticmethod(functional.mish)


class Sigmoid(_Activation):
    """Logistic sigmoid 1 / (1 + e**-x)."""

    function = staticmethod(functional.sigmoid)


class Tanh(_Activation):
    """Hyperbolic tangent."""

    function = staticmethod(functional.tanh)


class LogSigmoid(_Activation):
    """Logarithm of the sigmoid: log(sigmoid(x))."""

    function = staticmethod(functional.logsigmoid)


class Hardswish(Inplace):
    """Hardswish: x * clip(x + 3, 0, 6) / 6."""

    function = staticmethod(functional.hardswish)

    def extra_repr(self) -> str:
        """As torch's: nothing."""
        return ""


class LeakyReLU(Module):
    """Leaky ReLU: x where positive, elsewhere negative_slope * x."""

    def __init__(self, negative_slope: float = 0.01, inplace: bool = False) -> None:
        self.negative_slope = number(negative_slope, self, "negative_slope")
        self.inplace = inplace

    def forward(self, input: Any) -> Any:
        """Return an array of the same shape."""
        return functional.leaky_relu(input, negative_slope=self.negative_slope)

    def extra_repr(self) -> str:
        """As torch's."""
        return _named(negative_slope=self.negative_slope, **_written(self))


class ELU(Module):
    """ELU: x where positive, elsewhere alpha * (e**x - 1)."""

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        self.alpha, self.inplace = number(alpha, self, "alpha"), inplace

    def forward(self, input: Any) -> Any:
        """Return an array of the same shape."""
        return functional.elu(input, alpha=self.alpha)

    def extra_repr(self) -> str:
        """As torch's."""
        return _named(alpha=self.alpha, **_written(self))


class GELU(Module):
    """GELU: x times the normal distribution function of x; approximate="tanh" approximates it."""

    def __init__(self, approximate: str = "none") -> None:
        self.approximate = choice(approximate, self, "approximate", ("none", "tanh"))

    def forward(self, input: Any) -> Any:
        """Return an array of the same shape."""
        return functional.gelu(input, self.approximate)

    def extra_repr(self) -> str:
        """As torch's."""
        return f"approximate={self.approximate!r}"


class Softplus(Module):
    """Softplus: log(1 + e**(beta x)) / beta."""

    def __init__(self, beta: float = 1.0, threshold: float = 20.0) -> None:
        self.beta = number(beta, self, "beta")
        self.threshold = number(threshold, self, "threshold")

    def forward(self, input: Any) -> Any:
        """Return an array of the same shape."""
        return functional.softplus(input, self.beta, self.threshold)

    def extra_repr(self) -> str:
        """As torch's."""
        return _named(beta=self.beta, threshold=self.threshold)


class Hardtanh(Module):
    """Elements limited to the range from ``min_val`` to ``max_val``."""

    def __init__(self, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> None:
        self.inplace = inplace
        self.min_val = number(min_val, self, "min_val")
        self.max_val = number(max_val, self, "max_val", self.min_val)

    def forward(self, input: Any) -> Any:
        """Return an array of the same shape."""
        return functional.hardtanh(input, min_val=self.min_val, max_val=self.max_val)

    def extra_repr(self) -> str:
        """As torch's."""
        return _named(min_val=self.min_val, max_val=self.max_val, **_written(self))


class AlongAxis(Module):
    """A function along the axis ``dim``; None is what torch takes, with a warning."""

    function: Any = None

    def __init__(self, dim: int | None = None) -> None:
        self.dim = None if dim is None else integer(dim, self, "dim")

    def forward(self, input: Any) -> Any:
        """Return an array of the same shape."""
        return type(self).function(input, self.dim)

    def extra_repr(self) -> str:
        """As torch's."""
        return _named(dim=self.dim)


class Softmax(AlongAxis):
    """Softmax along ``dim``: e**x divided by its sum."""

    function = staticmethod(functional.softmax)


class LogSoftmax(AlongAxis):
    """Logarithm of the softmax along ``dim``."""

    function = staticmethod(functional.log_softmax)
