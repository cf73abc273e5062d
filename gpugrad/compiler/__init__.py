"""compile: a function recorded once and replayed."""

from .compiled import compile

__all__ = ["compile"]
