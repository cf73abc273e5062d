"""Python's own names: containers need no others here."""

from builtins import dict, isinstance, list, tuple, type  # noqa: UP029 - to be imported from here

__all__ = ["dict", "isinstance", "list", "tuple", "type"]
