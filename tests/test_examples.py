"""The examples do what they say, from any folder; the digits are learned on every device."""

import json
import os
import re
import runpy
import subprocess
import sys
import time
from pathlib import Path

import pytest
from source import CHECKOUT

EXAMPLES = sorted(path.stem for path in (CHECKOUT / "examples").glob("*.py"))
LARGER = {"chargpt", "diffusion", "digits", "gradients_compared", "mle", "physics"}
TRAINED = {  # name -> its picture, beside loss.png
    "chargpt": None,
    "diffusion": "digits.png",
    "lstm": "waves.png",
    "neural_ode": "motion.png",
    "resnet": None,
    "vae": "digits.png",
}
PICTURE = b"\x89PNG"
NEEDS_COMPILER = pytest.mark.needs_compiler
LOSSES = 1e-5  # relative, of the first 20 steps on two devices


def run(name: str, *arguments: str | Path, folder: Path) -> str:
    """What an example prints."""
    done = subprocess.run(
        [sys.executable, CHECKOUT / "examples" / f"{name}.py", *map(str, arguments)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT), "COLUMNS": "100"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def digits(folder: Path, *arguments: str) -> dict:
    run("digits", "--output", folder, *arguments, folder=folder)
    assert (folder / "loss.png").read_bytes().startswith(PICTURE)
    assert (folder / "mistakes.png").read_bytes().startswith(PICTURE)
    return json.loads((folder / "metrics.json").read_text())


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_explains_itself(name, tmp_path):
    assert "--help" in run(name, "--help", folder=tmp_path)


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_is_short(name):
    lines = len((CHECKOUT / "examples" / f"{name}.py").read_text().splitlines())
    assert 40 <= lines <= (200 if name in LARGER else 120)


WRONG = {
    "engine": [["1"], ["1", "2", "3", "4"]],
    "graph": [["--seed", "-1"]],
    "gradients_compared": [["--sizes", "4", "0"], ["--steps", "0"], ["--seed", "-1"]],
    "mle": [["--observations", "3"], ["--device", "gpu"], ["--seed", "-1"]],
    "physics": [["--steps", "0"], ["--chunk", "0"], ["--iterations", "-1"], ["--device", "gpu"]],
    "digits": [["--epochs", "0"], ["--steps", "0"], ["--device", "gpu"], ["--seed", "-1"]],
    **{
        name: [["--steps", "0"], ["--device", "gpu"], ["--seed", "-1"], ["--resume"]]
        for name in TRAINED
    },
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_arguments_are_refused_in_one_line(name, capsys, monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(CHECKOUT / "examples")
    main = runpy.run_path(str(CHECKOUT / "examples" / f"{name}.py"))["main"]
    for arguments in WRONG[name]:
        with pytest.raises(SystemExit) as stopped:
            main([*arguments, *(["--output", str(tmp_path / "none")] if name in TRAINED else [])])
        last = capsys.readouterr().err.splitlines()[-1]
        assert stopped.value.code == 2
        assert last.startswith(f"{Path(sys.argv[0]).name}: error: ")


@pytest.mark.parametrize("name", TRAINED)
def test_a_run_is_trained_saved_and_goes_on(name, tmp_path):
    pytest.importorskip("safetensors")
    text = run(name, "--steps", "2", "--output", tmp_path, folder=tmp_path)
    assert "written: " in text
    for picture in filter(None, ("loss.png", TRAINED[name])):
        assert (tmp_path / picture).read_bytes().startswith(PICTURE)
    run(name, "--steps", "3", "--resume", "--output", tmp_path, folder=tmp_path)
    rows = [json.loads(line) for line in (tmp_path / "metrics.jsonl").read_text().splitlines()]
    assert [row["step"] for row in rows] == [1, 2, 3]
    assert all(0 < row["loss"] < 100 for row in rows)


def test_a_run_that_goes_on_is_the_one_that_was_not_stopped(tmp_path):
    pytest.importorskip("safetensors")
    losses = []
    for parts in (["4"], ["2", "4"]):
        folder = tmp_path / str(len(parts))
        for i, steps in enumerate(parts):
            again = ["--resume"] * bool(i)
            run("neural_ode", "--steps", steps, "--output", folder, *again, folder=tmp_path)
        lines = (folder / "metrics.jsonl").read_text().splitlines()
        losses.append([json.loads(line)["loss"] for line in lines])
    assert losses[0] == losses[1]


def test_the_scalar_derivative_is_seven_both_ways(tmp_path):
    text = run("scalar", folder=tmp_path)
    assert re.findall(r"dy/dx = (\S+)", text) == ["7.0", "7.0"]
    assert "d2y/dx2 = 2.0" in text


def test_the_engine_agrees_with_gpugrad(tmp_path):
    lines = run("engine", folder=tmp_path).splitlines()
    assert [line.split(":")[1].strip() for line in lines] == ["20.0, gradients [4.0, 4.0, 5.0]"] * 2


def test_the_pictures_of_graphs_are_drawn_and_the_one_shown_is_up_to_date(tmp_path):
    text = run("graph", "--output", tmp_path, folder=tmp_path)
    assert "24.7041" in text  # the expression is micrograd's, and so is its value
    pictures = {path.name for path in tmp_path.glob("*.svg")}
    assert pictures == {"graph.svg", "expression.svg", "network.svg"}
    shown = CHECKOUT / "examples" / "graph.svg"
    assert (tmp_path / "graph.svg").read_text() == shown.read_text(), (
        "python examples/graph.py --output examples; keep graph.svg only"
    )


def test_ways_to_a_gradient_have_the_errors_expected_of_them(tmp_path):
    text = run("gradients_compared", "--sizes", "1", "3", "--output", tmp_path, folder=tmp_path)
    rows = re.findall(r"│ (\w+)\s+│\s+(\S+) │", text)
    exact = {"symbolic", "forward", "jacfwd", "reverse", "jacrev"}
    assert [way for way, _ in rows].count("numerical") == 2  # a table a regime
    assert {way for way, _ in rows} == exact | {"numerical"}
    assert max(float(error) for way, error in rows if way in exact) < 1e-11
    assert all(1e-12 < float(error) < 1e-3 for way, error in rows if way not in exact)
    assert (tmp_path / "regimes.png").read_bytes().startswith(PICTURE)


def test_the_first_call_of_a_way_is_not_its_time(monkeypatch):
    seconds = runpy.run_path(str(CHECKOUT / "examples" / "gradients_compared.py"))["seconds"]
    clock, costs = [0], iter([100, 3, 2, 4, 5])

    def called(x):
        clock[0] += next(costs, 9)
        return x + 1

    monkeypatch.setattr(time, "perf_counter", lambda: clock[0])
    assert seconds(called, 1) == (2, 3)  # one call is longer than the shortest measurement


@pytest.mark.parametrize("device", ["cpu", pytest.param("simulated", marks=NEEDS_COMPILER)])
def test_estimates_and_standard_errors_are_those_of_statsmodels(device, tmp_path):
    text = run(
        "mle", "--device", device, "--observations", "300", "--output", tmp_path, folder=tmp_path
    )
    rows = [
        re.findall(r"-?\d\S*", line.split("│", 2)[2]) for line in text.splitlines() if "│" in line
    ]
    assert len(rows) == 8  # four parameters of each model
    for _, value, value2, error, error2, differs in (map(float, row) for row in rows):
        assert value == pytest.approx(value2, abs=1.1e-6)  # as printed
        assert error == pytest.approx(error2, abs=1.1e-6)
        assert differs < 1e-6  # relative, of all digits
    assert (tmp_path / "likelihood.png").read_bytes().startswith(PICTURE)


def membrane(folder: Path, *arguments: str) -> dict[str, list[float]]:
    """The figures that the example of physics prints."""
    text = run("physics", "--output", folder, *arguments, folder=folder)
    assert (folder / "membrane.png").read_bytes().startswith(PICTURE)
    lines = [line.split(": ") for line in text.splitlines() if line.count(": ") == 1]
    return {
        what: [float(n) for n in re.findall(r"\d+\.\d+(?:e[-+]\d+)?", said)] for what, said in lines
    }


def test_the_membrane_learns_and_checkpoints_save_memory(tmp_path):
    said = membrane(
        tmp_path, "--device", "cpu", "--steps", "60", "--chunk", "8", "--iterations", "12"
    )
    (whole,), (part,) = (said[key] for key in said if "steps" in key)
    assert part < 0.6 * whole
    assert said["difference of the two gradients"] < [1e-5]
    first, learned = said["mean square error"]
    assert learned < 0.8 * first


@pytest.mark.needs_compiler
def test_the_simulated_membrane_moves_as_the_host_does(tmp_path):
    short = "--steps", "6", "--chunk", "3", "--iterations", "2"
    ours, theirs = (membrane(tmp_path, "--device", name, *short) for name in ("cpu", "simulated"))
    key = "mean square error"
    assert theirs[key] == pytest.approx(ours[key], abs=2e-4)


def test_the_digits_are_learned_on_the_host(tmp_path):
    metrics = digits(tmp_path, "--device", "cpu")
    assert metrics["test_accuracy"] >= 0.97
    assert metrics["device"] == "cpu"
    assert metrics["seconds"] > 0
    assert metrics["losses"][-1] < 0.1 < metrics["losses"][0]


@pytest.mark.needs_compiler
def test_the_simulated_device_learns_as_the_host_does(tmp_path):
    folders = tmp_path / "cpu", tmp_path / "simulated"
    for folder in folders:
        folder.mkdir()
    ours, theirs = (digits(f, "--device", f.name, "--steps", "20")["losses"] for f in folders)
    assert len(ours) == 20
    assert theirs == pytest.approx(ours, rel=LOSSES)


def test_another_seed_gives_another_run_and_the_same_seed_the_same(tmp_path):
    losses = [
        digits(tmp_path, "--device", "cpu", "--steps", "3", "--seed", seed)["losses"]
        for seed in ("1", "1", "2")
    ]
    assert losses[0] == losses[1] != losses[2]
