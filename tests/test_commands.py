"""Every script explains itself and works from any folder."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from source import CHECKOUT

import gpugrad as gg
from gpugrad.cli import main
from gpugrad.settings import settings

SCRIPTS = sorted(
    path.relative_to(CHECKOUT)
    for folder in (CHECKOUT / "ci", CHECKOUT / ".ci")
    for path in folder.iterdir()
    if path.is_file() and path.suffix == ""
)
BENCHMARKS = sorted(path.stem for path in (CHECKOUT / "ci" / "benchmarks").glob("*.py"))
STAND_INS = """
checkout="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)"
interpreter() { [ "$1" = 3.12 ] && echo "$1"; }
environment() { python="python_${3-}"; }
python_() { stand_in 3.11 0 "$@"; }
python_3.12() { stand_in 3.12 1 "$@"; }
stand_in() {
    case "$3" in
    -V) echo "Python $1" ;;
    -c) echo "$1" ;;
    *) echo "said by ${*:3}" && return "$2" ;;
    esac
}
"""
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(CHECKOUT), "COLUMNS": "100"}


def said(*command: str | Path, folder: Path, status: int = 0) -> str:
    done = subprocess.run(command, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_the_scripts_are_those_promised():
    names = {str(script) for script in SCRIPTS}
    assert names == {
        ".ci/run",
        "ci/bench",
        "ci/check",
        "ci/demo",
        "ci/gpu",
        "ci/names",
        "ci/programs",
        "ci/test",
    }


@pytest.mark.parametrize("script", SCRIPTS, ids=str)
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help_from_another_folder(script, option, tmp_path):
    text = said(CHECKOUT / script, option, folder=tmp_path)
    assert len(text.splitlines()[0]) > 20
    assert script.parent.name == ".ci" or str(script) in text
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("script", [*SCRIPTS, "ci/environment.sh"], ids=str)
def test_shell_syntax(script):
    subprocess.run(["bash", "-n", CHECKOUT / script], check=True)


@pytest.mark.parametrize("name", BENCHMARKS)
def test_benchmarks_explain_themselves_without_their_peers(name, tmp_path):
    file = CHECKOUT / "ci" / "benchmarks" / f"{name}.py"
    text = said(sys.executable, file, "--help", folder=tmp_path)
    assert f"ci/bench {name}" in text
    assert "--json" in text


def test_every_benchmark_is_listed():
    text = said(CHECKOUT / "ci" / "bench", "--help", folder=CHECKOUT)
    assert all(f"ci/bench {name} " in text for name in BENCHMARKS)


def test_an_unknown_benchmark_is_refused(tmp_path):
    assert "no benchmark 'nothing'" in said(
        CHECKOUT / "ci" / "bench", "nothing", folder=tmp_path, status=2
    )


def test_without_a_python_new_enough_the_way_out_is_said(tmp_path):
    for name in ("demo", "environment.sh"):
        (tmp_path / "ci").mkdir(exist_ok=True)
        shutil.copy(CHECKOUT / "ci" / name, tmp_path / "ci")
    shutil.copy(CHECKOUT / "pyproject.toml", tmp_path)
    tools = tmp_path / "bin"
    tools.mkdir()
    for tool in ("bash", "cat", "cksum", "dirname", "sed"):
        (tools / tool).symlink_to(shutil.which(tool))
    (tools / "python3").write_text("#!/usr/bin/env bash\nexit 1\n")  # older than 3.11
    done = subprocess.run(
        [tools / "bash", tmp_path / "ci" / "demo"],
        env={"PATH": str(tools)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "Python 3.11 or newer is needed" in done.stderr


def interpreter(tools: Path, version: str) -> subprocess.CompletedProcess:
    """What ci/environment.sh finds as Python ``version`` where ``tools`` are all there is."""
    for tool in ("bash", "dirname", "tail"):
        (tools / tool).symlink_to(shutil.which(tool))
    script = f'. "{CHECKOUT}/ci/environment.sh"; set -euo pipefail; interpreter {version}'
    return subprocess.run(
        [tools / "bash", "-c", script], env={"PATH": str(tools)}, capture_output=True, text=True
    )


def program(path: Path, text: str) -> Path:
    path.write_text(f"#!/usr/bin/env bash\n{text}\n")
    path.chmod(0o755)
    return path


def test_a_python_of_a_version_is_found_on_the_path(tmp_path):
    here = program(tmp_path / "python3.99", "true")
    assert interpreter(tmp_path, "3.99").stdout == f"{here}\n"


def test_a_python_of_a_version_is_found_with_pyenv(tmp_path):
    program(tmp_path / "python3.99", "exit 127")  # a shim of a version that is not chosen
    program(tmp_path / "pyenv", '[ "$1" = prefix ] && echo "/of/$2" || printf "3.99.1\\n3.99.2\\n"')
    assert interpreter(tmp_path, "3.99").stdout == "/of/3.99.2/bin/python3.99\n"


@pytest.mark.parametrize("pyenv", [None, "exit 1"])
def test_a_python_of_a_version_that_is_absent(pyenv, tmp_path):
    if pyenv:
        program(tmp_path / "pyenv", pyenv)
    done = interpreter(tmp_path, "3.99")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "")


def test_every_python_that_ran_or_is_absent_is_named_at_the_end(tmp_path):
    """ci/test itself, with stand-ins for the Pythons and for pytest."""
    shutil.copytree(CHECKOUT / "ci", tmp_path / "ci")
    shutil.copy(CHECKOUT / "pyproject.toml", tmp_path)
    (tmp_path / "ci" / "environment.sh").write_text(STAND_INS)
    done = subprocess.run(
        [tmp_path / "ci" / "test", "--pythons", "-x"], capture_output=True, text=True
    )
    assert done.returncode == 1
    *_, third, second, first = done.stdout.splitlines()
    assert first == "Python 3.11: said by -m pytest -n 2 --dist worksteal -x"
    assert second == "Python 3.13: absent"
    assert third.startswith("Python 3.12: said by -m pytest") and "test_memory.py" in third


def test_the_program_that_type_checkers_read_runs():
    text = said(sys.executable, CHECKOUT / "ci" / "typed" / "program.py", folder=CHECKOUT)
    assert len(text.splitlines()) == 1 + 10 + 2 and "nan" not in text


def test_info_is_complete_and_quick_to_say():
    text = said(sys.executable, "-m", "gpugrad", "info", folder=CHECKOUT)
    facts = {line[:16].strip(): line[16:] for line in text.splitlines()}
    assert facts["default device"] in ("cpu", "cuda", "simulated")
    assert {"cuda devices", "python", "numpy", "C compiler", "CUDA compiler", "cache"} <= set(facts)
    assert all(value.strip() for value in facts.values())


def test_the_command_explains_itself():
    text = said(sys.executable, "-m", "gpugrad", "--help", folder=CHECKOUT)
    assert "info" in text and "cache --clear" in text
    assert said(sys.executable, "-m", "gpugrad", folder=CHECKOUT) == text
    assert "GPUGRAD_CACHE" in said(sys.executable, "-m", "gpugrad", "cache", "-h", folder=CHECKOUT)


def test_the_command_says_its_version():
    text = said(sys.executable, "-m", "gpugrad", "--version", folder=CHECKOUT)
    assert text == f"gpugrad {gg.__version__}\n"


def test_the_cache_is_listed_and_cleared_of_what_was_compiled(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(settings, "cache_folder", tmp_path)
    built = [tmp_path / "host" / f"{'1f' * 20}.so", tmp_path / "flags" / f"{'07' * 20}.json"]
    built += [tmp_path / "host" / "building-1" / "left.so"]  # by a process that was killed
    mine = tmp_path / "mine" / "notes.txt"
    for path in (*built, mine):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes(2**20))
    assert main(["cache"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"{tmp_path}/flags: 1 files, 1.0 MiB",
        f"{tmp_path}/host: 2 files, 2.0 MiB",
        f"{tmp_path}: 3 files, 3.0 MiB",
    ]
    assert main(["cache", "--clear"]) == 0
    assert capsys.readouterr().out.endswith(f"{tmp_path}: 3 files, 3.0 MiB, removed\n")
    assert mine.exists() and not any(path.exists() for path in built)
    assert main(["cache"]) == 0
    assert capsys.readouterr().out == f"{tmp_path}: 0 files, 0.0 MiB\n"
