"""Programs in PyTorch's spelling train with only their imports changed, to the same losses."""

import runpy

import numpy as np
import pytest
from source import CHECKOUT

FOLDER = CHECKOUT / "tests" / "torch_programs"
PROGRAMS = sorted(path.name for path in FOLDER.glob("*.py"))
CI = runpy.run_path(str(CHECKOUT / "ci" / "programs.py"))


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_trains_with_only_its_imports_changed(name, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(CHECKOUT))
    text = (FOLDER / name).read_text(encoding="utf-8")
    (tmp_path / name).write_text(CI["rewritten"](text), encoding="utf-8")
    found = CI["run"](tmp_path / name, [], "gpugrad")
    assert "error" not in found, found
    losses = found["numbers"]
    assert len(losses) >= 6 and losses[-1] < losses[0]
    pytest.importorskip("torch")
    theirs = CI["run"](FOLDER / name, [], "torch")["numbers"]
    np.testing.assert_allclose(losses, theirs, rtol=2e-4, atol=2e-5)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("import torch", "import gpugrad.torch as torch"),
        ("import torch.nn as nn", "import gpugrad.torch.nn as nn"),
        (
            "    from torch.utils.data import DataLoader",
            "    from gpugrad.torch.utils.data import DataLoader",
        ),
        ("import torchvision", "import torchvision"),
        ("from torchvision import datasets", "from torchvision import datasets"),
        ("x = torch.ones(2)", "x = torch.ones(2)"),
        ("import torch, math", "import gpugrad.torch as torch\nimport math"),
    ],
)
def test_only_imports_are_changed(before, after):
    assert CI["rewritten"](before + "\n") == after + "\n"
