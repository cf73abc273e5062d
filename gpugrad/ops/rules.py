"""Derivative rules as declarations give them: their names are held to the operation's, at import.

A rule that names what its operation does not have is a TypeError, and a rule that names only some
settings is wrapped so that it can be called with all of them.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

REQUIRED = type("Required", (), {"__repr__": lambda self: "required"})()  # has no default
VARIADIC = 0x04  # inspect.CO_VARARGS, the flag of a code object with *arguments


@dataclass(frozen=True)
class Rule:
    """A derivative rule, and what it names in addition to ``xp``, gradients and settings."""

    function: Callable[..., Any]
    names: tuple[str, ...]
    constant: float | None = None  # a partial that is the same number everywhere


def parameters(function: Callable) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    """Positional and keyword-only names, and whether the last positional takes any number.

    Read off the code object: inspect.signature would take a fifth of gpugrad's import time.
    """
    code = function.__code__
    named = code.co_argcount + code.co_kwonlyargcount
    positional = code.co_varnames[: code.co_argcount]
    variadic = bool(code.co_flags & VARIADIC)
    if variadic:
        positional += (code.co_varnames[named],)
    return positional, code.co_varnames[code.co_argcount : named], variadic


def signature(forward: Callable) -> tuple[tuple[str, ...], bool, dict[str, Any]]:
    """Names of the arrays, whether they are variadic, and settings with their defaults."""
    positional, keywords, variadic = parameters(forward)
    defaults = forward.__kwdefaults__ or {}
    return positional[1:], variadic, {name: defaults.get(name, REQUIRED) for name in keywords}


def pullbacks_of(forward: Callable, pullbacks: dict, inputs: tuple, settings: Mapping) -> tuple:
    """The rule ``to_<input>`` of each input, None where there is none."""
    return tuple(
        rule_of(
            forward,
            pullbacks.get(f"to_{name}"),
            inputs,
            settings,
            fixed=("g",),
            optional=("index",),
        )
        for name in inputs
    )


def together_of(forward: Callable, together: Callable, inputs: tuple, settings: Mapping) -> Any:
    """The rule that gives the shares of all inputs; it may name ``needs``, which are wanted."""
    return rule_of(forward, together, inputs, settings, fixed=("g",), optional=("needs",))


def tangent_of(
    forward: Callable, tangent: Callable | None, inputs: tuple, settings: Mapping
) -> Any:
    """The forward-mode rule; it takes the tangents of the inputs that it names."""
    tangents = tuple(f"t{name}" for name in inputs)
    return rule_of(forward, tangent, inputs, settings, fixed=(), optional=tangents)


def rule_of(
    forward: Callable,
    function: Callable | None,
    inputs: tuple[str, ...],
    settings: Mapping[str, Any],
    fixed: tuple[str, ...],
    optional: tuple[str, ...] = (),
) -> Rule | None:
    """Check a rule's names against the operation's and make it take all settings."""
    if function is None:
        return None
    names, wanted, _ = parameters(function)
    leading = ("xp", *fixed)
    if names[: len(leading)] != leading:
        raise TypeError(f"{forward.__name__}: a rule starts with {', '.join(leading)}")
    names = names[len(leading) :]
    shapes = {f"{name}_shape" for name in inputs}
    reject_unknown(forward, "kept name", names, {*inputs, "y", *shapes, *optional})
    reject_unknown(forward, "setting", wanted, set(settings))
    if not names and not wanted and not fixed:
        return Rule(function, (), constant=function(None))
    return Rule(_with_settings(function, wanted, tuple(settings)), names)


def _with_settings(function: Callable, wanted: tuple, settings: tuple) -> Callable:
    """The same rule, called with all of the op's settings although it names only some."""
    if set(wanted) == set(settings):
        return function
    if not wanted:
        return lambda *arguments, **_: function(*arguments)
    return lambda *arguments, **given: function(*arguments, **{k: given[k] for k in wanted})


def reject_unknown(forward: Callable, what: str, names: Iterable, known: set) -> None:
    for name in names:
        if name not in known:
            raise TypeError(
                f"{forward.__name__}: unknown {what} {name!r}; known: {', '.join(sorted(known))}"
            )
