"""Hand-written kernels: every one is listed, compiled for real architectures, and run."""

import re
from pathlib import Path

import numpy as np
import pytest
from kernel_checks import (
    DTYPES,
    all_run,
    assert_compiled,
    needs_compiler,
    numbers,
    per_architecture,
    per_order,
)

from gpugrad.backend.device import copies, cross_entropy, gather, launchers, sums
from gpugrad.backend.device.handwritten import KERNELS
from gpugrad.backend.kernels import nvrtc, sources
from gpugrad.backend.random import generator as random

GEOMETRY = ("kernel", "strides", "padding", "dilation")
FILES = sorted({file for file, _, _ in KERNELS})


def test_the_list_holds_every_kernel_of_the_folder():
    """Counted in the texts themselves: a line of a stamp, or a name written out."""
    on_disk = sorted(path.name for path in sources.folder().glob("*.cu"))
    assert on_disk == FILES
    names = [symbol for _, symbol, _ in KERNELS]
    assert len(names) == len(set(names)) == 124
    stamped = {
        "attention.cu": 3,
        "philox.cu": 2,
        "softmax.cu": 2,
        "cross_entropy.cu": 4,
        "scatter_add.cu": 1,
        "copies.cu": 0,
        "ctc.cu": 2,
        "gather.cu": 1,
        "recurrent.cu": 4,
        "reduce.cu": 2,
        "sort.cu": 0,
        "windows.cu": 4,
    }
    for file in FILES:
        text = sources.source(file)
        stamps = len(re.findall(r"^STAMP\(", text, re.MULTILINE)) * stamped[file]
        written = len(re.findall(r'^extern "C" __global__ void \w+\(', text, re.MULTILINE))
        assert stamps + written == sum(f == file for f, _, _ in KERNELS)


def test_the_files_that_kernels_refer_to_exist():
    root = Path(__file__).parents[1]
    for path in sources.folder().iterdir():
        named = re.findall(r"\b(?:tests|gpugrad)/[\w/]+\.py", path.read_text(encoding="utf-8"))
        assert [name for name in named if not (root / name).exists()] == []


@pytest.mark.needs_nvrtc
@per_architecture
@pytest.mark.parametrize("file", FILES)
def test_nvrtc_compiles_every_kernel(file, arch, record_property):
    required = [symbol for f, symbol, _ in KERNELS if f == file]
    code = nvrtc.cubin(sources.source(file), arch)
    assert_compiled(code, required, arch, record_property)


@needs_compiler
def test_the_simulation_compiles_every_kernel(device):
    for file, symbol, _ in KERNELS:
        kernel = launchers.function(device.driver, file, symbol)
        assert kernel.name == symbol
        # Shared memory that the simulation does not know of is neither poisoned nor watched.
        assert bool(kernel.static_shared) == ("__shared__" in sources.source(file))


@needs_compiler
@per_order
def test_every_kernel_runs(ordered, record_property):
    """Each launcher once, a few elements: what ran is what the list requires."""
    with all_run(ordered, [symbol for _, symbol, _ in KERNELS], record_property):
        for dtype in DTYPES:
            run_every_launcher(ordered, dtype)
            run_every_launcher_of_windows(ordered, dtype)
            run_attention(ordered, dtype)
            run_recurrent(ordered, dtype)
            run_ctc(ordered, dtype)
        run_every_launcher_of_indices(ordered)
        for copying in (copies.copy_in, copies.copy_out):
            x, y = ordered.asarray(np.ones(3)), ordered.asarray(np.zeros(3))
            copying(ordered.driver, [(x.data.ptr, x.nbytes)])([y.data.ptr])
        for draw in (random.words, random.permutation):
            draw(ordered, 9, random.Generator(1))
        random.integers(ordered, 9, 0, 4, generator=random.Generator(1))
        random.bernoulli(ordered, 9, 0.5, random.Generator(1))


def run_every_launcher(device, dtype):
    x, put = device.asarray(numbers((3, 40), dtype)), device.asarray
    for forward in (launchers.softmax, launchers.log_softmax):
        y = forward(device, x)
    launchers.softmax_backward(device, x, y)
    launchers.log_softmax_backward(device, x, y)
    labels = put(np.array([3, 0, 39]))
    loss = cross_entropy.forward(device, x, labels, ignored=-100, smoothing=0.0)
    cross_entropy.backward(device, loss, x, labels, None, ignored=-100, smoothing=0.0)
    many = put(np.zeros((cross_entropy.CHUNK + 1, 1), dtype))
    cross_entropy.mean(device, loss[0], many, put(np.zeros(len(many), int)), ignored=-100)
    launchers.scatter_add(device, x, put(np.array([1, 1])), x[:2])
    long = put(numbers((2_100, 2), dtype))
    for array, target in ((x, (1, 40)), (x, (3, 1)), (long, (1, 2)), (long.reshape(4_200), (1,))):
        sums.sum_to(device, array, target)
    for draw in (random.uniform, random.normal):
        draw(device, 9, dtype, generator=random.Generator(1))


def run_attention(device, dtype):
    x, how = device.asarray(numbers((3, 4), dtype)), {"scale": 0.5, "causal": True}
    y, total = device.natives["attention"](x, x, x, None, **how)
    device.natives["attention_gradient"](y, None, x, x, x, None, y, total, **how)


def run_recurrent(device, dtype):
    gates, h = numbers((2, 3, 8), dtype), device.asarray(numbers((3, 2), dtype))
    gates, weight = device.asarray(gates), device.asarray(numbers((8, 2), dtype))
    found = device.natives["lstm"](gates, h, h, weight)
    device.natives["lstm_gradient"](found[0], None, None, *found[1:], h, weight)
    weight, bias = weight[:6], device.asarray(numbers((6,), dtype))
    found = device.natives["gru"](gates[..., :6], h, weight, bias)
    device.natives["gru_gradient"](found[0], None, *found, h, weight)


def run_ctc(device, dtype):
    x = device.asarray(numbers((2, 1, 3), dtype))
    given = [device.asarray(np.array(n)) for n in ([[1, 2]], [2], [2])]
    losses = device.natives["ctc"](x, *given, blank=0)
    device.natives["ctc_gradient"](losses, x, *given, blank=0)


def run_every_launcher_of_indices(device):
    places = device.asarray(np.array([2, 0, 2]))
    for dtype in ("bool", "float16", "float32", "float64", "complex128"):
        gather.gather(device, device.asarray(np.zeros((2, 3, 1), dtype)), places)
    gather.joined(device, [places, places], (3, 3))
    gather.last_of_places(device, places, 3)


def run_every_launcher_of_windows(device, dtype):
    image = device.asarray(numbers((1, 2, 4, 5), dtype))
    geometry = dict(zip(GEOMETRY, ((2, 2), (1, 1), ((0, 0), (0, 0)), (1, 1)), strict=True))
    found = device.natives["windows"](image, **geometry)
    del geometry["kernel"]
    device.natives["overlap_add"](found, size=(4, 5), **geometry)
    y, places = device.natives["max_pool"](image, kernel=(2, 2), **geometry)
    windows = ((2, 2), *geometry.values())
    device.natives["collected"](y, places, size=(4, 5), windows=windows)
