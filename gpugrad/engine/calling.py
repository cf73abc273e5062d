"""One operation on raw arrays: its settings, its function on a backend, and errors that name it."""

from collections.abc import Callable
from functools import partial, wraps
from operator import add, mul, neg, pos, sub, truediv
from typing import Any, TypeVar, cast

from ..backend.maths.linalg_errors import LinAlgError
from ..backend.shapes import AxisError
from ..ops.declare import ELEMENTWISE, REGISTRY, REQUIRED, Op

KINDS = (
    ValueError,
    TypeError,
    IndexError,
    AxisError,
    LinAlgError,
)  # of errors that stay what they are

READING, WRITING = "x[...]", "x[...] = v"  # what errors call a Tensor's brackets
CALLED: set[str] = set()  # names of functions that are made of others, below
Function = TypeVar("Function", bound=Callable[..., Any])


def completed(op: Op, settings: dict[str, Any]) -> dict[str, Any]:
    """All settings of ``op``: the given ones and the defaults of the others; not to be changed."""
    if not settings and (defaults := op.defaults) is not None:
        return defaults
    if settings.keys() == op.settings.keys():
        return settings
    unknown = settings.keys() - op.settings.keys()
    if unknown:
        known = ", ".join(op.settings) or "none"
        raise TypeError(f"{op.name}: unknown setting {', '.join(sorted(unknown))}; known: {known}")
    whole = {**op.settings, **settings}
    missing = [name for name, value in whole.items() if value is REQUIRED]
    if missing:
        raise TypeError(f"{op.name}: missing setting {', '.join(missing)}")
    return whole


def by_position(op: Op, given: tuple, named: dict) -> dict[str, Any]:
    """The settings that were given after the arrays, without their names."""
    if len(given) > len(op.settings):
        most, count = len(op.inputs) + len(op.settings), len(op.inputs) + len(given)
        raise TypeError(f"{op.name}{text_signature(op)}: {count} arguments where at most {most} go")
    placed = dict(zip(op.settings, given, strict=False))
    if not placed.keys().isdisjoint(named):
        twice = ", ".join(sorted(placed.keys() & named))
        raise TypeError(f"{op.name}{text_signature(op)}: {twice} is given twice")
    return placed


def text_signature(op: Op) -> str:
    """What the function of an operation takes, as ``inspect.signature`` reads it."""
    arrays = [name if i < op.needed else f"{name}=None" for i, name in enumerate(op.inputs)]
    if op.variadic:
        arrays[-1] = f"*{arrays[-1]}"
    settings = [
        name if default is REQUIRED else f"{name}={default!r}"
        for name, default in op.settings.items()
    ]
    named = op.needed < len(arrays) and REQUIRED in op.settings.values()
    return f"({', '.join([*arrays, *['*'] * named, *settings])})"


def function_on(op: Op, backend: Any) -> Callable[..., Any]:
    """The function of raw arrays and settings that computes ``op`` on a backend: the backend's
    own where the operation asks for it, else its forward rule."""
    native = backend.natives.get(op.name) if op.native else None
    if native is not None:
        return native
    function = _handed_on(op, backend.xp) or partial(op.forward, backend.xp)
    return _on_its_device(function, backend) if backend.shares_type else function


def _on_its_device(function: Callable[..., Any], backend: Any) -> Callable[..., Any]:
    """A rule whose operators of raw arrays run on the arrays' device, as natives do anyway."""

    def run(*values: Any, **settings: Any) -> Any:
        here = backend.here()
        if here is None:
            return function(*values, **settings)
        with here:
            return function(*values, **settings)

    return run


def _handed_on(op: Op, xp: Any) -> Callable[..., Any] | None:
    """The one function to which a forward rule hands its arrays as they are, if that is all that
    it does: calling it directly saves a third of the time of a small operation."""
    if op.kind != ELEMENTWISE or op.settings or op.variadic:
        return None
    tokens = tuple(_Token() for _ in op.inputs)
    try:
        called = op.forward(_Namespace(xp), *tokens)
    except (TypeError, AttributeError, KeyError):  # it computes something of its own
        return None
    if type(called) is _Called and called.arguments == tokens:
        return called.function
    return None


class _Called:
    """A function and what it was called with."""

    def __init__(self, function: Callable[..., Any], arguments: tuple) -> None:
        self.function = function
        self.arguments = arguments


class _Token:
    """Stands for an array in a forward rule."""

    def __add__(self, other: Any) -> _Called:
        return _Called(add, (self, other))

    def __sub__(self, other: Any) -> _Called:
        return _Called(sub, (self, other))

    def __mul__(self, other: Any) -> _Called:
        return _Called(mul, (self, other))

    def __truediv__(self, other: Any) -> _Called:
        return _Called(truediv, (self, other))

    def __neg__(self) -> _Called:
        return _Called(neg, (self,))

    def __pos__(self) -> _Called:
        return _Called(pos, (self,))


class _Namespace:
    """Stands for ``xp`` in a forward rule: its functions only note what they are given."""

    def __init__(self, xp: Any) -> None:
        self._xp = xp

    def __getattr__(self, name: str) -> Callable[..., Any]:
        function = getattr(self._xp, name)
        return lambda *arguments: _Called(function, arguments)


def composed(op: Op, xp: Any, arguments: tuple, settings: dict) -> Any:
    """The result of a composite; errors of the operations in it name the one that was called."""
    try:
        return op.forward(xp, *arguments, **settings)
    except (ValueError, TypeError, IndexError, AttributeError) as error:
        raise _renamed(op, error, arguments) from error


def _renamed(op: Op, error: Exception, arguments: tuple) -> Exception:
    """The same kind of error, of a composite instead of an operation in it."""
    if misfit := _misfit(op, error, arguments):
        return TypeError(misfit)
    said, _, rest = str(error).partition(": ")
    if said == op.name or type(error) not in KINDS:
        return error
    return type(error)(f"{op.name}: {rest if said in REGISTRY else error}")


def absent(op: Op, arguments: tuple) -> str | None:
    """Which argument is None and may not be."""
    for name, value in zip(op.inputs[: op.needed], arguments, strict=False):
        if value is None:
            return f"{op.name}: {name} is None; give a Tensor, an array or a number"
    return None


def _misfit(op: Op, error: Exception, arguments: tuple) -> str | None:
    """Which argument is None or no array, where a rule stumbled over that."""
    if not isinstance(error, TypeError | AttributeError) or op.variadic:
        return None
    if lack := absent(op, arguments):
        return lack
    for name, value in zip(op.inputs, arguments, strict=False):
        if isinstance(error, AttributeError) and isinstance(value, str | int | float | complex):
            return f"{op.name}: {name} is {value!r}; give a Tensor or an array"
    return None


def explained(op: Op, error: Exception, arguments: tuple, settings: dict) -> Exception:
    """The same kind of error, saying which operation on what failed."""
    if misfit := _misfit(op, error, arguments):
        return TypeError(misfit)
    message = str(error)
    said = message.partition(": ")[0]
    if isinstance(error, AttributeError) or said in REGISTRY or said == op.name:
        return error  # it says which operation: this one, or one of those that this is made of
    if op.kind == ELEMENTWISE and message.startswith("operands could not be broadcast"):
        shapes = " and ".join(str(a.shape) for a in arguments if hasattr(a, "shape"))
        return ValueError(f"{op.name}: shapes {shapes} do not broadcast")
    given = ", ".join(
        f"{a.dtype}{list(a.shape)}" if hasattr(a, "dtype") else repr(a) for a in arguments
    )
    how = "".join(f", {k}={v!r}" for k, v in settings.items())
    kind = type(error) if type(error) in KINDS else ValueError
    return kind(f"{op.name}: {message} (given {given}{how})")


def renamed(error: Exception, name: str) -> Exception:
    """An error of an operation as one of what was called, ``name``; any other as it is."""
    said, _, message = str(error).partition(": ")
    if said == name or said not in (*REGISTRY, *CALLED, READING, WRITING):
        return error
    return type(error)(f"{name}: {message.partition(' (given ')[0]}")


def called(function: Function) -> Function:
    """``function``, whose errors name it and not the operations that it is made of."""
    CALLED.add(function.__name__)

    @wraps(function)
    def named(*arguments: Any, **settings: Any) -> Any:
        try:
            return function(*arguments, **settings)
        except (IndexError, ValueError, TypeError) as error:
            raise renamed(error, function.__name__) from None

    return cast("Function", named)
