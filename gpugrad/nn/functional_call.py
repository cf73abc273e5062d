"""A Module as a function of its parameters, for transforms: gradients by them, many at once."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from .module import Module

__all__ = ["functional_call"]


def functional_call(
    module: Module,
    parameters: Any,
    args: Any = (),
    kwargs: Mapping[str, Any] | None = None,
    *,
    tie_weights: bool = True,
    strict: bool = False,
) -> Any:
    """What ``module(*args, **kwargs)`` gives with other parameters and buffers, by dotted name.

        layer = gg.nn.Linear(2, 1)
        x = gg.ones((3, 2))
        loss = lambda p: gg.sum(gg.nn.functional_call(layer, p, x))
        print(gg.grad(loss)(dict(layer.named_parameters()))["bias"].tolist())  # [3.0]

    parameters: a dict, or several.  args: a tuple, or the only argument.  tie_weights: a parameter
    that the module has under several names is replaced under all.  strict: RuntimeError if one is
    missing.  A name that the module has not raises RuntimeError.  Buffers that the call writes are
    the given ones; the module stays as it is.
    """
    given = dict(parameters) if isinstance(parameters, Mapping) else _merged(parameters)
    held = {name: (owner, key) for name, owner, key in _places(module)}
    unknown = [name for name in given if name not in held]
    missing = [name for name in held if name not in given] if strict else []
    if unknown or missing:
        raise RuntimeError(f"functional_call: unexpected {unknown}, missing {missing}")
    if tie_weights:
        given = _tied(given, held)
    arguments = args if isinstance(args, tuple) else (args,)
    with _replaced({held[name]: value for name, value in given.items()}):
        return module(*arguments, **(kwargs or {}))


def _merged(several: Any) -> dict[str, Any]:
    return {name: value for one in several for name, value in one.items()}


def _places(module: Module) -> Iterator[tuple[str, Module, str]]:
    """Dotted name, owner and attribute of each parameter and buffer."""
    for path, owner in module.named_modules():
        for key, _ in (*owner._own_parameters(), *owner._own_buffers()):
            yield (f"{path}.{key}" if path else key), owner, key


def _tied(given: dict[str, Any], held: dict[str, tuple[Module, str]]) -> dict[str, Any]:
    """``given`` under all names of each cell."""
    cells = {id(vars(owner)[key]): name for name, (owner, key) in held.items() if name in given}
    return {
        name: given[cells[id(vars(owner)[key])]]
        for name, (owner, key) in held.items()
        if id(vars(owner)[key]) in cells
    }


@contextmanager
def _replaced(values: Mapping[tuple[Module, str], Any]) -> Iterator[None]:
    """Within the ``with`` attributes hold other values; they are put in past the checks."""
    before = [(vars(owner), key, vars(owner)[key]) for owner, key in values]
    try:
        for (owner, key), value in values.items():
            vars(owner)[key] = value
        yield
    finally:
        for attributes, key, value in before:
            attributes[key] = value
