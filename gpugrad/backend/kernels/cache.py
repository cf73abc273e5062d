"""Compiled files kept on disk, named by the structure of what they were built from.

Each file ends with the digest of its bytes (loaders of shared libraries ignore what follows), so
that a damaged one is seen before it is loaded, and rebuilt.
"""

import os
from collections.abc import Callable
from pathlib import Path

from ...settings import settings

DIGEST = 32  # bytes of a checksum


class NoCompiler(RuntimeError):
    """A compiler is needed and none was found; the message says the way out."""


class CompileError(RuntimeError):
    """A compiler refused a kernel's text; the message holds its own."""


def checksum(data: bytes) -> bytes:
    """SHA-256 of ``data``."""
    from hashlib import sha256

    return sha256(data).digest()


def cached(kind: str, key: str, suffix: str, build: Callable[[Path], None]) -> Path:
    """The file of folder ``kind`` that belongs to ``key``; absent or damaged, it is built.

    ``build`` writes the file to the path that it is given.  Writing is atomic: processes that
    build at once each finish, and the last one's file stays.
    """
    path = _folder(kind) / (checksum(key.encode()).hex()[:40] + suffix)
    if payload(path) is None:
        from tempfile import mkstemp  # with what else is imported late, a tenth of import time

        handle, name = mkstemp(suffix=suffix, prefix="building-", dir=path.parent)
        os.close(handle)
        building = Path(name)
        try:
            build(building)
            with building.open("ab") as file:
                file.write(checksum(building.read_bytes()))
            building.replace(path)
        finally:
            building.unlink(missing_ok=True)
    return path


def payload(path: Path) -> bytes | None:
    """The bytes that were built, or None where the file is absent or damaged."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    built = data[:-DIGEST]
    return built if checksum(built) == data[-DIGEST:] else None


def holds(kind: str, key: str, suffix: str) -> bool:
    """Whether the file that belongs to ``key`` is there already."""
    name = checksum(key.encode()).hex()[:40] + suffix
    return (settings.cache_folder / kind / name).exists()


def discard(path: Path) -> None:
    """Remove a file, so that the next use builds it again."""
    path.unlink(missing_ok=True)


def _folder(kind: str) -> Path:
    folder = Path(settings.cache_folder) / kind
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RuntimeError(
            f"compiled kernels are kept in {folder}, which cannot be made ({error.strerror}); "
            "set GPUGRAD_CACHE to a folder that can be written"
        ) from error
    return folder
