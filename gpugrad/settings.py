"""Process-wide defaults, read from the environment once; the only reader of environment variables.

GPUGRAD_CACHE    folder for compiled kernels        (default ~/.cache/gpugrad)
GPUGRAD_DEVICE   the default device                 (default cuda where there is one, else cpu)
GPUGRAD_THREADS  threads of one large host kernel   (default: the processors this process may use)
GPUGRAD_SEED     seed of the random numbers         (default 0)
CC, CXX          host compilers                     (default: the first of cc gcc clang on the PATH)
"""

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path


def _compiler(variable: str, *names: str) -> str | None:
    """Path of the compiler that ``variable`` names, else of the first of ``names`` found."""
    wanted = os.environ.get(variable)
    found = (shutil.which(name) for name in ([wanted] if wanted else names))
    return next((path for path in found if path), None)


def _cache_folder() -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("GPUGRAD_CACHE") or Path(home) / "gpugrad")


def _whole(variable: str) -> int | None:
    """The whole number that a variable holds; None where it is not set."""
    text = os.environ.get(variable, "").strip()
    if not text or text.isdecimal():
        return int(text) if text else None
    raise ValueError(f"{variable}={text!r} is no whole number, such as 0 or 2")


def _processors() -> int:
    allowed = getattr(os, "sched_getaffinity", None)  # absent on macOS and Windows
    return len(allowed(0)) if allowed else os.cpu_count() or 1


@dataclass
class Settings:
    """One value per default; assign to change it for the whole process."""

    default_dtype: str = "float32"
    device: str | None = field(default_factory=lambda: os.environ.get("GPUGRAD_DEVICE") or None)
    seed: int = field(default_factory=lambda: _whole("GPUGRAD_SEED") or 0)
    threads: int = field(default_factory=lambda: _whole("GPUGRAD_THREADS") or _processors())
    cache_folder: Path = field(default_factory=_cache_folder)
    simulated_devices: int = 1  # assigned before the first one is used

    @property
    def host_compiler(self) -> str | None:
        """Path of the C compiler, or None; looked up anew so that tests may take it away."""
        return _compiler("CC", "cc", "gcc", "clang")

    @property
    def host_cxx_compiler(self) -> str | None:
        """Path of the C++ compiler, or None."""
        return _compiler("CXX", "c++", "g++", "clang++")


settings = Settings()
