"""Convolution of images, as in deep learning: the kernel is not turned.

The three bilinear operations are each other's derivatives, so every order exists.  Settings of
rows and columns are pairs, padding is a pair of pairs (before, after).
"""

from math import prod

from ..backend.shapes import whole, wholes
from . import batching_convolution as batches
from .declare import bilinear, composite, operation
from .windows import windows_shape


def _geometry(strides, padding, dilation, groups):
    return {"strides": strides, "padding": padding, "dilation": dilation, "groups": groups}


def _split(weight, groups):
    """The kernels as matrices, one a group: (groups, outputs, inputs * KH * KW)."""
    return (groups, weight.shape[0] // groups, prod(weight.shape[1:]))


def _columns(xp, x, kernel, strides, padding, dilation, groups):
    """All windows as columns: (N, groups, inputs * KH * KW, OH * OW)."""
    met = xp.windows(x, kernel=kernel, strides=strides, padding=padding, dilation=dilation)
    rows = x.shape[1] // groups * prod(kernel)
    return xp.reshape(met, shape=(x.shape[0], groups, rows, prod(met.shape[4:])))


@bilinear(
    to_x=lambda xp, g, weight, x_shape, *, strides, padding, dilation, groups: (
        xp.convolution_to_input(
            g, weight, size=x_shape[2:], **_geometry(strides, padding, dilation, groups)
        )
    ),
    to_weight=lambda xp, g, x, weight_shape, *, strides, padding, dilation, groups: (
        xp.convolution_to_weight(
            x, g, kernel=weight_shape[2:], **_geometry(strides, padding, dilation, groups)
        )
    ),
    batch=batches.convolution,
    native=True,
)
def convolution(xp, x, weight, *, strides, padding, dilation, groups):
    """Images (N, C, H, W) by kernels (O, C / groups, KH, KW) give (N, O, OH, OW)."""
    count = windows_shape(x.shape[2:], weight.shape[2:], strides, padding, dilation)
    columns = _columns(xp, x, weight.shape[2:], strides, padding, dilation, groups)
    kernels = xp.reshape(weight, shape=_split(weight, groups))
    return xp.reshape(xp.matmul(kernels, columns), shape=(x.shape[0], weight.shape[0], *count))


@bilinear(
    to_share=lambda xp, g, weight, *, size, strides, padding, dilation, groups: xp.convolution(
        g, weight, **_geometry(strides, padding, dilation, groups)
    ),
    to_weight=lambda xp, g, share, weight_shape, *, size, strides, padding, dilation, groups: (
        xp.convolution_to_weight(
            g, share, kernel=weight_shape[2:], **_geometry(strides, padding, dilation, groups)
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
            share, g, size=x_shape[2:], **_geometry(strides, padding, dilation, groups)
        )
    ),
    to_share=lambda xp, g, x, *, kernel, strides, padding, dilation, groups: xp.convolution(
        x, g, **_geometry(strides, padding, dilation, groups)
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


def _from_tangent(xp, tx, tweight, tbias, x, weight, y, **geometry):
    moved = [] if tx is None else [xp.convolution(tx, weight, **geometry)]
    if tweight is not None:
        moved.append(xp.convolution(x, tweight, **geometry))
    if tbias is not None:
        moved.append(xp.broadcast_to(xp.reshape(tbias, shape=(-1, 1, 1)), shape=y.shape))
    total = moved[0]
    for term in moved[1:]:
        total = total + term
    return total


@operation(
    to_x=lambda xp, g, weight, x_shape, *, strides, padding, dilation, groups: (
        xp.convolution_to_input(
            g, weight, size=x_shape[2:], **_geometry(strides, padding, dilation, groups)
        )
    ),
    to_weight=lambda xp, g, x, weight_shape, *, strides, padding, dilation, groups: (
        xp.convolution_to_weight(
            x, g, kernel=weight_shape[2:], **_geometry(strides, padding, dilation, groups)
        )
    ),
    to_bias=lambda xp, g: xp.sum(g, axis=(0, 2, 3)),
    tangent=lambda xp, tx, tweight, tbias, x, weight, y, *, strides, padding, dilation, groups: (
        _from_tangent(
            xp, tx, tweight, tbias, x, weight, y, **_geometry(strides, padding, dilation, groups)
        )
    ),
    batch=batches.convolution_from,
    native=True,
)
def convolution_from(xp, x, weight, bias, *, strides, padding, dilation, groups):
    """``convolution`` plus a number for each output channel, ``bias``: (O,)."""
    y = xp.convolution(x, weight, **_geometry(strides, padding, dilation, groups))
    return y + xp.reshape(bias, shape=(-1, 1, 1))


def padding_pairs(padding, kernel, strides, dilation):
    """(before, after) of rows and of columns, from numbers or from "valid" or "same"."""
    if not isinstance(padding, str):
        return tuple((n, n) for n in wholes(padding, 2, "padding"))
    refuse_padding(padding, strides)
    if padding == "valid":
        return ((0, 0), (0, 0))
    whole = [d * (k - 1) for k, d in zip(kernel, dilation, strict=True)]
    return tuple((n // 2, n - n // 2) for n in whole)


def refuse_padding(padding, strides):
    """A ValueError for a text that is no padding, or none for windows so far apart."""
    if padding not in ("valid", "same"):
        raise ValueError(f"padding: {padding!r} is not 'valid', 'same' or whole numbers")
    if padding == "same" and any(s != 1 for s in strides):
        raise ValueError(f"padding: 'same' needs stride 1, not {strides}")


@composite
def conv2d(xp, x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1):
    """Convolution of images, as torch's conv2d.

    x: (N, C, H, W) or (C, H, W), weight: (O, C / groups, KH, KW), bias: (O,); gives (N, O, OH, OW).
    padding: numbers, "valid" or "same".
    """
    _check(x, weight, bias, groups, "images", 2)
    if len(x.shape) == 3:
        one = xp.expand_dims(x, axis=0)
        y = xp.conv2d(
            one, weight, bias, stride=stride, padding=padding, dilation=dilation, groups=groups
        )
        return xp.reshape(y, shape=y.shape[1:])
    strides, dilation = wholes(stride, 2, "stride", 1), wholes(dilation, 2, "dilation", 1)
    around = padding_pairs(padding, weight.shape[2:], strides, dilation)
    windows_shape(x.shape[2:], weight.shape[2:], strides, around, dilation)  # raises if none
    geometry = _geometry(strides, around, dilation, groups)
    if bias is None:
        return xp.convolution(x, weight, **geometry)
    return xp.convolution_from(x, weight, bias, **geometry)


@composite
def conv1d(xp, x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1):
    """Convolution of sequences.  x: (N, C, L) or (C, L), weight: (O, C / groups, K)."""
    _check(x, weight, bias, groups, "sequences", 1)
    if not isinstance(padding, str):
        padding = (0, *wholes(padding, 1, "padding"))
    y = xp.conv2d(
        xp.expand_dims(x, axis=-2),
        xp.expand_dims(weight, axis=-2),
        bias,
        stride=(1, *wholes(stride, 1, "stride", 1)),
        padding=padding,
        dilation=(1, *wholes(dilation, 1, "dilation", 1)),
        groups=groups,
    )
    return xp.reshape(y, shape=(*y.shape[:-2], y.shape[-1]))


def _check(x, weight, bias, groups, what, axes):
    """A ValueError for shapes that do not go together; ``axes``: of one channel of ``what``."""
    x_shape, shape = tuple(x.shape), tuple(weight.shape)
    if len(x_shape) not in (axes + 1, axes + 2) or len(shape) != axes + 2:
        raise ValueError(f"{what} {x_shape} and kernels {shape} do not fit")
    channels, groups = x_shape[-axes - 1], whole(groups, "groups", 1)
    if channels != shape[1] * groups or shape[0] % groups:
        raise ValueError(
            f"{channels} channels, kernels {shape} and {groups} groups; "
            f"kernels have the shape (outputs, channels / groups, ...)"
        )
    if bias is not None and tuple(bias.shape) != shape[:1]:
        raise ValueError(
            f"a bias of shape {tuple(bias.shape)}; {shape[0]} outputs have {shape[:1]}"
        )
