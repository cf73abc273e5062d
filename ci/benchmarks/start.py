"""What it costs to begin: import time, installed size, process start to the first gradient.

Every figure is that of a fresh process.  Imports are counted over bare Python; the size is that
of the distribution and what it needs, beside NumPy and its libraries.
"""

import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from functools import partial
from importlib.metadata import PackageNotFoundError, distribution

from harness import CHECKOUT, Benchmark, Peer, environment, installed, run

PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
DEPENDENCIES = PROJECT["dependencies"]
FIRST_GRADIENT = {
    "bare Python": "",
    "numpy": "import numpy as np; np.cos(np.ones(3, np.float32)).sum()",
    "gpugrad": "import gpugrad as gg; x = gg.tensor([1.0, 2.0, 3.0], requires_grad=True); "
    "gg.sum(gg.sin(x)).backward(); x.grad.numpy()",
    "torch": "import torch; x = torch.ones(3, requires_grad=True); "
    "x.sin().sum().backward(); x.grad.numpy()",
    "jax": "import jax, jax.numpy as jnp; "
    "jax.jit(jax.grad(lambda x: jnp.sum(jnp.sin(x))))(jnp.ones(3)).block_until_ready()",
    "autograd": "import autograd, autograd.numpy as np; "
    "autograd.grad(lambda x: np.sum(np.sin(x)))(np.ones(3))",
}


def process(code: str) -> None:
    """Run a fresh Python on ``code``."""
    subprocess.run([sys.executable, "-c", code], check=True, env=environment(), cwd="/")


def calls(name: str) -> dict[str, Callable[[], None]]:
    """The rows of one library."""
    imported = f"import {name}" if name in ("numpy", "torch", "jax", "autograd", "gpugrad") else ""
    return {
        "import": partial(process, imported),
        "start to first gradient": partial(process, FIRST_GRADIENT[name]),
    }


def needed(name: str, seen: set[str] | None = None) -> set[str]:
    """A distribution and all that it needs (without extras)."""
    seen = set() if seen is None else seen
    key = re.sub(r"[-_.]+", "-", name).lower()
    if key in seen:
        return seen
    try:
        requires = DEPENDENCIES if key == "gpugrad" else distribution(key).requires or []
    except PackageNotFoundError:
        return seen
    seen.add(key)
    for line in requires:
        if "extra ==" not in line:
            needed(re.match(r"[\w.-]+", line)[0], seen)
    return seen


def mebibytes(name: str) -> float:
    """Size on disk of a distribution and what it needs, beside NumPy."""
    beside = needed(name) - needed("numpy") - {"gpugrad"}
    paths = [file.locate() for each in beside for file in distribution(each).files or ()]
    if name == "gpugrad":  # installed editable it is but a pointer to the checkout
        paths += [p for part in ("gpugrad", "kernels") for p in (CHECKOUT / part).rglob("*")]
    return sum(path.stat().st_size for path in paths if path.is_file()) / 2**20


PEERS = tuple(
    Peer(name, partial(calls, name), () if name == "bare Python" else (name,))
    for name in ("gpugrad", "bare Python", "numpy", "torch", "jax", "autograd")
)


def sizes() -> dict[str, dict[str, float]]:
    """Of each library that is installed."""
    there = [name for name in ("gpugrad", "torch", "jax", "autograd") if installed(name)]
    return {"installed beside NumPy, MiB": {name: mebibytes(name) for name in there}}


def main(argv=None):
    """Times of fresh processes, then sizes."""
    return run(Benchmark("start", __file__, PEERS), argv, more=sizes)


if __name__ == "__main__":
    sys.exit(main())
