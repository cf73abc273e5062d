"""The table of ci/names."""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from names import NUMPYS, Group, Whole, groups, whole

import gpugrad.torch

TORCH = Path(__file__).resolve().parent.parent / "tests" / "torch_names.txt"


def table(listed: list[Group]) -> str:
    """One line a group, and their sums."""
    rows = [(g.title, len(g.names), len(g.there), len(g.tested)) for g in listed]
    total = [sum(row[i] for row in rows) for i in (1, 2, 3)]
    width = max(len(row[0]) for row in rows)
    lines = [f"{'group':<{width}}  wanted  there  tested"]
    lines += [f"{title:<{width}}  {a:6}  {b:5}  {c:6}" for title, a, b, c in rows]
    return "\n".join([*lines, f"{'all':<{width}}  {total[0]:6}  {total[1]:5}  {total[2]:6}"])


def of_numpy(counted: list[Whole]) -> str:
    """One line a module of NumPy's, of whose names none may be passed over."""
    lines = [f"{'all that lists':<16}  there  refused with a reason  missing"]
    lines += [
        f"{c.module:<16}  {len(c.there):5}  {len(c.refused):21}  {len(c.missing):7}"
        for c in counted
    ]
    return "\n".join(lines)


def of_torch() -> list[tuple[str, list[str], list[str]]]:
    """Module of PyTorch 2.13, the names it has, those that gpugrad.torch has not."""
    text = TORCH.read_text(encoding="utf-8")
    found = []
    for block in text.split("\n[")[1:]:
        module, _, names = block.partition("]")
        path = module.removeprefix("torch").removeprefix(".")
        ours = gpugrad.torch
        for part in filter(None, path.split(".")):
            ours = getattr(ours, part)
        found.append((module, names.split(), [n for n in names.split() if not hasattr(ours, n)]))
    return found


def torch_table(modules: list[tuple[str, list[str], list[str]]]) -> str:
    """One line a module of PyTorch's."""
    lines = [f"{'PyTorch 2.13':<26}  names  there"]
    return "\n".join(
        [*lines, *[f"{m:<26}  {len(n):5}  {len(n) - len(lost):5}" for m, n, lost in modules]]
    )


def missing(listed: list[Group]) -> str:
    """One line a name that is not there."""
    lines = [
        f"{g.module}.{name}: {g.reasons.get(name, 'no reason is given')}"
        for g in listed
        for name in g.missing
    ]
    lines += [
        f"gpugrad.{module}.{name}: no reason is given"
        for module in NUMPYS
        for name in whole(module).missing
    ]
    return "\n".join(["missing:", *lines]) if lines else "nothing is missing"


def main() -> None:
    """Print the table and what is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--missing", action="store_true", help="only what is missing")
    listed = groups()
    if not parser.parse_args().missing:
        print(table(listed), end="\n\n")
        print(of_numpy([whole(module) for module in NUMPYS]), end="\n\n")
        print(torch_table(of_torch()), end="\n\n")
    else:
        print(
            *[f"{module}: {' '.join(lost)}" for module, _, lost in of_torch()], sep="\n", end="\n\n"
        )
    print(missing(listed))


if __name__ == "__main__":
    main()
