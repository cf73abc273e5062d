"""What gg.compile costs and gains: first calls, memory, scaling, kernels; and a profile of a step.

first     from the first call to full speed, with empty caches of kernels and in a second process
memory    how far a steady step raises the memory of its process, beside PyTorch and JAX
scaling   time of a step against batch, width and depth, and of a recording against depth
kernels   launches a step before and after fusing, and for each kernel its registers, spills and
          shared memory by NVRTC; no GPU is needed, but cuda-bindings and nvidia-cuda-cuobjdump

--profile W6 does none of that: it prints where the time of a compiled step goes, operation by
operation, with shapes and the line of the program that each stands for.

Every figure of time or memory is that of processes of their own.  Read ratios rather than seconds,
and measure on an idle machine: where two processes share a processor all is several times as slow.
A full run takes half an hour, most of it torch.compile's first calls; --peers leaves such out.
The figures are written after every part, and at the end a plot beside them.
"""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from types import ModuleType
from typing import Any

from compiling import first_calls, plots, steady_memory
from harness import Benchmark, circumstances, parser, work, write
from workloads import ROWS

PARTS = {  # name -> module of compiling, imported where it is wanted: a peer's process is its own
    "first": "first_calls",
    "memory": "steady_memory",
    "scaling": "scaling",
    "kernels": "kernels",
}
ROUNDS = 3


def part(name: str) -> ModuleType:
    """The module of a part."""
    return import_module(f"compiling.{PARTS[name]}")


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    shown = {"description": __doc__, "formatter_class": argparse.RawDescriptionHelpFormatter}
    peers = {p.name: p for each in (first_calls, steady_memory) for p in each.benchmark("W4").peers}
    given = parser(Benchmark("compile", __file__, tuple(peers.values())), **shown)
    given.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS), help="only these")
    given.add_argument("--rows", nargs="+", choices=ROWS, help="workloads (default: each part's)")
    given.add_argument("--profile", choices=ROWS, metavar="ROW", help="of a step of this workload")
    given.add_argument("--of", help=argparse.SUPPRESS)  # what a part's processes measure
    given.set_defaults(rounds=ROUNDS)
    return given.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """Measure part by part, and write after each."""
    given = arguments(argv)
    if given.worker:
        return work(part(given.parts[0]).benchmark(given.of), given.worker)
    result: dict[str, Any] = {"benchmark": "compile", **circumstances(), "threads": given.threads}
    if given.profile:
        profile = import_module("compiling.profile")
        result["profile"] = profile.measured(given.profile)
        print(profile.text(result["profile"]))
        write(result, given.json.with_stem(f"profile-{given.profile}"))
        return 0
    for name in given.parts:
        result[name] = part(name).measured(given)
        print(part(name).text(result[name]), flush=True)
        write(result, given.json)
    plots.plot(result, given.json.with_suffix(".png"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
