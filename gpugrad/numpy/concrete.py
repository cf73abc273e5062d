"""What a function has to know of values before it can go on: sizes, indices, whether all fits."""

from typing import Any

from ..engine.cells import home_of, host_values, raw
from ..tensor.cell import Tensor
from . import making as make
from .reading import array


def readable(*arguments: Any) -> bool:
    """Whether each Tensor has one value that Python can read: within ``vmap`` it has many."""
    return all(getattr(raw(x), "shape", ()) == x.shape for x in arguments)


def on_host(x: Any, name: str, what: str) -> Any:
    """The values of ``x`` as a host array, whatever transform it is in; TypeError within ``vmap``.

    name, what: the function and the argument of which the shape of the result depends.
    """
    x = array(x)
    if not readable(x):
        raise TypeError(
            f"{name}: the shape of the result depends on the values of {what}, which differ from "
            "member to member of a vmap; call it outside of vmap"
        )
    return host_values(x)


def plain(x: Any, name: str) -> Any:
    """What function ``name`` of NumPy is given for ``x``: of a Tensor, also in a list, the values
    on the host, without a history; anything else as it is.  TypeError within ``vmap``."""
    if isinstance(x, list | tuple):
        return [plain(one, name) for one in x] if any(map(_has_tensor, x)) else x
    if not isinstance(x, Tensor):
        return x
    if not readable(x):
        raise TypeError(
            f"{name}: it reads values, which differ from member to member of a vmap; call it "
            "outside of vmap"
        )
    return host_values(x)


def _has_tensor(x: Any) -> bool:
    return any(map(_has_tensor, x)) if isinstance(x, list | tuple) else isinstance(x, Tensor)


def sent(values: Any, x: Any) -> Any:
    """A host array as a Tensor on the device of ``x``."""
    return make.asarray(values, device=x.device)


def holds(condition: Any) -> bool:
    """Whether a truth value, or any of several, is true; False where Python cannot read it."""
    return readable(condition) and bool(host_values(condition).any())


def reads_freely(x: Any) -> bool:
    """Whether a look at the values of a Tensor makes nobody wait, so that they may be checked."""
    return home_of(x).reads_freely
