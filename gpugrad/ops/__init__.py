"""Every operation's declaration; importing it computes nothing."""

from . import activation, arithmetic, complexes, elementary, linalg, reduction, selection, shape
from .declare import REGISTRY, Op

__all__ = [
    "REGISTRY",
    "Op",
    "activation",
    "arithmetic",
    "complexes",
    "elementary",
    "linalg",
    "reduction",
    "selection",
    "shape",
]
