"""The work of ci/programs: programs for PyTorch run as they are and with gpugrad's imports."""

import argparse
import difflib
import json
import random
import re
import runpy
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import numpy

IMPORT = re.compile(r"^(\s*)(import|from) (torch)((?:\.\w+)*)(.*)$")
NUMBER = re.compile(r"-?\d+\.\d+(?:e[-+]?\d+)?")
RESULT = "--- ci/programs "
LIBRARIES = ("torch", "gpugrad", "alike", "compiled")


def rewritten(text: str) -> str:
    """A program whose imports of torch are of gpugrad.torch."""
    return "".join(_line(line) for line in text.splitlines(keepends=True))


def _line(line: str) -> str:
    found = IMPORT.match(line.rstrip("\n"))
    if not found:
        return line
    indent, word, _, path, rest = found.groups()
    if rest[:1] not in ("", " ", ",", ";"):  # another package, torchvision
        return line
    if word == "import" and not path and rest.strip().startswith(","):  # import torch, math
        return f"{indent}import gpugrad.torch as torch\n{indent}import{rest[1:]}\n"
    if word == "import" and not path and not rest.strip():
        return f"{indent}import gpugrad.torch as torch\n"
    if word == "import" and path and not rest.strip():  # import torch.nn
        return f"{indent}import gpugrad.torch as torch, gpugrad.torch{path}\n"
    return f"{indent}{word} gpugrad.torch{path}{rest}\n"


def difference(name: str, before: str, after: str) -> str:
    """The lines that are changed, as a unified diff without what surrounds them."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), name, name, "", "", 0, "")
    return "\n".join(line for line in lines if not line.startswith("@@"))


def shortened(text: str, constants: dict[str, str]) -> str:
    """A program with other values where it assigns the constants, at the beginning of a line."""
    for name, value in constants.items():
        text = re.sub(rf"(?m)^({name} *=).*$", rf"\1 {value}", text)
    return text


def run(
    program: Path, arguments: list[str], library: str, steps: int = 0, clock: str = "perf_counter"
) -> dict:
    """Losses of a program and the median time from one step to the next.

    library: "torch" or "gpugrad", "alike": torch with gpugrad's random numbers, or "compiled":
    gpugrad with ``torch.compile`` of each Module that the program calls. The program runs in a
    process of its own, and is ended after so many ``steps`` of optimizers unless 0.
    clock: a function of ``time``.
    """
    inner = ["--inside", library, clock, str(steps), str(program), *arguments]
    command = [sys.executable, __file__, *inner]
    done = subprocess.run(command, capture_output=True, text=True, cwd=program.parent, check=False)
    printed, _, result = done.stdout.rpartition(RESULT)
    if done.returncode or not result:
        return {"error": done.stderr.strip().splitlines()[-1:] or ["nothing was printed"]}
    numbers = [float(n) for n in NUMBER.findall(printed)]
    return {"numbers": numbers, **json.loads(result)}


def inside(library: str, clock: str, steps: int, program: str, arguments: list[str]) -> None:
    """Run a program in this process, noting its losses and timing its steps."""
    if library in ("gpugrad", "compiled"):
        import gpugrad.torch as torch
    else:
        import torch
    if library == "compiled":
        compile_models(torch.nn.Module)
    if library == "alike":
        import alike

        alike.draw_alike()
    noted = Noted(steps, getattr(time, clock))
    noted.watch(torch)
    sys.argv = [program, *arguments]
    sys.path[0] = str(Path(program).parent)
    random.seed(0)
    numpy.random.seed(0)
    torch.manual_seed(0)
    began = time.perf_counter()
    with suppress(Enough):
        runpy.run_path(program, run_name="__main__")
    seconds = time.perf_counter() - began
    print(RESULT + json.dumps({"losses": noted.losses, "step": noted.step(), "seconds": seconds}))


def compile_models(module: type) -> None:
    """Compile each Module with parameters that is called by none other, at its first call."""
    call, within = module.__call__, []

    def calling(model, *inputs, **settings):
        if not within and "forward" not in vars(model) and any(True for _ in model.parameters()):
            model.compile()
        within.append(model)
        try:
            return call(model, *inputs, **settings)
        finally:
            within.pop()

    module.__call__ = calling


class Enough(BaseException):
    """Ends a program."""


class Noted:
    """The losses of a program, and when its optimizers stepped."""

    def __init__(self, steps: int, clock: Callable[[], float]) -> None:
        self.steps, self.clock, self.losses = steps, clock, []
        self.times: dict[int, list[float]] = {}  # by the optimizer
        self.backwards: list[float] = []

    def watch(self, torch) -> None:
        """Note every ``backward`` of a loss, and every step."""
        backward = torch.Tensor.backward

        def noting(loss, *arguments, **settings):
            if loss.numel() == 1:
                self.losses.append(loss.item())
            backward(loss, *arguments, **settings)
            self.backwards.append(self.clock())

        torch.Tensor.backward = noting
        for kind in vars(torch.optim).values():
            if isinstance(kind, type) and "step" in vars(kind):
                self._time(kind)

    def _time(self, kind: type) -> None:
        step = kind.step

        def timed(optimizer, *arguments, **settings):
            result = step(optimizer, *arguments, **settings)
            self.times.setdefault(id(optimizer), []).append(self.clock())
            if self.steps and sum(map(len, self.times.values())) >= self.steps:
                raise Enough
            return result

        kind.step = timed

    def step(self) -> float | None:
        """Median seconds between two steps of one optimizer, or two of ``backward`` without one."""
        times = max(self.times.values(), key=len, default=self.backwards)
        apart = [b - a for a, b in pairwise(times)]
        return statistics.median(apart[len(apart) // 4 :]) if apart else None


def compared(
    folder: Path, given: dict[str, dict], only: list[str] | None, show: bool, clock: str
) -> list[dict]:
    """Every program of a folder by both libraries, or those of the names ``only``."""
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        theirs, ours = Path(scratch) / "torch", Path(scratch) / "gpugrad"
        for path in copies(folder, theirs, ours, given):
            if only and path.name not in only:
                continue
            before, after = (
                path.read_text(encoding="utf-8"),
                (ours / path.name).read_text(encoding="utf-8"),
            )
            if show:
                print(difference(path.name, before, after), end="\n\n")
            wanted = given.get(path.name, {})
            settings = wanted.get("arguments", []), wanted.get("steps", 0)
            row = {"program": path.name}
            for library in LIBRARIES:
                where = ours if library in ("gpugrad", "compiled") else theirs
                row[library] = run(where / path.name, settings[0], library, settings[1], clock)
            rows.append(row)
            print(line(row), flush=True)
    return rows


def copies(folder: Path, theirs: Path, ours: Path, given: dict[str, dict]) -> list[Path]:
    """The programs of ``folder``, which is copied for each library."""
    for target in (theirs, ours):
        shutil.copytree(folder, target, ignore=shutil.ignore_patterns("__pycache__"))
        for path in sorted(target.rglob("*.py")):
            constants = given.get(path.name, {}).get("constants", {})
            text = shortened(path.read_text(encoding="utf-8"), constants)
            path.write_text(rewritten(text) if target is ours else text, encoding="utf-8")
    return sorted(folder.glob("*.py"))


def line(row: dict) -> str:
    """A row of the table."""
    for name in LIBRARIES[:3]:
        if "error" in row[name]:
            return f"{row['program']:<20} {name}: {' '.join(row[name]['error'])[:160]}"
    theirs, ours, same = row["torch"], row["gpugrad"], row["alike"]
    steps = min(len(same["losses"]), len(ours["losses"]))
    pairs = zip(same["losses"][:steps], ours["losses"][:steps], strict=True)
    apart = [abs(a - b) / max(abs(a), 1e-3) for a, b in pairs]
    milliseconds = " ".join(f"{1000 * x['step']:9.2f}" for x in (theirs, ours))
    return (
        f"{row['program']:<20} {steps:5d} losses, the last {same['losses'][-1]:10.5g} "
        f"{ours['losses'][-1]:10.5g}, apart by {statistics.median(apart):.0e}, at most "
        f"{max(apart):.0e}   ms {milliseconds}   speed {_speed(ours, theirs)}, compiled "
        f"{_speed(row['compiled'], theirs)}"
    )


def _speed(ours: dict, theirs: dict) -> str:
    if "error" in ours:
        return f"not: {' '.join(ours['error'])[:160]}"
    return f"{theirs['step'] / ours['step']:.2f}"


def main() -> None:
    """Compare the programs of a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="programs, with arguments.json beside them")
    parser.add_argument("--json", type=Path, help="where all numbers are written")
    parser.add_argument("--cpu", action="store_true", help="time of the processor, not of the wall")
    parser.add_argument("--only", nargs="+", help="names of programs")
    parser.add_argument("--quiet", action="store_true", help="without the changed lines")
    given = parser.parse_args()
    listed = given.folder / "arguments.json"
    arguments = json.loads(listed.read_text()) if listed.exists() else {}
    clock = "process_time" if given.cpu else "perf_counter"
    rows = compared(given.folder.resolve(), arguments, given.only, not given.quiet, clock)
    if given.json:
        given.json.write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--inside"]:
        library, clock, steps, program, *rest = sys.argv[2:]
        inside(library, clock, int(steps), program, rest)
    else:
        main()
