"""C and C++ for the host: compiled by the machine's own compiler, kept on disk and loaded."""

import ctypes
import functools
import json
import platform
from pathlib import Path

from ...settings import settings
from .cache import CompileError, NoCompiler, cached, discard, payload

SUFFIX = {"c": ".c", "c++": ".cpp"}
# NaN and infinity stay exact: none of these is part of -ffast-math but the two that only drop
# errno and floating-point traps, which nobody here reads and which stop vectorisation.
WANTED = (
    "-march=native",
    "-fno-math-errno",
    "-fno-trapping-math",
    "-fopenmp-simd",
)
VECTOR_PROBE = """
__attribute__((simd("notinbranch"))) double tanh(double);
__attribute__((simd("notinbranch"))) float erff(float);
void probe(double *x, float *y, int n) {
    _Pragma("omp simd")
    for (int i = 0; i < n; i++) x[i] = tanh(x[i]);
    _Pragma("omp simd")
    for (int i = 0; i < n; i++) y[i] = erff(y[i]);
}
"""


def library(source: str, language: str = "c", flags: tuple[str, ...] = ()) -> ctypes.CDLL:
    """The loaded shared library of a text in ``language`` ("c" or "c++").

    Raises NoCompiler without a compiler, CompileError with the compiler's own words.
    """
    return _library(source, language, tuple(flags), compiler(language))


@functools.cache
def _library(source: str, language: str, flags: tuple, program: str) -> ctypes.CDLL:
    path = _path(source, language, flags, program)
    try:
        return ctypes.CDLL(str(path))
    except OSError:  # whole, but not loadable here: built by another system on the same disk
        discard(path)
        return ctypes.CDLL(str(_path(source, language, flags, program)))


def _path(source: str, language: str, flags: tuple, program: str) -> Path:
    options = (*_flags(program, language), *flags)
    key = "\n".join((identity(program), language, *options, source))

    def build(path: Path) -> None:
        _compile(program, source, language, options, path)

    return cached("host", key, ".so", build)


def compiler(language: str = "c") -> str:
    """Path of the host compiler of ``language``; raises NoCompiler where there is none."""
    found = settings.host_compiler if language == "c" else settings.host_cxx_compiler
    if found is None:
        name = {"c": "C", "c++": "C++"}[language]
        raise NoCompiler(
            f"no {name} compiler on the PATH: install one (Debian, Ubuntu: `apt install g++`) or "
            f"name it in {'CC' if language == 'c' else 'CXX'}"
        )
    return found


@functools.cache
def identity(program: str) -> str:
    """What a binary depends on besides its text: compiler, its version, the processor."""
    import subprocess  # late: see cache.py

    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    return "\n".join((program, version.stdout, platform.platform(), _processor()))


def has_vector_maths(language: str = "c") -> bool:
    """Whether the compiler vectorises declared maths functions (GCC with glibc's libmvec)."""
    return "-lmvec" in _flags(compiler(language), language)


def _processor() -> str:
    """The instruction sets that -march=native would use, in the system's words."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    wanted = ("flags", "Features", "model name", "CPU part")
    return "\n".join(sorted({line for line in lines if line.startswith(wanted)}))


@functools.cache
def _flags(program: str, language: str) -> tuple[str, ...]:
    """The wanted flags that this compiler takes; found once, kept on disk."""

    def build(path: Path) -> None:
        taken = tuple(flag for flag in WANTED if _takes(program, language, "int one;", (flag,)))
        flags = ("-O3", *taken, "-lmvec", "-lm")
        if not _takes(program, language, VECTOR_PROBE, (*flags, "-Wl,--no-undefined")):
            flags = ("-O3", *taken, "-lm")
        path.write_text(json.dumps(flags))

    key = "\n".join((identity(program), language, *WANTED, VECTOR_PROBE))
    return tuple(json.loads(payload(cached("flags", key, ".json", build)) or b"[]"))


def _takes(program: str, language: str, source: str, flags: tuple[str, ...]) -> bool:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        try:
            _compile(program, source, language, ("-Werror", *flags), Path(folder, "probe.so"))
        except CompileError:
            return False
    return True


def _compile(program: str, source: str, language: str, flags: tuple, target: Path) -> None:
    import subprocess
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        text = Path(folder, "kernel" + SUFFIX[language])
        text.write_text(source)
        libraries = [flag for flag in flags if flag.startswith("-l")]  # linkers read left to right
        options = [flag for flag in flags if not flag.startswith("-l")]
        command = [program, *options, "-shared", "-fPIC", "-o", target, text, *libraries]
        done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise CompileError(f"{program} refused a kernel:\n{done.stderr[-4000:]}")
