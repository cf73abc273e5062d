"""CUDA C to machine code by NVRTC, which needs no GPU.

cuda-bindings is tried first, then the binding inside CuPy, which needs nothing else installed.
"""

import functools
import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .cache import CompileError, NoCompiler, cached, payload

MISSING = (
    "no CUDA compiler (NVRTC) was found: install gpugrad[cuda12] or gpugrad[cuda13], or a CUDA "
    "toolkit with CuPy"
)


def cubin(source: str, arch: str, more: tuple[str, ...] = ()) -> bytes:
    """Machine code of a self-contained CUDA text for ``arch`` ("sm_80"); kept on disk.

    more: further options.  Raises NoCompiler without NVRTC, CompileError with its words.
    """
    compile_text, version = _compiler()
    options = (f"--gpu-architecture={arch}", "-std=c++17", *map("-I{}".format, headers()), *more)
    key = "\n".join((version, *options, source))

    def build(path: Path) -> None:
        path.write_bytes(compile_text(source, options))

    return payload(cached("cubin", key, ".cubin", build)) or b""


def compiler_version() -> str:
    """The compiler's name and version; NoCompiler without one."""
    return _compiler()[1]


@functools.cache
def headers() -> tuple[str, ...]:
    """Folders with cuda_fp16.h and its like: NVIDIA's wheels, else a CUDA toolkit."""
    found = importlib.util.find_spec("nvidia")
    roots = list(found.submodule_search_locations or ()) if found else []
    wheels = [folder for root in roots for folder in Path(root).glob("*/include")]
    folders = [folder for folder in wheels if (folder / "cuda_fp16.h").exists()]
    return tuple(map(str, folders)) or _toolkit_headers()


def _toolkit_headers() -> tuple[str, ...]:
    if importlib.util.find_spec("cupy") is None:
        return ()
    import cupy

    root = cupy.cuda.get_cuda_path()
    return (str(Path(root, "include")),) if root else ()


@functools.cache
def _compiler() -> tuple[Callable[[str, tuple[str, ...]], bytes], str]:
    """A function of text and options, and the compiler's version."""
    for find in (_from_cuda_bindings, _from_cupy):
        try:
            return find()
        except (ImportError, RuntimeError, OSError):
            continue
    raise NoCompiler(MISSING)


def _from_cuda_bindings() -> tuple[Callable, str]:
    from cuda.bindings import nvrtc

    def call(function: Callable, *arguments: Any) -> Any:
        status, *results = function(*arguments)
        if status != nvrtc.nvrtcResult.NVRTC_SUCCESS:
            raise RuntimeError(f"{function.__name__}: {status.name}")
        return results[0] if len(results) == 1 else results

    def compile_text(source: str, options: tuple[str, ...]) -> bytes:
        program = call(nvrtc.nvrtcCreateProgram, source.encode(), b"kernel.cu", 0, [], [])
        try:
            call(nvrtc.nvrtcCompileProgram, program, len(options), [o.encode() for o in options])
            code = b" " * call(nvrtc.nvrtcGetCUBINSize, program)
            call(nvrtc.nvrtcGetCUBIN, program, code)
            return code
        except RuntimeError as error:
            log = b" " * call(nvrtc.nvrtcGetProgramLogSize, program)
            call(nvrtc.nvrtcGetProgramLog, program, log)
            raise CompileError(f"NVRTC refused a kernel ({error}):\n{log.decode()}") from None
        finally:
            call(nvrtc.nvrtcDestroyProgram, program)

    return compile_text, "NVRTC {}.{}".format(*call(nvrtc.nvrtcVersion))


def _from_cupy() -> tuple[Callable, str]:
    from cupy_backends.cuda.libs import nvrtc

    def compile_text(source: str, options: tuple[str, ...]) -> bytes:
        program = nvrtc.createProgram(source, "kernel.cu", (), ())
        try:
            nvrtc.compileProgram(program, options)
            return nvrtc.getCUBIN(program)
        except nvrtc.NVRTCError as error:
            log = nvrtc.getProgramLog(program)
            raise CompileError(f"NVRTC refused a kernel ({error}):\n{log}") from None
        finally:
            nvrtc.destroyProgram(program)

    return compile_text, "NVRTC {}.{}".format(*nvrtc.getVersion())
