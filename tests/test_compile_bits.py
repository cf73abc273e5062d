"""The same bits in two processes, and in one that was killed and went on, eager and compiled."""

import os
import signal
import subprocess
import sys

import numpy as np
import pytest
from source import CHECKOUT

import gpugrad as gg
from gpugrad import nn

SAVED_AT, KILLED_AT = 10, 13  # of 20 steps
PROGRAM = """
import os, signal, sys
import numpy as np
import gpugrad as gg
from gpugrad import nn, optim

mode, saved, result = sys.argv[1:4]
begin, end = map(int, sys.argv[4:])
gg.random.seed(0)
hidden = nn.Linear(6, 16), nn.GELU(), nn.Dropout(0.3), nn.LayerNorm(16)
model = nn.Sequential(*hidden, nn.Linear(16, 3))
optimizer = optim.AdamW(model.parameters(), lr=0.01)

def step(x, y, rate):
    optimizer.param_groups[0]["lr"] = rate
    loss = nn.functional.cross_entropy(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()

def arrays():
    state = optimizer.state_dict()["state"]
    roles = {f"{i} {role}": value for i, one in state.items() for role, value in one.items()}
    return {name: np.asarray(x) for name, x in {**model.state_dict(), **roles}.items()}

def load(arrays):
    model.load_state_dict({name: arrays[name] for name in model.state_dict()})
    whole = optimizer.state_dict()
    for name in arrays:
        number, _, role = name.partition(" ")
        if role:
            whole["state"].setdefault(int(number), {})[role] = arrays[name]
    optimizer.load_state_dict(whole)

if begin:
    load(np.load(saved))
function = gg.compile(step, wait=True) if mode == "compiled" else step
losses = []
for i in range(begin, 20):
    random = np.random.default_rng(i)
    x, y = random.normal(size=(8, 6)).astype("float32"), random.integers(0, 3, 8)
    gg.random.seed(1000 + i)
    losses.append(function(gg.tensor(x), gg.tensor(y), 0.01 / (1 + i)).item())
    if i + 1 == 10 and not begin:
        np.savez(saved, **arrays())
    if i + 1 == end:
        os.kill(os.getpid(), signal.SIGKILL)
np.savez(result, losses=losses[-5:], **arrays())
"""


def run(mode, folder, name, begin=0, end=0):
    """What a process of its own gives; nothing of one that is killed at step ``end``."""
    result = folder / f"{name}.npz"
    command = [sys.executable, "-c", PROGRAM, mode, str(folder / "saved.npz"), str(result)]
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    ended = subprocess.run([*command, str(begin), str(end)], env=environment, check=False)
    assert ended.returncode == (-signal.SIGKILL if end else 0)
    return dict(np.load(result)) if not end else None


@pytest.mark.skipif(os.name != "posix", reason="kills by a signal")
@pytest.mark.parametrize(
    "mode", ["eager", pytest.param("compiled", marks=pytest.mark.needs_compiler)]
)
def test_processes_and_one_that_was_killed_give_the_same_bits(mode, tmp_path):
    whole, other = run(mode, tmp_path, "whole"), run(mode, tmp_path, "other")
    run(mode, tmp_path, "killed", end=KILLED_AT)
    resumed = run(mode, tmp_path, "resumed", begin=SAVED_AT)
    for name, array in whole.items():
        np.testing.assert_array_equal(array, other[name], strict=True)
        np.testing.assert_array_equal(array, resumed[name], strict=True)


@pytest.mark.needs_compiler
def test_the_first_call_gives_the_bits_of_later_ones():
    """Else a process that was resumed would go on by other rounding for one step."""
    model = nn.Sequential(nn.Linear(7, 33), nn.GELU(), nn.LayerNorm(33), nn.Softmax(dim=-1))
    x = gg.tensor(np.random.default_rng(0).normal(size=(9, 7)), dtype="float32")
    step = gg.compile(lambda x: gg.grad(lambda x: gg.sum(model(x) ** 3))(x), wait=True)
    first = step(x).detach().numpy()
    for _ in range(3):
        np.testing.assert_array_equal(step(x).detach().numpy(), first)
