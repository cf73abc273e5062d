"""Expressions: how rules are read, simplified, differentiated and spelled; what kernels keep."""

import subprocess
import sys

import numpy as np
import pytest
from kernel_checks import needs_compiler

from gpugrad.backend import select
from gpugrad.backend.kernels import buffers, strided
from gpugrad.codegen import fused as fused_module
from gpugrad.codegen import launch, symbols
from gpugrad.codegen.expressions import Program, derivatives
from gpugrad.codegen.fused import fused
from gpugrad.codegen.symbols import INPUT, in_primitives, literal, symbol, walk
from gpugrad.ops import REGISTRY

xp = symbols.xp
HOST = select.HOST
x, y = symbol(INPUT, "x"), symbol(INPUT, "y")


def value(root, **numbers):
    arrays = {name: np.float64(number) for name, number in numbers.items()}
    with np.errstate(all="ignore"):
        return Program((root,))(HOST.xp, arrays, {}, np.float64)[0]


def test_equal_expressions_are_one_object():
    assert xp.tanh(x * y) is xp.tanh(x * y)
    assert x * 2 is x * 2.0 and literal(0.0) is not literal(-0.0)
    assert x - y is not y - x


@pytest.mark.parametrize(
    ("given", "simple"),
    [
        (x * 1, x),
        (1 * x, x),
        (x + 0, x),
        (0 + x, x),
        (x - 0, x),
        (x / 1, x),
        (xp.negative(-x), x),
        (x / 4, x * 0.25),
        (x**2, x * x),
        (x**1, x),
        (x**0, literal(1.0)),
        (x * -1, -x),
        (literal(2) * 3, literal(6)),
        (xp.scale(x, True), x),
        (xp.scale(1.0, x), x),
        (xp.scale(x, 0.5), x * 0.5),
        (xp.where(True, x, y), x),
        (xp.scale(0.0, x), literal(0)),
        (xp.logical_and(x < y, True), x < y),
        (xp.logical_and(x < y, False), literal(False)),
        (xp.logical_or(False, x < y), x < y),
        (xp.logical_or(x, 2.0), literal(True)),
        (xp.logical_or(x < y, x < y), x < y),
        (xp.logical_not(xp.logical_not(x < y)), x < y),
        (xp.logical_not(0.0), literal(True)),
    ],
)
def test_simplified(given, simple):
    assert given is simple


@pytest.mark.parametrize("kept", [x * 0, x - x, x / x, x / 3, xp.scale(x, y), 0 / x])
def test_what_nan_and_infinity_forbid_stays(kept):
    assert kept.operands


def test_common_parts_are_computed_once():
    root = in_primitives(xp.tanh(x * y) * xp.exp(xp.tanh(x * y)))
    assert sum(node.name == "tanh" for node in walk(root)) == 1


FORMULAS = {
    "w3": xp.tanh(x * y + x / 2) * xp.sigmoid(y) - xp.log1p(xp.exp(-x)),
    "powers": x**3 * y**2 + 2.5 / (x * x + y),
    "choice": xp.where(x > y, xp.sqrt(x), xp.log(y)) + xp.maximum(x, 2 * y),
    "nested": xp.exp(xp.sin(x) * xp.cos(y)) / (1 + xp.softplus(x - y)),
}


@pytest.mark.parametrize("name", FORMULAS)
def test_derivatives_to_second_order_agree_with_differences(name):
    root, at, step = FORMULAS[name], {"x": 0.7, "y": 0.4}, 1e-5
    for i, wanted in enumerate((x, y)):
        slope = derivatives(root, (x, y))[i]
        for expression, derivative in ((root, slope), (slope, derivatives(slope, (wanted,))[0])):
            name_of = wanted.value
            above = value(expression, **{**at, name_of: at[name_of] + step})
            below = value(expression, **{**at, name_of: at[name_of] - step})
            expected = (above - below) / (2 * step)
            assert value(derivative, **at) == pytest.approx(expected, rel=1e-7, abs=1e-9)


def test_zero_stays_zero():
    root = xp.where(x > 0, xp.sqrt(x), 0.0)
    (slope,) = derivatives(root, (x,))
    assert value(slope, x=-1.0) == 0 and value(slope, x=4.0) == 0.25
    square = xp.sin(x) ** 2
    (slope,) = derivatives(square, (x,))
    assert value(derivatives(slope, (x,))[0], x=0.0) == 2


def test_numeric_settings_are_arguments_of_one_kernel():
    kernels = fused(REGISTRY["leaky_relu"])
    readings = {
        kernels.reading((np.ones(3, np.float32),), {"negative_slope": slope})
        for slope in (0.1, 2, -1.0)
    }
    assert len(readings) == 1
    assert "set_negative_slope" in launch.host_text.function(readings.pop().forward(), "float32")


def run(op, arrays, needs, settings, g):
    kernels = fused(op)
    result, kept = kernels.record(HOST, arrays, needs, settings)
    return result, kept, kernels.pull(HOST, needs, g, kept, settings)


@needs_compiler
def test_partials_are_kept_where_they_share_costly_work():
    draw = np.random.default_rng(0)
    a = draw.normal(size=(30, 40)).astype(np.float32)
    silu, tanh = REGISTRY["silu"], REGISTRY["tanh"]
    _, kept, _ = run(tanh, (a,), (True,), {}, a)
    assert len(kept) == 1  # only y: its slope is cheap
    _, kept, (share,) = run(silu, (a,), (True,), {}, a)
    assert kept[0] is a and len(kept) == 2  # the input, for a double backward, and the slope
    (again,) = fused(silu).pull(HOST, (True,), a, kept[:1], {})
    np.testing.assert_allclose(share, again, 1e-6, 1e-6)
    (consumed,) = fused(silu).pull(HOST, (True,), a, kept, {}, consume=True)
    assert np.shares_memory(consumed, kept[1])
    np.testing.assert_array_equal(consumed, share)


@needs_compiler
def test_a_broadcast_gradient_is_not_materialised(monkeypatch):
    a = np.ones((64, 64), np.float32)
    seen = []
    before = strided.run
    monkeypatch.setattr(strided, "run", lambda *call: (seen.append(call[1]), before(*call)))
    g = np.broadcast_to(np.float32(2), a.shape)
    run(REGISTRY["exp"], (a,), (True,), {}, g)
    assert seen[1][0] is g


def test_large_buffers_are_used_again_only_when_nobody_looks():
    first = buffers.empty((1 << 19,), np.float32)
    address, view = first.ctypes.data, first[10:20]
    view[:] = 7
    del first
    second = buffers.empty((1 << 19,), np.float32)
    assert second.ctypes.data != address
    assert set(view) == {7}
    del view
    third = buffers.empty((1 << 19,), np.float32)
    assert third.ctypes.data == address
    assert third.flags.c_contiguous and third.flags.writeable


@needs_compiler
def test_the_order_of_fortran_is_kept():
    a = np.asfortranarray(np.random.default_rng(0).normal(size=(50, 70)).astype(np.float32))
    result = fused(REGISTRY["exp"]).forward(HOST, (a,), {})
    assert result.flags.f_contiguous
    np.testing.assert_allclose(result, np.exp(a), 1e-6)


WITHOUT_COMPILER = """
import numpy as np, gpugrad as gg
from gpugrad.codegen import launch
x = gg.tensor(np.linspace(-3, 3, 100_000), dtype="float32", requires_grad=True)
y = gg.silu(x)
y.sum().backward()
s = 1 / (1 + np.exp(-x.detach().numpy()))
np.testing.assert_allclose(y.detach().numpy(), x.detach().numpy() * s, 1e-5, 1e-6)
np.testing.assert_allclose(x.grad.numpy(), s + x.detach().numpy() * s * (1 - s), 1e-4, 1e-5)
print(sum(launch.plain_runs.values()))
"""


@pytest.mark.parametrize("path", ["without a compiler", "as it is"])
def test_numpy_takes_over_without_a_compiler_and_counts(path, tmp_path, monkeypatch):
    if path == "without a compiler":
        monkeypatch.setenv("PATH", str(tmp_path))
    from gpugrad.settings import settings

    has_compiler = settings.host_compiler is not None
    done = subprocess.run([sys.executable, "-c", WITHOUT_COMPILER], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (int(done.stdout) == 0) == has_compiler


def test_small_arrays_compile_nothing(monkeypatch):
    monkeypatch.setattr(launch, "host_library", lambda unit: pytest.fail("compiled"))
    small = (np.ones(100, np.float32),)
    assert not fused(REGISTRY["exp"]).takes(HOST, small, {})
    assert fused(REGISTRY["exp"]).takes(HOST, (np.ones(fused_module.KERNEL_FROM, np.float32),), {})
