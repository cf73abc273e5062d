"""Pictures of recorded graphs: ``draw``."""

from .picture import Drawing, draw

__all__ = ["Drawing", "draw"]
