"""Installed from a wheel, installed editable or read from a bare checkout, the package is whole.

Nothing is fetched: the wheel is built without isolation, and the fresh environments find the
packages that gpugrad needs in the environment that runs the tests.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest
from source import CHECKOUT

PARTS = ("gpugrad", "kernels", "tests", "examples", "ci")
FILES = ("pyproject.toml", "README.md", "LICENSE")
KERNELS = sorted(path.name for path in (CHECKOUT / "kernels").iterdir() if path.is_file())
OFFLINE = ("--no-index", "--no-deps", "--no-build-isolation", "--quiet")
ASK = """
import json, gpugrad as gg
from gpugrad.backend.kernels import sources
x = gg.tensor([1.0, 2.0], requires_grad=True)
(x * x).sum().backward()
print(json.dumps({
    "package": gg.__file__,
    "kernels": str(sources.folder()),
    "names": sorted(path.name for path in sources.folder().iterdir() if path.is_file()),
    "softmax": sources.source("softmax.cu"),
    "gradient": x.grad.tolist(),
}))
"""


@pytest.fixture(scope="module")
def checkout(tmp_path_factory) -> Path:
    """A copy of what git holds of the checkout."""
    folder = tmp_path_factory.mktemp("checkout")
    leave = shutil.ignore_patterns("__pycache__")
    for part in PARTS:
        shutil.copytree(CHECKOUT / part, folder / part, ignore=leave)
    for name in FILES:
        shutil.copy(CHECKOUT / name, folder)
    return folder


@pytest.fixture(scope="module")
def wheel(checkout, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip("wheel", *OFFLINE, "--wheel-dir", folder, checkout)
    return next(folder.glob("*.whl"))


@pytest.fixture
def python(tmp_path) -> Path:
    """The Python of a fresh environment that sees what gpugrad needs, but no gpugrad."""
    folder = tmp_path / "environment"
    venv.create(folder, symlinks=True)
    packages = next(folder.glob("lib/python*/site-packages"))
    (packages / "needed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder / "bin" / "python"


def pip(*arguments: str | Path) -> None:
    subprocess.run([sys.executable, "-m", "pip", *map(str, arguments)], check=True)


def asked(python: Path, folder: Path, **environment: str) -> dict:
    """What ASK says, run in ``folder``; no other variable of ours is set."""
    clean = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    done = subprocess.run(
        [python, "-c", ASK],
        cwd=folder,
        env={**clean, **environment},
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stderr == ""
    return json.loads(done.stdout)


def is_whole(answer: dict) -> bool:
    return (
        answer["names"] == KERNELS
        and '#include "rows.cuh"' not in answer["softmax"]
        and answer["gradient"] == [2.0, 4.0]
    )


def test_from_a_wheel(python, wheel, tmp_path):
    pip("--python", python, "install", *OFFLINE, wheel)
    answer = asked(python, tmp_path)
    assert is_whole(answer)
    assert Path(answer["package"]).is_relative_to(python.parents[1])
    assert Path(answer["kernels"]) == Path(answer["package"]).parent / "_kernels"


def test_installed_editable(python, checkout, tmp_path):
    pip("--python", python, "install", *OFFLINE, "--editable", checkout)
    answer = asked(python, tmp_path)
    assert is_whole(answer)
    assert Path(answer["package"]).parent == checkout / "gpugrad"
    assert Path(answer["kernels"]) == checkout / "kernels"


def test_from_a_bare_checkout(python, checkout, tmp_path):
    answer = asked(python, tmp_path, PYTHONPATH=str(checkout))
    assert is_whole(answer)
    assert Path(answer["package"]).parent == checkout / "gpugrad"
    assert Path(answer["kernels"]) == checkout / "kernels"


def test_without_docstrings_and_asserts(tmp_path):
    """python -OO leaves both out."""
    command = [sys.executable, "-OO", "-c", ASK]
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert is_whole(json.loads(done.stdout))


def test_the_command_is_installed(python, wheel, tmp_path):
    pip("--python", python, "install", *OFFLINE, wheel)
    command = [python.parent / "gpugrad", "info"]
    said = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True)
    assert {"default device", "CUDA compiler", "cache"} <= {
        line[:16].strip() for line in said.stdout.splitlines()
    }


def test_the_wheel_holds_the_package_only(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    tops = {name.split("/")[0] for name in names}
    assert tops == {"gpugrad", next(top for top in tops if top.endswith(".dist-info"))}
    assert {f"gpugrad/_kernels/{name}" for name in KERNELS} | {"gpugrad/py.typed"} <= set(names)
    assert wheel.stat().st_size < 3 * 2**19


def test_the_source_archive_builds_the_same_wheel(checkout, wheel, tmp_path):
    build = [sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", tmp_path]
    subprocess.run(build, cwd=checkout, check=True, capture_output=True)
    archive = next(tmp_path.glob("*.tar.gz"))
    with tarfile.open(archive) as files:
        files.extractall(tmp_path, filter="data")
    pip("wheel", *OFFLINE, "--wheel-dir", tmp_path, archive.with_name(archive.name[:-7]))
    with zipfile.ZipFile(wheel) as first, zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as second:
        assert sorted(first.namelist()) == sorted(second.namelist())


@pytest.mark.parametrize("cuda", ["cuda12", "cuda13"])
def test_an_extra_brings_every_library_that_cupy_loads(cuda):
    """On a machine with a driver alone: linear algebra wants cuSOLVER, which wants cuSPARSE."""
    text = (CHECKOUT / "pyproject.toml").read_text(encoding="utf-8")
    extras = tomllib.loads(text)["project"]["optional-dependencies"]
    wheels = {re.match(r"nvidia-(?:cuda-)?([a-z]+)", name)[1] for name in extras[cuda][2:]}
    assert wheels == {"nvrtc", "runtime", "cublas", "cufft", "cusolver", "cusparse"}
