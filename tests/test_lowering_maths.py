"""The host's own float maths: at most 3 units in the last place, special values exact."""

import ctypes

import numpy as np
import pytest
from kernel_checks import needs_compiler

from gpugrad.backend.kernels import host
from gpugrad.codegen import host_text
from gpugrad.codegen.symbols import INPUT, symbol, xp
from gpugrad.codegen.text import Kernel

FUNCTIONS = {  # name -> (reference in float64, error allowed in units in the last place)
    "expf": (np.exp, 1.5),
    "expm1f": (np.expm1, 2),
    "tanhf": (np.tanh, 2.5),
    "logf": (np.log, 1.5),
    "log1pf": (np.log1p, 2),
    "sigmoidf": (lambda x: 1 / (1 + np.exp(-x)), 2.5),
}
TEXT = """
void run_{0}(const float *x, float *y, long n) {{
    _Pragma("omp simd") for (long i = 0; i < n; i++) y[i] = gg_{0}(x[i]);
}}
"""
WAYS = ("{}", "called_{}")  # inlined, and as the functions that kernels with many calls have


def computed(name, x):
    """The function of every element."""
    names = [way.format(name) for way in WAYS for name in FUNCTIONS]
    text = host_text.prelude() + "".join(map(TEXT.format, names))
    function = getattr(host.library(text), f"run_{name}")
    y = np.empty_like(x)
    function(*(ctypes.c_void_p(a.ctypes.data) for a in (x, y)), ctypes.c_long(x.size))
    return y


BENDS = (0, -0.0, 1e-45, -1e-45, 88.72, 88.73, -103.9, -104.1, -1, 3.4e38, -3.4e38)
BEYOND = (np.inf, -np.inf, np.nan, np.nextafter(np.float32(-1), np.float32(0)))


def arguments():
    """Floats of every exponent, and where the functions bend."""
    draw = np.random.default_rng(0)
    bits = np.arange(0, 2**32, 9973, dtype=np.uint64).astype(np.uint32).view(np.float32)
    drawn = (
        draw.normal(0, 3, 200_000),
        draw.uniform(-105, 90, 200_000),
        draw.uniform(-1e-3, 1e-3, 100_000),
    )
    return np.concatenate([bits, *(np.array(x, np.float32) for x in (*drawn, BENDS, BEYOND))])


@needs_compiler
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_error_and_special_values(name, way):
    x = arguments()
    reference, allowed = FUNCTIONS[name]
    with np.errstate(all="ignore"):
        exact = reference(x.astype(np.float64))
        rounded = exact.astype(np.float32)
    got = computed(way.format(name), x)
    assert np.array_equal(np.isnan(got), np.isnan(rounded))
    assert np.array_equal(np.isinf(got), np.isinf(rounded))
    finite = np.isfinite(rounded)
    if name == "sigmoidf":  # below the smallest normal number it goes to 0 in one step
        finite &= np.abs(rounded) > 1.2e-38
        assert not got[x < -104].any()
    unit = np.spacing(np.abs(rounded[finite])).astype(np.float64)
    error = np.abs(got[finite].astype(np.float64) - exact[finite]) / unit
    worst = error.argmax()
    assert error[worst] <= allowed, f"{name}({x[finite][worst]!r}): {error[worst]:.2f}"


def test_a_kernel_of_many_calls_is_vector_code_of_functions():
    """A compiler that has inlined enough of them leaves scalar calls, a tenth as fast."""

    def written(links):
        x = symbol(INPUT, "x")
        for _ in range(links):
            x = xp.tanh(x * 0.9)
        kernel = Kernel("chain", ("x",), frozenset(), (), (("y", x),))
        return host_text.function(kernel, "float32")

    assert "gg_tanhf(" in written(3) and "gg_called_tanhf(" in written(100)


CONVERSIONS = """
void narrow_f16(const float *x, unsigned short *y, long n) {
    for (long i = 0; i < n; i++) y[i] = gg_to_f16(x[i]);
}
void narrow_bf16(const float *x, unsigned short *y, long n) {
    for (long i = 0; i < n; i++) y[i] = gg_to_bf16(x[i]);
}
void widen_f16(const unsigned short *x, float *y, long n) {
    for (long i = 0; i < n; i++) y[i] = gg_from_f16(x[i]);
}
void widen_bf16(const unsigned short *x, float *y, long n) {
    for (long i = 0; i < n; i++) y[i] = gg_from_bf16(x[i]);
}
"""


@needs_compiler
@pytest.mark.parametrize("name", ["f16", "bf16"])
def test_halves_convert_as_numpy_does(name):
    from ml_dtypes import bfloat16

    dtype = np.dtype(np.float16 if name == "f16" else bfloat16)
    library = host.library(host_text.prelude() + CONVERSIONS)

    def convert(direction, x, result):
        y = np.empty(x.shape, result)
        pointers = (ctypes.c_void_p(a.ctypes.data) for a in (x, y))
        getattr(library, f"{direction}_{name}")(*pointers, ctypes.c_long(x.size))
        return y

    halves = np.arange(2**16, dtype=np.uint16)
    wide = convert("widen", halves, np.float32)
    np.testing.assert_array_equal(wide, halves.view(dtype).astype(np.float32))
    x = arguments()
    narrow = convert("narrow", x, np.uint16).view(dtype)
    with np.errstate(all="ignore"):
        expected = x.astype(dtype)
    np.testing.assert_array_equal(narrow.astype(np.float32), expected.astype(np.float32))
