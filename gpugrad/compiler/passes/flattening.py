"""Flattening: nests without sums as kernels of single elements, which know any layout."""

from dataclasses import replace
from math import prod

from ...backend.dtypes import as_dtype
from ...codegen.nests import ARRAY, Nest, Operand
from ...codegen.patterns import Pattern, axes, pattern, shape_along, whole, with_rows
from ..graph import Graph, Step, Value
from .fusing import MOST_OPERANDS

Shape = tuple[int, ...]


def flattened(graph: Graph) -> Graph:
    """The graph with kernels of elements in place of nests, where such a kernel can do all."""
    steps: list[Step] = []
    for step in graph.steps:
        nest = step.settings.get("nest")
        steps += [step] if nest is None else _flat(step, nest) or [step]
    return Graph(graph.inputs, steps, list(graph.roots))


def _flat(step: Step, nest: Nest) -> list[Step] | None:
    """A nest as a kernel, between reshapes where its operands have other axes than its results."""
    dtypes = {operand.dtype for operand in (*nest.reads, *nest.writes)} - {"bool"}
    shapes = _shapes(step, nest) if len(dtypes) == 1 and _is_flat(nest) else None
    if shapes is None:
        return None
    shape, *own = shapes
    given = [_shown(v, s, step) for v, s in zip(step.arguments, own, strict=True)]
    made = [Value(shape, y.dtype) for y in step.outputs]
    back = [_shown(v, y.shape, step, y) for v, y in zip(made, step.outputs, strict=True)]
    ends = [*(one.outputs[0] for one in given), *made]
    names = (operand.name for operand in (*nest.reads, *nest.writes))
    named = dict(zip(names, ends, strict=True))
    kernel = replace(nest.parts[0].kernel, name=f"fused_{nest.size}")
    inputs = tuple([named[name] for name in kernel.inputs])
    outputs = tuple([named[name] for name, _ in kernel.outputs])
    how = {"kernel": kernel, "dtype": as_dtype(dtypes.pop()), "shape": shape}
    return [*given, Step("fused", inputs, how, outputs, True, step.backend, step.line), *back]


def _is_flat(nest: Nest) -> bool:
    """Whether a nest is one loop that writes arrays, and not too many for a kernel of elements."""
    operands = len(nest.reads) + len(nest.writes)
    flat = not nest.totals and len(nest.parts) == 1 and set(nest.parts[0].ends) == {ARRAY}
    return flat and operands <= MOST_OPERANDS


def _shapes(step: Step, nest: Nest) -> list[Shape] | None:
    """The shapes of results and of what is read, which broadcasts to them; None if none fit."""
    patterns = [_over(operand, nest) for operand in nest.reads]
    shape, own = step.outputs[0].shape, [value.shape for value in step.arguments]
    alike = all(y.shape == shape for y in step.outputs) and max(map(len, own), default=0) <= len(
        shape
    )
    if alike and [pattern(one, shape) for one in own] == patterns:
        return [shape, *own]
    lengths = axes([*patterns, whole(nest.count)])
    if lengths is None:
        return None
    return [lengths, *(shape_along(one, lengths) for one in patterns)]


def _shown(x: Value, shape: Shape, step: Step, y: Value | None = None) -> Step:
    """A value in another shape, as the value ``y``."""
    y = Value(shape, x.dtype) if y is None else y
    return Step("reshape", (x,), {"shape": shape}, (y,), False, step.backend, step.line)


def _over(operand: Operand, nest: Nest) -> Pattern:
    """The pattern of an operand over all elements."""
    if not operand.rows and not operand.moves:
        return ((nest.count, False),) if nest.count > 1 else ()
    if nest.count == prod(length for length, _ in operand.rows):
        return operand.rows  # rows of which the last may be shorter
    return with_rows(operand.rows, nest.columns, operand.moves)
