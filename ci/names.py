"""The table of ci/names."""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from names import NUMPYS, Group, Whole, groups, whole
from torch_names import torch_names


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


def of_torch(counted: list[Whole]) -> str:
    """One line a module of PyTorch's."""
    lines = [f"{'PyTorch 2.13':<26}  names  there  refused with a reason  missing"]
    for c in counted:
        sizes = len(c.there), len(c.refused), len(c.missing)
        lines.append(f"{c.module:<26}  {sum(sizes):5}  {sizes[0]:5}  {sizes[1]:21}  {sizes[2]:7}")
    return "\n".join(lines)


def reasons(counted: list[Whole]) -> str:
    """The names of PyTorch's that are missing, by module and reason."""
    lines = []
    for c in counted:
        by_reason: dict[str, list[str]] = {"no reason is given": list(c.missing)}
        for name, reason in c.refused.items():
            by_reason.setdefault(reason, []).append(name)
        lines += [f"{c.module}: {r}\n    {' '.join(n)}" for r, n in by_reason.items() if n]
    return "\n".join(lines)


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
        print(of_torch(torch_names()), end="\n\n")
    else:
        print(reasons(torch_names()), end="\n\n")
    print(missing(listed))


if __name__ == "__main__":
    main()
