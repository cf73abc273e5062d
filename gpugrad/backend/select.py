"""Which backend holds an array, and on which device new arrays are made.

Names: ``cpu``, ``cuda``, ``cuda:1``, ``simulated``.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib import import_module
from typing import Any

from ..settings import settings
from .host.backend import Host
from .protocol import Backend

HOST = Host()
BACKENDS: dict[type, Backend] = dict.fromkeys(HOST.array_types, HOST)  # array type -> backend
ALIASES = {"cuda": "cuda:0", "simulated:0": "simulated"}
_NAMED: dict[str, Backend] = {HOST.name: HOST}
_OPENED: list[Callable[[Backend], None]] = []  # called with every backend that opens: see on_open
_device: ContextVar[str | None] = ContextVar("device", default=None)


def on_open(prepare: Callable[[Backend], None]) -> None:
    """Call ``prepare(backend)`` for every backend, those open now and those to come."""
    _OPENED.append(prepare)
    for opened in dict.fromkeys(_NAMED.values()):
        prepare(opened)


def register(opened: Backend) -> Backend:
    """Enter a backend under its name and for its types of array; gives it back."""
    for prepare in _OPENED:
        prepare(opened)
    _NAMED[opened.name] = opened
    for array_type in opened.array_types:
        BACKENDS.setdefault(array_type, opened)
    return opened


def backend(name: str | None = None) -> Backend:
    """The backend of a device name; None means the default device."""
    name = name or default_device()
    name = ALIASES.get(name, name)
    return _NAMED.get(name) or register(_open(name))


def _open(name: str) -> Backend:
    kind, _, index = name.partition(":")
    if kind == "simulated" and (index.isdigit() or name == kind):
        return import_module("gpugrad.backend.simulated").open_device(int(index or 0))
    if kind == "cuda" and index.isdigit():
        return import_module("gpugrad.backend.device.cuda").open_device(int(index))
    raise ValueError(f"unknown device {name!r}; known: cpu, cuda, cuda:<index>, simulated")


def backend_of(array: Any) -> Backend:
    """The backend that holds ``array``; TypeError if it is no array of ours."""
    found = BACKENDS.get(type(array))
    if found is None:
        if not _is_cupys(array):
            raise TypeError(f"{type(array).__name__} is not a NumPy or CuPy array")
        found = backend("cuda")
    return backend(found.device_of(array)) if found.shares_type else found


def holder(value: Any) -> Backend | None:
    """The backend that holds ``value``; None if it is no array of ours."""
    return backend_of(value) if type(value) in BACKENDS or _is_cupys(value) else None


def _is_cupys(value: Any) -> bool:
    """Whether ``value`` is CuPy's, whose device may not be open yet."""
    return type(value).__module__.partition(".")[0] == "cupy"


def default_device() -> str:
    """The device new arrays are made on: ``use_device``, else settings, else cuda or cpu."""
    return _device.get() or settings.device or _best_device()


@cache
def _best_device() -> str:
    try:
        return "cuda" if import_module("gpugrad.backend.device.cuda").device_count() else "cpu"
    except ImportError:
        return "cpu"


@contextmanager
def use_device(name: str) -> Iterator[None]:
    """Make new arrays on the device ``name`` inside the ``with``; an unknown name raises."""
    backend(name)
    token = _device.set(name)
    try:
        yield
    finally:
        _device.reset(token)


def device_of_default() -> str:
    """The default device by the name that its arrays have."""
    name = default_device()
    return ALIASES.get(name, name)


def device_names() -> list[str]:
    """The devices of this machine; the simulated one where there is a C++ compiler."""
    try:
        count = import_module("gpugrad.backend.device.cuda").device_count()
    except ImportError:
        count = 0
    simulated = ["simulated"] if settings.host_cxx_compiler else []
    return ["cpu", *[f"cuda:{i}" for i in range(count)], *simulated]
