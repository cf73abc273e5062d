"""The rules of small arrays give the same bits before and after they become ufuncs."""

import numpy as np
import pytest

import gpugrad as gg
from gpugrad.backend.kernels import strided
from gpugrad.backend.select import HOST
from gpugrad.engine import small
from gpugrad.engine.pullbacks import pullback_of
from gpugrad.ops import REGISTRY

SPECIAL = [0.0, -0.0, 1.0, -1.0, 0.5, np.inf, -np.inf, np.nan, 1e-30, 1e30]
RULES = [
    (op, i, names, kernel)
    for op in REGISTRY.values()
    for i, (names, kernel) in small.exact_rules(op).items()
]


def test_the_frequent_operations_are_among_them():
    found = {(op.name, i) for op, i, *_ in RULES}
    assert {("multiply", 0), ("multiply", 1), ("divide", 1), ("tanh", 0), ("relu", 0)} <= found


@pytest.mark.needs_compiler
@pytest.mark.parametrize("dtype", small.DTYPES)
@pytest.mark.parametrize(
    ("op", "i", "names", "kernel"), RULES, ids=lambda v: getattr(v, "name", "")
)
def test_a_ufunc_gives_the_bits_of_the_rule(op, i, names, kernel, dtype):
    kernels = tuple(kernel for *_, kernel in RULES)
    libraries = {d: small.library(kernels, d) for d in small.DTYPES}
    assert strided.address(libraries[dtype], kernel.name)
    rng = np.random.default_rng(0)
    grid = np.array(np.meshgrid(*[SPECIAL] * (1 + len(names)))).reshape(1 + len(names), -1)
    values = np.concatenate([grid, rng.normal(size=(1 + len(names), 200))], axis=1).astype(dtype)
    g, *kept = values
    needs = tuple(j == i for j in range(len(op.inputs)))
    with np.errstate(all="ignore"):
        (expected,) = pullback_of.__wrapped__(op, needs).pull(HOST.xp, g, tuple(kept), {})
        found = small._ufunc(kernel, libraries)(g, *kept)
    assert found.dtype == expected.dtype
    same = (found == expected) | (np.isnan(found) & np.isnan(expected))
    assert same.all(), np.stack([*values[:, ~same], found[~same], expected[~same]])


@pytest.mark.needs_compiler
def test_the_swap_changes_no_gradient_and_keeps_every_other_mode():
    def gradients():
        x = gg.tensor([0.3, -0.5, 0.0], dtype="float64", requires_grad=True)
        y = gg.tanh(x * x / 2) * gg.relu(x)
        y.sum().backward(create_graph=True)
        first, x.grad = x.grad, None
        first.sum().backward()
        z = gg.tensor([1 + 2j], requires_grad=True)
        gg.real(z * z).sum().backward()
        return [first.detach().numpy(), x.grad.numpy(), z.grad.numpy()]

    before = gradients()
    small._swap()
    for a, b in zip(before, gradients(), strict=True):
        np.testing.assert_array_equal(a, b)
