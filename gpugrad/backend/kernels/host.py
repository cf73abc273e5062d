"""C and C++ for the host: compiled by the machine's own compiler, kept on disk and loaded."""

import ctypes
import functools
import json
import os
import platform
import signal
from pathlib import Path
from struct import unpack_from
from typing import Any

from ...settings import settings
from .cache import CompileError, NoCompiler, cached, discard, payload

Command = tuple[str, ...]  # a compiler: its path, then arguments that it always gets
SUFFIX = {"c": ".c", "c++": ".cpp"}
TIME_LIMIT = 120  # seconds for one text, which takes a few, or dozens where much else runs
# NaN and infinity stay exact: none of these is part of -ffast-math but the two that only drop
# errno and floating-point traps, which nobody here reads and which stop vectorisation.
WANTED: tuple[str, ...] = (
    "-march=native",
    "-fno-math-errno",
    "-fno-trapping-math",
    "-fopenmp-simd",
)
VECTOR_MATHS = ("-DGG_VECTOR_MATHS", "-lmvec")  # where C has declared maths functions of vectors
PROBE = "int one;"
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


_stuck: dict[Command, str] = {}  # compilers that did not end, which are not waited for again


def library(source: str, language: str = "c", flags: tuple[str, ...] = ()) -> ctypes.CDLL:
    """The loaded shared library of a text in ``language`` ("c" or "c++").

    Raises NoCompiler without a compiler, CompileError with the compiler's own words.
    """
    return _library(source, language, tuple(flags), compiler(language))


@functools.cache
def _library(source: str, language: str, flags: tuple, program: Command) -> ctypes.CDLL:
    path = _path(source, language, flags, program)
    try:
        return _loaded(path)
    except OSError:  # whole, but not loadable here: built by another system on the same disk
        discard(path)
    try:
        return _loaded(_path(source, language, flags, program))
    except OSError as error:
        raise CompileError(f"what {' '.join(program)} made cannot be loaded: {error}") from error


def _loaded(path: Path) -> ctypes.CDLL:
    """The library of a file; OSError for one that is cut off, which would end the process."""
    data = path.read_bytes()
    if data[:6] == b"\x7fELF\2\1":  # of 64 bits, the lowest first
        (table,), (size, count) = unpack_from("<Q", data, 40), unpack_from("<2H", data, 58)
        if table + size * count > len(data):
            raise OSError(f"{path} is cut off")
    return ctypes.CDLL(str(path))


def _path(source: str, language: str, flags: tuple, program: Command) -> Path:
    options = (*_flags(program, language), *flags)
    key = "\n".join((identity(program), language, *options, source))

    def build(path: Path) -> None:
        _compile(program, source, language, options, path)

    return cached("host", key, ".so", build)


def compiler(language: str = "c") -> Command:
    """The host's compiler of ``language``; raises NoCompiler where there is none."""
    found = settings.host_compiler if language == "c" else settings.host_cxx_compiler
    if found is None:
        name = {"c": "C", "c++": "C++"}[language]
        raise NoCompiler(
            f"no {name} compiler on the PATH: install one (Debian, Ubuntu: `apt install g++`) or "
            f"name it in {'CC' if language == 'c' else 'CXX'}"
        )
    return found


@functools.cache
def identity(program: Command) -> str:
    """What a binary depends on besides its text: compiler, its version, the processor."""
    version = run(program, "--version")[1]
    return "\n".join((*program, version, platform.platform(), _processor()))


def _processor() -> str:
    """The instruction sets that -march=native would use, in the system's words."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    wanted = ("flags", "Features", "model name", "CPU part")
    return "\n".join(sorted({line for line in lines if line.startswith(wanted)}))


@functools.cache
def _flags(program: Command, language: str) -> tuple[str, ...]:
    """The wanted flags that this compiler takes; found once, kept on disk."""

    def build(path: Path) -> None:
        def takes(source: str, *flags: str) -> bool:
            return _takes(program, source, language, flags, path.with_name("probe.so"))

        taken = WANTED  # as a rule: one start of the compiler instead of one for each
        if not takes(PROBE, *WANTED):
            taken = tuple(flag for flag in WANTED if takes(PROBE, flag))
        flags: tuple[str, ...] = ("-O3", *taken, *VECTOR_MATHS, "-lm")
        if language != "c" or not takes(VECTOR_PROBE, *flags, "-Wl,--no-undefined"):
            flags = ("-O3", *taken, "-lm")
        path.write_text(json.dumps(flags))

    key = "\n".join((identity(program), language, *WANTED, *VECTOR_MATHS, PROBE, VECTOR_PROBE))
    return tuple(json.loads(payload(cached("flags", key, ".json", build)) or b"[]"))


def _takes(program: Command, source: str, language: str, flags: Command, target: Path) -> bool:
    """Whether the compiler takes ``flags``; CompileError where it fails without them too."""
    for _ in range(2):  # in case it was killed once
        try:
            _compile(program, source, language, ("-Werror", *flags), target)
            return True
        except CompileError:
            _compile(program, PROBE, language, (), target)
    return False


def _compile(
    program: Command, source: str, language: str, flags: tuple[str, ...], target: Path
) -> None:
    text = target.with_suffix(SUFFIX[language])
    text.write_text(source, encoding="utf-8")
    libraries = [flag for flag in flags if flag.startswith("-l")]  # linkers read left to right
    options = [flag for flag in flags if not flag.startswith("-l")]
    command = [*options, "-shared", "-fPIC", "-o", str(target), str(text), *libraries]
    status, _, complaints = run(program, *command)
    if status:
        raise CompileError(f"{' '.join(program)} refused a kernel:\n{complaints[-4000:]}")


def run(program: Command, *arguments: str, given: str = "") -> tuple[int, str, str]:
    """A compiler's status, output and complaints; CompileError where it does not start or end."""
    from subprocess import TimeoutExpired  # late: see cache.py

    if program in _stuck:
        raise CompileError(_stuck[program])
    with _started(*program, *arguments) as process:
        try:
            output, complaints = process.communicate(given, TIME_LIMIT)
        except TimeoutExpired:
            _stuck[program] = f"{' '.join(program)} did not end within {TIME_LIMIT} seconds"
            raise CompileError(_stuck[program]) from None
        finally:
            if process.poll() is None:  # with the programs that it started
                os.killpg(process.pid, signal.SIGKILL)
    return process.returncode, output, complaints


def _started(*command: str) -> Any:
    from subprocess import PIPE, Popen

    pipes: dict[str, Any] = {"stdin": PIPE, "stdout": PIPE, "stderr": PIPE}
    try:
        return Popen(command, **pipes, encoding="utf-8", errors="replace", start_new_session=True)
    except OSError as error:
        raise CompileError(f"{command[0]} does not start: {error.strerror}") from error
