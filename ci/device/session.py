"""What the parts of ci/gpu share: a device, processes with a limit, logs, and a few files at last.

Everything that a process says goes to a file while it says it, so that nothing is lost where it
is ended.  The folder for results has at most MOST_FILES: the rest is in one archive.
"""

import json
import os
import signal
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from harness import CHECKOUT, circumstances, environment

OK, FAILED, ABSENT = "ok", "FAILED", "absent"
MOST_FILES = 8
SIMULATED_SECONDS = 4  # of a CPU for each of a GPU


class Part(NamedTuple):
    """One line of the table: what it needs, its limit in seconds, and what makes its line."""

    name: str
    needs: tuple[str, ...]
    limit: int
    run: Callable[["Session"], tuple[str, str]]  # (OK, FAILED or ABSENT, a few words)


class Session:
    """The device, the folder for results, and what the parts found out."""

    def __init__(self, device: str, folder: Path) -> None:
        self.device = device
        self.folder = folder
        self.simulated = device == "simulated"
        self.part, self.limit = "start", 60
        self.said = ""  # by the last process
        self.found: dict[str, Any] = {}
        self.lines: list[dict[str, Any]] = []
        self._scratch = tempfile.TemporaryDirectory(prefix="gpugrad-")
        self.scratch = Path(self._scratch.name)
        folder.mkdir(parents=True, exist_ok=True)

    def begin(self, part: Part) -> None:
        """Go on to a part: its limit, its log."""
        self.part, self.said = part.name, ""
        self.limit = part.limit * (SIMULATED_SECONDS if self.simulated else 1)

    def python(self, *arguments: str | Path, more: Mapping[str, str] | None = None) -> int:
        """Run Python on the checkout (``run``)."""
        return self.run([sys.executable, *map(str, arguments)], more)

    def run(self, command: Sequence[str], more: Mapping[str, str] | None = None) -> int:
        """Run a command within the part's limit; its status.  What it says is in ``said``.

        On a timeout all of its processes are ended, those that it started too.  more: of the
        environment.
        """
        path = self.scratch / f"{self.part}.txt"
        start = path.stat().st_size if path.exists() else 0
        with (
            path.open("ab") as log,
            subprocess.Popen(
                command,
                cwd=CHECKOUT,
                env={**environment(), **(more or {})},
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            ) as process,
        ):
            try:
                return process.wait(self.limit)
            except BaseException:
                os.killpg(process.pid, signal.SIGKILL)
                raise
            finally:
                self.said = path.read_bytes()[start:].decode(errors="replace")

    def answer(self) -> dict[str, Any]:
        """The JSON object that the last process printed."""
        return json.loads([line for line in self.said.splitlines() if line.startswith("{")][-1])

    def save(self) -> None:
        """Write report.json and the archive of logs: after each part, in case none comes after."""
        report = {
            "device": self.device,
            **circumstances(),
            "parts": self.lines,
            "figures": self.found,
        }
        text = json.dumps(report, indent=1) + "\n"
        (self.folder / "report.json").write_text(text, encoding="utf-8")
        with tarfile.open(self.folder / "logs.tar.gz", "w:gz") as archive:
            archive.add(self.scratch, "logs")

    def close(self) -> None:
        """Remove what is in the archive by now."""
        self._scratch.cleanup()
