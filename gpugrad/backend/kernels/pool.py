"""One pool of sleeping threads that every large host kernel shares."""

import ctypes
import functools
import os
from pathlib import Path

from ...settings import settings
from . import blas, host
from .cache import CompileError, NoCompiler, say_once


@functools.cache
def library() -> ctypes.CDLL:
    """The loaded pool; a forked child, which has no workers, is told to run kernels serially."""
    folder = Path(__file__).parent
    texts = [
        (folder / name).read_text(encoding="utf-8") for name in ("pool.c", "strided.c", "plan.c")
    ]
    loaded = host.library("\n".join(texts), flags=("-pthread",))
    address, count, number = ctypes.c_void_p, ctypes.c_long, ctypes.c_int
    loaded.gpugrad_run.argtypes = (address, address, count, count, number)
    loaded.gpugrad_elementwise.argtypes = (address, count, count, number)
    loaded.gpugrad_plan.argtypes = (address, address, address, number)
    for function in (loaded.gpugrad_run, loaded.gpugrad_elementwise, loaded.gpugrad_plan):
        function.restype = None
    os.register_at_fork(after_in_child=loaded.gpugrad_forked)
    owned = blas.threads()
    if owned is not None:
        loaded.gpugrad_use_blas(*map(ctypes.c_void_p, owned))
    return loaded


def kernels(source: str, language: str = "c") -> ctypes.CDLL | None:
    """The loaded library of a text, for ``run``; None where NumPy takes its place: without a
    compiler and, which is said once, where that or the cache does not work."""
    try:
        library()
        return host.library(source, language)
    except NoCompiler:
        return None
    except (CompileError, OSError) as error:
        say_once("large operations run on NumPy, which is slower", str(error))
        return None


def run(body: int, context: int | bytes, count: int, chunk: int) -> None:
    """Call the C function at address ``body`` as (context, begin, end) over all of 0..count.

    context: the bytes that the function reads, or their address.

    Ranges of ``chunk`` go to whichever thread is free; up to ``settings.threads`` take part.
    The Python lock is released meanwhile.
    """
    library().gpugrad_run(body, context, count, chunk, settings.threads)


def workers() -> int:
    """Threads that sleep in the pool now."""
    return library().gpugrad_workers()
