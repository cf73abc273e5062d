"""Where the time of a compiled step goes: each operation of its plan, timed as it runs.

A plan is a Python function that calls one function after another.  Here a copy of it calls them
through a clock; the plan itself stays as it is, and runs again when the profile is done.
"""

import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from workloads import ROWS
from workloads.libraries import Gpugrad

from .first_calls import first_spelling

CALLS = 20  # that are timed
SHOWN = 30  # operations, the slowest ones

Watch = Callable[[Any, Callable[..., Any]], Callable[..., Any]]


@contextmanager
def watched(plan: Any, watch: Watch) -> Iterator[None]:
    """Within the ``with`` a plan runs ``watch(step, function)`` for each step's function."""
    names, kept = dict(plan.names), plan.run
    for i, step in enumerate(plan.graph.steps):
        names[f"f{i}"] = watch(step, names[f"f{i}"])
    exec(compile(plan.text, "<watched plan>", "exec"), names)
    plan.run = names["run"]
    try:
        yield
    finally:
        plan.run = kept


def timed(call: Callable[[], Any], plan: Any, count: int = CALLS) -> dict[int, float]:
    """The median seconds of every step, by the step's id."""
    seconds: dict[int, list[float]] = {}

    def watch(step: Any, function: Callable[..., Any]) -> Callable[..., Any]:
        mine = seconds.setdefault(id(step), [])

        def clocked(*arguments: Any, **settings: Any) -> Any:
            begin = time.perf_counter()
            result = function(*arguments, **settings)
            mine.append(time.perf_counter() - begin)
            return result

        return clocked

    with watched(plan, watch):
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
    plan = library.steps[0]._latest().plan
    seconds = timed(call, plan)
    return {
        "words": ROWS[row]().words,
        "a step, ms": 1e3 * statistics.median(alone),
        "operations": [described(step, seconds[id(step)]) for step in plan.graph.steps],
    }


def described(step: Any, seconds: float) -> dict[str, Any]:
    """One operation."""
    kernel, y = step.settings.get("kernel"), step.outputs[0]
    name = getattr(kernel, "name", None) or step.name
    return {
        "ms": 1e3 * seconds,
        "operation": name if step.name in ("fused", name) else f"{step.name} {name}",
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
        told.append(
            f"{each['ms']:9.3f}{each['ms'] / total:7.1%}  {each['operation']:<24}"
            f"{each['result']:<26}{where}"
        )
    return "\n".join([*told, f"{'ms':>9}{'share':>7}{'calls':>7}  by operation", *sums(operations)])


def sums(operations: list[dict[str, Any]]) -> list[str]:
    """ms by what operations are, the number of a kernel left out."""
    ms, calls = Counter[str](), Counter[str]()
    for each in operations:
        name = each["operation"].partition("_")[0] if "fused" in each["operation"] else None
        ms[name or each["operation"]] += each["ms"]
        calls[name or each["operation"]] += 1
    total = sum(ms.values())
    return [f"{t:9.3f}{t / total:7.1%}{calls[name]:7}  {name}" for name, t in ms.most_common()]
