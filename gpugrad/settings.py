"""Environment variables: cache, device, threads, seed, compilers.

GPUGRAD_CACHE    folder for compiled kernels        (default ~/.cache/gpugrad)
GPUGRAD_DEVICE   the default device                 (default cuda where there is one, else cpu)
GPUGRAD_THREADS  threads of one large host kernel   (default: the processors this process may use)
GPUGRAD_SEED     seed of the random numbers         (default: another one in each process)
GPUGRAD_WAIT     1: gg.compile builds before the first call returns  (default 0)
CC, CXX          host compilers, with arguments     (default: the first of cc gcc clang on the PATH)

They are read once, when gpugrad is imported; CC and CXX are read when a kernel is compiled.  This
module alone reads the environment.  ``gpugrad info`` prints what they led to.

The threads of NumPy's own matrix products are OpenBLAS's.  After a product they wait for the next
one by spinning, which takes a processor from kernels in between: a small convolutional network on
two processors took 21 ms a step instead of 33 with OPENBLAS_THREAD_TIMEOUT=4 in the environment.
OpenBLAS reads it when NumPy is first imported.
"""

import os
import shlex
import shutil
from collections.abc import Callable
from contextlib import ContextDecorator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

__version__ = "0.1.0"


def _compiler(variable: str, *names: str) -> tuple[str, ...] | None:
    """The compiler that ``variable`` names, else the first of ``names`` found: its path, and the
    arguments that stand after its name."""
    wanted = os.environ.get(variable)
    for name, *arguments in [[wanted], shlex.split(wanted)] if wanted else [[n] for n in names]:
        if path := shutil.which(name):
            return path, *arguments
    return None


def _cache_folder() -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("GPUGRAD_CACHE") or Path(home) / "gpugrad")


def _processors() -> int:
    allowed = getattr(os, "sched_getaffinity", None)  # absent on macOS and Windows
    return len(allowed(0)) if allowed else os.cpu_count() or 1


def _whole(variable: str) -> int | None:
    """The whole number that ``variable`` holds; None where it is empty or absent."""
    given = os.environ.get(variable)
    if not given:
        return None
    if not given.isdecimal():
        raise ValueError(
            f"{variable}={given!r} in the environment; give a whole number, or unset it"
        )
    return int(given)


@dataclass
class Settings:
    """One value per default; assign to change it for the whole process."""

    default_dtype: str = "float32"
    device: str | None = field(default_factory=lambda: os.environ.get("GPUGRAD_DEVICE") or None)
    seed: int | None = field(default_factory=lambda: _whole("GPUGRAD_SEED"))
    threads: int = field(default_factory=lambda: _whole("GPUGRAD_THREADS") or _processors())
    wait_for_kernels: bool = field(default_factory=lambda: bool(_whole("GPUGRAD_WAIT")))
    cache_folder: Path = field(default_factory=_cache_folder)
    simulated_devices: int = 1  # assigned before the first one is used

    @property
    def host_compiler(self) -> tuple[str, ...] | None:
        """The C compiler's path and arguments, or None; looked up anew so that tests may take it
        away."""
        return _compiler("CC", "cc", "gcc", "clang")

    @property
    def host_cxx_compiler(self) -> tuple[str, ...] | None:
        """The C++ compiler's path and arguments, or None."""
        return _compiler("CXX", "c++", "g++", "clang++")


class Change(ContextDecorator):
    """A change of a default: in effect at once, and as a ``with`` or a decorator until its end."""

    def __init__(self, write: Callable[[Any], object], before: Any, value: Any, text: str) -> None:
        self._write, self._before, self._value, self._text = write, before, value, text
        write(value)

    def __enter__(self) -> None:
        self._write(self._value)

    def __exit__(self, *error: object) -> None:
        self._write(self._before)

    def __call__(self, func: Decorated) -> Decorated:
        """A function with the change in effect while it runs, and not before."""
        self._write(self._before)
        return super().__call__(func)

    def __repr__(self) -> str:
        return self._text


settings = Settings()
