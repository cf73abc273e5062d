"""torch.autograd.functional: Jacobians, Hessians and products with them, at given ``inputs``.

``inputs`` is one Tensor, and then what belongs to it is one too, or a tuple of them.  Results are
recorded with ``create_graph`` alone.
"""

from collections.abc import Callable
from typing import Any

from ... import transforms
from ...api.creation import ones_like
from ..tensor import owned

__all__ = ["hessian", "hvp", "jacobian", "jvp", "vhp", "vjp"]
Pair = tuple[Any, Any]


def vjp(
    func: Callable, inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False
) -> Pair:
    """Value of ``func(*inputs)`` and the product of ``v``, which is like it, with the Jacobian;
    ``v`` may be left out for a value of one element."""
    given = _read("vjp", inputs, create_graph, strict)
    value, pull = transforms.vjp(func, *given)
    products = pull(_direction("vjp", value, v))
    return _given_out(value, create_graph), _like(inputs, products, create_graph)


def jvp(
    func: Callable, inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False
) -> Pair:
    """Value of ``func(*inputs)`` and the product of the Jacobian with ``v``, which is like
    ``inputs``; it may be left out for an input of one element."""
    given = _read("jvp", inputs, create_graph, strict)
    found = transforms.jvp(func, given, _several(_direction("jvp", inputs, v)))
    return _given_out(found[0], create_graph), _given_out(found[1], create_graph)


def hvp(
    func: Callable, inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False
) -> Pair:
    """Value of ``func(*inputs)``, one number, and the product of its Hessian with ``v``, which is
    like ``inputs``."""
    given = _read("hvp", inputs, create_graph, strict)
    both = transforms.value_and_grad(func, argnums=tuple(range(len(given))))
    (value, _), (_, product) = transforms.jvp(both, given, _several(_direction("hvp", inputs, v)))
    return _given_out(value, create_graph), _like(inputs, product, create_graph)


vhp = hvp  # the Hessian is symmetric


def jacobian(
    func: Callable,
    inputs: Any,
    create_graph: bool = False,
    strict: bool = False,
    vectorize: bool = False,
    strategy: str = "reverse-mode",
) -> Any:
    """Jacobian of ``func`` at ``inputs``: for a value of shape r and an input of shape s one of
    shape r + s; a tuple for several values, of tuples for several inputs.

    strategy: "reverse-mode" or "forward-mode".  All rows are computed at once, as ``vectorize``
    asks for.
    """
    transform = transforms.jacfwd if strategy == "forward-mode" else transforms.jacrev
    return _whole("jacobian", transform, func, inputs, create_graph, strict)


def hessian(
    func: Callable,
    inputs: Any,
    create_graph: bool = False,
    strict: bool = False,
    vectorize: bool = False,
    outer_jacobian_strategy: str = "reverse-mode",
) -> Any:
    """Hessian of ``func``, which gives one number, at ``inputs``; tuples of tuples for several."""
    return _whole("hessian", transforms.hessian, func, inputs, create_graph, strict)


def _whole(
    name: str, transform: Callable, func: Callable, inputs: Any, create_graph: bool, strict: bool
) -> Any:
    given = _read(name, inputs, create_graph, strict)
    argnums = tuple(range(len(given))) if isinstance(inputs, tuple) else 0
    return _given_out(transform(func, argnums=argnums)(*given), create_graph)


def _several(x: Any) -> tuple:
    return tuple(x) if isinstance(x, list | tuple) else (x,)


def _read(name: str, inputs: Any, create_graph: bool, strict: bool) -> tuple:
    """The inputs, recorded if the results shall be."""
    if strict:
        raise RuntimeError(
            f"{name}: strict=True is not here; what does not depend on an input has zeros"
        )
    return tuple(x if create_graph else x.detach() for x in _several(inputs))


def _direction(name: str, like: Any, v: Any) -> Any:
    """``v``, or 1 for one element."""
    if v is not None:
        return v
    if isinstance(like, tuple) or like.size != 1:
        raise RuntimeError(f"{name}: v is None; give it, unless there is one Tensor of one element")
    return ones_like(like)


def _like(inputs: Any, found: tuple, create_graph: bool) -> Any:
    return _given_out(found if isinstance(inputs, tuple) else found[0], create_graph)


def _given_out(found: Any, create_graph: bool) -> Any:
    if isinstance(found, tuple):
        return tuple(_given_out(x, create_graph) for x in found)
    return owned(found) if create_graph else owned(found).detach()
