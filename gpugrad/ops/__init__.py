"""Every operation's declaration; importing it computes nothing."""

from . import (
    activation,
    arithmetic,
    arrangement,
    comparison,
    complexes,
    elementary,
    extremes,
    indexing,
    joining,
    linalg,
    reduction,
    rounding,
    scan,
    selection,
    shape,
    sorting,
)
from .declare import REGISTRY, Op

__all__ = [
    "REGISTRY",
    "Op",
    "activation",
    "arithmetic",
    "arrangement",
    "comparison",
    "complexes",
    "elementary",
    "extremes",
    "indexing",
    "joining",
    "linalg",
    "reduction",
    "rounding",
    "scan",
    "selection",
    "shape",
    "sorting",
]
