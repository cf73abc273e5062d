"""Which backend holds an array, and on which device new arrays are made.

Names: ``cpu``, ``cuda``, ``cuda:1``, ``simulated``.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib import import_module
from typing import Any

from ..settings import settings
from .host.backend import Host

HOST = Host()
BACKENDS: dict[type, Any] = dict.fromkeys(HOST.array_types, HOST)  # array type -> backend
_NAMED: dict[str, Any] = {"cpu": HOST}
_OPENED: list[Any] = []  # called with every backend that opens: see on_open
_device: ContextVar[str | None] = ContextVar("device", default=None)


def on_open(prepare: Any) -> None:
    """Call ``prepare(backend)`` for every backend, those open now and those to come."""
    _OPENED.append(prepare)
    for backend in dict.fromkeys(_NAMED.values()):
        prepare(backend)


def backend(name: str | None = None) -> Any:
    """The backend of a device name; None means the default device."""
    name = name or default_device()
    name = "cuda:0" if name == "cuda" else name
    if name not in _NAMED:
        opened = _open(name)
        for prepare in _OPENED:
            prepare(opened)
        _NAMED[name] = opened
        for array_type in opened.array_types:
            BACKENDS.setdefault(array_type, opened)
    return _NAMED[name]


def _open(name: str) -> Any:
    if name == "simulated":
        return import_module("gpugrad.backend.simulated").open_device()
    kind, _, index = name.partition(":")
    if kind == "cuda" and index.isdigit():
        return import_module("gpugrad.backend.device.cuda").open_device(int(index))
    raise ValueError(f"unknown device {name!r}; known: cpu, cuda, cuda:<index>, simulated")


def backend_of(array: Any) -> Any:
    """The backend that holds ``array``; TypeError if it is no array of ours."""
    found = BACKENDS.get(type(array))
    if found is None:
        if type(array).__module__.partition(".")[0] != "cupy":
            raise TypeError(f"{type(array).__name__} is not a NumPy or CuPy array")
        found = backend("cuda")
    if found.name.startswith("cuda:"):  # one array type, several devices
        return found if found.index == array.device.id else backend(f"cuda:{array.device.id}")
    return found


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
    return "cuda:0" if name == "cuda" else name


def device_names() -> list[str]:
    """The devices of this machine; the simulated one where there is a C++ compiler."""
    try:
        count = import_module("gpugrad.backend.device.cuda").device_count()
    except ImportError:
        count = 0
    simulated = ["simulated"] if settings.host_cxx_compiler else []
    return ["cpu", *[f"cuda:{i}" for i in range(count)], *simulated]
