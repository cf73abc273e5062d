"""The raw reader of rules: one namespace a backend, from operation names to its functions.

A name is the backend's own function where it has one and otherwise the operation's forward rule
read by the same namespace.
"""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from ..backend import select
from ..ops import REGISTRY

# Names beside the operations that a rule may use: new arrays where another array is.
EXTRAS = ("zeros_like", "ones_like", "full_like", "arange_like")


class Namespace:
    """The functions of one reader, as attributes."""

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Callable[..., Any]: ...


ANY = Namespace()  # reads rules on anything; filled by anything.py


def raw_namespace(backend: Any) -> Namespace:
    """Functions of raw arrays of ``backend``, one for every operation and every extra."""
    namespace = Namespace()
    for name, op in REGISTRY.items():
        native = backend.natives.get(name)
        setattr(namespace, name, native or partial(op.forward, namespace))
    for name in EXTRAS:
        setattr(namespace, name, backend.natives[name])
    return namespace


def _prepare(backend: Any) -> None:
    backend.xp = raw_namespace(backend)


select.on_open(_prepare)
