"""The parts of ci/gpu: what each runs, and what it says of it in one line."""

import json
import shutil
import sys

import operations as comparisons
from session import ABSENT, FAILED, OK, Part, Session

LOSSES = 1e-5  # relative, of the first 20 steps of the demo; on a GPU sums round otherwise
GPU_LOSSES = 1e-3
SPARE = 10  # seconds of a part's limit that are left to end what it started
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
SANITIZED = ("row_kernels.py", "sum_kernels.py", "scatter_add.py")  # ten to fifty times as long
# Plugins that this machine's pytest happens to have may warn, and a warning is an error.
ALONE = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
PYTEST = ("-m", "pytest", "-p", "no:cacheprovider")
SANITIZER = "compute-sanitizer"


def compilation(run: Session) -> tuple[str, str]:
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


def operations(run: Session) -> tuple[str, str]:
    """Every operation of the table, device against host; told from the lines that came."""
    path = run.folder / "comparisons.jsonl"
    path.unlink(missing_ok=True)
    logs = run.scratch / "operations"
    seconds = str(run.limit - SPARE)
    try:
        run.python(
            "ci/device/operations.py",
            "--device",
            run.device,
            "--lines",
            path,
            "--logs",
            logs,
            "--seconds",
            seconds,
        )
    finally:
        lines = [json.loads(line) for line in path.read_text().splitlines() if line.endswith("}")]
        table = run.found["operations"] = comparisons.summary(lines)
        for failure in table["failures"][:20]:
            print(f"  {failure}")
    worst = table["worst_units"]
    words = (
        f"{table['operations']} operations, {table['made']} of {table['comparisons']} "
        f"comparisons, {len(table['failures'])} differ; worst {worst['values']:.1f} units, "
        f"gradients {worst['gradients']:.1f}"
    )
    return FAILED if table["failures"] or table["missing"] else OK, words


def kernels(run: Session) -> tuple[str, str]:
    """The tests of the kernels on the device, which count the kernels that ran."""
    files = [f"tests/test_{name}" for name in KERNEL_TESTS]
    status = run.python(*PYTEST, "--device", run.device, *files, more=ALONE)
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


def gradients(run: Session) -> tuple[str, str]:
    """Gradients of a chain, an MLP and a convnet across sizes."""
    path = run.scratch / "gradients.json"
    status = run.python("ci/benchmarks/gradients.py", "--device", run.device, "--json", path)
    print(run.said.rstrip())
    rows = run.found["gradients"] = json.loads(path.read_text())["rows"]
    words = f"{len(rows)} sizes, worst relative error {max(row['error'] for row in rows):.1e}"
    return FAILED if status else OK, words


def demo(run: Session) -> tuple[str, str]:
    """The digits on the device and on the host: the first 20 losses."""
    losses = {}
    for device in ("cpu", run.device):
        folder = run.scratch / f"digits-{device}"
        steps = ["--steps", "20"] if run.simulated else []
        if run.python("examples/digits.py", "--device", device, "--output", folder, *steps):
            print(run.said[-4000:])
            return FAILED, f"on {device}"
        metrics = json.loads((folder / "metrics.json").read_text())
        losses[device] = metrics["losses"][:20]
    for picture in folder.glob("*.png"):
        shutil.copy(picture, run.folder)
    apart = max(abs(a / b - 1) for a, b in zip(*losses.values(), strict=True))
    run.found["demo"] = {**metrics, "apart": apart}
    words = f"first 20 losses within {apart:.1e} of the host's"
    if not run.simulated:
        words += f"; test accuracy {metrics['test_accuracy']:.4f} in {metrics['seconds']:.1f} s"
    return OK if apart <= (LOSSES if run.simulated else GPU_LOSSES) else FAILED, words


def peers(run: Session) -> tuple[str, str]:
    """The benchmark of steps on the device; on a simulated one its calls are only tried."""
    path = run.scratch / "device.json"
    arguments = ["--device", "simulated"] if run.simulated else ["--rounds", "5", "--json", path]
    status = run.python("ci/benchmarks/device.py", *arguments)
    print(run.said.rstrip())
    if status:
        return FAILED, "see above"
    if run.simulated:
        return OK, "every call ran; nothing is timed"
    result = run.found["device"] = json.loads(path.read_text())
    return OK, f"{len(result['rows'])} rows above; absent: {', '.join(result['absent']) or 'none'}"


def rates(run: Session) -> tuple[str, str]:
    """What the device moves and computes a second, and what a step costs."""
    status = run.python("ci/device/rates.py", "--device", run.device)
    print(run.said.rstrip())
    if status:
        return FAILED, "see above"
    table = run.found["rates"] = run.answer()
    return OK, "tried; nothing is timed" if run.simulated else table["words"]


def sanitizer(run: Session) -> tuple[str, str]:
    """The kernels once more under NVIDIA's checks of memory and of races, where they are."""
    program = shutil.which(SANITIZER)
    if run.simulated or program is None:
        return ABSENT, f"no {SANITIZER}" if program is None else "a simulated device checks itself"
    files = [f"tests/test_{name}" for name in SANITIZED]
    command = [sys.executable, *PYTEST, "--device", run.device, *files]
    for tool in ("memcheck", "racecheck"):
        if run.run([program, "--tool", tool, "--error-exitcode", "9", *command], ALONE):
            print(run.said[-4000:])
            return FAILED, f"{tool}: see above"
    return OK, "memcheck and racecheck found nothing"


PARTS = (  # all limits together are under nine minutes
    Part("compilation", (), 80, compilation),  # first: what runs later is found in the cache
    Part("operations", (), 140, operations),
    Part("kernels", ("pytest",), 80, kernels),
    Part("gradients", (), 45, gradients),
    Part("demo", ("sklearn", "matplotlib", "rich"), 35, demo),
    Part("rates", (), 30, rates),
    Part("benchmarks", (), 90, peers),
    Part("sanitizer", ("pytest",), 35, sanitizer),
)
