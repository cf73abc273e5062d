"""Workloads, each in several spellings, and the libraries that run them.

A spelling is written once, in names that all libraries have, and every library runs those lines.
"""

from .networks import ROWS as NETWORKS
from .row import Row
from .small import ROWS as SMALL

ROWS = dict(sorted({**SMALL, **NETWORKS}.items()))

__all__ = ["ROWS", "Row"]
