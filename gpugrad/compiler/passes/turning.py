"""Transposes into products: the BLAS reads matrices either way, so that (A B)' is B' A'."""

from collections import Counter

from ..graph import Graph, Input, Step, Value
from ..writing import VIEWS


def turned(graph: Graph) -> Graph:
    """The graph without transposes of products, and without copies that nobody needs."""
    reads = Counter(v for step in graph.steps for v in step.values())
    reads.update(graph.roots)
    makers = {value: step for step in graph.steps for value in step.outputs}
    steps: list[Step] = []
    new: dict[Value, Value] = {}
    for step in graph.steps:
        product = makers.get(step.arguments[0]) if _transposes(step) else None
        if product is not None and product.name == "matmul" and reads[product.outputs[0]] == 1:
            steps += _turned(product, step.outputs[0])
        elif step.name == "copy" and _is_spare(step, makers, graph):
            new[step.outputs[0]] = step.arguments[0]
        else:
            steps.append(step)
    return graph.replaced(new, steps)


def _transposes(step: Step) -> bool:
    """Whether a step swaps the last two axes."""
    if step.name == "matrix_transpose":
        return True
    rank = len(step.outputs[0].shape)
    swapped = (*range(rank - 2), rank - 1, rank - 2)
    return step.name == "permute_dims" and rank > 1 and step.settings.get("axes") == swapped


def _turned(product: Step, y: Value) -> list[Step]:
    """B' A' in place of (A B)'."""
    made = []
    for x in reversed(product.arguments):
        *batch, rows, columns = x.shape
        z = Value((*batch, columns, rows), x.dtype)
        made.append(Step("matrix_transpose", (x,), {}, (z,), False, product.backend, product.line))
    given = tuple([step.outputs[0] for step in made])
    return [*made, Step("matmul", given, {}, (y,), False, product.backend, product.line)]


def _is_spare(step: Step, makers: dict[Value, Step], graph: Graph) -> bool:
    """Whether a copy is one of an array that is made here and that nobody else will have."""
    x, (y,) = step.arguments[0], step.outputs
    maker = makers.get(x)
    if maker is None or isinstance(x, Input) or (x in graph.roots and y in graph.roots):
        return False
    return maker.name not in VIEWS or (_transposes(maker) and _is_product(maker, makers))


def _is_product(maker: Step, makers: dict[Value, Step]) -> bool:
    product = makers.get(maker.arguments[0])
    return product is not None and product.name == "matmul"
