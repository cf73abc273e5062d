"""Layers to measure: each topic has a file with a table ``ROWS``, name -> Layer."""

from .convolutions import ROWS as CONVOLUTIONS
from .layer import Layer
from .recurrent import ROWS as RECURRENT
from .rows import ROWS as OF_ROWS

ROWS = {**CONVOLUTIONS, **OF_ROWS, **RECURRENT}

__all__ = ["ROWS", "Layer"]
