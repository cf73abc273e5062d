"""Progress: the steps of a loop on the terminal, and their metrics in a file."""

import json
import os
from collections.abc import Mapping
from time import monotonic
from typing import Any, Protocol, TextIO

from .curves import curves

Path = str | os.PathLike[str]


class Writer(Protocol):
    """What takes single numbers: SummaryWriter of tensorboardX or of torch.utils.tensorboard."""

    def add_scalar(self, name: str, value: float, step: int, /) -> Any:
        """Note a value."""


class Progress:
    """Steps of a loop, within a ``with``: a bar with metrics, rate and time left.

    total: number of steps, if it is known.
    file: JSON lines, one for each step that is noted: its number, seconds since the start, metrics.
    every: only each such step is noted; Tensors are read then, for which a GPU is waited for.
    writer: takes the metrics too, such as a SummaryWriter of TensorBoard.
    shown: whether there is a bar; ModuleNotFoundError if there is and rich is not installed.
    """

    def __init__(
        self,
        total: int | None = None,
        *,
        file: Path | None = None,
        every: int = 1,
        writer: Writer | None = None,
        shown: bool = True,
    ) -> None:
        if every < 1:
            raise ValueError(f"Progress: every={every}; give 1 or more")
        self.count = 0  # steps done
        self.rows: list[dict[str, Any]] = []  # those that were noted
        self._total, self._path, self._every, self._writer = total, file, every, writer
        self._bar = _bar() if shown else None
        self._task = None if self._bar is None else self._bar.add_task("", total=total, metrics="")
        self._file: TextIO | None = None
        self._start = monotonic()

    def __enter__(self) -> "Progress":
        self._start = monotonic()
        if self._path is not None:
            self._file = open(self._path, "w", encoding="utf-8")
            self._file.writelines(map(_line, self.rows))
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(self, *raised: object) -> None:
        if self._bar is not None:
            self._bar.stop()
        if self._file is not None:
            self._file.close()

    def step(self, **metrics: Any) -> None:
        """One step is done, with metrics: numbers, or Tensors of one element."""
        self.count += 1
        if self.count % self._every == 0:
            self._note({name: float(value) for name, value in metrics.items()})
        elif self._bar is not None:
            self._bar.update(self._task, completed=self.count)

    def _note(self, metrics: dict[str, float]) -> None:
        row = {"step": self.count, "seconds": round(monotonic() - self._start, 3), **metrics}
        self.rows.append(row)
        if self._file is not None:
            self._file.write(_line(row))
            self._file.flush()
        if self._writer is not None:
            for name, value in metrics.items():
                self._writer.add_scalar(name, value, self.count)
        if self._bar is not None:
            text = "  ".join(f"{name} {value:.4g}" for name, value in metrics.items())
            self._bar.update(self._task, completed=self.count, metrics=text)

    def picture(self, path: Path) -> None:
        """Write the learning curves, one for each metric, as SVG."""
        with open(path, "w", encoding="utf-8") as file:
            file.write(curves(self.rows))

    def state_dict(self) -> dict[str, Any]:
        """The number of steps, and the rows."""
        return {"count": self.count, "rows": list(self.rows)}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on behind the steps of a state; what a file has of later ones goes when it opens."""
        self.count, self.rows = state["count"], list(state["rows"])
        if self._file is not None:
            self._file.seek(0)
            self._file.truncate()
            self._file.writelines(map(_line, self.rows))


def _line(row: dict[str, Any]) -> str:
    return json.dumps(row) + "\n"


def _bar() -> Any:
    """A bar of rich's."""
    try:
        from rich import progress
    except ImportError:
        raise ModuleNotFoundError(
            "Progress: the bar needs the package rich: pip install 'gpugrad[training]', or give "
            "shown=False"
        ) from None

    class Rate(progress.ProgressColumn):
        """Steps in a second."""

        def render(self, task: Any) -> str:
            return f"{task.speed:.1f}/s" if task.speed else ""

    return progress.Progress(
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TextColumn("{task.fields[metrics]}"),
        Rate(),
        progress.TimeRemainingColumn(),
    )
