"""CUDA C to machine code by NVRTC, which needs no GPU.

cuda-bindings is tried first, then the binding inside CuPy, which needs nothing else installed.
"""

import functools
import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from .cache import CompileError, NoCompiler, cached, payload

MISSING = (
    "no CUDA compiler (NVRTC) was found: install gpugrad[cuda12] or gpugrad[cuda13], or a CUDA "
    "toolkit with CuPy"
)


class Compiler(NamedTuple):
    """NVRTC: a function of text, options and whether PTX is wanted; its version; what it knows."""

    compile: Callable[[str, tuple[str, ...], bool], bytes]
    version: str
    architectures: tuple[int, ...]


def cubin(source: str, arch: str, more: tuple[str, ...] = ()) -> bytes:
    """Machine code of a self-contained CUDA text for ``arch`` ("sm_80"); kept on disk.

    For a GPU that NVRTC is too old to know it is PTX of the newest architecture below, from which
    the driver makes machine code.
    more: further options.  Raises NoCompiler without NVRTC, CompileError with its words.
    """
    compiler = _compiler()
    wanted = int(arch.removeprefix("sm_").rstrip("af"))
    below = [known for known in compiler.architectures if known <= wanted]
    ptx = bool(below) and wanted not in below
    target = f"compute_{max(below)}" if ptx else arch
    options = (f"--gpu-architecture={target}", "-std=c++17", *map("-I{}".format, headers()), *more)
    key = "\n".join((compiler.version, *options, source))

    def build(path: Path) -> None:
        path.write_bytes(compiler.compile(source, options, ptx))

    return payload(cached("cubin", key, ".cubin", build)) or b""


def compiler_version() -> str:
    """The compiler's name and version; NoCompiler without one."""
    return _compiler().version


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
def _compiler() -> Compiler:
    for find in (_from_cuda_bindings, _from_cupy):
        try:
            return find()
        except (ImportError, RuntimeError, OSError):
            continue
    raise NoCompiler(MISSING)


def _from_cuda_bindings() -> Compiler:
    from cuda.bindings import nvrtc

    def call(function: Callable, *arguments: Any) -> Any:
        status, *results = function(*arguments)
        if status != nvrtc.nvrtcResult.NVRTC_SUCCESS:
            raise RuntimeError(f"{function.__name__}: {status.name}")
        return results[0] if len(results) == 1 else results

    def compile_text(source: str, options: tuple[str, ...], ptx: bool) -> bytes:
        program = call(nvrtc.nvrtcCreateProgram, source.encode(), b"kernel.cu", 0, [], [])
        try:
            call(nvrtc.nvrtcCompileProgram, program, len(options), [o.encode() for o in options])
            size, get = (
                (nvrtc.nvrtcGetPTXSize, nvrtc.nvrtcGetPTX)
                if ptx
                else (nvrtc.nvrtcGetCUBINSize, nvrtc.nvrtcGetCUBIN)
            )
            code = b" " * call(size, program)
            call(get, program, code)
            return code.rstrip(b"\0") if ptx else code
        except RuntimeError as error:
            log = b" " * call(nvrtc.nvrtcGetProgramLogSize, program)
            call(nvrtc.nvrtcGetProgramLog, program, log)
            raise CompileError(f"NVRTC refused a kernel ({error}):\n{log.decode()}") from None
        finally:
            call(nvrtc.nvrtcDestroyProgram, program)

    version = "NVRTC {}.{}".format(*call(nvrtc.nvrtcVersion))
    return Compiler(compile_text, version, tuple(call(nvrtc.nvrtcGetSupportedArchs)))


def _from_cupy() -> Compiler:
    from cupy_backends.cuda.libs import nvrtc

    def compile_text(source: str, options: tuple[str, ...], ptx: bool) -> bytes:
        program = nvrtc.createProgram(source, "kernel.cu", (), ())
        try:
            nvrtc.compileProgram(program, options)
            return nvrtc.getPTX(program) if ptx else nvrtc.getCUBIN(program)
        except nvrtc.NVRTCError as error:
            log = nvrtc.getProgramLog(program)
            raise CompileError(f"NVRTC refused a kernel ({error}):\n{log}") from None
        finally:
            nvrtc.destroyProgram(program)

    version = "NVRTC {}.{}".format(*nvrtc.getVersion())
    return Compiler(compile_text, version, tuple(nvrtc.getSupportedArchs()))
