"""Whether this machine can run CuPy on the CPU, and what is missing where it cannot."""

import platform
import shutil
from importlib.util import find_spec

from . import places

NEEDED = ("Linux", "x86_64")
PACKAGES = {"cupy": "CuPy's wheel", "scipy": "SciPy", "cuda.bindings.nvrtc": "NVRTC"}


def missing() -> str | None:
    """The first thing that this machine lacks, as a sentence; None where nothing does."""
    found = (platform.system(), platform.machine())
    if found != NEEDED:
        return (
            "CuPy's own code is patched for Linux on x86-64 only; "
            f"this machine is {found[0]} on {found[1]}"
        )
    settings = places.ours("settings").settings
    if not (settings.host_compiler and settings.host_cxx_compiler):
        return "a C and a C++ compiler are needed (Debian, Ubuntu: `apt install g++`)"
    if shutil.which("nm") is None:
        return "`nm` is needed, of binutils (Debian, Ubuntu: `apt install binutils`)"
    for package, name in PACKAGES.items():
        if not _is_installed(package):
            return f"{name} is needed: pip install '.[test]'"
    return None


def _is_installed(package: str) -> bool:
    try:
        return find_spec(package) is not None
    except ModuleNotFoundError:  # not even the package that it is in
        return False
