"""Where the time of a compiled step goes: each operation of its plan, timed as it runs.

A copy of its plan calls them one by one through a clock.  The plan itself stays as it is, and calls
many native operations at once, which is faster.
"""

import statistics
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from workloads import ROWS
from workloads.libraries import Gpugrad

from gpugrad.compiler.graph import fused_operations

from .first_calls import first_spelling
from .watching import watched

CALLS = 20  # that are timed
SHOWN = 30  # operations, the slowest ones


def timed(call: Callable[[], Any], replay: Any, count: int = CALLS) -> dict[Any, float]:
    """The median seconds of every step that does something."""
    seconds: dict[Any, list[float]] = {}

    def watch(step: Any, function: Callable[..., Any]) -> Callable[..., Any]:
        mine = seconds.setdefault(step, [])

        def clocked(*arguments: Any, **settings: Any) -> Any:
            begin = time.perf_counter()
            result = function(*arguments, **settings)
            mine.append(time.perf_counter() - begin)
            return result

        return clocked

    with watched(replay, watch):
        for _ in range(count):
            call()
    return {step: statistics.median(each) for step, each in seconds.items()}


def measured(row: str) -> dict[str, Any]:
    """ms of a step, alone and operation by operation."""
    library = Gpugrad(compiled=True)
    call = first_spelling(row, library)
    for _ in range(3):
        call()
    alone = []
    for _ in range(CALLS):
        begin = time.perf_counter()
        call()
        alone.append(time.perf_counter() - begin)
    seconds = timed(call, library.steps[0]._latest())
    return {
        "words": ROWS[row]().words,
        "a step, ms": 1e3 * statistics.median(alone),
        "operations": [described(step, each) for step, each in seconds.items()],
    }


def described(step: Any, seconds: float) -> dict[str, Any]:
    """One operation."""
    y = step.outputs[0]
    return {
        "ms": 1e3 * seconds,
        "operation": step.name,
        "of": fused_operations(step) if step.name == "fused" else 1,
        "result": f"{y.dtype.name} {y.shape}",
        "line": "{}:{}".format(*step.line) if step.line else "",
    }


def text(result: dict[str, Any]) -> str:
    """The slowest operations, and sums over those of one name."""
    operations = sorted(result["operations"], key=lambda each: -each["ms"])
    total = sum(each["ms"] for each in operations)
    told = [
        f"{result['words']}: {result['a step, ms']:.3g} ms a step; "
        f"{len(operations)} operations take {total:.3g} ms",
        f"{'ms':>9}{'share':>7}  {'operation':<24}{'result':<26}line",
    ]
    for each in operations[:SHOWN]:
        where = each["line"].rpartition("/")[2]
        name = each["operation"] + f" ({each['of']} operations)" * (each["of"] > 1)
        told.append(
            f"{each['ms']:9.3f}{each['ms'] / total:7.1%}  {name:<24}{each['result']:<26}{where}"
        )
    return "\n".join([*told, f"{'ms':>9}{'share':>7}{'calls':>7}  by operation", *sums(operations)])


def sums(operations: list[dict[str, Any]]) -> list[str]:
    """ms by what operations are."""
    ms, calls = Counter[str](), Counter[str]()
    for each in operations:
        ms[each["operation"]] += each["ms"]
        calls[each["operation"]] += 1
    total = sum(ms.values())
    return [f"{t:9.3f}{t / total:7.1%}{calls[name]:7}  {name}" for name, t in ms.most_common()]
