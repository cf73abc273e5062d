"""Graphs for the tests of drawing, and how they are read."""

import gpugrad as gg
from gpugrad.drawing.graph import Graph, graph_of


def leaf(value, dtype="float64"):
    return gg.tensor(value, dtype=dtype, requires_grad=True)


def graph(y, limit=300, **names) -> Graph:
    return graph_of(y, list(names.items()), limit)


def mixed():
    """Several shapes and dtypes, broadcasting, a matrix product; everything by a name."""
    gg.random.seed(5)
    w = gg.random.normal(size=(3, 2), dtype="float64").requires_grad_()
    b = leaf([0.5, -1.0])
    h = leaf([[1.0, 2.0, 3.0]] * 4, "float16")
    product = gg.matmul(h.astype("float64"), w)
    squashed = gg.tanh(product + b)
    total = gg.sum(squashed, axis=0)
    y = gg.sum(total * b)
    return y, {"w": w, "b": b, "h": h, "product": product, "squashed": squashed, "total": total}
