"""Programs of elementwise steps, reductions and broadcasting: what the tests of nests compile."""

import itertools

import numpy as np
from test_compile_passes import random_program

import gpugrad as gg

F = gg.nn.functional


def slopes(function):
    """The value of a function's mean, and the gradients of all its arguments."""

    def run(*arrays):
        def loss(*arrays):
            return gg.sum(gg.sin(function(*arrays)))

        value, gradients = gg.value_and_grad(loss, tuple(range(len(arrays))))(*arrays)
        return value, *gradients

    return run


def batch_norm(x, g, b):
    mean = gg.mean(x, axis=(0, 2, 3), keepdims=True)
    variance = gg.mean((x - mean) ** 2, axis=(0, 2, 3), keepdims=True)
    return (x - mean) / gg.sqrt(variance + 1e-5) * g[:, None, None] + b[:, None, None]


def spelled_cross_entropy(x, target):
    shifted = x - gg.max(x, axis=1, keepdims=True)
    return gg.sum(
        target * (gg.log(gg.sum(gg.exp(shifted), axis=1, keepdims=True)) - shifted), axis=1
    )


def logsumexp(x):
    top = gg.max(x, axis=-1, keepdims=True)
    return gg.log(gg.sum(gg.exp(x - top), axis=-1)) + top[..., 0]


def soft(x, y):
    return F.softmax(x * 2.0 + y, dim=-1)


def attention(x, mask):
    return F.log_softmax(x / 3.0 + mask, dim=-1)


def norm(x, g, b):
    return F.layer_norm(x, x.shape[-1:], g, b)


def signs(x):
    top = gg.max(x * 1.5, axis=-1, keepdims=True)
    return (x * 1.5 == top) | gg.isnan(x), gg.sum(x * 2.0, axis=-1) > 0


def drawn_program(seed):
    program = gg.value_and_grad(random_program(seed), (0, 1, 2))

    def run(*arrays):
        value, gradients = program(*[abs(x) + 0.1 for x in arrays])
        return value, *gradients

    return run


def sums_over(axes):
    def run(x):
        return gg.sum(gg.sin(x) * x, axis=axes), gg.sum(x * 2.0, axis=axes, keepdims=True) * 0.5

    return run


def several_sums(x, y):
    z = gg.tanh(x * y)
    return gg.sum(z), gg.sum(z * x, axis=0), gg.sum(z, axis=(0, 2)), gg.sum(z, axis=1), z


def of_rows(x):
    sizes = gg.sqrt(gg.sum(x * x, axis=1, keepdims=True) + 1.0)
    return gg.sum(sizes * 2.0), x / sizes, gg.sum(x / sizes, axis=0)


PROGRAMS = {  # name -> (function, shapes of its arguments)
    "softmax": (soft, (9, 40), (40,)),
    "softmax of long rows": (soft, (3, 5000), (5000,)),
    "softmax of odd rows": (soft, (4, 7, 33), (7, 1)),
    "softmax of rows of three": (soft, (50, 3), (3,)),
    "softmax of one row": (soft, (700,), (1,)),
    "softmax's slopes": (slopes(soft), (9, 40), (40,)),
    "softmax's slopes of long rows": (slopes(soft), (3, 1501), (1501,)),
    "masked log_softmax": (slopes(attention), (2, 3, 6, 6), (6, 6)),
    "layer norm": (norm, (10, 48), (48,), (48,)),
    "layer norm's slopes": (slopes(norm), (10, 48), (48,), (48,)),
    "layer norm's slopes of odd rows": (slopes(norm), (70, 33), (33,), (33,)),
    "layer norm's slopes of long rows": (slopes(norm), (40, 1100), (1100,), (1100,)),
    "batch norm": (batch_norm, (6, 5, 4, 4), (5,), (5,)),
    "batch norm's slopes": (slopes(batch_norm), (6, 5, 4, 4), (5,), (5,)),
    "batch norm's slopes of many": (slopes(batch_norm), (40, 3, 20, 20), (3,), (3,)),
    "batch norm's slopes of one pixel": (slopes(batch_norm), (64, 6, 1, 1), (6,), (6,)),
    "cross entropy": (slopes(spelled_cross_entropy), (17, 10), (17, 10)),
    "cross entropy of long rows": (slopes(spelled_cross_entropy), (5, 1030), (5, 1030)),
    "logsumexp": (slopes(logsumexp), (6, 130)),
    "other shapes": (lambda x, y: gg.tanh(gg.reshape(x, (4,)) * 2.0) + y, (4, 1), (1,)),
    "shapes of rows": (
        lambda x, y: gg.reshape(gg.tanh(gg.reshape(x, (12, 6)) * y), (4, 18)) + 1.0,
        (4, 3, 6),
        (6,),
    ),
    "slopes of the largest": (
        slopes(lambda x, w: gg.matmul(gg.max(x * 1.1, axis=1, keepdims=True), w)),
        (40, 30),
        (1, 5),
    ),
    "truth values": (signs, (12, 20)),
    "truth values of odd rows": (signs, (3, 7)),
    "several sums": (several_sums, (12, 5, 8), (5, 8)),
    "several sums of odd lengths": (several_sums, (7, 5, 3), (5, 1)),
    "sums of rows": (of_rows, (300, 20)),
    "a long sum": (lambda x: gg.sum(gg.exp(x) * x * 0.1), (50_000,)),
    "a long sum of an odd length": (lambda x: (gg.sum(gg.exp(x) * x), x * 2.0), (20_001,)),
    "a wide sum of columns": (lambda x, y: gg.sum(x * y, axis=0), (6, 9000), (6, 1)),
    "a wide sum of middles": (lambda x, y: gg.sum(x * y, axis=1), (3, 20, 4099), (20, 1)),
    "a high sum of columns": (lambda x, y: gg.sum(x * y, axis=0), (9000, 6), (6,)),
    "a sum of many middles": (lambda x, y: gg.sum(x * y, axis=1), (600, 5, 8), (8,)),
    "a wide sum by rows": (
        lambda x: (gg.sum(gg.exp(x), axis=0), gg.sum(x * 2.0, axis=(1, 3))),
        (4, 3, 5, 1300),
    ),
    **{f"random program {seed}": (drawn_program(seed), (3, 4), (4,), (3, 1)) for seed in range(20)},
    **{
        f"sums over {axes}": (sums_over(axes), (3, 4, 5, 6))
        for length in range(1, 5)
        for axes in itertools.combinations(range(4), length)
    },
    **{
        f"broadcast from {shape}": (slopes(lambda x, y: gg.tanh(x * y) + y), (2, 3, 4, 5), shape)
        for shape in itertools.product((1, 2), (1, 3), (1, 4), (1, 5))
    },
}


def arguments(name, dtype):
    """The arrays of a program, of NumPy."""
    random = np.random.default_rng(0)
    return [random.normal(size=shape).astype(dtype) for shape in PROGRAMS[name][1:]]
