"""Attention's kernels in the simulation, in every thread order, against NumPy in float64."""

import numpy as np
import pytest
from kernel_checks import EPSILON, close, needs_compiler, numbers, per_dtype, per_order

from gpugrad.backend.maths import attention as plain

CASES = [  # queries, keys, width, size of values, with a bias, causal: tiles are 16 x 32
    (3, 5, 4, 2, False, False),
    (17, 33, 5, 3, True, False),
    (35, 70, 40, 33, True, True),
    (70, 20, 1, 128, False, True),
]


def arrays(case, dtype):
    queries, keys, width, values, biased, causal = case
    shapes = ((2, 1, queries, width), (1, 2, keys, width), (2, 2, keys, values))
    given = [numbers(shape, dtype, seed) for seed, shape in enumerate(shapes)]
    bias = None
    if biased:
        bias = numbers((2, 1, queries, keys), dtype, 3)
        bias[:, :, 1] = -np.inf  # sees nothing
    return [*given, bias], {"scale": 0.3, "causal": causal}


def wide(given):
    return [None if x is None else x.astype("float64") for x in given]


@needs_compiler
@per_order
@per_dtype
@pytest.mark.parametrize("case", CASES)
def test_attention(ordered, dtype, case):
    given, how = arrays(case, dtype)
    kind = "float32" if dtype in ("float16", "bfloat16") else dtype

    def put(x):
        return None if x is None else ordered.asarray(x)

    y, total = ordered.natives["attention"](*map(put, given), **how)
    expected = plain.forward(np, *wide(given), *how.values())
    close(ordered, y, expected[0], dtype)
    close(ordered, total, expected[1], kind, 16)
    g, share = numbers(expected[0].shape, dtype, 5), numbers(expected[1].shape, kind, 6)
    later = (put(g), put(share), *map(put, given), y, total)
    found = ordered.natives["attention_gradient"](*later, **how)
    kept = [ordered.to_host(x) for x in (y, total)]
    gradients = plain.backward(np, *wide((g, share, *given, *kept)), *how.values())
    for x, exact in zip(found, gradients, strict=True):
        close(ordered, x, exact, dtype, 16 if EPSILON[dtype] > 1e-6 else 64)
