"""Every kernel compiled by NVRTC on all processors: for the GPU that is here, else for others.

For a GPU each generated kernel is compiled by itself, as its first use would do: what runs later
finds it in the cache.  Prints one JSON object: for each architecture how many kernels, written and
generated, are required and how many were found in the machine code, and what NVRTC refused; or
that there is no NVRTC.
"""

import argparse
import json
import multiprocessing
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

import kernel_catalogue

from gpugrad.backend.device.handwritten import KERNELS
from gpugrad.backend.kernels import nvrtc, sources
from gpugrad.backend.select import backend
from gpugrad.codegen import cuda_text

OTHERS = ("sm_80", "sm_90")  # where there is no GPU
QUICK = ("--Ofast-compile=max",)  # the same text and checks in a sixth of the time
WRITTEN, GENERATED = "written", "generated"


class Text(NamedTuple):
    """One text to compile: which kernels it must give, and options of the compiler."""

    kind: str
    source: str
    names: tuple[str, ...]
    architecture: str
    options: tuple[str, ...] = ()


def written(architecture: str) -> Iterator[Text]:
    """The files of kernels/."""
    for file in sorted({file for file, _, _ in KERNELS}):
        names = tuple(symbol for f, symbol, _ in KERNELS if f == file)
        yield Text(WRITTEN, sources.source(file), names, architecture)


def generated(architecture: str, alone: bool) -> Iterator[Text]:
    """The generated kernels, each alone or a batch at once."""
    for batch in kernel_catalogue.batches():
        if not alone:
            yield Text(GENERATED, batch.source, batch.names, architecture, QUICK)
            continue
        for kernel, name in zip(batch.kernels, batch.names, strict=True):
            source = cuda_text.unit((kernel,), batch.dtype)
            yield Text(GENERATED, source, (name,), architecture)
    for update in kernel_catalogue.optimizers():
        yield Text(GENERATED, update.source, (update.name,), architecture)


def found(text: Text) -> tuple[int, str]:
    """How many of a text's kernels are in its machine code, and NVRTC's words if it refused."""
    try:
        code = nvrtc.cubin(text.source, text.architecture, text.options)
    except nvrtc.CompileError as error:
        return 0, f"{text.names[0]}: {error}"
    return sum(f".text.{name}\0".encode() in code for name in text.names), ""


def report(texts: list[Text]) -> dict[str, Any]:
    """Counts by architecture and kind, and failures."""
    kinds = (WRITTEN, GENERATED)
    architectures = dict.fromkeys(text.architecture for text in texts)
    counts = {a: {kind: {"required": 0, "compiled": 0} for kind in kinds} for a in architectures}
    failures = []
    spawn = multiprocessing.get_context("spawn")  # no copy of a process that holds a GPU
    with ProcessPoolExecutor(os.cpu_count(), mp_context=spawn) as pool:
        for text, (count, words) in zip(texts, pool.map(found, texts), strict=True):
            entry = counts[text.architecture][text.kind]
            entry["required"] += len(text.names)
            entry["compiled"] += count
            failures += [words] if words else []
    return {"architectures": counts, "failures": failures}


def main() -> None:
    """Compile for the device and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", default="cuda")
    name = parser.parse_args().device
    try:
        compiler = nvrtc.compiler_version()
    except nvrtc.NoCompiler as error:
        print(json.dumps({"absent": str(error)}))
        return
    gpu = name != "simulated"
    architectures = (backend(name).driver.architecture,) if gpu else OTHERS
    texts = [t for a in architectures for t in (*written(a), *generated(a, alone=gpu))]
    print(json.dumps({"compiler": compiler, **report(texts)}))


if __name__ == "__main__":
    main()
