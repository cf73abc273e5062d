"""NumPy's functions that read and write files, and bytes in memory.

What is read is a Tensor on the default device.  What is written are values: a gradient that a
Tensor wants is no part of them.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..backend.dtypes import BY_NAME, DTYPE_CLASSES, bfloat16
from ..backend.numpy_rules import numpys
from ..tensor.cell import Tensor
from .concrete import plain
from .creation import asarray

__all__ = [
    "frombuffer",
    "fromfile",
    "fromiter",
    "fromstring",
    "genfromtxt",
    "load",
    "loadtxt",
    "save",
    "savetxt",
    "savez",
    "savez_compressed",
]


class Archive(Mapping[str, Tensor]):
    """The Tensors of a .npz file by their names, each read when it is asked for; ``with`` or
    ``close`` closes the file."""

    def __init__(self, opened: Any) -> None:
        self._opened = opened
        self.files: list[str] = opened.files

    def __getitem__(self, name: str) -> Tensor:
        return _tensor(self._opened[name], "load")

    def __iter__(self) -> Iterator[str]:
        return iter(self.files)

    def __len__(self) -> int:
        return len(self.files)

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; what was read stays."""
        self._opened.close()


def _tensor(found: Any, name: str) -> Tensor:
    if type(found.dtype) not in DTYPE_CLASSES:
        raise TypeError(
            f"{name}: an array of {found.dtype}; Tensors hold numbers: {', '.join(BY_NAME)}"
        )
    return asarray(found)


def _named(function: Callable, name: str, doc: str) -> Any:
    """``function`` with a name, and with the arguments of NumPy's function of that name."""
    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"{doc}, as numpy.{name}."
    function.__wrapped__ = numpys(name)  # type: ignore[attr-defined]
    return function


def _reading(name: str, doc: str) -> Callable[..., Tensor]:
    theirs = numpys(name)

    def read(*given: Any, **settings: Any) -> Any:
        found = theirs(*given, **settings)
        return Archive(found) if hasattr(found, "files") else _tensor(found, name)

    return _named(read, name, doc)


def _writing(name: str, doc: str) -> Callable[..., None]:
    theirs = numpys(name)

    def write(*given: Any, **settings: Any) -> None:
        theirs(
            *[_values(x, name) for x in given], **{k: _values(x, name) for k, x in settings.items()}
        )

    return _named(write, name, doc)


def _values(x: Any, name: str) -> Any:
    if getattr(x, "dtype", None) == bfloat16:
        raise TypeError(
            f"{name}: NumPy's files have no name for bfloat16; write .astype('float32'), which "
            "holds the same numbers"
        )
    return plain(x, name)


load: Callable[..., Any] = _reading(
    "load", "The Tensor in a .npy file, or an Archive of a .npz file"
)
loadtxt = _reading("loadtxt", "The numbers in a text file, a row a line")
genfromtxt = _reading("genfromtxt", "The numbers in a text file in which some may be missing")
fromfile = _reading("fromfile", "The numbers in a file of bare bytes, or of text with ``sep``")
frombuffer = _reading("frombuffer", "The numbers whose bytes an object in memory holds")
fromstring = _reading("fromstring", "The numbers in a text, between ``sep``")
fromiter = _reading("fromiter", "The numbers that an iterator gives, along one axis")
save = _writing("save", "Write an array into a .npy file")
savez = _writing("savez", "Write several arrays into one .npz file, each with a name")
savez_compressed = _writing("savez_compressed", "Write several arrays into one packed .npz file")
savetxt = _writing("savetxt", "Write a matrix or a vector into a text file, a row a line")
