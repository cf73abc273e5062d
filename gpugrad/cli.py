"""The command ``gpugrad``: this installation, its compiled kernels, and the reference."""

import argparse
import platform
import re
import shutil
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from .backend.device import cuda
from .backend.kernels import host, nvrtc, sources
from .backend.kernels.cache import CompileError, NoCompiler
from .backend.select import default_device
from .reference import TOPICS, first_lines, text
from .settings import __version__, settings

DISTRIBUTIONS = ("numpy", "ml-dtypes", "optree", "cuda-bindings")
CUPY = ("cupy-cuda13x", "cupy-cuda12x", "cupy")
BUILT = re.compile(r"[0-9a-f]{40}\..+|building-.+")  # names of files in the cache
CACHE = """\
List the compiled kernels that are kept between runs: where, how many, how large.  All processes of
this user share them, and what is missing is compiled when it is next needed: clearing costs only
that time.  Nothing else that lies in the folder is listed or removed.

GPUGRAD_CACHE names another folder."""
HELP = """\
Describe this installation of gpugrad, its compiled kernels, and its reference.

  gpugrad info             which device and compilers are used; what a report of a fault begins with
  gpugrad cache            where the compiled kernels are, and how large
  gpugrad cache --clear    remove them; what is needed is compiled again
  gpugrad help [TOPIC]     the reference: its topics, or one of them

python -m gpugrad is the same command."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one subcommand, or print the help without one; returns the exit status."""
    plain = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog="gpugrad", description=HELP, formatter_class=plain)
    parser.add_argument("--version", action="version", version=f"gpugrad {__version__}")
    parser.set_defaults(run=lambda given: parser.print_help())
    commands = parser.add_subparsers(metavar="COMMAND")
    about = "print device, versions, compilers and caches"
    commands.add_parser("info", help=about, description=about).set_defaults(run=info)
    about = "print a topic of the reference, or the list of topics"
    topics = commands.add_parser("help", help=about, description=about)
    topics.add_argument("topic", nargs="?", choices=TOPICS, metavar="TOPIC")
    topics.set_defaults(run=explain)
    about = "list or remove the compiled kernels"
    kept = commands.add_parser("cache", help=about, description=CACHE, formatter_class=plain)
    kept.add_argument("--clear", action="store_true", help="remove them")
    kept.set_defaults(run=cache)
    given = parser.parse_args(arguments)
    given.run(given)
    return 0


def cache(given: argparse.Namespace) -> None:
    """Print one line for each kind of compiled file; remove them if that is asked for."""
    folder = Path(settings.cache_folder)
    files = [path for path in folder.glob("*/*") if BUILT.fullmatch(path.name)]
    kinds = sorted({path.parent for path in files})
    for kind in kinds:
        print(f"{kind}: {_size([path for path in files if path.parent == kind])}")
    print(f"{folder}: {_size(files)}{', removed' if given.clear else ''}")
    for path in files if given.clear else ():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _size(files: Sequence[Path]) -> str:
    sizes = [each.stat().st_size for path in files for each in _within(path)]
    return f"{len(sizes)} files, {sum(sizes) / 2**20:.1f} MiB"


def _within(path: Path) -> Iterator[Path]:
    """A file itself; of a folder, the files in it."""
    return (each for each in (path, *path.rglob("*")) if each.is_file())


def info(given: argparse.Namespace) -> None:
    """Print one line a fact."""
    for name, value in facts():
        print(f"{name:<16}{value}")


def explain(given: argparse.Namespace) -> None:
    """Print the text of a topic, or one line for each topic."""
    if given.topic is not None:
        print(text(given.topic), end="")
        return
    for name, line in first_lines():
        print(f"{name:<14}{line}")


def facts() -> Iterator[tuple[str, str]]:
    """What ``gpugrad info`` prints: names and values."""
    yield "gpugrad", __version__
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
    return f"{folder}: {_size([folder])}"
