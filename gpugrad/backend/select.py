"""Devices: their names, the default one, one for a whole script, and how arrays move.

``cpu`` is NumPy.  ``cuda`` is the first GPU and ``cuda:1`` the second, through CuPy.  ``simulated``
is a CUDA device that is simulated on the CPU: it runs the real kernels slowly, and needs a C++
compiler.  A device that is not there raises RuntimeError, an unknown name ValueError.

New arrays go to the default device: ``cuda`` where there is a GPU, else ``cpu``.  For a whole
script, set the environment variable GPUGRAD_DEVICE; inside a program, use a ``with``.

    import gpugrad as gg

    with gg.use_device("cpu"):
        x = gg.zeros((2, 3))
    print(x.device, gg.tensor([1.0], device="cpu").device)  # cpu cpu

``x.to(name)`` copies to another device, and gradients pass back.  ``model.to(name)`` moves the
parameters of a module.  An operation runs where its arrays are; arrays on two devices raise an
error.  Numbers and lists go along with any device.

CuPy arrays go in directly, and ``x.data`` is the CuPy array of a Tensor on a GPU.  A CuPy array
stays on its GPU whatever the default device is.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib import import_module
from typing import Any

from ..settings import Change, settings
from .host.backend import Host
from .locks import OPENING
from .protocol import Backend

HOST = Host()
BACKENDS: dict[type, Backend] = dict.fromkeys(HOST.array_types, HOST)  # array type -> backend
KNOWN = "cpu, cuda, cuda:<index>, simulated"
ALIASES = {"cuda": "cuda:0", "simulated:0": "simulated"}
_NAMED: dict[str, Backend] = {HOST.name: HOST}
_OPENED: list[Callable[[Backend], None]] = []  # called with every backend that opens: see on_open
_device: ContextVar[str | None] = ContextVar("device", default=None)
_stand_in: ContextVar[Callable[[Backend], Backend] | None] = ContextVar("stand_in", default=None)


def on_open(prepare: Callable[[Backend], None]) -> None:
    """Call ``prepare(backend)`` for every backend, those open now and those to come."""
    _OPENED.append(prepare)
    for opened in dict.fromkeys(_NAMED.values()):
        prepare(opened)


def register(opened: Backend, name: str | None = None) -> Backend:
    """Enter a backend under its name, or another, and for its types of array; gives it back."""
    for prepare in _OPENED:
        prepare(opened)
    for array_type in opened.array_types:
        BACKENDS.setdefault(array_type, opened)
    _NAMED[name or opened.name] = opened  # last: other threads take what they find here
    return opened


def backend(name: str | int | None = None) -> Backend:
    """The backend of a device's name or a GPU's number; None means the default device."""
    found = _named(default_device() if name is None else name)
    return found if (stand_in := _stand_in.get()) is None else stand_in(found)


def _named(name: str | int) -> Backend:
    return (type(name) is str and _NAMED.get(name)) or _opened(_known(name))


def _opened(name: str) -> Backend:
    with OPENING:
        return _NAMED.get(name) or register(_open(name))


def _known(name: Any) -> str:
    """The name that arrays of a device have: numbers are GPUs, and "cuda" is the first."""
    if type(name) is int:
        return f"cuda:{name}"
    if not isinstance(name, str):
        raise TypeError(f"device: {name!r}; give {KNOWN}, or the number of a GPU")
    return ALIASES.get(name, name)


def _open(name: str) -> Backend:
    kind, _, index = name.partition(":")
    if kind == "simulated" and (index.isdigit() or name == kind):
        return import_module("gpugrad.backend.simulated").open_device(int(index or 0))
    if kind == "cuda" and index.isdigit():
        return import_module("gpugrad.backend.device.cuda").open_device(int(index))
    raise ValueError(f"unknown device {name!r}; known: {KNOWN}")


def backend_of(array: Any) -> Backend:
    """The backend that holds ``array``, whatever stands in; TypeError if it is no array of ours."""
    found = BACKENDS.get(type(array))
    if found is None:
        if not _is_cupys(array):
            raise TypeError(f"{type(array).__name__} is not a NumPy or CuPy array")
        found = _named("cuda")
    return _named(found.device_of(array)) if found.shares_type else found


def holder(value: Any) -> Backend | None:
    """The backend that holds ``value``; None if it is no array of ours."""
    return backend_of(value) if type(value) in BACKENDS or _is_cupys(value) else None


def _is_cupys(value: Any) -> bool:
    """Whether ``value`` is CuPy's, whose device may not be open yet."""
    return type(value).__module__.partition(".")[0] == "cupy"


@contextmanager
def standing_in(stand_in: Callable[[Backend], Backend]) -> Iterator[None]:
    """Within the ``with``, and this thread, ``stand_in(backend)`` is what a device's name means."""
    token = _stand_in.set(stand_in)
    try:
        yield
    finally:
        _stand_in.reset(token)


def default_device() -> str:
    """Name of the device of new arrays: from ``use_device``, else settings, else cuda or cpu."""
    return _device.get() or settings.device or _best_device()


@cache
def _best_device() -> str:
    try:
        return "cuda" if import_module("gpugrad.backend.device.cuda").device_count() else "cpu"
    except ImportError:
        return "cpu"


def use_device(name: str | int) -> Change:
    """Make new arrays on the device ``name`` from now on; as a ``with``, until its end.

    It holds in this thread, before ``set_default_device``.  An unknown name raises and changes
    nothing.  A number is that of a GPU, as torch's: 1 is "cuda:1".
    """
    wanted = backend(_known(name)).name
    return Change(_device.set, _device.get(), wanted, f"use_device({wanted!r})")


def set_default_device(name: str | int) -> Change:
    """Make new arrays on the device ``name`` in the whole process, wherever no ``use_device``
    holds; else like it."""
    wanted = backend(_known(name)).name

    def write(value: str | None) -> None:
        settings.device = value

    return Change(write, settings.device, wanted, f"set_default_device({wanted!r})")


def device_of_default() -> str:
    """The default device by the name that its arrays have."""
    return _known(default_device())


def device_names() -> list[str]:
    """The devices of this machine; the simulated one where there is a C++ compiler."""
    try:
        count = import_module("gpugrad.backend.device.cuda").device_count()
    except ImportError:
        count = 0
    simulated = ["simulated"] if settings.host_cxx_compiler else []
    return ["cpu", *[f"cuda:{i}" for i in range(count)], *simulated]
