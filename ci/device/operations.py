"""Every operation of the table, device against host: values and gradients in four dtypes.

Prints one JSON object: how many comparisons, the worst distances in units of precision, failures.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

from agreement import DTYPES, LIMIT, distance, has_dtype, results
from op_samples import cases


def compared(device: str, case: tuple, dtype: str) -> tuple[float, float]:
    """Distances of the values and of the gradients of one sample."""
    name, _, sample = case
    host, there = (results(name, sample, where, dtype) for where in ("cpu", device))
    return distance(there.values, host.values), distance(there.gradients, host.gradients)


def report(device: str) -> dict[str, Any]:
    """All samples in all dtypes; what raises is a failure like what differs."""
    table: dict[str, Any] = {"operations": len({name for name, *_ in cases()}), "comparisons": 0}
    worst, failures = {"values": 0.0, "gradients": 0.0}, []
    for case in cases():
        for dtype in filter(lambda each: has_dtype(case[2], each), DTYPES):
            table["comparisons"] += 1
            try:
                found = dict(zip(worst, compared(device, case, dtype), strict=True))
            except Exception as error:  # anything at all: the others are still to be compared
                failures.append(f"{case[0]}-{case[1]} {dtype}: {type(error).__name__}: {error}")
                continue
            worst = {key: max(value, found[key]) for key, value in worst.items()}
            if max(found.values()) > LIMIT:
                failures.append(f"{case[0]}-{case[1]} {dtype}: {found} units")
    return table | {"worst_units": worst, "limit_units": LIMIT, "failures": failures}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", default="cuda")
    print(json.dumps(report(parser.parse_args().device)))
