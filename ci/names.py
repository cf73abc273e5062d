"""The table of ci/names."""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from names import Group, groups


def table(listed: list[Group]) -> str:
    """One line a group, and their sums."""
    rows = [(g.title, len(g.names), len(g.there), len(g.tested)) for g in listed]
    total = [sum(row[i] for row in rows) for i in (1, 2, 3)]
    width = max(len(row[0]) for row in rows)
    lines = [f"{'group':<{width}}  wanted  there  tested"]
    lines += [f"{title:<{width}}  {a:6}  {b:5}  {c:6}" for title, a, b, c in rows]
    return "\n".join([*lines, f"{'all':<{width}}  {total[0]:6}  {total[1]:5}  {total[2]:6}"])


def missing(listed: list[Group]) -> str:
    """One line a name that is not there."""
    lines = [
        f"{g.module}.{name}: {g.reasons.get(name, 'no reason is given')}"
        for g in listed
        for name in g.missing
    ]
    return "\n".join(["missing:", *lines]) if lines else "nothing is missing"


def main() -> None:
    """Print the table and what is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--missing", action="store_true", help="only what is missing")
    listed = groups()
    if not parser.parse_args().missing:
        print(table(listed), end="\n\n")
    print(missing(listed))


if __name__ == "__main__":
    main()
