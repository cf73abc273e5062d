"""Which arguments a derivative is taken by, and what their values and results may be."""

from collections.abc import Callable, Sequence
from numbers import Integral
from operator import is_
from typing import Any

from ..backend.dtypes import COMPLEX, complex128, float64
from ..engine.anything import ANY
from ..engine.cells import bare, element_type, is_number, like, raw
from ..engine.forward_rule import in_dtype
from ..engine.promotion import strong
from ..engine.pullbacks import shape_of
from ..tensor.cell import Tensor
from ..tensor.given import check_function
from .boxes import flat, has_derivative, is_leaf

Argnums = int | Sequence[int]


def check_choice(name: str, function: Any, argnums: Argnums) -> None:
    """TypeError unless ``function`` is one and ``argnums`` are numbers, as ``grad(f, x)`` has not:
    by the transform's ``name``, before there are arguments."""
    check_function(name, function)
    chosen = argnums if isinstance(argnums, Sequence) else (argnums,)
    if not all(isinstance(i, Integral) for i in chosen):
        raise TypeError(
            f"{name}: argnums={argnums!r:.80}; give the number of an argument, or several; "
            f"{name}(f)(x) is what {name} gives at x"
        )


def selected(
    function: Callable, argnums: Argnums, has_aux: bool, arguments: tuple, keywords: dict, name: str
) -> tuple[tuple, Callable[..., tuple]]:
    """The arguments that ``argnums`` names, and the function of them alone that gives
    (result, auxiliary result), the latter None without ``has_aux``.

    TypeError, naming ``name``, where there is no such argument, or no pair comes back.
    """
    places = _places(argnums, len(arguments), name)

    def partial(*inputs: Any) -> tuple:
        whole = list(arguments)
        for i, value in zip(places, inputs, strict=True):
            whole[i] = value
        result = function(*whole, **keywords)
        if not has_aux:
            return result, None
        if not isinstance(result, tuple) or len(result) != 2:
            raise TypeError(f"{name}: with has_aux the function returns (result, anything)")
        return result

    return tuple(arguments[i] for i in places), partial


def _places(argnums: Argnums, count: int, name: str) -> list[int]:
    """The numbers, from 0, of the arguments that ``argnums`` names."""
    if type(argnums) is int and 0 <= argnums < count:
        return [argnums]
    chosen = tuple(argnums) if isinstance(argnums, Sequence) else (argnums,)
    if not chosen or any(not -count <= i < count for i in chosen):
        raise TypeError(
            f"{name}: argnums={argnums!r} for {count} positional arguments; "
            "give those to differentiate by without their keywords"
        )
    places = [i % count for i in chosen]
    if len(set(places)) < len(places):
        raise TypeError(f"{name}: argnums={argnums!r} names an argument twice")
    return places


def kind_of(*trees: Any) -> Any:
    """What results are like, among the leaves of the arguments: a Tensor if there is one, else an
    array, else a number.  A box around a number counts as one, so that constants stay exact."""
    kind: Any = 1.0
    for tree in trees:
        for value in flat(tree)[0]:
            if not is_number(raw(value)):
                if isinstance(value, Tensor):
                    return value
                kind = value
    return kind


def in_kind(result: Any, kind: Any) -> Any:
    """A result with each leaf as ``kind`` is: a Tensor, an array or, without axes, a number."""
    leaves, shape = flat(result)
    return shape([like(v, kind) if is_leaf(v) else v for v in leaves])


def aux_in_kind(aux: Any, kind: Any) -> Any:
    """An auxiliary result, which may be anything, with each Tensor as ``kind`` is."""
    leaves, shape = flat(aux)
    return shape([like(v, kind) if isinstance(v, Tensor) else v for v in leaves])


def check_tuples(name: str, **given: Any) -> None:
    """TypeError unless each of ``given`` is a tuple, or a list, of the function's arguments."""
    for what, value in given.items():
        if not isinstance(value, tuple | list):
            raise TypeError(
                f"{name}: {what} is a tuple with one entry an argument, not "
                f"{type(value).__name__}; for one argument x write (x,)"
            )


def read_inputs(inputs: Sequence, name: str, holomorphic: bool = False) -> list:
    """The inputs, in this machine's order of bytes.

    TypeError unless each has a derivative; a complex one if the function is ``holomorphic``.
    """
    read = []
    for value in inputs:
        native = value if has_derivative(value) else _native(value)
        if not has_derivative(native):
            raise TypeError(
                f"{name}: an input of {_kind(native)} has no derivative; give a float, for example "
                "x.astype(float), or choose the argument with argnums"
            )
        if holomorphic and not is_complex(native):
            raise TypeError(f"{name}: holomorphic=True, but an input is real; make it complex")
        read.append(native)
    return read


def _native(value: Any) -> Any:
    """An array in this machine's order of bytes; what has it, and what is no array, stays; a number
    that is recorded as an array that stands for it."""
    if hasattr(value, "as_array"):
        return value.as_array()
    dtype = element_type(value)
    swapped = not getattr(dtype, "isnative", True)
    return ANY.astype(value, dtype=dtype.newbyteorder("=")) if swapped else value


def check_derivable(leaves: Sequence, name: str) -> None:
    """TypeError for a result that has no derivative, which would be zeros and so hide mistakes."""
    for value in leaves:
        if not has_derivative(value):
            raise TypeError(
                f"{name}: a result of {_kind(value)} has no derivative; return floats, "
                "and others with has_aux=True"
            )


def _kind(value: Any) -> str:
    found = element_type(value)
    return found.__name__ if isinstance(found, type) else f"dtype {found}"


def check_results(leaves: Sequence, name: str, holomorphic: bool) -> None:
    """TypeError for a complex result, which only a ``holomorphic`` function has."""
    for value in leaves:
        if is_complex(value) != holomorphic:
            what = "real" if holomorphic else "complex"
            way = (
                "leave it out"
                if holomorphic
                else ("take gg.real of it, or holomorphic=True for the complex derivative")
            )
            raise TypeError(f"{name}: holomorphic={holomorphic}, but the result is {what}; {way}")


def direction_of(value: Any, given: Any, what: str) -> Any:
    """``given``, a (co)tangent of ``value``, in its dtype and raw where nothing is recorded of it.

    what: "grad: a cotangent for a result", say, for errors: ValueError for another shape, TypeError
    for a complex one of a real value and for what is no array.
    """
    kind, of = what.split(" for ")
    given = given if is_leaf(given) else _native(given)
    if not is_leaf(given):
        raise TypeError(
            f"{kind} that is {type(given).__name__} for {of}; give an array or a number"
        )
    if shape_of(given) != shape_of(value):
        raise ValueError(f"{kind} of shape {shape_of(given)} for {of} of shape {shape_of(value)}")
    if is_complex(given) and not is_complex(value):
        raise TypeError(f"{kind} that is complex for {of} that is real; give gg.real of it")
    given, one = bare(given), raw(value)
    dtype = getattr(one, "dtype", complex128 if type(one) is complex else float64)
    if not hasattr(given, "dtype"):
        return strong(given, one) if hasattr(one, "dtype") else dtype.type(given).item()
    return in_dtype(ANY, given, dtype)


def is_complex(value: Any) -> bool:
    """Whether an array or a number is complex."""
    found = element_type(value)
    return found is complex or found in COMPLEX


def leaves_like(tree: Any, given: Any, what: str) -> list:
    """What ``given`` has where ``tree`` has its leaves.

    ValueError for other containers, which says ``what`` it is.
    """
    leaves, _ = flat(tree)
    if len(leaves) == 1 and leaves[0] is tree:
        return [given]
    flat_tuple = type(tree) is tuple and len(tree) == len(leaves) and all(map(is_, tree, leaves))
    if flat_tuple and type(given) is tuple and len(given) == len(tree):
        return list(given)
    import optree  # see flat

    wanted = optree.tree_structure(tree)
    try:
        return wanted.flatten_up_to(given)
    except ValueError:
        forms = [
            str(form)[len("PyTreeSpec(") : -1] for form in (wanted, optree.tree_structure(given))
        ]
        raise ValueError(f"{what} should be {forms[0]} and is {forms[1]}, * for an array") from None
