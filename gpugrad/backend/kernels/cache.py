"""Compiled files kept on disk, named by the structure of what they were built from.

Each file ends with the digest of its bytes (loaders of shared libraries ignore what follows), so
that a damaged one is seen before it is loaded, and rebuilt.  What is being built stands in a folder
of its own beside the others; those that killed processes left behind go with the next build.
"""

import atexit
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from warnings import warn

from ...settings import settings

DIGEST = 32  # bytes of a checksum
BUILDING = "building-"
LEFT_BEHIND = 3600  # seconds after which nobody is building any more


class NoCompiler(RuntimeError):
    """A compiler is needed and none was found; the message says the way out."""


class CompileError(RuntimeError):
    """A compiler refused a kernel's text or does not work; the message holds its own."""


def checksum(data: bytes) -> bytes:
    """SHA-256 of ``data``."""
    from hashlib import sha256

    return sha256(data).digest()


def cached(kind: str, key: str, suffix: str, build: Callable[[Path], None]) -> Path:
    """The file of folder ``kind`` that belongs to ``key``; absent or damaged, it is built.

    ``build`` writes the file to the path that it is given, in a folder that it has for itself.
    Writing is atomic: processes that build at once each finish, and the last one's file stays.
    Where the cache cannot be read or written, files are kept until the process ends.
    """
    place = Path(kind, checksum(key.encode()).hex()[:40] + suffix)
    try:
        return _kept(settings.cache_folder / place, build)
    except OSError as error:
        say_once(
            f"compiled kernels cannot be kept in {settings.cache_folder}",
            f"{error.strerror}; each process compiles anew, unless GPUGRAD_CACHE is set to a "
            "folder that can be written",
        )
        return _kept(_until_the_end() / place, build)


def _kept(path: Path, build: Callable[[Path], None]) -> Path:
    if payload(path) is None:
        from tempfile import TemporaryDirectory  # with others imported late: a tenth of import time

        path.parent.mkdir(parents=True, exist_ok=True)
        _remove_left_behind(path.parent)
        with TemporaryDirectory(
            prefix=BUILDING, dir=path.parent, ignore_cleanup_errors=True
        ) as folder:
            building = Path(folder, path.name)
            build(building)
            with building.open("ab") as file:
                file.write(checksum(building.read_bytes()))
            building.replace(path)
    return path


def _remove_left_behind(folder: Path) -> None:
    from shutil import rmtree

    for path in folder.glob(BUILDING + "*"):
        with suppress(FileNotFoundError):  # another process removes it too
            if path.stat().st_mtime < time.time() - LEFT_BEHIND:
                rmtree(path, ignore_errors=True)


@cache
def _until_the_end() -> Path:
    """A temporary folder, removed when the process ends."""
    from shutil import rmtree
    from tempfile import mkdtemp

    folder = mkdtemp(prefix="gpugrad-")
    atexit.register(rmtree, folder, ignore_errors=True)
    return Path(folder)


def payload(path: Path) -> bytes | None:
    """The bytes that were built, or None where the file is absent or damaged."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    built = data[:-DIGEST]
    return built if checksum(built) == data[-DIGEST:] else None


def discard(path: Path) -> None:
    """Remove a file, so that the next use builds it again."""
    path.unlink(missing_ok=True)


_said: set[str] = set()


def say_once(what: str, why: str) -> None:
    """Warn, once in a process, of ``what`` does not go as it should; results stay right."""
    if what not in _said:
        _said.add(what)
        warn(f"{what}: {why}", RuntimeWarning, stacklevel=2)
