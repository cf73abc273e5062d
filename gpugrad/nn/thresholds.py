"""Activations in pieces, and gates, as Modules."""

from typing import Any

from . import functional, init
from .activations import AlongAxis, Inplace
from .layers import fresh
from .module import Module
from .parameter import Parameter
from .settings import integer, number

__all__ = [
    "CELU",
    "GLU",
    "Hardshrink",
    "Hardsigmoid",
    "PReLU",
    "RReLU",
    "ReLU6",
    "Softmax2d",
    "Softmin",
    "Softshrink",
    "Softsign",
    "Tanhshrink",
    "Threshold",
]


class ReLU6(Inplace):
    """ReLU6: min(max(x, 0), 6)."""

    function = staticmethod(functional.relu6)


class Hardsigmoid(Inplace):
    """Hard sigmoid: min(max(x + 3, 0), 6) / 6."""

    function = staticmethod(functional.hardsigmoid)

    def extra_repr(self) -> str:
        """As torch's: nothing."""
        return ""


class Softsign(Inplace):
    """Softsign: x / (1 + |x|)."""

    function = staticmethod(functional.softsign)


class Tanhshrink(Inplace):
    """x - tanh(x)."""

    function = staticmethod(functional.tanhshrink)


class Threshold(Module):
    """x above ``threshold``, else ``value``."""

    def __init__(self, threshold: float, value: float, inplace: bool = False) -> None:
        self.threshold, self.value = number(threshold, self, "threshold"), value
        self.inplace = inplace

    def forward(self, input: Any) -> Any:
        """Return an array of the same shape."""
        return functional.threshold(input, self.threshold, self.value)

    def extra_repr(self) -> str:
        """As torch's."""
        text = f"threshold={self.threshold}, value={self.value}"
        return text + (", inplace=True" if self.inplace else "")


class CELU(Module):
    """CELU: max(x, 0) + min(0, alpha * (e**(x / alpha) - 1))."""

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        self.alpha, self.inplace = number(alpha, self, "alpha"), inplace

    def forward(self, input: Any) -> Any:
        """Return an array of the same shape."""
        return functional.celu(input, self.alpha)

    def extra_repr(self) -> str:
        """As torch's."""
        return f"alpha={self.alpha}" + (", inplace=True" if self.inplace else "")


class _Shrinkage(Module):
    function: Any = None

    def __init__(self, lambd: float = 0.5) -> None:
        self.lambd = number(lambd, self, "lambd")

    def forward(self, input: Any) -> Any:
        """Return an array of the same shape."""
        return type(self).function(input, self.lambd)

    def extra_repr(self) -> str:
        """As torch's."""
        return str(self.lambd)


class Hardshrink(_Shrinkage):
    """x where its magnitude is above ``lambd``, else 0."""

    function = staticmethod(functional.hardshrink)


class Softshrink(_Shrinkage):
    """x nearer to 0 by ``lambd``."""

    function = staticmethod(functional.softshrink)


class PReLU(Module):
    """x where positive, else ``weight * x``, which is learned: one, or one for each channel."""

    weight: Parameter

    def __init__(
        self,
        num_parameters: int = 1,
        init: float = 0.25,
        device: str | int | None = None,
        dtype: Any = None,
    ) -> None:
        self.num_parameters = integer(num_parameters, self, "num_parameters")
        self.init = number(init, self, "init")
        self.weight = fresh((self.num_parameters,), device, dtype)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Begin again with ``init``."""
        init.constant_(self.weight, self.init)

    def forward(self, input: Any) -> Any:
        """Return an array of the same shape."""
        return functional.prelu(input, self.weight)

    def extra_repr(self) -> str:
        """As torch's."""
        return f"num_parameters={self.num_parameters}"


class RReLU(Module):
    """x where positive, else a multiple drawn from [lower, upper) in training, else their mean."""

    def __init__(self, lower: float = 1 / 8, upper: float = 1 / 3, inplace: bool = False) -> None:
        self.lower, self.upper = number(lower, self, "lower"), number(upper, self, "upper", lower)
        self.inplace = inplace

    def forward(self, input: Any) -> Any:
        """Return an array of the same shape."""
        return functional.rrelu(input, self.lower, self.upper, self.training)

    def extra_repr(self) -> str:
        """As torch's."""
        text = f"lower={self.lower}, upper={self.upper}"
        return text + (", inplace=True" if self.inplace else "")


class GLU(Module):
    """The first half along ``dim`` times the sigmoid of the second."""

    def __init__(self, dim: int = -1) -> None:
        self.dim = integer(dim, self, "dim")

    def forward(self, input: Any) -> Any:
        """Half as long along ``dim``."""
        return functional.glu(input, self.dim)

    def extra_repr(self) -> str:
        """As torch's."""
        return f"dim={self.dim}"


class Softmin(AlongAxis):
    """Softmax of the negative along ``dim``."""

    function = staticmethod(functional.softmin)


class Softmax2d(Module):
    """Softmax over the channels of images (N, C, H, W) or (C, H, W)."""

    def forward(self, input: Any) -> Any:
        """Return an array of the same shape."""
        if input.ndim not in (3, 4):
            raise ValueError(f"Softmax2d: {tuple(input.shape)}; give (N, C, H, W) or (C, H, W)")
        return functional.softmax(input, dim=-3)
