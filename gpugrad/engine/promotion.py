"""What an operation brings its arguments to: one device, one dtype, numbers as arrays of it."""

from collections.abc import Callable, Sequence
from math import inf
from typing import Any

from ..backend.dtypes import (
    BY_NAME,
    COMPLEX,
    DTYPE_CLASSES,
    HALVES,
    INEXACT,
    bounds,
    default_float,
    float32,
    float64,
    promote,
    with_number,
)
from ..backend.select import BACKENDS, HOST, backend_of
from ..ops.comparison import COMPARISONS
from ..ops.declare import Op
from .cells import WEAK

NUMBERS = (bool, int, float, complex)
COMPLEX_TYPES = COMPLEX | {complex}
SCALARS = frozenset(HOST.array_types[1:])  # NumPy's numbers, which have a dtype and no device


def common_backend(op: Op, values: tuple) -> Any:
    """The one backend that all arrays are on, NumPy's scalars on any; None if there are only
    numbers."""
    found = scalars = None
    for value in values:
        if type(value) in NUMBERS or value is None:
            continue
        if type(value) in SCALARS or type(value) in WEAK:
            scalars = BACKENDS[type(value)]
            continue
        here = BACKENDS.get(type(value))
        if here is None or here.shares_type:
            try:
                here = backend_of(value)
            except TypeError as error:
                raise TypeError(f"{op.name}: {error}; give Tensors, arrays or numbers") from None
        if found is None or found.array_types[0] in here.guests:
            found = here
        elif here is not found and type(value) not in found.guests:
            raise ValueError(
                f"{op.name}: arrays on two devices, {found.name} and {here.name}; move one with "
                f".to({found.name!r}), an array of NumPy's with gg.tensor(x)"
            )
    return found or scalars


def for_values(op: Op, values: Sequence) -> Op:
    """``op``, or the operation that takes its place for complex arrays among ``values``."""
    if op.of_complex and any(getattr(v, "dtype", type(v)) in COMPLEX_TYPES for v in values):
        return op.of_complex
    return op


def changes(op: Op, values: tuple, backend: Any) -> tuple[list[tuple[int, Callable]], Any]:
    """How ``values`` come to a common dtype, (number of the value, what is done to it) for each
    that changes, and that dtype."""
    guests = [i for i, v in enumerate(values) if type(v) in backend.guests]
    dtype = common_dtype(op, values)
    if op.real and dtype in COMPLEX:
        raise TypeError(f"{op.name}: takes no complex numbers; give it gg.real(x), gg.imag(x)")
    found: list[tuple[int, Callable]] = [(i, backend.asarray) for i in guests]
    if (op.moves and len(values) == 1) or dtype is None:
        return found, dtype
    whole = op.name in backend.integer_natives
    flat = all(not getattr(v, "shape", ()) for v in values)
    for i, value in enumerate(values):
        change = _change(op, value, dtype, backend, op.takes_part(i), flat)
        if change is not None and not (whole and value.dtype.kind in "biu"):
            found.append((i, change))
    return found, dtype


def common_dtype(op: Op, values: Sequence) -> Any:
    """The dtype that ``op`` brings arrays and numbers to; None if it is given none."""
    dtype = None
    numbers, weak = [], []
    for i, value in enumerate(values):
        if value is None or not op.takes_part(i):
            continue
        if type(value) in NUMBERS:
            numbers.append(type(value))
        elif type(value) in WEAK:
            weak.append(value.dtype)
        elif dtype is None:
            dtype = value.dtype
        elif value.dtype is not dtype:
            dtype = promote(_taken(op, dtype), _taken(op, value.dtype))
    if dtype is not None and not (type(dtype) in DTYPE_CLASSES and dtype.isnative):
        dtype = _taken(op, dtype)
    for each in weak:  # exact to double precision beside integers
        number = complex if each in COMPLEX else float
        dtype = with_number(dtype, number) if dtype in INEXACT else each
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


def _change(
    op: Op, value: Any, dtype: Any, backend: Any, takes_part: bool, flat: bool
) -> Callable[[Any], Any] | None:
    """What makes a value an array of ``dtype``; None where it stays.

    flat: all arrays have no axes, so that on the host numbers become NumPy's scalars.
    """
    if value is None:
        return None
    if type(value) in NUMBERS:
        wanted = dtype if takes_part else with_number(None, type(value))
        constant = backend.number if flat else backend.constant
        if type(value) is int and wanted.kind in "iu":
            return _of_integers(op, constant, wanted)
        return lambda number: constant(number, wanted)
    if not takes_part or value.dtype is dtype or value.dtype == dtype:
        return None
    astype = backend.xp.astype
    return lambda array: astype(array, dtype=dtype)


def _of_integers(op: Op, constant: Callable, dtype: Any) -> Callable[[int], Any]:
    """What makes an integer of ``dtype`` of a Python integer; one that it does not hold is beyond
    all others to comparisons, and an error to anything else, as in NumPy."""
    low, high = bounds(dtype)

    def change(number: int) -> Any:
        if low <= number <= high:
            return constant(number, dtype)
        if op in COMPARISONS:
            return constant(inf if number > 0 else -inf, float64)
        raise OverflowError(
            f"{op.name}: {number} is beyond {dtype.name}, which holds {low} to {high}; "
            "give a float, or convert the array first"
        )

    return change


def exact_numbers(values: list, boxed: list[bool]) -> list:
    """``values`` with those numbers that are ``boxed``, in a transform, as NumPy's where all arrays
    beside them are of integers: these say nothing of precision, and a transform's numbers are
    exact to double precision everywhere."""
    dtypes = [value.dtype for value in values if hasattr(value, "dtype")]
    if not dtypes or not INEXACT.isdisjoint(dtypes):
        return values
    return [
        HOST.asarray(value) if inside and type(value) in (float, complex) else value
        for value, inside in zip(values, boxed, strict=True)
    ]


def strong(value: Any, like: Any = None) -> Any:
    """A Python number as what rules may compute with, of ``like``'s device and dtype if given."""
    if type(value) not in NUMBERS:
        return value
    if type(like) in SCALARS:  # goes with arrays of any device, and so does what goes with it
        return HOST.number(value, with_number(like.dtype, type(value)))
    if hasattr(like, "dtype"):
        return backend_of(like).constant(value, with_number(like.dtype, type(value)))
    return HOST.asarray(value, float if type(value) is int else None)
