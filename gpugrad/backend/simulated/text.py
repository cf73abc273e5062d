"""CUDA C to a library of this machine: a kernel's text as it is, between our own headers."""

import ctypes
import functools
import re
from pathlib import Path

from ..kernels import host
from ..kernels.cache import CompileError

HEADERS = ("threads", "memory", "barriers", "numbers", "launch")
NVIDIA = re.compile(r"^[ \t]*#[ \t]*include[ \t]*<cuda_(fp16|bf16)\.h(pp)?>[^\n]*$", re.MULTILINE)
DYNAMIC = re.compile(
    r"\bextern\s+__shared__\s+(?:__align__\s*\(\s*\d+\s*\)\s*)?([\w:<>, ]+?)\s+(\w+)\s*\[\s*\]"
)
BOUNDS = r"(?:__launch_bounds__\s*\([^)]*\)\s*)?"
KERNEL = re.compile(rf'extern\s+"C"\s+__global__\s+{BOUNDS}void\s+{BOUNDS}(\w+)\s*\(')
WAITS = re.compile(r"__sync|__shfl_|__ballot_|__any_|__all_")
FLAGS = ("-std=c++17", "-O1", "-w", "-ffp-contract=off", "-fno-strict-aliasing")
# The sanitizers' calls are answered by our own headers: their libraries are not wanted.
CHECKS = (
    "-fsanitize=kernel-address",
    "-fsanitize=bounds,alignment",
    "-nodefaultlibs",
    "-lm",
    "-lc",
    "-lgcc",
)
GCC = tuple(
    f"--param=asan-{setting}"
    for setting in ("instrumentation-with-call-threshold=0", "stack=0", "globals=0")
)
CLANG = tuple(
    part
    for setting in ("instrumentation-with-call-threshold=0", "stack=0", "globals=0")
    for part in ("-mllvm", f"-asan-{setting}")
)


@functools.cache
def library(source: str) -> ctypes.CDLL:
    """The loaded library of a kernel text, with an entry for each of its kernels."""
    return host.library(complete(source), "c++", flags())


def flags() -> tuple[str, ...]:
    """What the C++ compiler is given beyond the host kernels' own flags."""
    clang = "clang" in host.identity(host.compiler("c++"))
    return (*FLAGS, *CHECKS, *(CLANG if clang else GCC))


def complete(source: str) -> str:
    """A kernel text made whole: headers, the text in a namespace of its own, entries."""
    fibers = str(bool(WAITS.search(source))).lower()
    entries = "\n".join(f"SIMULATED_KERNEL({name}, {fibers})" for name in kernels(source))
    # Unnamed, so that shared memory inside templates lies in one section with the rest.
    return f'{_headers()}\nnamespace {{\n#line 1 "kernel.cu"\n{_adapted(source)}\n}}\n{entries}\n'


def _adapted(source: str) -> str:
    """The two constructs that macros cannot express: NVIDIA's includes, dynamic shared memory."""
    return DYNAMIC.sub(r"\1* const \2 = (\1*)simulated::launch.shared", NVIDIA.sub("", source))


@functools.cache
def _headers() -> str:
    folder = Path(__file__).with_name("headers")
    return "\n".join((folder / f"{name}.hpp").read_text(encoding="utf-8") for name in HEADERS)


@functools.cache
def kernels(source: str) -> tuple[str, ...]:
    """Names of the text's extern "C" kernels, those stamped out by macros too."""
    if "##" in source:
        source = _expanded(source)
    return tuple(dict.fromkeys(KERNEL.findall(source)))


def _expanded(source: str) -> str:
    """The text after its own macros; ``__global__`` and its like stay as they are."""
    preprocessing = ("-E", "-P", "-x", "c++", "-")
    text = NVIDIA.sub("", source)
    status, expanded, complaints = host.run(host.compiler("c++"), *preprocessing, given=text)
    if status:
        raise CompileError(f"the C++ preprocessor refused a kernel:\n{complaints[-4000:]}")
    return expanded
