"""The table of primitives and its readers: nothing too much, nothing missing, no second table."""

import ast
import math
import re

import kernel_catalogue
import numpy as np
import pytest
from source import PACKAGE, tree

from gpugrad.backend import select
from gpugrad.codegen import host_text
from gpugrad.codegen.fused import fused
from gpugrad.codegen.primitives import PRIMITIVES
from gpugrad.codegen.symbols import in_primitives, walk
from gpugrad.ops.declare import ELEMENTWISE, REGISTRY

FUSIBLE = [op for op in REGISTRY.values() if op.kind == ELEMENTWISE and op.fusible]
NUMBERS = (0.3, -1.75, 2.0, 0.0)
each_row = pytest.mark.parametrize("row", PRIMITIVES.values(), ids=lambda row: row.name)


def operands_of(row):
    """Columns of numbers, truth values where the primitive wants them."""
    grid = np.meshgrid(*[np.array(NUMBERS)] * row.operands)
    columns = [column.ravel() for column in grid]
    if row.name == "where" or row.name.startswith("logical_"):
        truths = 1 if row.name == "where" else row.operands
        columns[:truths] = [column > 0 for column in columns[:truths]]
    if row.name == "ldexp":
        columns[1] = columns[1].astype(int)
    return columns


def expected_of(row):
    with np.errstate(all="ignore"):
        return getattr(select.HOST.xp, row.name)(*operands_of(row))


def test_every_primitive_is_an_operation_that_fuses():
    assert set(PRIMITIVES) <= {op.name for op in FUSIBLE}


def test_every_primitive_is_in_a_built_in_kernel():
    kernels = {kernel for batch in kernel_catalogue.batches() for kernel in batch.kernels}
    roots = [in_primitives(root) for kernel in kernels for _, root in kernel.outputs]
    assert {node.name for node in walk(*roots) if node.operands} == set(PRIMITIVES)


@pytest.mark.parametrize("op", FUSIBLE, ids=str)
def test_every_operation_that_fuses_comes_down_to_primitives(op):
    reading = fused(op).usual()
    if reading is None:
        assert op.name.startswith("bitwise_")
        return
    assert all(node.name in PRIMITIVES for node in walk(in_primitives(reading.y)) if node.operands)


@each_row
def test_numpy_spelling_computes_the_operation(row):
    names = {"np": np, "erf": np.vectorize(math.erf), "erfc": np.vectorize(math.erfc)}
    operands = dict(zip("abc", operands_of(row), strict=False))
    with np.errstate(all="ignore"):
        found = eval(row.in_numpy.format(*operands), names, operands)
    np.testing.assert_allclose(found, expected_of(row), 1e-14)


@pytest.mark.parametrize(
    "row", [row for row in PRIMITIVES.values() if row.direct], ids=lambda row: row.name
)
def test_a_direct_operator_computes_the_operation_on_arrays_and_numbers(row):
    expected = expected_of(row)
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(row.operator(*operands_of(row)), expected)
    columns = [column.tolist() for column in operands_of(row)]
    for wanted, *numbers in zip(expected.tolist(), *columns, strict=True):
        if row.name != "divide" or numbers[1]:
            assert row.operator(*numbers) == wanted


@each_row
def test_a_truth_value_is_known_as_one(row):
    computed = expected_of(row).dtype == bool
    assert row.boolean == computed


@each_row
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_functions_that_a_text_calls_are_declared_to_the_host_compiler(row, dtype):
    form = host_text.spelling(dtype)
    for prefix, name in re.findall(r"({m})?(\w+){f}\(", row.c):
        called = f"{form.prefix if prefix else ''}{name}{form.suffix}"
        declared = (f"{form.number} {called}(", f"T {name}##f(")  # the latter by a macro
        assert any(text in host_text.prelude() for text in declared)


def test_no_second_table_names_primitives():
    """Collections of several of them, outside of the table."""
    found = []
    for path in [*(PACKAGE / "codegen").glob("*.py"), PACKAGE / "engine" / "small.py"]:
        for node in ast.walk(tree(path)) if path.name != "primitives.py" else ():
            parts = node.keys if isinstance(node, ast.Dict) else getattr(node, "elts", [])
            texts = {part.value for part in parts if isinstance(part, ast.Constant)}
            if len(texts & set(PRIMITIVES)) > 2:
                found.append(f"{path.name}, line {node.lineno}")
    assert not found
