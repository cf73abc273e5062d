"""Which of the names that people come for there are, and which of them the tests call.

tests/wanted_names.txt has the groups of NumPy's and SciPy's names, tests/array_api_2024_12.txt
those of the array API standard.
"""

import ast
import re
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from array_api import standard

HERE = Path(__file__).parent
WANTED = HERE / "wanted_names.txt"
NUMPYS = ("numpy", "numpy.linalg", "numpy.fft", "numpy.random")
ABSENT = object()


class Group(NamedTuple):
    """Names of one kind, the module that has them, and why some are not there."""

    title: str
    module: str
    names: list[str]
    reasons: dict[str, str]

    @property
    def there(self) -> list[str]:
        """The names that the module has."""
        root = found(self.module)
        return [name for name in self.names if _attribute(root, name) is not ABSENT]

    @property
    def tested(self) -> list[str]:
        """Those that the tests call."""
        return [name for name in self.there if name.split(".")[-1] in called(self.module)]

    @property
    def missing(self) -> list[str]:
        """The names that the module has not."""
        there = set(self.there)
        return [name for name in self.names if name not in there]


def found(path: str) -> Any:
    """The object of a dotted path, modules imported on the way."""
    parts = path.split(".")
    for i in range(len(parts), 0, -1):
        try:
            root = import_module(".".join(parts[:i]))
        except ModuleNotFoundError:
            continue
        return _attribute(root, ".".join(parts[i:]))
    return ABSENT


def _attribute(root: Any, path: str) -> Any:
    for part in path.split(".") if path else ():
        root = getattr(root, part, ABSENT)
    return root


def groups() -> list[Group]:
    """Every group, those of the array API standard last."""
    listed: list[Group] = []
    for line in WANTED.read_text(encoding="utf-8").splitlines():
        if header := re.fullmatch(r"\[(.*)\] (\S+)", line):
            listed.append(Group(header[1], header[2], [], {}))
        elif reason := re.fullmatch(r"- (\S+): (.*)", line):
            listed[-1].reasons[reason[1]] = reason[2]
        elif not line.startswith("#"):
            listed[-1].names.extend(line.split())
    return listed + _of_the_standard()


class Whole(NamedTuple):
    """All names that a module of NumPy's lists, as they are met in ours of the same name."""

    module: str
    there: list[str]
    refused: dict[str, str]  # name -> the error that a user reads
    missing: list[str]


def whole(module: str) -> Whole:
    """The names of ``numpy``, or of a module of it, counted in gpugrad's."""
    ours, counted = import_module(f"gpugrad.{module}"), Whole(module, [], {}, [])
    for name in import_module(module).__all__:
        try:
            getattr(ours, name)
        except AttributeError as error:
            if "is not here: " in str(error):
                counted.refused[name] = str(error)
            else:
                counted.missing.append(name)
        else:
            counted.there.append(name)
    return counted


def _of_the_standard() -> list[Group]:
    titles: dict[str, list[str]] = {}
    for each in standard():
        titles.setdefault(each.group, []).append(each.name)
    return [
        Group(
            f"array API, {title}",
            "gpugrad.Tensor" if title.startswith("array") else "gpugrad",
            names,
            {},
        )
        for title, names in titles.items()
    ]


@cache
def called(module: str) -> frozenset[str]:
    """Words of the test files that name ``module``: attributes, and what is in their tables."""
    *inside, name = module.split(".")
    if module == "gpugrad.numpy":
        pattern = r"gpugrad\.numpy|numpy_case"
    elif inside == ["gpugrad", "numpy"]:
        pattern = rf"gpugrad\.numpy import [\w, ]*\b{name}\b"
    else:
        shown = {"gpugrad": "gg", "gpugrad.Tensor": "gg|Tensor"}.get(module, name)
        pattern = rf"\b(?:{shown})\b"
    return frozenset().union(*[words for text, words in _files() if re.search(pattern, text)])


@cache
def _files() -> list[tuple[str, frozenset[str]]]:
    read = []
    for path in sorted({*HERE.glob("*.py")} - {HERE / "names.py", HERE / "test_names.py"}):
        text = path.read_text(encoding="utf-8")
        words: set[str] = set()
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Attribute):
                words.add(node.attr)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                words.update(re.findall(r"\w+", node.value))
        read.append((text, frozenset(words)))
    listed = (HERE / "array_api_2024_12.txt").read_text(encoding="utf-8")  # test_array_api.py calls
    return [*read, (f"gg Tensor {listed}", frozenset(re.findall(r"\w+", listed)))]
