"""Compiled files kept on disk, named by the structure of what they were built from.

Each file ends with the digest of its bytes (loaders of shared libraries ignore what follows), so
that a damaged one is seen before it is loaded, and rebuilt.
"""

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from ...settings import settings

DIGEST = hashlib.sha256().digest_size


class NoCompiler(RuntimeError):
    """A compiler is needed and none was found; the message says the way out."""


class CompileError(RuntimeError):
    """A compiler refused a kernel's text; the message holds its own."""


def cached(kind: str, key: str, suffix: str, build: Callable[[Path], None]) -> Path:
    """The file of folder ``kind`` that belongs to ``key``; absent or damaged, it is built.

    ``build`` writes the file to the path that it is given.  Writing is atomic: processes that
    build at once each finish, and the last one's file stays.
    """
    path = _folder(kind) / (hashlib.sha256(key.encode()).hexdigest()[:40] + suffix)
    if payload(path) is None:
        handle, name = tempfile.mkstemp(suffix=suffix, prefix="building-", dir=path.parent)
        os.close(handle)
        building = Path(name)
        try:
            build(building)
            with building.open("ab") as file:
                file.write(hashlib.sha256(building.read_bytes()).digest())
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
    return built if hashlib.sha256(built).digest() == data[-DIGEST:] else None


def holds(kind: str, key: str, suffix: str) -> bool:
    """Whether the file that belongs to ``key`` is there already."""
    name = hashlib.sha256(key.encode()).hexdigest()[:40] + suffix
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
