"""Passes: each makes a graph of another that computes the same with less work."""

from ..graph import Graph
from ..writing import last
from .algebra import simplified
from .common import shared
from .dead import living
from .flattening import flattened
from .folding import folded
from .fusing import fused
from .gram import symmetric
from .nested import nested
from .spelled import spelled
from .turning import turned

__all__ = [
    "flattened",
    "folded",
    "fused",
    "improved",
    "living",
    "nested",
    "shared",
    "simplified",
    "spelled",
    "symmetric",
    "turned",
]


def improved(graph: Graph) -> Graph:
    """The graph after all passes that keep every bit."""
    return last(living(shared(simplified(folded(living(graph))))))
