"""Pooling as Modules: each for sequences, images and volumes."""

from collections.abc import Callable
from typing import Any, ClassVar

from ..backend.shapes import wholes
from ..ops.pooling import KINDS
from . import functional
from .module import Module
from .settings import number

NAMES = ("AdaptiveAvgPool", "AdaptiveMaxPool", "AvgPool", "LPPool", "MaxPool", "MaxUnpool")
__all__ = [f"{kind}{axes}d" for kind in NAMES for axes in KINDS]


class _Windows(Module):
    """Windows along the last ``axes`` axes, for ``function``, whose arguments after the data are
    attributes of the names in ``settings``; ``shown`` of them are printed."""

    axes: ClassVar[int]
    function: ClassVar[Callable[..., Any]]
    settings: ClassVar[tuple[str, ...]]
    shown: ClassVar[tuple[str, ...]] = ()

    def extra_repr(self) -> str:
        """As torch's."""
        return ", ".join(f"{name}={getattr(self, name)}" for name in self.shown or self.settings)


class _Pool(_Windows):
    def forward(self, input: Any) -> Any:
        """(N, C, *size) gives (N, C, *windows)."""
        how = {name: getattr(self, name) for name in self.settings}
        return type(self).function(input, **how)


class _MaxPool(_Pool):
    """Largest element of each window of {shapes}.

    stride: by default kernel_size.  padding: -inf on each side, at most half of kernel_size.
    return_indices: give also the largest elements' places in their flat planes, for {unpool}.
    ceil_mode: windows may reach beyond the end.
    """

    settings = ("kernel_size", "stride", "padding", "dilation", "ceil_mode", "return_indices")
    shown = settings[:-1]

    def __init__(
        self,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        dilation: Any = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None:
        self.kernel_size, self.stride = kernel_size, kernel_size if stride is None else stride
        self.padding, self.dilation = padding, dilation
        self.return_indices, self.ceil_mode = return_indices, ceil_mode


class _AvgPool(_Pool):
    """Mean of each window of {shapes}.

    stride: by default kernel_size.  padding: zeros on each side, at most half of kernel_size.
    ceil_mode: windows may reach beyond the end.  count_include_pad: count the zeros of the padding.
    divisor_override: what sums are divided by instead.
    """

    settings = (
        "kernel_size",
        "stride",
        "padding",
        "ceil_mode",
        "count_include_pad",
        "divisor_override",
    )
    shown = settings[:3]

    def __init__(
        self,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: Any = None,
    ) -> None:
        self.kernel_size, self.stride = kernel_size, kernel_size if stride is None else stride
        self.padding, self.ceil_mode = padding, ceil_mode
        self.count_include_pad, self.divisor_override = count_include_pad, divisor_override


class _AvgPoolOfSequences(_AvgPool):
    __doc__ = _AvgPool.__doc__

    def __init__(
        self,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        kernel = wholes(kernel_size, 1, "AvgPool1d: kernel_size", 1)
        strides = kernel if stride is None else wholes(stride, 1, "AvgPool1d: stride", 1)
        pads = wholes(padding, 1, "AvgPool1d: padding")
        super().__init__(kernel, strides, pads, ceil_mode, count_include_pad)


class _LPPool(_Pool):
    """The root of the sum of powers of each window of {shapes}.

    norm_type: the power.  stride: by default kernel_size.  ceil_mode: windows may reach beyond the
    end.
    """

    settings = ("norm_type", "kernel_size", "stride", "ceil_mode")

    def __init__(
        self, norm_type: float, kernel_size: Any, stride: Any = None, ceil_mode: bool = False
    ) -> None:
        self.norm_type = number(norm_type, self, "norm_type")
        self.kernel_size, self.stride, self.ceil_mode = kernel_size, stride, ceil_mode


class _AdaptiveAvgPool(_Pool):
    """Means of windows that cover {shapes}.

    output_size: how many windows there are along each axis; None stands for its length.
    """

    settings = ("output_size",)

    def __init__(self, output_size: Any) -> None:
        self.output_size = output_size


class _AdaptiveMaxPool(_Pool):
    """Largest elements of windows that cover {shapes}.

    output_size: how many windows there are along each axis; None stands for its length.
    return_indices: give also the largest elements' places in their flat planes.
    """

    settings = ("output_size", "return_indices")
    shown = settings[:1]

    def __init__(self, output_size: Any, return_indices: bool = False) -> None:
        self.output_size, self.return_indices = output_size, return_indices


class _MaxUnpool(_Windows):
    """Zeros with elements at the places from where max pooling took them; {shapes}.

    Settings: those of the pooling.  Where places repeat, the last element stays.
    """

    settings = ("kernel_size", "stride", "padding")

    def __init__(self, kernel_size: Any, stride: Any = None, padding: Any = 0) -> None:
        layer = type(self).__name__
        self.kernel_size = wholes(kernel_size, self.axes, f"{layer}: kernel_size", 1)
        strides = kernel_size if stride is None else stride
        self.stride = wholes(strides, self.axes, f"{layer}: stride", 1)
        self.padding = wholes(padding, self.axes, f"{layer}: padding")

    def forward(self, input: Any, indices: Any, output_size: Any = None) -> Any:
        """(N, C, *windows) gives (N, C, *size); output_size: which of the possible sizes."""
        how = (self.kernel_size, self.stride, self.padding, output_size)
        return type(self).function(input, indices, *how)


def _along(axes: int, base: type[_Windows], kind: str, function: str) -> Any:
    """The class for one number of axes, with the function of the same number."""
    words = {"shapes": KINDS[axes][1], "unpool": f"MaxUnpool{axes}d"}
    own = {
        "__doc__": str(base.__doc__).format(**words),
        "__module__": __name__,
        "axes": axes,
        "function": staticmethod(getattr(functional, f"{function}{axes}d")),
    }
    return type(f"{kind}{axes}d", (base,), own)


def _of(base: type[_Windows], function: str) -> list[Any]:
    """The classes for one, two and three axes."""
    return [_along(axes, base, base.__name__.strip("_"), function) for axes in KINDS]


MaxPool1d, MaxPool2d, MaxPool3d = _of(_MaxPool, "max_pool")
AvgPool1d = _along(1, _AvgPoolOfSequences, "AvgPool", "avg_pool")
AvgPool2d, AvgPool3d = _of(_AvgPool, "avg_pool")[1:]
LPPool1d, LPPool2d, LPPool3d = _of(_LPPool, "lp_pool")
AdaptiveAvgPool1d, AdaptiveAvgPool2d, AdaptiveAvgPool3d = _of(_AdaptiveAvgPool, "adaptive_avg_pool")
AdaptiveMaxPool1d, AdaptiveMaxPool2d, AdaptiveMaxPool3d = _of(_AdaptiveMaxPool, "adaptive_max_pool")
MaxUnpool1d, MaxUnpool2d, MaxUnpool3d = _of(_MaxUnpool, "max_unpool")
