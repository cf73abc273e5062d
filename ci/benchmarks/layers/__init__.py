"""Layers to measure: each topic has a file with a table ``ROWS``, name -> Layer."""

from .convolutions import ROWS as CONVOLUTIONS
from .layer import Layer

ROWS = {**CONVOLUTIONS}

__all__ = ["ROWS", "Layer"]
