"""Everything that a GPU, or the simulated one, is to show: parts in turn, a short table last.

Each part is a process of its own with a limit of its own, so that one that fails or hangs leaves
the others; all limits together are under nine minutes.
"""

import argparse
import importlib.util
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

from harness import CHECKOUT, installed
from parts import PARTS
from session import ABSENT, FAILED, Part, Session


def result(part: Part, run: Session) -> dict[str, Any]:
    """One part's line, whatever happens in it."""
    absent = [module for module in part.needs if not installed(module)]
    started = time.perf_counter()
    run.begin(part)
    if absent:
        status, words = ABSENT, ", ".join(absent)
    else:
        print(f"--- {part.name}", flush=True)
        try:
            status, words = part.run(run)
        except subprocess.TimeoutExpired:
            print(run.said[-4000:])
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
    names = [part.name for part in PARTS]
    parser.add_argument("--parts", nargs="+", choices=names, default=names, help="only these")
    given = parser.parse_args()
    if not given.simulated and importlib.util.find_spec("cupy") is None:
        parser.error("CuPy is not installed for this Python; ci/gpu --simulated needs none")
    run = Session("simulated" if given.simulated else "cuda", given.output.absolute())
    os.chdir(CHECKOUT)
    run.python("-m", "gpugrad", "info")
    print(run.said.rstrip())
    for part in (part for part in PARTS if part.name in given.parts):
        run.lines.append(result(part, run))
        run.save()
    print(f"\n{'on ' + run.device:<14}{'':<8}{'s':>6}")
    for line in run.lines:
        print(f"{line['part']:<14}{line['status']:<8}{line['seconds']:>6.0f}  {line['words']}")
    print(f"written: {run.folder}")
    run.close()
    return int(any(line["status"] == FAILED for line in run.lines))


if __name__ == "__main__":
    sys.exit(main())
