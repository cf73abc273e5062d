"""Compiled kernels on disk: atomic, rebuilt when damaged, shared by processes, safe in a fork."""

import ctypes
import hashlib
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from gpugrad.backend.kernels import cache, host, nvrtc, pool, sources
from gpugrad.settings import settings

REPOSITORY = Path(__file__).parents[1]
ADD = "int add(int a, int b) { return a + b + %d; }"
COUNT = "void count(int *x, long begin, long end) { for (long i = begin; i < end; i++) x[i]++; }"
needs_compiler = pytest.mark.needs_compiler


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "cache_folder", tmp_path / "cache")
    host._library.cache_clear()
    host._flags.cache_clear()
    return tmp_path / "cache"


def test_a_file_is_built_once(folder):
    built = []

    def build(path):
        built.append(path)
        path.write_bytes(b"machine code")

    first = cache.cached("kind", "key", ".bin", build)
    assert cache.cached("kind", "key", ".bin", build) == first
    assert len(built) == 1 and built[0] != first
    assert cache.payload(first) == b"machine code"
    assert [path.name for path in (folder / "kind").iterdir()] == [first.name]


@pytest.mark.parametrize("damage", [b"", b"short", b"machine code" + b"\0" * 32])
def test_a_damaged_file_is_rebuilt(folder, damage):
    build = lambda path: path.write_bytes(b"machine code")  # noqa: E731
    path = cache.cached("kind", "key", ".bin", build)
    path.write_bytes(damage)
    assert cache.payload(path) is None
    assert cache.cached("kind", "key", ".bin", build) == path
    assert cache.payload(path) == b"machine code"


def test_a_failed_build_leaves_nothing(folder):
    def build(path):
        path.write_bytes(b"half")
        raise cache.CompileError("no")

    with pytest.raises(cache.CompileError):
        cache.cached("kind", "key", ".bin", build)
    assert list((folder / "kind").iterdir()) == []


def test_without_a_compiler_the_error_says_the_way_out(monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("CC", raising=False)
    with pytest.raises(host.NoCompiler, match="install"):
        host.library("int one;")


@needs_compiler
def test_a_library_is_compiled_and_kept(folder):
    assert host.library(ADD % 1).add(2, 3) == 6
    assert host.library(ADD % 2).add(2, 3) == 7
    assert len(list((folder / "host").iterdir())) == 2


@needs_compiler
def test_a_refused_text_shows_the_compilers_words(folder):
    with pytest.raises(cache.CompileError, match="error"):
        host.library("int broken(")


@needs_compiler
@pytest.mark.parametrize("damage", ["truncated", "not a library"])
def test_a_damaged_library_is_rebuilt(folder, damage):
    program = (
        f"from gpugrad.backend.kernels import host\nassert host.library({ADD % 5!r}).add(1, 1) == 7"
    )
    environment = {**os.environ, "GPUGRAD_CACHE": str(folder), "PYTHONPATH": str(REPOSITORY)}
    run = lambda: subprocess.run([sys.executable, "-c", program], env=environment)  # noqa: E731
    assert run().returncode == 0
    (path,) = (folder / "host").iterdir()
    whole = path.read_bytes()
    if damage == "truncated":
        path.write_bytes(whole[: len(whole) // 3])
    else:  # whole by its digest, but no library
        path.write_bytes(b"text" + hashlib.sha256(b"text").digest())
    assert run().returncode == 0
    assert cache.payload(path) == whole[: -cache.DIGEST]


@needs_compiler
def test_processes_may_build_at_once(folder):
    program = (
        "import sys; from gpugrad.backend.kernels import host; sys.stdin.readline()\n"
        f"print(host.library({ADD % 9!r}).add(1, 1))"
    )
    environment = {**os.environ, "GPUGRAD_CACHE": str(folder), "PYTHONPATH": str(REPOSITORY)}
    several = [
        subprocess.Popen(
            [sys.executable, "-c", program],
            env=environment,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for _ in range(3)
    ]
    for process in several:
        process.stdin.write("go\n")
        process.stdin.flush()
    assert [process.communicate()[0] for process in several] == ["11\n"] * 3
    assert len(list((folder / "host").iterdir())) == 1


def counted(array):
    """Add one to each element through the pool."""
    body = ctypes.cast(host.library(COUNT).count, ctypes.c_void_p).value
    pool.run(body, ctypes.addressof(array), len(array), 1000)


@needs_compiler
def test_the_pool_covers_every_element_once(monkeypatch):
    monkeypatch.setattr(settings, "threads", 4)
    array = (ctypes.c_int * 100_003)()
    for _ in range(50):
        counted(array)
    assert set(array) == {50}
    assert pool.workers() >= 3


@needs_compiler
def test_two_threads_may_run_kernels_at_once(monkeypatch):
    monkeypatch.setattr(settings, "threads", 4)
    arrays = [(ctypes.c_int * 50_000)() for _ in range(3)]

    def repeated(array):
        for _ in range(100):
            counted(array)

    threads = [threading.Thread(target=repeated, args=(array,)) for array in arrays]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(set(array) == {100} for array in arrays)


@needs_compiler
def test_a_forked_child_runs_kernels_serially():
    program = f"""
import ctypes, os, sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from gpugrad.settings import settings
from test_kernels_cache import counted, pool
settings.threads = 4
array = (ctypes.c_int * 100_000)()
counted(array)
assert pool.workers() == 3
child = os.fork()
if child == 0:
    counted(array)
    os._exit(0 if set(array) == {{2}} and pool.workers() == 0 else 1)
assert os.waitpid(child, 0)[1] == 0
counted(array)
assert set(array) == {{2}} and pool.workers() == 3
"""
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run([sys.executable, "-c", program], env=environment, timeout=60)
    assert done.returncode == 0


def test_sources_put_their_headers_in_once(tmp_path, monkeypatch):
    (tmp_path / "a.cuh").write_text("// a\n")
    (tmp_path / "b.cuh").write_text('#include "a.cuh"\n// b\n')
    (tmp_path / "k.cu").write_text(
        '#include "a.cuh"\n#include "b.cuh"\n#include <cuda_fp16.h>\n// k\n'
    )
    monkeypatch.setattr(sources, "folder", lambda: tmp_path)
    sources.source.cache_clear()
    text = sources.source("k.cu")
    sources.source.cache_clear()
    assert [line for line in text.splitlines() if line] == [
        "// a",
        "// b",
        "#include <cuda_fp16.h>",
        "// k",
    ]


@pytest.mark.needs_nvrtc
def test_nvrtc_keeps_its_code_and_shows_its_words(folder):
    text = 'extern "C" __global__ void k(float *x) { x[threadIdx.x] *= 2; }'
    code = nvrtc.cubin(text, "sm_80")
    assert code[:4] == b"\x7fELF" and nvrtc.cubin(text, "sm_80") == code
    assert len(list((folder / "cubin").iterdir())) == 1
    assert nvrtc.cubin(text, "sm_90") != code
    with pytest.raises(cache.CompileError, match="error"):
        nvrtc.cubin("broken", "sm_80")
    assert nvrtc.cubin("#include <cuda_fp16.h>\n#include <cuda_bf16.h>\n" + text, "sm_80")


@pytest.mark.needs_nvrtc
@pytest.mark.parametrize("binding", ["_from_cuda_bindings", "_from_cupy"])
def test_a_gpu_newer_than_nvrtc_gets_ptx_of_the_newest_it_knows(binding, tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "cache_folder", tmp_path)
    compiler = getattr(nvrtc, binding)()
    monkeypatch.setattr(nvrtc, "_compiler", lambda: compiler)
    text = 'extern "C" __global__ void nothing() {}'
    code = nvrtc.cubin(text, "sm_999")
    assert f".target sm_{max(compiler.architectures)}".encode() in code
    assert b".target sm_90" in nvrtc.cubin(text, "sm_95")
    assert nvrtc.cubin(text, "sm_90a").startswith(b"\x7fELF")
