"""Devices as torch names them: texts with a type and an index, which gpugrad reads as they are."""

from typing import Any


class device(str):
    """A device: ``device("cuda:1")`` and ``device("cuda", 1)`` are the text "cuda:1".

    ``type`` is "cpu", "cuda" or "simulated", and ``index`` the number of a GPU, or None.
    """

    __slots__ = ()

    def __new__(cls, type: Any = "cpu", index: int | None = None) -> "device":
        name = f"cuda:{type}" if isinstance(type, int) else str(type)
        made = str.__new__(cls, name if index is None else f"{name}:{index}")
        if made.type not in ("cpu", "cuda", "simulated"):
            raise RuntimeError(
                f"device: {str(made)!r} is not here; there are 'cpu', 'cuda', 'cuda:1' and "
                "'simulated', a GPU simulated on the CPU"
            )
        return made

    @property
    def type(self) -> str:
        """The kind of the device: "cpu", "cuda" or "simulated"."""
        return self.partition(":")[0]

    @property
    def index(self) -> int | None:  # type: ignore[override]
        """The number of the GPU; None where none was given."""
        number = self.partition(":")[2]
        return int(number) if number else None

    def __repr__(self) -> str:
        index = "" if self.index is None else f", index={self.index}"
        return f"device(type={self.type!r}{index})"
