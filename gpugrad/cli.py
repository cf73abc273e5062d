"""The command ``gpugrad``: it describes this installation and prints the reference."""

import argparse
import platform
import sys
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from .backend.device import cuda
from .backend.kernels import host, nvrtc, sources
from .backend.kernels.cache import CompileError, NoCompiler
from .backend.select import default_device
from .reference import TOPICS, first_lines, text
from .settings import settings

DISTRIBUTIONS = ("numpy", "ml-dtypes", "optree", "cuda-bindings")
CUPY = ("cupy-cuda13x", "cupy-cuda12x", "cupy")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one subcommand; returns the exit status."""
    parser = argparse.ArgumentParser(prog="gpugrad", description=__doc__)
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    about = "print device, versions, compilers and caches"
    commands.add_parser("info", help=about, description=about).set_defaults(run=info)
    about = "print a topic of the reference, or the list of topics"
    topics = commands.add_parser("help", help=about, description=about)
    topics.add_argument("topic", nargs="?", choices=TOPICS, metavar="TOPIC")
    topics.set_defaults(run=explain)
    given = vars(parser.parse_args(arguments))
    return given.pop("run")(**given)


def info() -> int:
    """Print one line a fact."""
    for name, value in facts():
        print(f"{name:<16}{value}")
    return 0


def explain(topic: str | None) -> int:
    """Print the text of ``topic``, or one line for each topic."""
    if topic is not None:
        print(text(topic), end="")
        return 0
    for name, line in first_lines():
        print(f"{name:<12}{line}")
    return 0


def facts() -> Iterator[tuple[str, str]]:
    """What ``gpugrad info`` prints: names and values."""
    yield "gpugrad", _version("gpugrad") or "not installed: run from a checkout"
    yield "default device", default_device()
    yield "cuda devices", str(cuda.device_count() or f"none: {cuda.missing()}")
    yield "cuda driver", cuda.driver_version() or "none"
    yield "threads", str(settings.threads)
    yield "default dtype", settings.default_dtype
    yield "python", f"{platform.python_version()} on {platform.platform(terse=True)}"
    for name in DISTRIBUTIONS:
        yield name, _version(name) or "absent"
    yield "cupy", next((found for name in CUPY if (found := _version(name))), "absent")
    yield "C compiler", _compiler(settings.host_compiler)
    yield "C++ compiler", _compiler(settings.host_cxx_compiler)
    yield "CUDA compiler", _nvrtc()
    yield "kernels", str(sources.folder())
    yield "cache", _cache(Path(settings.cache_folder))


def _version(distribution: str) -> str | None:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None


def _compiler(program: host.Command | None) -> str:
    if program is None:
        return "none: large operations run on NumPy"
    try:
        said = host.run(program, "--version")[1]
    except CompileError as error:
        return f"none: {error}; large operations run on NumPy"
    return f"{' '.join(program)}: {(said.splitlines() or ['says no version'])[0]}"


def _nvrtc() -> str:
    try:
        return nvrtc.compiler_version()
    except NoCompiler:
        return "none: install gpugrad[cuda13] or gpugrad[cuda12]"


def _cache(folder: Path) -> str:
    sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    return f"{folder}: {len(sizes)} files, {sum(sizes) / 2**20:.1f} MiB"


if __name__ == "__main__":
    sys.exit(main())
