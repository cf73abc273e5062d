"""Symmetric products: X' diag(w) X, of which half the elements tell the others."""

from typing import Any, NamedTuple

from ..graph import Constant, Graph, Step, Value

Makers = dict[Value, Step]


class Scaled(NamedTuple):
    """A matrix whose columns are scaled: ``factors`` are (operation, vector), the first one first;
    of "where" the vector is a mask, which leaves zeros."""

    matrix: Value
    factors: tuple[tuple[str, Value], ...] = ()


def symmetric(graph: Graph) -> Graph:
    """The graph with one operation for each product of a scaled matrix with itself."""
    makers = {value: step for step in graph.steps for value in step.outputs}
    steps: list[Step] = []
    for step in graph.steps:
        found = _gram(step, makers)
        steps += [step] if found is None else _product(step, *found)
    return Graph(graph.inputs, steps, list(graph.roots))


def _gram(step: Step, makers: Makers) -> tuple[Value, Scaled] | None:
    """X, and X' with its columns scaled, if a step is their product."""
    if step.name != "matmul" or not all(isinstance(a, Value) for a in step.arguments):
        return None
    left, right = step.arguments
    x, scaled = _plain(right, makers), _scaled(left, makers)
    if len(x.shape) != 2 or not any(kind == "scale" for kind, _ in scaled.factors):
        return None
    turned = _transposed(scaled.matrix, makers)
    return (x, scaled) if turned is not None and _plain(turned, makers) is x else None


def _scaled(value: Value, makers: Makers) -> Scaled:
    """A value as a matrix and what scales its columns."""
    step, factor = makers.get(value), None
    if step is not None and step.name in ("scale", "multiply"):
        a, b = step.arguments
        factor = ("scale", a, b) if _is_row(b, value) else ("scale", b, a)
    elif step is not None and step.name == "where" and _is_zero(step.arguments[2]):
        factor = ("where", step.arguments[1], step.arguments[0])
    if factor is None or not isinstance(factor[1], Value) or not _is_row(factor[2], value):
        return Scaled(value)
    inner = _scaled(factor[1], makers)
    return Scaled(inner.matrix, (*inner.factors, (factor[0], factor[2])))


def _product(step: Step, x: Value, scaled: Scaled) -> list[Step]:
    """X' diag(w) X in place of a step, after the product of all factors of w."""
    made: list[Step] = []

    def noted(name: str, arguments: tuple, dtype: Any, **settings: Any) -> Value:
        y = Value((x.shape[0],), dtype)
        made.append(Step(name, arguments, settings, (y,), False, step.backend, step.line))
        return y

    def flat(vector: Value) -> Value:
        shape = (x.shape[0],)
        whole = vector.shape == shape
        return vector if whole else noted("reshape", (vector,), vector.dtype, shape=shape)

    scales = [flat(vector) for kind, vector in scaled.factors if kind == "scale"]
    weights = scales[0]
    for other in scales[1:]:
        weights = noted("scale", (weights, other), weights.dtype)
    for kind, mask in scaled.factors:
        if kind == "where":
            weights = noted("where", (flat(mask), weights, 0.0), weights.dtype)
    product = Step("weighted_gram", (x, weights), {}, step.outputs, False, step.backend, step.line)
    return [*made, product]


def _is_row(vector: Any, matrix: Value) -> bool:
    """Whether a value has an element for each column of a matrix."""
    if not isinstance(vector, Value) or len(matrix.shape) != 2:
        return False
    n = matrix.shape[1]
    return vector.shape in ((n,), (1, n)) and vector.shape != matrix.shape


def _is_zero(argument: Any) -> bool:
    if isinstance(argument, Constant):
        return argument.is_number and argument.item == 0
    return type(argument) in (int, float) and argument == 0


def _transposed(value: Value, makers: Makers) -> Value | None:
    """What a value is the transpose of."""
    step = makers.get(value)
    turns = step is not None and (
        step.name == "matrix_transpose"
        or (step.name == "permute_dims" and step.settings.get("axes") == (1, 0))
    )
    found: Any = step.arguments[0] if step is not None and turns else None
    return found


def _plain(value: Value, makers: Makers) -> Value:
    """A value without transposes of transposes."""
    once = _transposed(value, makers)
    twice = None if once is None else _transposed(once, makers)
    return value if twice is None else _plain(twice, makers)
