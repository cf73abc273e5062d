"""The cyclic collector may run at any line, and what it ends may use gpugrad: nothing waits."""

import os
import subprocess
import sys

import pytest
from source import CHECKOUT

PROGRAM = """
import faulthandler, gc, importlib, sys
import gpugrad as gg
from gpugrad.backend.kernels import buffers

faulthandler.dump_traceback_later(60, exit=True)  # who waits for ever is shown and ended

class Ended:
    '''An object that only the collector ends, and that calls ``work`` then.'''

    def __init__(self):
        self.itself = self

    def __del__(self):
        work()

def collecting(frame, event, argument):
    '''Run the collector at every line of the function that is watched.'''
    global runs
    if frame.f_code is not watched.__code__:
        return None
    if event == "line":
        runs += 1
        Ended()
        gc.collect()
    return collecting

def lend():
    return buffers.empty((buffers.POOLED_FROM + len(lent),), "uint8")

def step():
    x = gg.tensor([1.0, 2.0], requires_grad=True)
    optimizer = gg.optim.SGD([x], lr=0.1)
    scale = gg.elementwise(lambda x: gg.sin(x) * x)
    gg.sum(scale(x) + x).backward()
    gg.sum(x).backward()
    optimizer.step()
    scale.source("c")

lent = []
lent.extend(lend() for _ in range(20))
work, act = {{"pool": (lent.pop, lend), "step": (step, step)}}["{act}"]
module, _, name = "{watched}".partition(":")
watched = importlib.import_module(module)
for part in name.split("."):
    watched = getattr(watched, part)
runs = 0
step()
gc.collect()
gc.freeze()  # what is here stays: the collector is quick
gc.disable()
sys.settrace(collecting)
act()
act()
sys.settrace(None)
print(runs)
"""


@pytest.mark.parametrize(
    ("act", "watched"),
    [
        ("pool", "gpugrad.backend.kernels.buffers:IDLE.take"),
        ("pool", "gpugrad.backend.kernels.buffers:IDLE.give"),
        ("step", "gpugrad.engine.backward:backward"),
        ("step", "gpugrad.engine.buffers:Overwritten.mark"),
        ("step", "gpugrad.codegen.symbols:_interned"),
    ],
)
def test_the_collector_may_run_at_every_line(act, watched):
    program = PROGRAM.format(act=act, watched=watched)
    done = subprocess.run(
        [sys.executable, "-c", program],
        text=True,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert int(done.stdout) > 3  # it did run there
