"""Where the compiler or the cache does not work, results are right all the same, after one warning.

Each program runs in a process of its own, with the compilers and the cache that it is given.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from source import CHECKOUT

from gpugrad.backend.kernels import cache, host
from gpugrad.settings import settings

pytestmark = pytest.mark.needs_compiler
ON_NUMPY, NOT_KEPT = "large operations run on NumPy", "compiled kernels cannot be kept"
PROGRAM = """
import errno, json, os, sys, threading, warnings
from pathlib import Path
import numpy as np
import gpugrad as gg
from gpugrad.backend.kernels import host
from gpugrad.codegen import launch
from gpugrad.engine import small

broken = len(sys.argv) > 1
host.TIME_LIMIT = 2 if broken else host.TIME_LIMIT
{before}
f = gg.elementwise(lambda x: gg.tanh(x) * x)
n = 1 << 17
t = np.linspace(-1, 1, n)
with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always")
    if broken:
        small.start()
    x = gg.tensor(t, requires_grad=True)
    y = gg.sum(f(x))
    y.backward()
    images, weight = gg.tensor(t[:512].reshape(2, 1, 16, 16)), gg.tensor(np.ones((1, 1, 3, 3)))
    sums = gg.nn.functional.conv2d(images, weight)
    largest = gg.nn.functional.max_pool2d(images, 2)
    p = gg.nn.Parameter(gg.tensor(np.ones(3)))
    gg.sum(p * gg.tensor([1.0, -2.0, 3.0], dtype="float64")).backward()
    gg.optim.Adam([p], lr=0.5).step()
    for thread in threading.enumerate():
        if thread.name == "gpugrad small rules":
            thread.join()
np.testing.assert_allclose(y.item(), np.sum(np.tanh(t) * t), rtol=1e-12)
np.testing.assert_allclose(x.grad.numpy(), np.tanh(t) + t / np.cosh(t) ** 2, rtol=1e-12, atol=1e-15)
windows = np.lib.stride_tricks.sliding_window_view(images.numpy(), (3, 3), (2, 3))
np.testing.assert_allclose(sums.numpy(), windows.sum((4, 5)), rtol=1e-12)
np.testing.assert_array_equal(largest.numpy(), images.numpy()[:, :, 1::2, 1::2])
np.testing.assert_allclose(p.detach().numpy(), [0.5, 1.5, 0.5], rtol=1e-6)
print(json.dumps([[str(w.message) for w in said], sum(launch.plain_runs.values())]))
"""


def ran(cache_folder: Path, *broken: str, before: str = "", **compilers: str) -> tuple[list, int]:
    """The warnings of PROGRAM, and how many kernels ran on NumPy; what is broken is not waited
    for, and compiles in the background too."""
    clean = {**os.environ, "PYTHONPATH": str(CHECKOUT), "GPUGRAD_CACHE": str(cache_folder)}
    command = [sys.executable, "-c", PROGRAM.replace("{before}", before), *broken]
    done = subprocess.run(command, env={**clean, **compilers}, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


@pytest.fixture
def script(tmp_path):
    """A function that writes a compiler and gives what names it as both compilers.

    ``$target`` is in it the file to be made.
    """

    def write(text: str, opening: str = "#!/bin/sh\n") -> dict[str, str]:
        finding = 'for word; do [ "$last" = -o ] && target=$word; last=$word; done\n'
        path = tmp_path / "compiler"
        path.write_bytes((opening + (finding if opening else "") + text).encode("latin-1"))
        path.chmod(0o755)
        return {"CC": str(path), "CXX": str(path)}

    return write


BROKEN = {
    "fails": "exit 1",
    "complains in other letters than UTF-8": "printf 'f\xfcr\\n' >&2; exit 1",
    "makes nothing": "exit 0",
    "makes garbage": "[ -z $target ] || echo garbage > $target",
    "makes half of it": 'cc "$@" && [ -z $target ] || truncate -s 9000 $target',
    "hangs": "sleep 1000",
    "hangs when it compiles": "[ -z $target ] && echo version 1 || sleep 1000",
    "is killed": "kill -9 $$",
}


@pytest.mark.parametrize("how", BROKEN)
def test_numpy_takes_over_from_a_compiler_that(how, script, tmp_path):
    said, plain_runs = ran(tmp_path / "cache", "broken", **script(BROKEN[how]))
    assert len(said) == 1 and ON_NUMPY in said[0] and str(tmp_path / "compiler") in said[0]
    assert plain_runs


def test_numpy_takes_over_from_a_compiler_that_does_not_start(script, tmp_path):
    said, plain_runs = ran(tmp_path / "cache", "broken", **script("no program", opening=""))
    assert len(said) == 1 and "does not start" in said[0] and plain_runs


@pytest.mark.parametrize("where", ["to begin with", "in its version"])
def test_a_compiler_that_speaks_in_other_letters_compiles(where, script, tmp_path):
    first = "" if where == "to begin with" else "[ -z $target ] && "
    assert ran(tmp_path / "cache", **script(f"{first}printf '\xfc\\n'; exec cc \"$@\"")) == [[], 0]


def test_a_compiler_is_named_with_arguments(script, tmp_path):
    wrapper = script('exec "$@"')["CC"]
    given = {"CC": f"{wrapper} cc -DONE='1 2'", "CXX": f"{wrapper} c++"}
    assert ran(tmp_path / "cache", **given) == [[], 0]


FULL = """
def full(self, target):
    if target.is_relative_to(os.environ["GPUGRAD_CACHE"]):
        raise OSError(errno.ENOSPC, "No space left on device")
    return os.replace(self, target)
Path.replace = full
"""
FOREIGN = """
read = Path.read_bytes
def denied(self):
    if self.is_relative_to(os.environ["GPUGRAD_CACHE"]):
        raise PermissionError(errno.EACCES, "Permission denied")
    return read(self)
Path.read_bytes = denied
"""
READ_ONLY = """
import tempfile
made = tempfile.mkdtemp
def refused(suffix=None, prefix=None, dir=None):
    if dir and Path(dir).is_relative_to(os.environ["GPUGRAD_CACHE"]):
        raise OSError(errno.EROFS, "Read-only file system")
    return made(suffix, prefix, dir)
tempfile.mkdtemp = refused
"""


@pytest.mark.parametrize("before", [FULL, FOREIGN, READ_ONLY], ids=["full", "foreign", "read-only"])
def test_a_cache_that_cannot_be_used_is_said_once_and_done_without(before, tmp_path):
    (said,), plain_runs = ran(tmp_path / "cache", before=before)
    assert NOT_KEPT in said and "GPUGRAD_CACHE" in said and not plain_runs


def test_a_cache_that_cannot_be_made_is_done_without(tmp_path):
    (tmp_path / "file").write_text("")
    (said,), plain_runs = ran(tmp_path / "file" / "cache")
    assert NOT_KEPT in said and not plain_runs


def cut_off(path: Path) -> None:
    """Half of a library, whole by its digest."""
    half = path.read_bytes()[: path.stat().st_size // 2]
    path.write_bytes(half + hashlib.sha256(half).digest())


def into_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("damage, warnings", [(cut_off, 0), (into_folder, 1)])
def test_damaged_files_of_the_cache_are_made_anew(damage, warnings, tmp_path):
    assert ran(tmp_path) == [[], 0]
    libraries = list((tmp_path / "host").glob("*.so"))
    for path in libraries:
        damage(path)
    said, plain_runs = ran(tmp_path)
    assert len(libraries) > 3 and len(said) == warnings and not plain_runs


def test_what_killed_builds_left_is_removed(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "cache_folder", tmp_path)
    old, new = (tmp_path / "kind" / f"{cache.BUILDING}{name}" for name in ("old", "new"))
    for folder in (old, new):
        folder.mkdir(parents=True)
        (folder / "kernel.c").write_text("")
    before = time.time() - 2 * cache.LEFT_BEHIND
    os.utime(old, (before, before))
    cache.cached("kind", "key", ".bin", lambda path: path.write_bytes(b"code"))
    assert new.exists() and not old.exists()


@pytest.fixture
def failing(tmp_path, monkeypatch):
    """Flags that are looked for anew, by a compiler of which some runs fail: their numbers."""
    numbers, count, run = set(), [0], host.run

    def sometimes(program, *arguments, **given):
        count[0] += "-o" in arguments
        return (
            (4, "", "no space left") if count[0] in numbers else run(program, *arguments, **given)
        )

    monkeypatch.setattr(settings, "cache_folder", tmp_path)
    monkeypatch.setattr(host, "run", sometimes)
    host._flags.cache_clear()
    yield numbers
    host._flags.cache_clear()


def test_flags_are_not_refused_for_another_reason(failing, tmp_path):
    compiler = host.compiler()
    right = host._flags(compiler, "c")
    shutil.rmtree(tmp_path / "flags")
    host._flags.cache_clear()
    failing.update(range(100))
    with pytest.raises(cache.CompileError, match="no space left"):
        host._flags(compiler, "c")
    assert not list((tmp_path / "flags").iterdir())
    failing.clear()
    failing.update(range(0, 200, 3))  # every other try of a flag is killed
    assert host._flags(compiler, "c") == right
