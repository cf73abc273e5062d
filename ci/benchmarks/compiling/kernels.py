"""Kernels of compiled steps: how many are launched, and what NVRTC makes of them.

The steps run on the simulated device, in full size.  A launch is one of a kernel of gpugrad's; a
product is one of cuBLAS; the others are operations that CuPy has kernels for, one at least each.
Before fusing is the plan that runs while kernels are built.
"""

import argparse
import importlib.util
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from workloads import ROWS
from workloads.libraries import Gpugrad

import gpugrad as gg
from gpugrad.backend.kernels import nvrtc
from gpugrad.backend.kernels.cache import NoCompiler
from gpugrad.backend.select import backend
from gpugrad.compiler.passes import improved
from gpugrad.compiler.plan import Plan
from gpugrad.compiler.writing import VIEWS

from .first_calls import first_spelling
from .launches import counted
from .watching import watched

DEVICE = "simulated"
MEASURED = ("W4", "W5", "W6")
ARCHITECTURES = ("sm_80", "sm_90", "sm_100")
USAGE = re.compile(r"Function (\w+):\s+REG:(\d+) STACK:(\d+) SHARED:(\d+) LOCAL:(\d+)")
COLUMNS = ("registers", "stack", "shared", "local")


def measured(given: argparse.Namespace) -> dict[str, Any]:
    """Launches by row; kernel -> architecture -> registers, and bytes of stack and memory."""
    device, rows, sources = backend(DEVICE), {}, {}
    with gg.use_device(DEVICE), asked_for(device.driver, sources):
        for row in given.rows or MEASURED:
            rows[row] = launches(device, row)
    ran = {name: sources[name] for row in rows.values() for name in row["kernels"]}
    return {"rows": rows, "kernels": compiled(ran)}


@contextmanager
def asked_for(driver: Any, sources: dict[str, str]) -> Iterator[None]:
    """Within the ``with`` note the text of every kernel that a driver is asked for."""
    function = driver.function

    def noted(source: str, name: str) -> Any:
        sources[name] = source
        return function(source, name)

    driver.function = noted
    try:
        yield
    finally:
        del driver.function


def launches(device: Any, row: str) -> dict[str, Any]:
    """Of an eager step, and of a compiled one before and after fusing."""
    eager = first_spelling(row, Gpugrad(compiled=False))
    eager()
    library = Gpugrad(compiled=True)
    call = first_spelling(row, library)
    call()
    replay = library.steps[0]._latest()
    device.driver.launched.clear()
    after = of_steps(device, call, replay)
    names = sorted({name for name, _ in device.driver.launched})
    built, replay._built = replay._built, Plan(improved(replay.recorded), replay._hold)
    before = of_steps(device, call, replay)
    replay._built = built
    return {
        "words": ROWS[row]().words,
        "eager": dict(counted(device, eager)),
        "before fusing": before,
        "after fusing": after,
        "kernels": names,
    }


def of_steps(device: Any, call: Callable[[], Any], replay: Any) -> dict[str, int]:
    """Launches, products and what else runs on the device, in a call that nothing captures."""
    others = 0

    def watch(step: Any, function: Callable[..., Any]) -> Callable[..., Any]:
        def noted(*arguments: Any, **settings: Any) -> Any:
            nonlocal others
            own = counted(device, lambda: made.append(function(*arguments, **settings)))
            found.update(own)
            others += not (own["launches"] or own["products"] or step.name in VIEWS)
            return made.pop()

        made: list[Any] = []
        return noted

    found = counted(device, lambda: None)
    with watched(replay, watch):
        call()
    return {**found, "others": others}


def compiled(sources: dict[str, str]) -> dict[str, Any]:
    """What NVRTC makes of kernels, each with the text that it stands in."""
    tool, found = cuobjdump(), {name: {} for name in sources}
    if tool is None:
        return {}
    try:
        for arch in ARCHITECTURES:
            for source in dict.fromkeys(sources.values()):
                usage = resources(tool, nvrtc.cubin(source, arch))
                for name in usage.keys() & {n for n, text in sources.items() if text == source}:
                    found[name][arch] = usage[name]
    except NoCompiler:
        return {}
    return found


def cuobjdump() -> str | None:
    """The program that reads machine code: of NVIDIA's wheel, or of a toolkit."""
    spec = importlib.util.find_spec("nvidia")
    roots = list(spec.submodule_search_locations or ()) if spec else []
    wheels = [path for root in roots for path in Path(root).glob("*/bin/cuobjdump")]
    return str(wheels[0]) if wheels else shutil.which("cuobjdump")


def resources(tool: str, cubin: bytes) -> dict[str, dict[str, int]]:
    """By kernel its registers, and bytes of stack, static shared and local memory."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "kernels.cubin")
        path.write_bytes(cubin)
        command = [tool, "--dump-resource-usage", str(path)]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rows = USAGE.findall(told)
    return {name: dict(zip(COLUMNS, map(int, each), strict=True)) for name, *each in rows}


def text(result: dict[str, Any]) -> str:
    """Launches by row, and the kernels with the most registers."""
    told = []
    for row, found in result["rows"].items():
        told.append(f"{row}: {found['words']}, on a device")
        for when in ("eager", "before fusing", "after fusing"):
            counts = ", ".join(f"{count} {what}" for what, count in found[when].items())
            told.append(f"  {when:<16}{counts}")
    kernels = result["kernels"]
    if not kernels:
        return "\n".join([*told, "kernels: absent: NVRTC or cuobjdump"])
    spilled = [n for n, by in kernels.items() for u in by.values() if u["stack"] or u["local"]]
    told.append(
        f"kernels: {len(kernels)}, with stack or local memory: "
        + (", ".join(dict.fromkeys(spilled)) or "none")
    )
    told.append(f"  {'registers (shared bytes)':<44}" + "".join(f"{a:>14}" for a in ARCHITECTURES))
    for name, by in sorted(kernels.items(), key=lambda each: -most_registers(each[1])):
        used = (
            f"{by[a]['registers']} ({by[a]['shared']})" if a in by else "" for a in ARCHITECTURES
        )
        told.append(f"  {name:<44}" + "".join(f"{each:>14}" for each in used))
    return "\n".join(told)


def most_registers(by: dict[str, dict[str, int]]) -> int:
    return max((usage["registers"] for usage in by.values()), default=0)
