"""What a function may look up: what it closes over, the globals and members of modules it names."""

import sys
from collections.abc import Iterator
from functools import cache
from types import FunctionType, ModuleType
from typing import Any

from .guards import CODE, CONTENTS, DEFAULTS, Holding, Leading, look

DRAWING = ("random", "numpy", "numpy.random")  # modules that draw random numbers
FOREIGN = {*sys.stdlib_module_names, "gpugrad"}  # whose modules and classes stay as they are


def of_function(function: FunctionType, path: str) -> Holding:
    if ours(function):
        return
    yield function, CODE, f"code of {path}"
    yield function, DEFAULTS, f"defaults of {path}"
    for name in vars(function):
        yield vars(function), name, f"{path}.{name}"
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        yield cell, CONTENTS, name
    names = set(_names(function.__code__))
    for name in names & function.__globals__.keys():
        yield function.__globals__, name, name
    seen: set[int] = set()
    for name, module in _modules(function, names).items():
        yield from _of_module(module, names, name, seen)


def _modules(function: FunctionType, names: set[str]) -> dict[str, ModuleType]:
    """The modules that a function names."""
    closed = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
    found = {name: look(cell, CONTENTS) for name, cell in closed}
    found |= {name: function.__globals__[name] for name in names & function.__globals__.keys()}
    return {name: value for name, value in found.items() if isinstance(value, ModuleType)}


def _of_module(module: Any, names: set[str], path: str, seen: set[int]) -> Holding:
    """What a function that uses ``names`` may read of a module that it names."""
    if not isinstance(module, ModuleType) or foreign(module) or id(module) in seen:
        return
    seen.add(id(module))
    for name in names & vars(module).keys():
        yield vars(module), name, f"{path}.{name}"
        yield from _of_module(vars(module)[name], names, f"{path}.{name}", seen)


def of_names(function: FunctionType, path: str) -> Leading:
    """Defaults by keyword, and sources of random numbers in Python's and NumPy's modules."""
    if ours(function):
        return []
    names = set(_names(function.__code__))
    found = [(function.__kwdefaults__, f"defaults of {path}")]
    modules: list[Any] = list(_modules(function, names).values())
    for module in modules:
        if module.__name__ in DRAWING:
            members = [getattr(module, name, None) for name in names]
            modules += [one for one in members if getattr(one, "__name__", "") in DRAWING]
            found += [(getattr(one, "__self__", None), module.__name__) for one in members]
    return found


def _names(code: Any) -> Iterator[str]:
    """The names that a function's code, and functions within it, may look up."""
    yield from code.co_names
    for constant in code.co_consts:
        if hasattr(constant, "co_names"):
            yield from _names(constant)


def foreign(value: Any) -> bool:
    """Whether a module or a class is a library's, which no program changes."""
    name = value.__name__ if isinstance(value, ModuleType) else value.__module__
    return _is_library(name.partition(".")[0])


@cache
def _is_library(name: str) -> bool:
    file = getattr(sys.modules.get(name), "__file__", None) or ""
    return name in FOREIGN or "site-packages" in file


def ours(value: Any) -> bool:
    """Whether gpugrad defines it."""
    return (getattr(value, "__module__", None) or "").split(".")[0] == "gpugrad"
