"""One pool of sleeping threads that every large host kernel shares."""

import ctypes
import functools
import os
from pathlib import Path

from ...settings import settings
from . import host

BODY = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_long, ctypes.c_long)


@functools.cache
def _pool() -> ctypes.CDLL:
    """The loaded pool; a forked child, which has no workers, is told to run kernels serially."""
    text = Path(__file__).with_name("pool.c").read_text(encoding="utf-8")
    loaded = host.library(text, flags=("-pthread",))
    loaded.gpugrad_run.argtypes = (
        ctypes.c_void_p, ctypes.c_void_p, ctypes.c_long, ctypes.c_long, ctypes.c_int
    )  # fmt: skip
    loaded.gpugrad_run.restype = None
    os.register_at_fork(after_in_child=loaded.gpugrad_forked)
    return loaded


def run(body: int, context: int, count: int, chunk: int) -> None:
    """Call the C function at address ``body`` as (context, begin, end) over all of 0..count.

    Ranges of ``chunk`` go to whichever thread is free; up to ``settings.threads`` take part.
    The Python lock is released meanwhile.
    """
    _pool().gpugrad_run(body, context, count, chunk, settings.threads)


def workers() -> int:
    """Threads that sleep in the pool now."""
    return _pool().gpugrad_workers()
