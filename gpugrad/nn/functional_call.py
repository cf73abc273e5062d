"""A Module as a function of its parameters, for transforms: gradients by them, many at once."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from .module import Module
from .tree import dotted

__all__ = ["functional_call"]


def functional_call(
    module: Module,
    parameter_and_buffer_dicts: Any,
    args: Any = None,
    kwargs: Mapping[str, Any] | None = None,
    *,
    tie_weights: bool = True,
    strict: bool = False,
) -> Any:
    """Result of ``module(*args, **kwargs)`` with other parameters and buffers, by dotted name.

        layer = gg.nn.Linear(2, 1)
        x = gg.ones((3, 2))
        loss = lambda p: gg.sum(gg.nn.functional_call(layer, p, x))
        print(gg.grad(loss)(dict(layer.named_parameters()))["bias"].tolist())  # [3.0]

    parameter_and_buffer_dicts: a dict, or several without a common name.  args: a tuple, or the
    only argument, or None.  tie_weights: a parameter that the module has under several names is
    replaced under all, by one value.  strict: RuntimeError for a missing name and one that the
    module has not, which has no effect else, as in torch.  Buffers that the call writes are the
    given ones; the module stays as it is.
    """
    given = _merged(parameter_and_buffer_dicts)
    places = {name: (owner, key) for name, owner, key in _places(module)}
    groups: dict[int, list[str]] = {}  # names of each cell
    for name, (owner, key) in places.items():
        groups.setdefault(id(vars(owner)[key]), []).append(name)
    if strict:
        _refuse_others(given, places, groups if tie_weights else {})
    if tie_weights:
        given |= {name: value for names in groups.values() for name, value in _tied(names, given)}
    arguments = args if isinstance(args, tuple) else () if args is None else (args,)
    with _replaced({places[name]: value for name, value in given.items() if name in places}):
        return module(*arguments, **(kwargs or {}))


def _merged(given: Any) -> dict[str, Any]:
    """All values by name, in a new dict; ValueError for names that come twice."""
    several = [given] if isinstance(given, Mapping) else list(given)
    if not all(isinstance(one, Mapping) for one in several):
        raise ValueError("functional_call: give a dict of parameters and buffers, or several")
    names = [name for one in several for name in one]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"functional_call: {sorted(twice)} are in several dicts")
    return {name: value for one in several for name, value in one.items()}


def _places(module: Module) -> Iterator[tuple[str, Module, str]]:
    """Dotted name, owner and attribute of each parameter and buffer, shared ones under all."""
    for path, owner in module.named_modules(remove_duplicate=False):
        for key, _ in (*owner._own_parameters(), *owner._own_buffers()):
            yield dotted(path, key), owner, key


def _tied(names: list[str], given: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """All names of one cell with its value, if there is one; ValueError for several."""
    values = {id(given[name]): given[name] for name in names if name in given}
    if len(values) > 1:
        raise ValueError(
            f"functional_call: {names} are one parameter and got several values; tie_weights=False "
            "takes them"
        )
    return ((name, value) for name in names for value in values.values())


def _refuse_others(given: dict[str, Any], places: Any, groups: dict[int, list[str]]) -> None:
    """RuntimeError for names that the module has not, and missing ones."""
    tied = {
        name for names in groups.values() if not given.keys().isdisjoint(names) for name in names
    }
    unknown = [name for name in given if name not in places]
    missing = [name for name in places if name not in given and name not in tied]
    if unknown or missing:
        raise RuntimeError(f"functional_call: unexpected {unknown}, missing {missing}")


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
