"""The work of ci/programs: programs for PyTorch run as they are and with gpugrad's imports."""

import argparse
import difflib
import json
import re
import runpy
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

IMPORT = re.compile(r"^(\s*)(import|from) (torch)((?:\.\w+)*)(.*)$")
NUMBER = re.compile(r"-?\d+\.\d+(?:e[-+]?\d+)?")
RESULT = "--- ci/programs "


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


def run(program: Path, arguments: list[str], library: str) -> dict:
    """Losses that a program printed and the median time from one optimizer step to the next.

    library: "torch" or "gpugrad".  The program runs in a process of its own.
    """
    command = [sys.executable, __file__, "--inside", library, str(program), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd=program.parent, check=False)
    printed, _, result = done.stdout.rpartition(RESULT)
    if done.returncode or not result:
        return {"error": done.stderr.strip().splitlines()[-1:] or ["nothing was printed"]}
    numbers = [float(n) for n in NUMBER.findall(printed)]
    return {"numbers": numbers, **json.loads(result)}


def inside(library: str, program: str, arguments: list[str]) -> None:
    """Run a program in this process, timing the steps of its optimizers."""
    times: list[float] = []
    if library == "torch":
        import torch
    else:
        import gpugrad.torch as torch
    for kind in vars(torch.optim).values():
        if isinstance(kind, type) and "step" in vars(kind):
            _timed(kind, times)
    sys.argv = [program, *arguments]
    sys.path.insert(0, str(Path(program).parent))
    began = time.perf_counter()
    runpy.run_path(program, run_name="__main__")
    steps = [b - a for a, b in pairwise(times)]
    step = statistics.median(steps[len(steps) // 4 :]) if steps else None
    print(RESULT + json.dumps({"step": step, "seconds": time.perf_counter() - began}))


def _timed(kind: type, times: list[float]) -> None:
    step = kind.step

    def timed(self, *arguments, **settings):
        result = step(self, *arguments, **settings)
        times.append(time.perf_counter())
        return result

    kind.step = timed


def compared(folder: Path, arguments: dict[str, list[str]], show: bool) -> list[dict]:
    """Every program of a folder by both libraries."""
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        for path in sorted(folder.rglob("*.py")):
            target = Path(scratch) / path.relative_to(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            text = path.read_text(encoding="utf-8")
            target.write_text(rewritten(text), encoding="utf-8")
            if show and path.parent == folder:
                print(difference(path.name, text, rewritten(text)), end="\n\n")
        for path in folder.iterdir():
            if path.suffix != ".py" and path.is_file():
                (Path(scratch) / path.name).write_bytes(path.read_bytes())
        for path in sorted(folder.glob("*.py")):
            given = arguments.get(path.name, [])
            theirs = run(path, given, "torch")
            rows.append({"program": path.name, "torch": theirs})
            rows[-1]["gpugrad"] = run(Path(scratch) / path.name, given, "gpugrad")
            print(line(rows[-1]), flush=True)
    return rows


def line(row: dict) -> str:
    """A row of the table."""
    theirs, ours = row["torch"], row["gpugrad"]
    for name, found in (("torch", theirs), ("gpugrad", ours)):
        if "error" in found:
            return f"{row['program']:<24} {name}: {' '.join(found['error'])[:120]}"
    last = [f"{x['numbers'][-1]:.5g}" if x["numbers"] else "none" for x in (theirs, ours)]
    per = "seconds" if theirs["step"] is None else "step"
    speed = theirs[per] / ours[per]
    milliseconds = [f"{1000 * x[per]:.2f}" for x in (theirs, ours)]
    return (
        f"{row['program']:<24} last number {last[0]:>10} {last[1]:>10}   "
        f"ms a {per[:4]} {milliseconds[0]:>9} {milliseconds[1]:>9}   speed {speed:.2f}"
    )


def main() -> None:
    """Compare the programs of a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="programs, with arguments.json beside them")
    parser.add_argument("--json", type=Path, help="where all numbers are written")
    parser.add_argument("--quiet", action="store_true", help="without the changed lines")
    given = parser.parse_args()
    listed = given.folder / "arguments.json"
    arguments = json.loads(listed.read_text()) if listed.exists() else {}
    rows = compared(given.folder.resolve(), arguments, not given.quiet)
    if given.json:
        given.json.write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--inside"]:
        inside(sys.argv[2], sys.argv[3], sys.argv[4:])
    else:
        main()
