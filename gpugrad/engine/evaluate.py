"""Run an operation on raw arrays: one device, promoted dtypes, halves computed in float32."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache, partial
from typing import Any, NamedTuple

from ..backend.dtypes import (
    BY_NAME,
    COMPLEX,
    DTYPE_CLASSES,
    HALVES,
    INEXACT,
    default_float,
    float32,
    float64,
    promote,
    with_number,
)
from ..backend.maths.linalg_errors import LinAlgError
from ..backend.select import BACKENDS, HOST, backend_of
from ..codegen.fused import Fused, fused
from ..ops.declare import ELEMENTWISE, REGISTRY, REQUIRED, Op
from .pullbacks import Plan, plan, widened

NUMBERS = (bool, int, float, complex)
SCALARS = frozenset(HOST.array_types[1:])  # NumPy's numbers, which have a dtype and no device
KINDS = (ValueError, TypeError, IndexError, LinAlgError)  # of errors that stay what they are


class Evaluated(NamedTuple):
    """A result with the inputs as they were after promotion."""

    y: Any
    values: tuple
    compute: Any = None  # the dtype that halves were computed in
    saved: tuple[Plan, tuple] | None = None  # a kernel's own plan and what it keeps for it


def evaluate(op: Op, values: tuple, settings: dict, needs: tuple[bool, ...] = ()) -> Evaluated:
    """The raw result of ``op``; Python numbers stay weak, and alone give a Python number.

    needs: which inputs want a gradient, if this is recorded.
    """
    dtype, backend = None, uniform(values)
    if backend is None:
        backend = common_backend(op, values)
        if backend is None:
            return _of_numbers(op, values, settings)
        values, dtype = promoted(op, values, backend)
    if op.kind == ELEMENTWISE and _worth_a_kernel(values, backend.fuse_from):
        kernels = fused(op)
        if kernels.takes(backend, values, settings):
            return _by_kernel(kernels, backend, values, settings, needs)
    compute = computed_in(op, dtype, backend)
    if compute is None:
        return Evaluated(run(op, backend, values, settings), values)
    arguments = tuple(widened(backend.xp, v, compute) for v in values)
    y = run(op, backend, arguments, settings)
    return Evaluated(_narrowed(backend.xp, y, dtype), values, compute)


def completed(op: Op, settings: dict[str, Any]) -> dict[str, Any]:
    """All settings of ``op``: the given ones and the defaults of the others."""
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


def signature(op: Op) -> str:
    """What the function of an operation takes, as ``inspect.signature`` reads it."""
    arrays = [*op.inputs[:-1], f"*{op.inputs[-1]}"] if op.variadic else list(op.inputs)
    settings = [
        name if default is REQUIRED else f"{name}={default!r}"
        for name, default in op.settings.items()
    ]
    return f"({', '.join([*arrays, *settings])})"


def _worth_a_kernel(values: tuple, least: int) -> bool:
    largest = max([0 if value is None else value.size for value in values])
    return largest >= least  # a list: any() of a generator would take three times as long


def _by_kernel(
    kernels: Fused, backend: Any, values: tuple, settings: dict, needs: tuple[bool, ...]
) -> Evaluated:
    if not any(needs):
        return Evaluated(kernels.forward(backend, values, settings), values)
    y, kept = kernels.record(backend, values, needs, settings)
    return Evaluated(y, values, None, (fused_plan(kernels.op, needs), kept))


@cache
def fused_plan(op: Op, needs: tuple[bool, ...]) -> Plan:
    """The plan of a node whose forward was a kernel: raw gradients go through its backward."""
    plain, kernels = plan(op, needs), fused(op)
    named = len(plain.origins)

    def pull(xp: Any, g: Any, kept: tuple, settings: dict, last: bool = False) -> tuple:
        if type(g) not in BACKENDS:  # recorded again, or at a higher level
            return plain.pull(xp, g, kept[:named], settings)
        return kernels.pull(backend_of(g), needs, g, kept, settings, consume=last)

    return replace(plain, pull=pull, last=partial(pull, last=True))


def small_floats(values: Sequence) -> tuple[Any, Sequence] | None:
    """The backend and the arguments of an elementwise operation, numbers as arrays, if these are
    arrays of one shape and one of the frequent dtypes, and too small for a kernel; else None."""
    first: Any = None
    numbers = False
    for value in values:
        if type(value) is float or type(value) is int:
            numbers = True
        elif first is None:
            first = value
            dtype = getattr(value, "dtype", None)
            backend = BACKENDS.get(type(value))
            if (dtype is not float32 and dtype is not float64) or backend is None:
                return None
            if value.size >= backend.fuse_from or backend.shares_type:
                return None
        elif type(value) is not type(first) or (value.dtype, value.shape) != (dtype, first.shape):
            return None
    if first is None or backend is None:
        return None
    if numbers:
        constant = backend.constant if first.shape else backend.number
        values = tuple([v if hasattr(v, "dtype") else constant(v, dtype) for v in values])
    return backend, values


def uniform(values: Sequence) -> Any:
    """The backend if all values are arrays of one type and of one of the frequent dtypes."""
    kind, dtype = type(values[0]), getattr(values[0], "dtype", None)
    if dtype is not float32 and dtype is not float64:
        return None
    for value in values:
        if type(value) is not kind or value.dtype is not dtype:
            return None
    backend = BACKENDS.get(kind)
    return None if backend is None or backend.shares_type else backend


def run(op: Op, backend: Any, arguments: tuple, settings: dict) -> Any:
    """The result on raw arrays; errors name the operation and the arguments.

    It comes from the backend's native where the operation asks for it, else from the forward rule.
    """
    try:
        if op.native and (native := backend.natives.get(op.name)) is not None:
            return native(*arguments, **settings)
        return op.forward(backend.xp, *arguments, **settings)
    except (ValueError, TypeError, IndexError) as error:
        raise explained(op, error, arguments, settings) from error


def explained(op: Op, error: Exception, arguments: tuple, settings: dict) -> Exception:
    """The same kind of error, saying which operation on what failed."""
    message = str(error)
    said = message.partition(": ")[0]
    if said == op.name or (isinstance(error, LinAlgError) and said in REGISTRY):
        return error  # it says which operation: this one, or the one whose derivative this is
    if op.kind == ELEMENTWISE and message.startswith("operands could not be broadcast"):
        shapes = " and ".join(str(a.shape) for a in arguments if hasattr(a, "shape"))
        return ValueError(f"{op.name}: shapes {shapes} do not broadcast")
    given = ", ".join(
        f"{a.dtype}{list(a.shape)}" if hasattr(a, "dtype") else repr(a) for a in arguments
    )
    how = "".join(f", {k}={v!r}" for k, v in settings.items())
    kind = type(error) if type(error) in KINDS else ValueError
    return kind(f"{op.name}: {message} (given {given}{how})")


def common_backend(op: Op, values: tuple) -> Any:
    """The one backend that all arrays are on, NumPy's scalars on any; None if there are only
    numbers."""
    found = scalars = None
    for value in values:
        if type(value) in NUMBERS or value is None:
            continue
        if type(value) in SCALARS:
            scalars = HOST
            continue
        here = BACKENDS.get(type(value))
        if here is None or here.shares_type:
            try:
                here = backend_of(value)
            except TypeError as error:
                raise TypeError(f"{op.name}: {error}; give Tensors, arrays or numbers") from None
        if found is None:
            found = here
        elif here is not found:
            raise ValueError(
                f"{op.name}: arrays on two devices, {found.name} and {here.name}; move one with "
                f".to({found.name!r}), an array of NumPy's with gg.tensor(x)"
            )
    return found or scalars


def promoted(op: Op, values: tuple, backend: Any) -> tuple[tuple, Any]:
    """The values with a common dtype, numbers as 0-d arrays, and that dtype."""
    if backend is not HOST:
        values = tuple([backend.asarray(v) if type(v) in SCALARS else v for v in values])
    dtype = common_dtype(op, values)
    if op.real and dtype in COMPLEX:
        raise TypeError(f"{op.name}: takes no complex numbers; give it gg.real(x), gg.imag(x)")
    if (op.moves and len(values) == 1) or dtype is None:
        return values, dtype
    return tuple(_typed(v, dtype, backend, op.takes_part(i)) for i, v in enumerate(values)), dtype


def common_dtype(op: Op, values: Sequence) -> Any:
    """The dtype that ``op`` brings arrays and numbers to; None if it is given none."""
    dtype = None
    numbers = []
    for i, value in enumerate(values):
        if value is None or not op.takes_part(i):
            continue
        if type(value) in NUMBERS:
            numbers.append(type(value))
        elif dtype is None:
            dtype = value.dtype
        elif value.dtype is not dtype:
            dtype = promote(_taken(op, dtype), _taken(op, value.dtype))
    if dtype is not None and not (type(dtype) in DTYPE_CLASSES and dtype.isnative):
        dtype = _taken(op, dtype)
    for number in numbers:
        dtype = with_number(dtype, number)
    return default_float() if op.floats and dtype not in INEXACT else dtype


def _taken(op: Op, dtype: Any) -> Any:
    """``dtype`` in this machine's order of bytes; TypeError if it is not one of ours."""
    if type(dtype) not in DTYPE_CLASSES:
        raise TypeError(f"{op.name}: arrays of {dtype} are not taken; known: {', '.join(BY_NAME)}")
    return dtype if dtype.isnative else BY_NAME[dtype.name]


def computed_in(op: Op, dtype: Any, backend: Any) -> Any:
    """float32 if ``op`` computes its inputs of this dtype, halves, in it; None if in their own."""
    own = dtype not in HALVES or op.moves or op.name in backend.half_natives
    return None if own else float32


def _typed(value: Any, dtype: Any, backend: Any, takes_part: bool) -> Any:
    if value is None:
        return None
    if type(value) in NUMBERS:
        return backend.constant(value, dtype if takes_part else with_number(None, type(value)))
    if not takes_part or value.dtype is dtype or value.dtype == dtype:
        return value
    return backend.xp.astype(value, dtype=dtype)


def _narrowed(xp: Any, y: Any, dtype: Any) -> Any:
    if isinstance(y, tuple):
        return tuple(_narrowed(xp, part, dtype) for part in y)
    return xp.astype(y, dtype=dtype) if y.dtype == float32 else y


def _of_numbers(op: Op, values: tuple, settings: dict) -> Evaluated:
    """Python numbers alone are computed in double precision and give a Python number, but in a
    dtype that is asked for a scalar of it.

    Rules read them as NumPy scalars, which divide by zero as arrays do.
    """
    kinds = {type(v) for i, v in enumerate(values) if op.takes_part(i)}
    number = float if complex not in kinds and (op.floats or float in kinds) else None
    wide = tuple(
        v if v is None else HOST.asarray(v, number if op.takes_part(i) else None)
        for i, v in enumerate(values)
    )
    y = run(op, HOST, wide, settings)
    weak = getattr(y, "ndim", 1) == 0 and "dtype" not in settings  # a cast says what it gives
    return Evaluated(y.item() if weak else y, wide)


def strong(value: Any, like: Any = None) -> Any:
    """A Python number as what rules may compute with, of ``like``'s device and dtype if given."""
    if type(value) not in NUMBERS:
        return value
    if type(like) in SCALARS:  # goes with arrays of any device, and so does what goes with it
        return HOST.number(value, with_number(like.dtype, type(value)))
    if hasattr(like, "dtype"):
        return backend_of(like).constant(value, with_number(like.dtype, type(value)))
    return HOST.asarray(value, float if type(value) is int else None)
