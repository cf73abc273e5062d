"""Everything that a GPU, or the simulated one, is to show: parts in turn, a short table last.

Each part is a process of its own with a limit of its own, so that one that fails or hangs leaves
the others; all limits together are under nine minutes.
"""

import argparse
import importlib.util
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

from harness import CHECKOUT, circumstances, environment, installed

LOSSES = 1e-5  # relative, of the first 20 steps of the demo; on a GPU sums round otherwise
GPU_LOSSES = 1e-3
KERNEL_TESTS = (
    "row_kernels.py",
    "sum_kernels.py",
    "scatter_add.py",
    "random_device.py",
    "multi_tensor.py",
    "handwritten_kernels.py::test_every_kernel_runs",
    "generated_kernels.py::test_every_kernel_runs",
    "generated_kernels.py::test_a_grid_that_goes_round_again",
)
OK, FAILED, ABSENT = "ok", "FAILED", "absent"


class Part(NamedTuple):
    """One line of the table: what it needs, its limit in seconds, and what makes its line."""

    name: str
    needs: tuple[str, ...]
    limit: int
    run: Callable[["Run"], tuple[str, str]]  # (OK or FAILED, a few words)


class Run:
    """The device, the folder for results, and what the parts found out."""

    def __init__(self, device: str, folder: Path) -> None:
        self.device = device
        self.folder = folder
        self.simulated = device == "simulated"
        self.limit = 60
        self.said = ""  # by the last script
        self.found: dict[str, Any] = {}

    def python(self, *arguments: str | Path) -> int:
        """Run a script of the checkout within the part's limit; its status. What it said is kept.

        On a timeout all of its processes are ended, those that it started too.
        """
        command = [sys.executable, *map(str, arguments)]
        with subprocess.Popen(
            command,
            cwd=CHECKOUT,
            env=environment(),
            start_new_session=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            try:
                self.said = process.communicate(timeout=self.limit)[0]
            except BaseException:
                os.killpg(process.pid, signal.SIGKILL)
                raise
        return process.returncode

    def answer(self) -> dict[str, Any]:
        """The JSON object that the last script printed."""
        return json.loads([line for line in self.said.splitlines() if line.startswith("{")][-1])


def compilation(run: Run) -> tuple[str, str]:
    """Every kernel by NVRTC: for the GPU, or without one for two architectures."""
    run.python("ci/device/compilation.py", "--device", run.device)
    table = run.found["compilation"] = run.answer()
    if "absent" in table:
        return (ABSENT if run.simulated else FAILED), table["absent"]
    for failure in table["failures"][:5]:
        print(f"  {failure}")
    words, complete = [], True
    for architecture, kinds in table["architectures"].items():
        counts = ", ".join(f"{n['compiled']} of {n['required']} {k}" for k, n in kinds.items())
        words.append(f"{architecture} {counts}")
        complete &= all(n["compiled"] == n["required"] for n in kinds.values())
    return OK if complete else FAILED, "; ".join(words)


def operations(run: Run) -> tuple[str, str]:
    """Every operation of the table, device against host."""
    run.python("ci/device/operations.py", "--device", run.device)
    table = run.found["operations"] = run.answer()
    for failure in table["failures"][:20]:
        print(f"  {failure}")
    worst = table["worst_units"]
    words = (
        f"{table['operations']} operations, {table['comparisons']} comparisons, "
        f"{len(table['failures'])} differ; worst {worst['values']:.1f} units, "
        f"gradients {worst['gradients']:.1f}"
    )
    return FAILED if table["failures"] else OK, words


def kernels(run: Run) -> tuple[str, str]:
    """The tests of the kernels on the device, which count the kernels that ran."""
    files = [f"tests/test_{name}" for name in KERNEL_TESTS]
    status = run.python("-m", "pytest", "--device", run.device, "-p", "no:cacheprovider", *files)
    lines = run.said.strip().splitlines()
    counts = {line.split()[0]: line.split() for line in lines if line.endswith(" generated")}
    run.found["kernels"] = {
        where: {"written": int(words[1]), "generated": int(words[3])}
        for where, words in counts.items()
    }
    if status:
        print(run.said[-4000:])
    ran = [f"{where} {words[1]} + {words[3]}" for where, words in counts.items()]
    return FAILED if status else OK, f"{lines[-1]}; written + generated: {', '.join(ran)}"


def gradients(run: Run) -> tuple[str, str]:
    """Gradients of a chain, an MLP and a convnet across sizes."""
    path = run.folder / "gradients.json"
    status = run.python("ci/benchmarks/gradients.py", "--device", run.device, "--json", path)
    print(run.said.rstrip())
    rows = run.found["gradients"] = json.loads(path.read_text())["rows"]
    words = f"{len(rows)} sizes, worst relative error {max(row['error'] for row in rows):.1e}"
    return FAILED if status else OK, words


def demo(run: Run) -> tuple[str, str]:
    """The digits on the device and on the host: the first 20 losses."""
    losses = {}
    for device in ("cpu", run.device):
        folder = run.folder / f"digits-{device}"
        steps = ["--steps", "20"] if run.simulated else []
        if run.python("examples/digits.py", "--device", device, "--output", folder, *steps):
            print(run.said[-4000:])
            return FAILED, f"on {device}"
        metrics = json.loads((folder / "metrics.json").read_text())
        losses[device] = metrics["losses"][:20]
    apart = max(abs(a / b - 1) for a, b in zip(*losses.values(), strict=True))
    run.found["demo"] = {**metrics, "apart": apart}
    words = f"first 20 losses within {apart:.1e} of the host's"
    if not run.simulated:
        words += f"; test accuracy {metrics['test_accuracy']:.4f} in {metrics['seconds']:.1f} s"
    return OK if apart <= (LOSSES if run.simulated else GPU_LOSSES) else FAILED, words


def peers(run: Run) -> tuple[str, str]:
    """The benchmark of steps on the device; on a simulated one its calls are only tried."""
    path = run.folder / "device.json"
    arguments = ["--device", "simulated"] if run.simulated else ["--rounds", "5", "--json", path]
    status = run.python("ci/benchmarks/device.py", *arguments)
    print(run.said.rstrip())
    if status:
        return FAILED, "see above"
    if run.simulated:
        return OK, "every call ran; nothing is timed"
    result = run.found["device"] = json.loads(path.read_text())
    return OK, f"{len(result['rows'])} rows above; absent: {', '.join(result['absent']) or 'none'}"


PARTS = (
    Part("compilation", (), 90, compilation),  # first: what runs later is found in the cache
    Part("operations", (), 130, operations),
    Part("kernels", ("pytest",), 90, kernels),
    Part("gradients", (), 60, gradients),
    Part("demo", ("sklearn", "matplotlib", "rich"), 50, demo),
    Part("benchmarks", (), 110, peers),
)


def result(part: Part, run: Run) -> dict[str, Any]:
    """One part's line, whatever happens in it."""
    absent = [module for module in part.needs if not installed(module)]
    started = time.perf_counter()
    run.limit = part.limit * (4 if run.simulated else 1)
    if absent:
        status, words = ABSENT, ", ".join(absent)
    else:
        print(f"--- {part.name}", flush=True)
        try:
            status, words = part.run(run)
        except subprocess.TimeoutExpired:
            status, words = FAILED, f"not done within {run.limit} s"
        except (ValueError, LookupError, OSError) as error:
            print(run.said[-4000:])
            status, words = FAILED, f"gave no result: {error}"
    seconds = time.perf_counter() - started
    return {"part": part.name, "status": status, "words": words, "seconds": round(seconds, 1)}


def main() -> int:
    """Run all parts; status 1 if one failed."""
    parser = argparse.ArgumentParser(prog="ci/gpu", description=__doc__)
    parser.add_argument("--simulated", action="store_true", help="on a device played on the CPU")
    parser.add_argument("--output", type=Path, default=CHECKOUT / "runs" / "gpu", metavar="FOLDER")
    given = parser.parse_args()
    if not given.simulated and importlib.util.find_spec("cupy") is None:
        parser.error("CuPy is not installed for this Python; ci/gpu --simulated needs none")
    run = Run("simulated" if given.simulated else "cuda", given.output.absolute())
    run.folder.mkdir(parents=True, exist_ok=True)
    os.chdir(CHECKOUT)
    run.python("-m", "gpugrad.cli", "info")
    print(run.said.rstrip())
    lines = [result(part, run) for part in PARTS]
    print(f"\n{'on ' + run.device:<14}{'':<8}{'s':>6}")
    for line in lines:
        print(f"{line['part']:<14}{line['status']:<8}{line['seconds']:>6.0f}  {line['words']}")
    path = run.folder / "report.json"
    report = {"device": run.device, **circumstances(), "parts": lines, "figures": run.found}
    path.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(f"written: {path}")
    return int(any(line["status"] == FAILED for line in lines))


if __name__ == "__main__":
    sys.exit(main())
