"""A run that is killed at any moment goes on from its file, bit for bit."""

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from interrupted_run import trained

pytest.importorskip("safetensors")
PROGRAM = Path(__file__).with_name("interrupted_run.py")


def killed(file, workers, choices):
    """Run the program, and kill it after some steps; whether it had ended before."""
    command = [sys.executable, PROGRAM, file, str(workers)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as running:
        for _ in range(choices.randrange(1, 4)):
            running.stdout.readline()
        time.sleep(choices.random() * 0.01)
        ended = running.poll() is not None
        running.kill()
    return ended


def test_a_killed_run_goes_on_bit_for_bit(tmp_path):
    choices = random.Random(0)
    whole = trained(tmp_path / "whole.safetensors", 0)
    file = tmp_path / "killed.safetensors"
    for _ in range(5):
        assert not killed(file, 2, choices)
    assert trained(file, 2) == whole
    assert [path.name for path in tmp_path.iterdir()] == ["whole.safetensors", file.name] or (
        sorted(path.name for path in tmp_path.iterdir()) == [file.name, "whole.safetensors"]
    )


@pytest.mark.parametrize("stop", [1, 5, 6, 7])
def test_it_goes_on_from_within_and_between_epochs(tmp_path, stop):
    whole = trained(tmp_path / "whole.safetensors", 0)
    file = tmp_path / "stopped.safetensors"
    assert trained(file, 0, stop) is None
    assert trained(file, 0) == whole
