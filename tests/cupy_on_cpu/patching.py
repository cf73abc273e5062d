"""The CUDA runtime inside CuPy's modules, overwritten in memory by jumps into the stand-in."""

import ctypes
import mmap
import subprocess
from pathlib import Path
from types import ModuleType
from typing import Any

from . import libraries

PAGE = mmap.PAGESIZE
WRITABLE = mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC
# x86-64: mov rax, ...; mov rdi, ... (the first argument); jmp rax
RAX, RDI, JUMP = b"\x48\xb8", b"\x48\xbf", b"\xff\xe0"
PER_THREAD = ("_ptsz", "_ptds")  # the same function on the stream of the thread
_kept: list[Any] = []  # texts and code that the overwritten functions go on using


def patch(module: ModuleType) -> None:
    """Send every function of the runtime inside ``module`` to the stand-in."""
    start = _loaded_at(module.__file__)
    for name, offset in _runtime_functions(module.__file__):
        plain = name
        for suffix in PER_THREAD:
            plain = plain.removesuffix(suffix)
        target = _address(f"runtime_{plain}")
        code = RAX + _bytes(target) + JUMP if target else _refusal(name)
        _overwrite(start + offset, code)


def _runtime_functions(path: str) -> list[tuple[str, int]]:
    """Names and offsets of the runtime's functions, from the file's table of symbols."""
    listed = subprocess.run(["nm", path], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in listed.splitlines()]
    return [
        (row[2], int(row[0], 16))
        for row in rows
        if len(row) == 3 and row[1] in "tT" and row[2].startswith("cuda")
    ]


def _loaded_at(path: str) -> int:
    """Where the first byte of a loaded library lies."""
    for line in Path("/proc/self/maps").read_text().splitlines():
        fields = line.split(maxsplit=5)
        if len(fields) == 6 and int(fields[2], 16) == 0 and Path(fields[5]) == Path(path).resolve():
            return int(fields[0].partition("-")[0], 16)
    raise RuntimeError(f"{path} is not loaded")


def _address(name: str) -> int:
    function = getattr(libraries.driver(), name, None)
    return ctypes.cast(function, ctypes.c_void_p).value if function else 0


def _bytes(address: int) -> bytes:
    return address.to_bytes(8, "little")


def _refusal(name: str) -> bytes:
    """Machine code that calls standin_missing(name)."""
    text = ctypes.create_string_buffer(name.encode())
    _kept.append(text)
    target = _address("standin_missing")
    return RDI + _bytes(ctypes.addressof(text)) + RAX + _bytes(target) + JUMP


def _overwrite(address: int, code: bytes) -> None:
    first = address & -PAGE
    size = (address + len(code) - first + PAGE - 1) & -PAGE
    protect = ctypes.CDLL(None, use_errno=True).mprotect
    if protect(ctypes.c_void_p(first), ctypes.c_size_t(size), WRITABLE):
        raise OSError(ctypes.get_errno(), "this system does not let code be overwritten")
    ctypes.memmove(address, code, len(code))
