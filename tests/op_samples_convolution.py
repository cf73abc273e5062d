"""Samples of convolution and its transpose, along one axis to three."""

import numpy as np
from op_samples_images import DEEP, STEPS, overlap_add, windows
from sample import Sample, numbers, sample

LINE = {"strides": (2,), "padding": ((1, 2),), "dilation": (2,)}
GEOMETRIES = [  # size of images, kernel, how many windows there are, geometry, groups
    ((6, 5), (3, 2), (3, 6), STEPS, 1),
    ((6, 5), (3, 2), (3, 6), STEPS, 2),
    ((7,), (2,), (4,), LINE, 2),
    ((3, 2, 3), (2, 1, 2), (2, 3, 2), DEEP, 1),
]


# references, written for reading


def convolution(x, weight, strides, padding, dilation, groups=1):
    met = windows(x, weight.shape[2:], strides, padding, dilation)
    met = met.reshape(*met.shape[:2], weight[0, 0].size, *met.shape[weight.ndim :])
    parts = zip(np.split(met, groups, axis=1), np.split(weight, groups), strict=True)
    flat = [(m, w.reshape(*w.shape[:2], -1)) for m, w in parts]
    return np.concatenate([np.einsum("nck...,ock->no...", m, w) for m, w in flat], axis=1)


def convolution_to_input(share, weight, size, strides, padding, dilation, groups=1):
    parts = zip(np.split(share, groups, axis=1), np.split(weight, groups), strict=True)
    flat = [(s, w.reshape(*w.shape[:2], -1)) for s, w in parts]
    met = np.concatenate([np.einsum("no...,ock->nck...", s, w) for s, w in flat], axis=1)
    met = met.reshape(*met.shape[:2], *weight.shape[2:], *share.shape[2:])
    return overlap_add(met, size, strides, padding, dilation)


def convolution_to_weight(x, share, kernel, strides, padding, dilation, groups=1):
    met = windows(x, kernel, strides, padding, dilation)
    met = met.reshape(*x.shape[:2], np.prod(kernel), -1)
    shares = share.reshape(*share.shape[:2], -1)
    parts = zip(np.split(met, groups, axis=1), np.split(shares, groups, axis=1), strict=True)
    whole = np.concatenate([np.einsum("nckp,nop->ock", m, s) for m, s in parts])
    return whole.reshape(*whole.shape[:2], *kernel)


def plain(x, w, b, stride=1, padding=0, dilation=1):
    axes = x.ndim - 2
    around = ((padding, padding),) * axes
    y = convolution(x, w, (stride,) * axes, around, (dilation,) * axes)
    return y + np.reshape(b, (-1, *(1,) * axes))


def transposed(x, w, b, stride=1, padding=0, more=0, groups=1):
    """Every element adds the kernel times itself; then ``padding`` is cut off."""
    axes = x.ndim - 2
    full = [(n - 1) * stride + k + more for n, k in zip(x.shape[2:], w.shape[2:], strict=True)]
    y = np.zeros((len(x), w.shape[1] * groups, *full))
    for at in np.ndindex(*x.shape[2:]):
        ends = zip(at, w.shape[2:], strict=True)
        here = (..., *(slice(i * stride, i * stride + k) for i, k in ends))
        parts = zip(np.split(x[(..., *at)], groups, axis=1), np.split(w, groups), strict=True)
        y[here] += np.concatenate([np.tensordot(e, v, axes=1) for e, v in parts], axis=1)
    kept = (slice(padding, n - padding) for n in full)
    return y[(..., *kept)] + np.reshape(b, (-1, *(1,) * axes))


# samples


def convolutions(reference, *inputs, setting=None) -> list[Sample]:
    """One for each geometry.  inputs: give a shape of images' size, kernel, windows and groups;
    setting: the name of one more and which of these it is."""
    samples = []
    for *sizes, how, groups in GEOMETRIES:
        settings = {**how, "groups": groups}
        if setting:
            settings[setting[0]] = sizes[setting[1]]
        arrays = [numbers(*shape(*sizes, groups), seed=i) for i, shape in enumerate(inputs)]
        samples.append(
            sample(*arrays, **settings, reference=lambda *a, s=settings: reference(*a, **s))
        )
    return samples


def images(n, k, o, groups):
    return (2, 4, *n)


def kernels(n, k, o, groups):
    return (6, 4 // groups, *k)


def shares(n, k, o, groups):
    return (2, 6, *o)


SAMPLES: dict[str, list[Sample]] = {
    "convolution": convolutions(convolution, images, kernels),
    "convolution_from": convolutions(
        lambda x, w, b, **how: convolution(x, w, **how) + b.reshape(-1, *(1,) * (x.ndim - 2)),
        images,
        kernels,
        lambda *_: (6,),
    ),
    "convolution_to_input": convolutions(
        convolution_to_input, shares, kernels, setting=("size", 0)
    ),
    "convolution_to_weight": convolutions(
        convolution_to_weight, images, shares, setting=("kernel", 1)
    ),
    "conv1d": [
        sample(
            numbers(2, 3, 6),
            numbers(4, 3, 3),
            numbers(4),
            stride=2,
            padding=1,
            reference=lambda x, w, b: plain(x, w, b, 2, 1),
        )
    ],
    "conv2d": [
        sample(
            numbers(2, 3, 6, 5),
            numbers(4, 3, 3, 2),
            numbers(4),
            stride=(2, 1),
            padding=(1, 2),
            reference=lambda x, w, b: (
                convolution(x, w, (2, 1), ((1, 1), (2, 2)), (1, 1)) + b[:, None, None]
            ),
        ),
        sample(
            numbers(3, 5, 4),
            numbers(2, 3, 3, 3),
            numbers(2),
            padding="same",
            reference=lambda x, w, b: plain(x[None], w, b, padding=1)[0],
        ),
        sample(
            numbers(1, 3, 5, 4),
            numbers(2, 3, 2, 2),
            None,
            padding="valid",
            dilation=2,
            reference=lambda x, w, _: plain(x, w, np.zeros(2), dilation=2),
        ),
    ],
    "conv3d": [
        sample(
            numbers(2, 2, 3, 4, 3),
            numbers(3, 2, 2, 3, 2),
            numbers(3),
            stride=2,
            padding=1,
            reference=lambda x, w, b: plain(x, w, b, 2, 1),
        ),
        sample(
            numbers(2, 3, 3, 3),
            numbers(2, 2, 3, 3, 3),
            None,
            padding="same",
            reference=lambda x, w, _: plain(x[None], w, np.zeros(2), padding=1)[0],
        ),
    ],
    "conv_transpose1d": [
        sample(
            numbers(2, 4, 3),
            numbers(4, 3, 3),
            numbers(6),
            stride=2,
            padding=1,
            output_padding=1,
            groups=2,
            reference=lambda x, w, b: transposed(x, w, b, 2, 1, 1, 2),
        )
    ],
    "conv_transpose2d": [
        sample(
            numbers(2, 3, 3, 2),
            numbers(3, 2, 4, 3),
            numbers(2),
            stride=2,
            padding=1,
            reference=lambda x, w, b: transposed(x, w, b, 2, 1),
        ),
        sample(
            numbers(2, 3, 3),
            numbers(2, 3, 2, 2),
            None,
            reference=lambda x, w, _: transposed(x[None], w, np.zeros(3))[0],
        ),
    ],
    "conv_transpose3d": [
        sample(
            numbers(1, 2, 2, 3, 2),
            numbers(2, 2, 2, 2, 2),
            numbers(2),
            stride=2,
            reference=lambda x, w, b: transposed(x, w, b, 2),
        )
    ],
}
