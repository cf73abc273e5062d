"""The line of the user's program that is running."""

import sys
from pathlib import Path

PACKAGE = str(Path(__file__).parents[1])


def users_line() -> tuple[str, int] | None:
    """File and number of the innermost line that is not gpugrad's."""
    frame = sys._getframe(2)
    while frame is not None and frame.f_code.co_filename.startswith(PACKAGE):
        frame = frame.f_back  # type: ignore[assignment]
    return (frame.f_code.co_filename, frame.f_lineno) if frame is not None else None


def where() -> str:
    """That line as an error begins with it."""
    line = users_line()
    return f"{line[0]}:{line[1]}: " if line else ""
