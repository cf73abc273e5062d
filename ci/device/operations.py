"""Every operation of the table, device against host: values and gradients in four dtypes.

The samples of an operation go to one of several processes.  One line of JSON for each comparison
is written at once, so that what was said before an end that was not planned is not lost.
"""

import argparse
import json
import os
import sys
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))
sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

from agreement import DTYPES, distance, has_dtype, limit, results
from crew import Orders, processors, work
from harness import environment
from op_samples import SAMPLES

from gpugrad.backend.select import backend

MOST_WORKERS = 12  # on one GPU: each holds a context of some hundred MB, and compiles
PATIENCE = 60  # seconds for one answer: the first loads CuPy, beside all others

Question = Sequence[Any]  # an operation's name, the number of its sample, a dtype


def jobs() -> list[list[Question]]:
    """For each operation its comparisons."""
    return [
        [
            (name, i, dtype)
            for i, sample in enumerate(samples)
            for dtype in DTYPES
            if has_dtype(sample, dtype)
        ]
        for name, samples in SAMPLES.items()
    ]


def compared(device: str, name: str, number: int, dtype: str) -> dict[str, Any]:
    """Distances of the values and of the gradients of one sample in units of precision."""
    sample = SAMPLES[name][number]
    host, there = (results(name, sample, where, dtype) for where in ("cpu", device))
    return {
        "values": distance(there.values, host.values),
        "gradients": distance(there.gradients, host.gradients),
        "limit": limit(name, dtype),
    }


def answer(device: str, question: Question) -> dict[str, Any]:
    """A comparison, or the error in its place and whether the device is lost with it."""
    try:
        return compared(device, *question)
    except Exception as error:  # anything at all: the others are still to be compared
        words = {"error": f"{type(error).__name__}: {error}", "traceback": traceback.format_exc()}
    try:
        backend(device).synchronize()  # an error that stays comes again
    except Exception as error:
        words |= {"lost": True, "stays": f"{type(error).__name__}: {error}"}
    return words


def serve(device: str) -> None:
    """Answer every line of the input; what libraries print goes to the errors' stream."""
    with os.fdopen(os.dup(1), "w") as answers:
        os.dup2(2, 1)
        for line in sys.stdin:
            print(json.dumps(answer(device, json.loads(line))), file=answers, flush=True)


def lead(device: str, path: Path, logs: Path, seconds: float) -> None:
    """Have all comparisons made within ``seconds``; their lines go to ``path``."""
    command = [sys.executable, __file__, "--device", device, "--worker"]
    until = time.monotonic() + seconds
    orders = Orders(command, environment(1), PATIENCE, until, logs)
    asked = jobs()
    with path.open("w", encoding="utf-8") as lines:

        def heard(line: dict[str, Any]) -> None:
            print(json.dumps(line), file=lines, flush=True)

        heard({"operations": len(asked), "comparisons": sum(map(len, asked))})
        work(orders, asked, min(MOST_WORKERS, processors()), heard)


def summary(lines: list[dict[str, Any]]) -> dict[str, Any]:
    """The table that the lines make: how many comparisons came, the worst of them, failures."""
    (wanted,) = (line for line in lines if "operations" in line)
    made = [line for line in lines if "question" in line]
    found = [line for line in made if "values" in line]
    failures = [failure(line) for line in made if not sound(line)]
    worst = {
        key: max((line[key] for line in found), default=0.0) for key in ("values", "gradients")
    }
    missing = wanted["comparisons"] - len(made)
    return {
        **wanted,
        "made": len(made),
        "worst_units": worst,
        "failures": failures,
        "missing": missing,
    }


def sound(line: dict[str, Any]) -> bool:
    """Whether a comparison was made in the first attempt and is within its limit."""
    if "error" in line or "at_first" in line:
        return False
    return max(line["values"], line["gradients"]) <= line["limit"]


def failure(line: dict[str, Any]) -> str:
    """A comparison that failed, in words."""
    name, number, dtype = line["question"]
    tries = [line.get("at_first", {}).get("error"), line.get("error")]
    words = ", with launches blocking: ".join(filter(None, tries))
    if "values" in line:
        words += f" {line['values']:.4g} units, gradients {line['gradients']:.4g}"
        words += f", of {line['limit']}"
    return f"{name}-{number} {dtype}: {words.strip()}"


def main() -> None:
    """Compare all, or be one of those that do."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--lines", type=Path, default=Path("comparisons.jsonl"))
    parser.add_argument("--logs", type=Path, default=Path("logs"))
    parser.add_argument("--seconds", type=float, default=120)
    given = parser.parse_args()
    if given.worker:
        serve(given.device)
    else:
        lead(given.device, given.lines, given.logs, given.seconds)


if __name__ == "__main__":
    main()
