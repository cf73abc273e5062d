"""Imports point down, budgets hold, and what one layer keeps to itself stays there."""

import ast
import re
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from layers import BACKEND, heights
from source import CHECKOUT, PACKAGE, functions, imports, modules, python_files, tree

HEIGHT = heights()
BACKEND_HEIGHT = {room: height for height, layer in enumerate(BACKEND) for room in layer}
ARRAY_LIBRARIES = {"numpy", "cupy", "cupyx", "cupy_backends", "cuda"}
LINES, FUNCTION_LINES, COLUMNS = 300, 25, 100
REASON = re.compile(r"#\s*long: \w+")  # "# long: why this is not split", on the line of the def
TEXTS = ("gpugrad", "kernels", "tests", "examples", "ci")


def part(module: str) -> str:
    """The room of a layer that a module of ours belongs to."""
    return [*module.split("."), ""][1]


def backend_room(module: str) -> str | None:
    """The room of gpugrad/backend that a module belongs to; None if to none."""
    parts = module.split(".")
    return parts[2] if parts[:2] == ["gpugrad", "backend"] and len(parts) > 2 else None


@pytest.mark.parametrize("module", modules(), ids=str)
def test_imports_point_down(module):
    for target, line, *_ in imports(modules()[module]):
        if target.split(".")[0] != "gpugrad" or part(target) == part(module):
            continue
        assert HEIGHT[part(target)] < HEIGHT[part(module)], (
            f"{module}, line {line} imports {target}, which is not below it"
        )


@pytest.mark.parametrize("module", [m for m in modules() if backend_room(m)])
def test_the_rooms_of_the_backend_have_layers_too(module):
    room = backend_room(module)
    for target, line, *_ in imports(modules()[module]):
        other = backend_room(target)
        if other not in (None, room):
            assert BACKEND_HEIGHT[other] < BACKEND_HEIGHT[room], (
                f"{module}, line {line} imports {target}, which is not below it"
            )


def test_every_module_has_a_layer():
    assert {part(module) for module in modules()} <= HEIGHT.keys()


def test_modules_import_each_other_in_no_circle():
    loaded = {
        module: {  # in functions too
            each.module
            for each in imports(path)
            if each.module in modules() and not each.unexecuted
        }
        for module, path in modules().items()
    }
    try:
        TopologicalSorter(loaded).prepare()
    except CycleError as error:
        pytest.fail(f"modules import each other in a circle: {' -> '.join(error.args[1])}")


def test_only_the_backend_imports_arrays():
    guilty = [
        f"{module}, line {line}: {target}"
        for module, path in modules().items()
        for target, line, *_ in imports(path)
        if target.split(".")[0] in ARRAY_LIBRARIES and part(module) != "backend"
    ]
    assert not guilty


def test_only_settings_reads_the_environment():
    readers = {
        module
        for module, path in modules().items()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv", "environb")
    }
    assert readers == {"gpugrad.settings"}


def test_a_fork_knows_every_lock():
    """Those of threading, and those that cached_property has on Python 3.11.  CUDA has an Event."""
    kinds = {"Lock", "RLock", "Condition", "Semaphore", "Event", "Barrier", "cached_property"}
    makers = {
        module
        for module, path in modules().items()
        for node in ast.walk(tree(path))
        if getattr(node, "id", getattr(node, "attr", None)) in kinds
    }
    driver, graph = (f"gpugrad.backend.device.cuda_{name}" for name in ("driver", "graph"))
    assert makers == {"gpugrad.backend.locks", driver, graph}


def test_cells_are_written_by_one_method():
    """What records a program has to see every write; constructors make new cells."""
    written = [
        f"{path.relative_to(CHECKOUT)}:{node.lineno}"
        for path in python_files("gpugrad")
        for name, function, _ in functions(path)
        if name not in ("__init__", "write")
        for node in ast.walk(function)
        if isinstance(node, ast.Attribute) and node.attr == "held"
        if isinstance(node.ctx, ast.Store)
    ]
    assert not written


def texts() -> list[Path]:
    """Every file that a person reads: Python, C, C++ and CUDA."""
    endings = {".py", ".c", ".h", ".cpp", ".hpp", ".cu", ".cuh", ".sh", ""}
    files = [path for name in TEXTS for path in (CHECKOUT / name).rglob("*")]
    return sorted(p for p in files if p.is_file() and p.suffix in endings)


def test_files_keep_their_budget():
    over = {}
    for path in texts():
        lines = path.read_text(encoding="utf-8").splitlines()
        if len(lines) > LINES and not REASON.search(lines[0] + lines[1]):
            over[str(path.relative_to(CHECKOUT))] = len(lines)
    assert not over, f"files of more than {LINES} lines: {over}"


def test_lines_keep_their_budget():
    over = [
        f"{path.relative_to(CHECKOUT)}:{number}"
        for path in texts()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > COLUMNS
    ]
    assert not over, f"lines of more than {COLUMNS} columns: {over}"


def test_functions_keep_their_budget():
    over = {}
    for path in python_files("gpugrad", "tests", "examples", "ci"):
        lines = path.read_text(encoding="utf-8").splitlines()
        for name, node, length in functions(path):
            if length > FUNCTION_LINES and not REASON.search(lines[node.lineno - 1]):
                over[f"{path.relative_to(CHECKOUT)}:{node.lineno} {name}"] = length
    assert not over, f"functions of more than {FUNCTION_LINES} lines: {over}"


def test_imports_inside_functions_are_seen():
    file = PACKAGE / "backend" / "example.py"  # not there: only its place matters
    text = "def f():\n    from ..tensor import Tensor\n    import_module('gpugrad.nn')\n"
    found = {(each.module, each.deferred) for each in imports(file, ast.parse(text))}
    assert found == {("gpugrad.tensor", True), ("gpugrad.nn", True)}
