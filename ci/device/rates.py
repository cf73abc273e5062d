"""What a GPU moves and computes a second by gpugrad's kernels, and what a training step costs.

bandwidth: of a copy on the device, and of each kernel of rows as a share of it; products: rates in
three dtypes; steps: launches, products and uploads through the driver (not CuPy's own kernels), and
time on the host with the device left behind; first call: of an elementwise function never seen
before; peak: of CuPy's pool.  Prints one JSON object last.  Elsewhere all is only tried.
"""

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

import numpy as np
from compiling.launches import counted

import gpugrad as gg
from gpugrad.backend.select import backend

ROWS, COLUMNS, SIZE = 8192, 4096, 8192  # of the arrays; of the products
SMALL = 32
ROUNDS = 7
STEPS = 10


def seconds(device: Any, call: Callable[[], Any], repeats: int) -> float:
    """Median seconds of a call, of which ``repeats`` are started one after another."""
    call()
    device.synchronize()
    rounds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for _ in range(repeats):
            call()
        device.synchronize()
        rounds.append((time.perf_counter() - start) / repeats)
    return statistics.median(rounds)


def movers(device: Any, rows: int, columns: int) -> dict[str, tuple[Callable[[], Any], int]]:
    """Kernels that should be as fast as memory: a call, and the arrays of (rows, columns) that it
    reads and writes."""
    random = np.random.default_rng(0)
    x, g = (device.asarray(random.normal(size=(rows, columns)).astype("float32")) for _ in "xg")
    n, row = device.natives, gg.tensor(np.ones(columns, "float32"), device=device.name)
    targets, whole = device.asarray(random.integers(0, rows, rows)), gg.tensor(x)
    return {
        "copy": (x.copy, 2),
        "add": (lambda: device.xp.add(x, g), 3),
        "add a row": (lambda: whole + row, 2),
        "softmax": (lambda: n["softmax"](x, axis=-1), 2),
        "softmax backward": (lambda: n["softmax_gradient"](g, x, axis=-1), 3),
        "log_softmax": (lambda: n["log_softmax"](x, axis=-1), 2),
        "log_softmax backward": (lambda: n["log_softmax_gradient"](g, x, axis=-1), 3),
        "sum of rows": (lambda: n["sum"](x, axis=-1), 1),
        "sum of columns": (lambda: n["sum"](x, axis=0), 1),
        "scatter_add": (lambda: n["scatter_add"](x, targets, g), 3),
        **_losses(device, x),
    }


def _losses(device: Any, x: Any) -> dict[str, tuple[Callable[[], Any], int]]:
    rows, columns = x.shape
    labels = device.asarray(np.arange(rows) % columns)
    share = device.asarray(np.ones(rows, "float32"))
    n, settings = device.natives, {"ignored": -100, "smoothing": 0.0}
    backward = n["cross_entropy_gradient"]
    return {
        "cross_entropy": (lambda: n["cross_entropy_rows"](x, labels, **settings), 1),
        "cross_entropy backward": (lambda: backward(share, x, labels, None, **settings), 2),
    }


def bandwidth(device: Any, rows: int, columns: int) -> dict[str, float]:
    """GB a second of a copy, and of each other kernel as a share of that."""
    found = {}
    for name, (call, arrays) in movers(device, rows, columns).items():
        found[name] = arrays * rows * columns * 4 / seconds(device, call, 10) / 1e9
    copy = found.pop("copy")
    return {"copy, GB/s": copy, **{name: rate / copy for name, rate in found.items()}}


def products(device: Any, size: int) -> dict[str, float]:
    """TFLOP a second of square products by dtype."""
    found = {}
    for dtype in ("bfloat16", "float32", "float64"):
        with gg.use_device(device.name):
            x = gg.random.normal(size=(size, size)).astype(dtype)
        found[dtype] = 2 * size**3 / seconds(device, lambda x=x: x @ x, 3) / 1e12
    return found


def steps(device: Any) -> dict[str, dict[str, float]]:
    """For each step of ci/benchmarks/device.py what it asks of the driver, and its host time."""
    os.environ["GPUGRAD_BENCH_DEVICE"] = device.name.partition(":")[0]
    import device as benchmark  # reads the variable

    wait, device.synchronize = device.synchronize, lambda: None  # a step waits at its end
    found = {}
    for name, step in benchmark.gpugrad_calls().items():
        for _ in range(3):
            step()
        wait()
        counts = counted(device, step)
        wait()
        start = time.perf_counter()
        for _ in range(STEPS):
            step()
        host = (time.perf_counter() - start) / STEPS
        wait()
        found[name] = {**counts, "host ms": 1e3 * host}
    device.synchronize = wait
    return found


def first_call(device: Any) -> float:
    """Seconds of the first call of a function that no cache can have."""
    number = time.time()
    function = gg.elementwise(lambda x: gg.tanh(x * number) + gg.exp(-x) * gg.sin(x))
    with gg.use_device(device.name):
        x = gg.random.normal(size=1000)
        start = time.perf_counter()
        function(x)
        device.synchronize()
    return time.perf_counter() - start


def peak(device: Any) -> int | None:
    """Bytes that CuPy's pool has taken from the device."""
    pool = getattr(device.module, "get_default_memory_pool", None)
    return pool().total_bytes() if pool else None


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", default="cuda")
    name = parser.parse_args().device
    device, small = backend(name), name == "simulated"
    found: dict[str, Any] = {"first call, s": first_call(device), "steps": steps(device)}
    found["peak of the steps, bytes"] = peak(device)
    found["bandwidth"] = bandwidth(device, *((SMALL, SMALL) if small else (ROWS, COLUMNS)))
    found["products, TFLOP/s"] = products(device, SMALL if small else SIZE)
    if not small:
        print(json.dumps(found, indent=1))
    slowest = min(found["bandwidth"], key=found["bandwidth"].__getitem__)
    words = (
        f"copy {found['bandwidth']['copy, GB/s']:.0f} GB/s, slowest kernel {slowest} at "
        f"{found['bandwidth'][slowest]:.2f} of it; "
        + ", ".join(f"{k} {v:.1f}" for k, v in found["products, TFLOP/s"].items())
        + f" TFLOP/s; first call {found['first call, s']:.2f} s"
    )
    print(json.dumps({"words": words, **found}))


if __name__ == "__main__":
    main()
