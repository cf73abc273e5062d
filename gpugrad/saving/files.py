"""Checkpoint files: written so that a kill at any moment leaves the old one or the new one."""

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_NB, flock
from glob import escape, glob
from tempfile import mkdtemp
from typing import Any

from .tree import Described, described_by

HEADER = "gpugrad"  # the entry of the file's metadata that holds the forms of the parts


def _safetensors() -> Any:
    try:
        import safetensors
    except ImportError:
        raise ModuleNotFoundError(
            "the file format needs the package safetensors: pip install 'gpugrad[saving]'"
        ) from None
    return safetensors


def write(path: str, parts: Mapping[str, Any]) -> None:
    """Write parts into a safetensors file, in the place of an older one."""
    library, found = _safetensors(), Described()
    forms = {name: found.form(name, part) for name, part in parts.items()}
    header = {HEADER: json.dumps({"version": 1, "parts": forms})}
    arrays = {
        name: library.TensorSpec(
            dtype=a.dtype.name, shape=a.shape, data_ptr=a.ctypes.data, data_len=a.nbytes
        )
        for name, a in found.arrays.items()
    }
    replace(path, lambda new: library.serialize_file(arrays, new, metadata=header))


def read(path: str) -> dict[str, Any]:
    """The parts of a safetensors file, with Stored arrays; ValueError for another kind of file."""
    library = _safetensors()
    try:
        with library.safe_open(path, framework="numpy") as file:
            header, arrays = file.metadata() or {}, file.get_tensors()
    except library.SafetensorError as error:
        raise ValueError(
            f"load: {path} is no whole file of gg.save or torch.save: {error}"
        ) from None
    if HEADER not in header:  # of another program
        return described_by({name: {"$tensor": name} for name in arrays}, arrays)
    return described_by(json.loads(header[HEADER])["parts"], arrays)


def replace(path: str, make: Callable[[str], Any]) -> None:
    """Have ``make(file)`` write a file, and put it at ``path`` when it is on the disk."""
    target = os.path.realpath(path)  # the file that a link leads to, not the link
    folder, name = os.path.split(target)
    with _scratch(folder, name) as inside:
        new = os.path.join(inside, name)
        with open(new, "xb") as file:
            mode = os.fstat(file.fileno()).st_mode
        make(new)
        if os.path.exists(target):
            mode = os.stat(target).st_mode
        os.chmod(new, mode & 0o777)
        _flush(new)
        os.replace(new, target)
        _flush(folder)


@contextmanager
def _scratch(folder: str, name: str) -> Iterator[str]:
    """A folder in ``folder`` that is locked while it is used; those of killed programs go."""
    pattern = f".{name}.saving-"
    for left in glob(os.path.join(escape(folder), f"{escape(pattern)}*")):
        with _locked(left, LOCK_NB) as free:
            if free:
                shutil.rmtree(left, ignore_errors=True)
    while True:
        made = mkdtemp(prefix=pattern, dir=folder)
        with _locked(made):
            if os.path.isdir(made):  # else another program took it for one of a killed program
                try:
                    yield made
                finally:
                    shutil.rmtree(made, ignore_errors=True)
                return


@contextmanager
def _locked(folder: str, how: int = 0) -> Iterator[bool]:
    """Whether the lock of ``folder`` was had, until the end of the ``with`` or of the process."""
    try:
        opened = os.open(folder, os.O_RDONLY)
    except FileNotFoundError:
        yield False
        return
    try:
        flock(opened, LOCK_EX | how)
        yield True
    except BlockingIOError:
        yield False
    finally:
        os.close(opened)


def _flush(path: str) -> None:
    """Have what was written to a file, or into a folder, on the disk."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
