"""The checkout read as text and as syntax: files, imports, functions."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

CHECKOUT = Path(__file__).parents[1]
PACKAGE = CHECKOUT / "gpugrad"


class Import(NamedTuple):
    """One imported module, where it is imported, and whether a function or only a type checker
    does it."""

    module: str
    line: int
    deferred: bool
    unexecuted: bool


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of a Python file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def python_files(*folders: str) -> list[Path]:
    """Every Python file below folders of the checkout."""
    return sorted(path for name in folders for path in (CHECKOUT / name).rglob("*.py"))


def module_name(path: Path) -> str:
    """Dotted name of a file of the package: gpugrad.backend.select."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def modules() -> dict[str, Path]:
    """Every module of the package by its dotted name."""
    return {module_name(path): path for path in python_files("gpugrad")}


def imports(path: Path, syntax: ast.Module | None = None) -> list[Import]:
    """Every module that a file imports, by statement or by ``import_module("...")``.

    syntax: read instead of the file's own.
    """
    syntax = syntax or tree(path)
    inside = {
        id(node)
        for function in ast.walk(syntax)
        if isinstance(function, ast.FunctionDef | ast.Lambda | ast.AsyncFunctionDef)
        for node in ast.walk(function)
    }
    unexecuted = {
        id(node)
        for branch in ast.walk(syntax)
        if isinstance(branch, ast.If) and ast.unparse(branch.test) == "TYPE_CHECKING"
        for statement in branch.body
        for node in ast.walk(statement)
    }
    return [
        Import(module, node.lineno, id(node) in inside, id(node) in unexecuted)
        for node in ast.walk(syntax)
        for module in _imported(node, path)
    ]


def _imported(node: ast.AST, path: Path) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = _absolute(node, path)
        for alias in node.names:
            whole = f"{base}.{alias.name}"
            yield whole if whole in modules() else base
    elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
        yield from (arg.value for arg in node.args[:1] if isinstance(arg, ast.Constant))


def _absolute(node: ast.ImportFrom, path: Path) -> str:
    if not node.level:
        return node.module or ""
    package = module_name(path).split(".")
    if path.name != "__init__.py":
        package.pop()
    package = package[: len(package) - node.level + 1]
    return ".".join([*package, *([node.module] if node.module else [])])


def functions(path: Path) -> Iterator[tuple[str, ast.FunctionDef, int]]:
    """Name, node and length of each function: its lines without docstring and inner functions."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef):
            yield node.name, node, len(_own_lines(node))


def _own_lines(function: ast.FunctionDef) -> set[int]:
    lines = set(range(function.lineno, _end(function) + 1))
    first = function.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        lines -= set(range(first.lineno, _end(first) + 1))
    for node in ast.walk(function):
        if isinstance(node, ast.FunctionDef) and node is not function:
            lines -= set(range(node.lineno, _end(node) + 1))
    return lines


def _end(node: ast.stmt) -> int:
    return node.end_lineno or node.lineno
