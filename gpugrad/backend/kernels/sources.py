"""The hand-written kernels' texts, found from a wheel, an editable install or a bare checkout."""

import functools
import re
from pathlib import Path

PACKAGE = Path(__file__).parents[2]
INCLUDE = re.compile(r'^[ \t]*#include "([\w.]+)"[^\n]*$', re.MULTILINE)


@functools.cache
def folder() -> Path:
    """Where the kernels' files are: inside an installed package, else beside it."""
    places = (PACKAGE / "_kernels", PACKAGE.parent / "kernels")
    for place in places:
        if place.is_dir():
            return place
    raise FileNotFoundError(f"the kernels' files are neither in {places[0]} nor in {places[1]}")


@functools.cache
def source(name: str) -> str:
    """Text of one file with our own headers put in where they are first included."""
    return _resolved(name, set())


def _resolved(name: str, seen: set[str]) -> str:
    def put_in(match: re.Match) -> str:
        header = match[1]
        if header in seen:
            return ""
        seen.add(header)
        return _resolved(header, seen)

    return INCLUDE.sub(put_in, (folder() / name).read_text(encoding="utf-8"))
