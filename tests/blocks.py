"""Blocks of Python in README and in docstrings, and what they say that they print."""

import os
import re
import subprocess
import sys
import textwrap

from source import CHECKOUT

FENCED = re.compile(r"^ *```python\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
INDENTED = re.compile(r"(?:(?<=\n\n)|\A)((?:    .*\n|\n(?=\n*    ))+)", re.MULTILINE)
SAID = re.compile(r"^ *print\(.*\)(?:\n *|  )# (.*)$", re.MULTILINE)


def of_markdown(text: str) -> str:
    """All blocks between fences, one after another."""
    return "\n".join(textwrap.dedent(block) for block in FENCED.findall(text))


def of_docstring(text: str) -> str:
    """All blocks indented by four that follow an empty line, one after another."""
    return "\n".join(textwrap.dedent(block) for block in INDENTED.findall(f"{text}\n"))


def said(program: str) -> list[str]:
    """The results in comments: behind a print, or on the line below it."""
    return SAID.findall(program)


def printed(program: str) -> list[str]:
    """The lines that a fresh Python prints; warnings are errors."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
    )
    assert done.returncode == 0, f"{program}\n{done.stderr}"
    return done.stdout.splitlines()
