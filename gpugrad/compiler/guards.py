"""What a recording rests on outside of its arguments: Python values that the function can reach.

A number that a closure holds, a layer in a list, whether a module trains: a recording has decided
by them and holds only while they are the same.  ``reaching`` finds them.
"""

from collections.abc import Callable, Collection, Iterator
from operator import is_
from typing import Any, NamedTuple

PLAIN = (bool, int, float, complex, str, bytes, type(None))
ABSENT = object()
Holding = Iterator[tuple[Any, Any, str]]  # (container, key, path)
Leading = list[tuple[Any, str]]  # (value, path)


class Key(NamedTuple):
    """Something of a container that no index gives.

    test: whether it is still so, as text of the container and of what it was.
    """

    read: Callable[[Any], Any]
    test: str


LENGTH = Key(len, "len({}) == {}")
ELEMENTS = Key(tuple, "same_objects({}, {})")  # all those of a long list of plain values, of a set
BYTES = Key(lambda array: array.tobytes(), "{}.tobytes() == {}")  # of a small array
TEXT = Key(bytes, "bytes({}) == {}")  # of a bytearray
WANTING = Key(lambda cell: cell.requires_grad, "({}.node is not None) is {}")
CONTENTS = Key(lambda cell: cell.cell_contents, "{}.cell_contents is {}")  # of a closure
CODE = Key(lambda function: function.__code__, "{}.__code__ is {}")
DEFAULTS = Key(lambda function: function.__defaults__, "{}.__defaults__ is {}")
CURRENT = Key(lambda variable: variable.get(ABSENT), "{}.get(absent) is {}")  # of a ContextVar


def slot(name: str) -> Key:
    """The key of an attribute that an object's dictionary does not hold."""
    return Key(lambda one: getattr(one, name, ABSENT), f"getattr({{}}, {name!r}, absent) is {{}}")


class Guard(NamedTuple):
    """That ``container[key]`` is what it was."""

    container: Any
    key: Any
    value: Any
    path: str

    def holds(self) -> bool:
        """Whether it is still so."""
        return alike(look(self.container, self.key), self.value)


def look(container: Any, key: Any) -> Any:
    """What a container holds under a key; ABSENT if nothing."""
    try:
        return key.read(container) if isinstance(key, Key) else container[key]
    except (KeyError, IndexError, ValueError):
        return ABSENT


def alike(found: Any, known: Any) -> bool:
    """Whether two values are one object, equal plain ones, or tuples of such."""
    if found is known:
        return True
    if type(found) is not type(known):
        return False
    if type(found) is tuple:
        return len(found) == len(known) and all(map(alike, found, known))
    return type(found) in PLAIN and exact(found) == exact(known)


def exact(value: Any) -> Any:
    """What distinguishes a value from others that are equal to it: 0.0 from -0.0."""
    return repr(value) if type(value) in (float, complex) else value


def same_objects(found: Collection, known: tuple) -> bool:
    """Whether a container has the very elements that it had."""
    return len(found) == len(known) and all(map(is_, found, known))
