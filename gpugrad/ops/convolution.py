"""Convolution of images, as in deep learning: the kernel is not turned.

The three bilinear operations are each other's derivatives, so every order exists.  Images are
(N, C, *size) and kernels (O, C / groups, *kernel), with one axis or more to slide along; strides,
dilation and padding have an entry for each of these axes, padding pairs (before, after), of which a
negative one cuts.
"""

from math import prod

from ..backend.shapes import whole, wholes
from . import batching_convolution as batches
from .declare import bilinear, composite, operation
from .windows import windows_shape


def geometry(strides, padding, dilation, groups):
    """The settings that the operations share."""
    return {"strides": strides, "padding": padding, "dilation": dilation, "groups": groups}


def _split(weight, groups):
    """The kernels as matrices, one a group: (groups, outputs, inputs * prod(kernel))."""
    return (groups, weight.shape[0] // groups, prod(weight.shape[1:]))


def _columns(xp, x, kernel, strides, padding, dilation, groups):
    """All windows as columns: (N, groups, inputs * prod(kernel), prod(count))."""
    met = xp.windows(x, kernel=kernel, strides=strides, padding=padding, dilation=dilation)
    rows = x.shape[1] // groups * prod(kernel)
    return xp.reshape(met, shape=(x.shape[0], groups, rows, prod(met.shape[2 + len(kernel) :])))


@bilinear(
    to_x=lambda xp, g, weight, x_shape, *, strides, padding, dilation, groups: (
        xp.convolution_to_input(
            g, weight, size=x_shape[2:], **geometry(strides, padding, dilation, groups)
        )
    ),
    to_weight=lambda xp, g, x, weight_shape, *, strides, padding, dilation, groups: (
        xp.convolution_to_weight(
            x, g, kernel=weight_shape[2:], **geometry(strides, padding, dilation, groups)
        )
    ),
    batch=batches.convolution,
    native=True,
)
def convolution(xp, x, weight, *, strides, padding, dilation, groups):
    """Images (N, C, *size) by kernels (O, C / groups, *kernel) give (N, O, *count)."""
    count = windows_shape(x.shape[2:], weight.shape[2:], strides, padding, dilation)
    columns = _columns(xp, x, weight.shape[2:], strides, padding, dilation, groups)
    kernels = xp.reshape(weight, shape=_split(weight, groups))
    return xp.reshape(xp.matmul(kernels, columns), shape=(x.shape[0], weight.shape[0], *count))


@bilinear(
    to_share=lambda xp, g, weight, *, size, strides, padding, dilation, groups: xp.convolution(
        g, weight, **geometry(strides, padding, dilation, groups)
    ),
    to_weight=lambda xp, g, share, weight_shape, *, size, strides, padding, dilation, groups: (
        xp.convolution_to_weight(
            g, share, kernel=weight_shape[2:], **geometry(strides, padding, dilation, groups)
        )
    ),
    batch=batches.convolution_to_input,
    native=True,
)
def convolution_to_input(xp, share, weight, *, size, strides, padding, dilation, groups):
    """The gradient of images of ``size`` from ``share``, that of their convolution."""
    batch = share.shape[0]
    kernels = xp.matrix_transpose(xp.reshape(weight, shape=_split(weight, groups)))
    shape = (batch, groups, share.shape[1] // groups, prod(share.shape[2:]))
    columns = xp.matmul(kernels, xp.reshape(share, shape=shape))
    inputs = weight.shape[1] * groups
    met = xp.reshape(columns, shape=(batch, inputs, *weight.shape[2:], *share.shape[2:]))
    return xp.overlap_add(met, size=size, strides=strides, padding=padding, dilation=dilation)


@bilinear(
    to_x=lambda xp, g, share, x_shape, *, kernel, strides, padding, dilation, groups: (
        xp.convolution_to_input(
            share, g, size=x_shape[2:], **geometry(strides, padding, dilation, groups)
        )
    ),
    to_share=lambda xp, g, x, *, kernel, strides, padding, dilation, groups: xp.convolution(
        x, g, **geometry(strides, padding, dilation, groups)
    ),
    batch=batches.convolution_to_weight,
    native=True,
)
def convolution_to_weight(xp, x, share, *, kernel, strides, padding, dilation, groups):
    """The gradient of kernels of size ``kernel`` from ``share``, that of the convolution."""
    columns = _columns(xp, x, kernel, strides, padding, dilation, groups)
    outputs = share.shape[1]
    shape = (share.shape[0], groups, outputs // groups, prod(share.shape[2:]))
    each = xp.matmul(xp.reshape(share, shape=shape), xp.matrix_transpose(columns))
    shape = (outputs, x.shape[1] // groups, *kernel)
    return xp.reshape(xp.sum(each, axis=0), shape=shape)


def beside(xp, bias, y):
    """A number for each channel in a shape that meets images ``y``."""
    return xp.reshape(bias, shape=(-1, *(1,) * (len(y.shape) - 2)))


def _from_tangent(xp, tx, tweight, tbias, x, weight, y, **how):
    moved = [] if tx is None else [xp.convolution(tx, weight, **how)]
    if tweight is not None:
        moved.append(xp.convolution(x, tweight, **how))
    if tbias is not None:
        moved.append(xp.broadcast_to(beside(xp, tbias, y), shape=y.shape))
    total = moved[0]
    for term in moved[1:]:
        total = total + term
    return total


@operation(
    to_x=lambda xp, g, weight, x_shape, *, strides, padding, dilation, groups: (
        xp.convolution_to_input(
            g, weight, size=x_shape[2:], **geometry(strides, padding, dilation, groups)
        )
    ),
    to_weight=lambda xp, g, x, weight_shape, *, strides, padding, dilation, groups: (
        xp.convolution_to_weight(
            x, g, kernel=weight_shape[2:], **geometry(strides, padding, dilation, groups)
        )
    ),
    to_bias=lambda xp, g: xp.sum(g, axis=(0, *range(2, len(g.shape)))),
    tangent=lambda xp, tx, tweight, tbias, x, weight, y, *, strides, padding, dilation, groups: (
        _from_tangent(
            xp, tx, tweight, tbias, x, weight, y, **geometry(strides, padding, dilation, groups)
        )
    ),
    batch=batches.convolution_from,
    native=True,
)
def convolution_from(xp, x, weight, bias, *, strides, padding, dilation, groups):
    """``convolution`` plus a number for each output channel, ``bias``: (O,)."""
    y = xp.convolution(x, weight, **geometry(strides, padding, dilation, groups))
    return y + beside(xp, bias, y)


def padding_pairs(padding, kernel, strides, dilation):
    """(before, after) of each axis, from numbers or from "valid" or "same"."""
    if not isinstance(padding, str):
        return tuple((n, n) for n in wholes(padding, len(kernel), "padding"))
    refuse_padding(padding, strides)
    if padding == "valid":
        return ((0, 0),) * len(kernel)
    whole = [d * (k - 1) for k, d in zip(kernel, dilation, strict=True)]
    return tuple((n // 2, n - n // 2) for n in whole)


def refuse_padding(padding, strides):
    """A ValueError for a text that is no padding, or none for windows so far apart."""
    if padding not in ("valid", "same"):
        raise ValueError(f"padding: {padding!r} is not 'valid', 'same' or whole numbers")
    if padding == "same" and any(s != 1 for s in strides):
        raise ValueError(f"padding: 'same' needs stride 1, not {strides}")


@composite
def conv1d(xp, x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1):
    """Convolution of sequences, as torch's conv1d.

    x: (N, C, L) or (C, L), weight: (O, C / groups, K), bias: (O,).
    padding: a number, "valid" or "same".
    """
    _check(x, weight, bias, groups, "sequences", 1)
    return _convolved(xp, x, weight, bias, stride, padding, dilation, groups)


@composite
def conv2d(xp, x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1):
    """Convolution of images, as torch's conv2d.

    x: (N, C, H, W) or (C, H, W), weight: (O, C / groups, KH, KW), bias: (O,); gives (N, O, OH, OW).
    padding: numbers, "valid" or "same".
    """
    _check(x, weight, bias, groups, "images", 2)
    return _convolved(xp, x, weight, bias, stride, padding, dilation, groups)


@composite
def conv3d(xp, x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1):
    """Convolution of volumes, as torch's conv3d.

    x: (N, C, D, H, W) or (C, D, H, W), weight: (O, C / groups, KD, KH, KW), bias: (O,).
    padding: numbers, "valid" or "same".
    """
    _check(x, weight, bias, groups, "volumes", 3)
    return _convolved(xp, x, weight, bias, stride, padding, dilation, groups)


def _convolved(xp, x, weight, bias, stride, padding, dilation, groups):
    """Convolution along all axes that ``weight`` has after its first two."""
    kernel = weight.shape[2:]
    if len(x.shape) < len(weight.shape):
        one = xp.expand_dims(x, axis=0)
        y = _convolved(xp, one, weight, bias, stride, padding, dilation, groups)
        return xp.reshape(y, shape=y.shape[1:])
    strides, dilation = (
        wholes(each, len(kernel), name, 1)
        for each, name in ((stride, "stride"), (dilation, "dilation"))
    )
    around = padding_pairs(padding, kernel, strides, dilation)
    windows_shape(x.shape[2:], kernel, strides, around, dilation)  # raises if none
    how = geometry(strides, around, dilation, groups)
    if bias is None:
        return xp.convolution(x, weight, **how)
    return xp.convolution_from(x, weight, bias, **how)


def _check(x, weight, bias, groups, what, axes):
    """A ValueError for shapes that do not go together; ``axes``: of one channel of ``what``."""
    x_shape, shape = tuple(x.shape), tuple(weight.shape)
    check_axes(x_shape, shape, what, axes)
    channels, groups = x_shape[-axes - 1], whole(groups, "groups", 1)
    if channels != shape[1] * groups or shape[0] % groups:
        raise ValueError(
            f"{channels} channels, kernels {shape} and {groups} groups; "
            f"kernels have the shape (outputs, channels / groups, ...)"
        )
    check_bias(bias, shape[0])


def check_axes(x_shape, shape, what, axes):
    """A ValueError for shapes with other than ``axes`` to slide along."""
    if len(x_shape) not in (axes + 1, axes + 2) or len(shape) != axes + 2:
        raise ValueError(f"{what} {x_shape} and kernels {shape} do not fit")


def check_bias(bias, outputs):
    """A ValueError for a bias that is no number an output."""
    if bias is not None and tuple(bias.shape) != (outputs,):
        raise ValueError(
            f"a bias of shape {tuple(bias.shape)}; {outputs} outputs have {(outputs,)}"
        )
