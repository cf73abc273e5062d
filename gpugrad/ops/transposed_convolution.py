"""Transposed convolution, torch's conv_transpose: the gradient of a convolution by its images."""

from ..backend.shapes import whole, wholes
from .convolution import beside, check_axes, check_bias, geometry
from .declare import composite


@composite
def conv_transpose1d(
    xp, x, weight, bias=None, *, stride=1, padding=0, output_padding=0, groups=1, dilation=1
):
    """Transposed convolution of sequences, as torch's conv_transpose1d.

    x: (N, C, L) or (C, L), weight: (C, O / groups, K), bias: (O,).
    """
    _check(x, weight, bias, groups, "sequences", 1)
    return _transposed(xp, x, weight, bias, stride, padding, output_padding, groups, dilation)


@composite
def conv_transpose2d(
    xp, x, weight, bias=None, *, stride=1, padding=0, output_padding=0, groups=1, dilation=1
):
    """Transposed convolution of images, as torch's conv_transpose2d: the gradient of conv2d.

    x: (N, C, H, W) or (C, H, W), weight: (C, O / groups, KH, KW), bias: (O,).  An axis of n gives
    (n - 1) * stride - 2 * padding + dilation * (kernel - 1) + 1 + output_padding elements.
    """
    _check(x, weight, bias, groups, "images", 2)
    return _transposed(xp, x, weight, bias, stride, padding, output_padding, groups, dilation)


@composite
def conv_transpose3d(
    xp, x, weight, bias=None, *, stride=1, padding=0, output_padding=0, groups=1, dilation=1
):
    """Transposed convolution of volumes, as torch's conv_transpose3d.

    x: (N, C, D, H, W) or (C, D, H, W), weight: (C, O / groups, KD, KH, KW), bias: (O,).
    """
    _check(x, weight, bias, groups, "volumes", 3)
    return _transposed(xp, x, weight, bias, stride, padding, output_padding, groups, dilation)


def _transposed(xp, x, weight, bias, stride, padding, output_padding, groups, dilation):
    """The transposed convolution along all axes that ``weight`` has after its first two."""
    kernel = weight.shape[2:]
    if len(x.shape) < len(weight.shape):
        one = xp.expand_dims(x, axis=0)
        y = _transposed(xp, one, weight, bias, stride, padding, output_padding, groups, dilation)
        return xp.reshape(y, shape=y.shape[1:])
    axes = len(kernel)
    strides, dilation = wholes(stride, axes, "stride", 1), wholes(dilation, axes, "dilation", 1)
    pads, more = wholes(padding, axes, "padding"), wholes(output_padding, axes, "output_padding")
    _check_output_padding(more, strides, dilation)
    least = least_transposed(x.shape[2:], kernel, strides, pads, dilation)
    size = tuple(n + m for n, m in zip(least, more, strict=True))
    if min(size) < 1:
        raise ValueError(
            f"{x.shape[2:]} by a kernel {kernel} with padding {pads} gives the size {size}"
        )
    # what the output has more, the frame around it has less: so many windows fit, and no more
    around = tuple((pad, pad - m) for pad, m in zip(pads, more, strict=True))
    how = geometry(strides, around, dilation, groups)
    y = xp.convolution_to_input(x, weight, size=size, **how)
    return y if bias is None else y + beside(xp, bias, y)


def least_transposed(size, kernel, strides, pads, dilation):
    """The size of what a transposed convolution gives without output_padding."""
    return tuple(
        (n - 1) * s - 2 * pad + d * (k - 1) + 1
        for n, k, s, pad, d in zip(size, kernel, strides, pads, dilation, strict=True)
    )


def _check_output_padding(more, strides, dilation):
    """A ValueError for an output_padding that reaches both stride and dilation."""
    if any(m >= max(s, d) for m, s, d in zip(more, strides, dilation, strict=True)):
        raise ValueError(
            f"output_padding: {more} with stride {strides} and dilation {dilation}; "
            f"give less than the larger of the two"
        )


def _check(x, weight, bias, groups, what, axes):
    """A ValueError for shapes that do not go together; ``axes``: of one channel of ``what``."""
    x_shape, shape = tuple(x.shape), tuple(weight.shape)
    check_axes(x_shape, shape, what, axes)
    channels, groups = x_shape[-axes - 1], whole(groups, "groups", 1)
    if channels != shape[0] or channels % groups:
        raise ValueError(
            f"{channels} channels, kernels {shape} and {groups} groups; "
            f"kernels have the shape (channels, outputs / groups, ...)"
        )
    check_bias(bias, shape[1] * groups)
