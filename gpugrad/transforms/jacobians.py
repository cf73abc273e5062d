"""Jacobians and Hessians: all unit directions at once, as one batch, not one after another."""

from collections.abc import Callable, Sequence
from functools import wraps
from math import prod
from typing import Any

from ..backend.select import BACKENDS, backend_of
from ..engine.anything import ANY
from ..engine.cells import like, raw
from ..engine.levels import new_level
from ..engine.pullbacks import shape_of
from ..tensor.given import check_function
from .arguments import (
    Argnums,
    aux_in_kind,
    check_choice,
    check_derivable,
    check_results,
    check_tuples,
    in_kind,
    is_complex,
    kind_of,
    read_inputs,
    selected,
)
from .basis import images
from .boxes import flat
from .forward import jvp, pushed
from .linear import linear_map
from .reverse import grad
from .traced import Run

Columns = list[list[Any]]  # for each input and each leaf of the result an array, or None for zeros


def jacfwd(
    function: Callable, argnums: Argnums = 0, has_aux: bool = False, holomorphic: bool = False
) -> Callable[..., Any]:
    """Jacobian by forward mode, as jax.jacfwd: best for fewer inputs than results.

        print(gg.jacfwd(lambda x: x**2)(np.array([1.0, 3.0])).tolist())  # [[2.0, 0.0], [0.0, 6.0]]

    For a result of shape r and an input of shape s it has shape r + s; containers nest likewise,
    the result's outside and the input's inside.  Forward mode keeps no intermediate values.
    argnums, has_aux: see value_and_grad.  Complex inputs need ``holomorphic``, else TypeError.
    """
    return _derivative(function, _by_forward, "jacfwd", argnums, has_aux, holomorphic)


def jacrev(
    function: Callable, argnums: Argnums = 0, has_aux: bool = False, holomorphic: bool = False
) -> Callable[..., Any]:
    """Jacobian by reverse mode, as jax.jacrev: best for fewer results than inputs.

    Shapes, structure and arguments are those of jacfwd.  A complex result needs ``holomorphic``,
    else TypeError.
    """
    return _derivative(function, _by_reverse, "jacrev", argnums, has_aux, holomorphic)


def jacobian(
    function: Callable, argnums: Argnums = 0, has_aux: bool = False, holomorphic: bool = False
) -> Callable[..., Any]:
    """Jacobian by the cheaper mode: forward if the result has more elements than the inputs.

    Forward mode then calls ``function`` once more.  Shapes, structure and arguments are those of
    jacfwd.
    """
    return _derivative(function, _by_shape, "jacobian", argnums, has_aux, holomorphic)


def hessian(
    function: Callable, argnums: Argnums = 0, has_aux: bool = False, holomorphic: bool = False
) -> Callable[..., Any]:
    """Second derivatives of a function, as jax.hessian: forward mode over reverse mode.

        print(gg.hessian(lambda x: x[0] ** 2 * x[1])(np.array([1.0, 3.0])).tolist())
        # [[6.0, 2.0], [2.0, 0.0]]

    For a function that returns one number and an input of shape s it has shape s + s.  Arguments
    and errors are those of jacfwd.
    """

    def twice(partial: Callable, inputs: list, rebuild: Callable) -> tuple[Any, Columns]:
        def gradient(*leaves: Any) -> tuple[Any, Any]:
            rows = _by_reverse(partial, list(leaves), rebuild)
            return _laid_out(rows, leaves, rebuild, argnums, "hessian", holomorphic)

        return _by_linear_map(gradient, inputs)

    return _derivative(function, twice, "hessian", argnums, has_aux, holomorphic)


def hvp(function: Callable, primals: tuple, tangents: tuple) -> Any:
    """Product of the Hessian of ``function`` with ``tangents``, computed without the Hessian.

        print(gg.hvp(lambda x: gg.sum(x**3), (np.array([1.0, 2.0]),), (np.ones(2),)).tolist())
        # [6.0, 12.0]

    ``function`` returns one number.  primals and tangents: tuples of its arguments, all of which
    are differentiated.  The product has the structure of ``tangents``; for one argument it is an
    array.  It costs a few gradients.
    """
    check_function("hvp", function)
    check_tuples("hvp", primals=primals, tangents=tangents)
    several = len(primals) > 1
    return jvp(grad(function, range(len(primals)) if several else 0), primals, tangents)[1]


def _derivative(
    function: Callable,
    by: Callable[..., tuple[Any, Columns]],
    name: str,
    argnums: Argnums,
    has_aux: bool,
    holomorphic: bool,
) -> Callable[..., Any]:
    """The function that lays out the columns that ``by`` computes as ``function``'s Jacobian."""
    check_choice(name, function, argnums)

    @wraps(function)
    def derivative(*arguments: Any, **keywords: Any) -> Any:
        primals, partial = selected(function, argnums, has_aux, arguments, keywords, name)
        inputs, rebuild = flat(primals)
        inputs = read_inputs(inputs, name, holomorphic)
        if name == "jacfwd" and not holomorphic and any(map(is_complex, inputs)):
            raise TypeError(f"{name}: a complex input needs holomorphic=True, or jacrev")
        columns = by(partial, inputs, rebuild)
        found, aux = _laid_out(columns, inputs, rebuild, argnums, name, holomorphic)
        kind = kind_of(*arguments, *keywords.values())
        found = in_kind(found, kind)
        return (found, aux_in_kind(aux, kind)) if has_aux else found

    return derivative


def _laid_out(
    columns: tuple[Any, Columns],
    inputs: Sequence,
    rebuild: Callable,
    argnums: Argnums,
    name: str,
    holomorphic: bool,
) -> tuple[Any, Any]:
    """The Jacobian in the structure of the result and within it of the inputs, and the auxiliary
    result."""
    (result, aux), found = columns
    leaves, shape = flat(result)
    check_derivable(leaves, name)
    if name != "jacfwd" or holomorphic:
        check_results(leaves, name, holomorphic)
    blocks = []
    for i, leaf in enumerate(leaves):
        row = [_block(found[j][i], leaf, value) for j, value in enumerate(inputs)]
        blocks.append(rebuild(row)[0] if isinstance(argnums, int) else rebuild(row))
    return shape(blocks), aux


def _block(column: Any, leaf: Any, value: Any) -> Any:
    """One result's derivative by one input, in kind of the input; zeros where there is none."""
    if column is None:
        one = raw(value if hasattr(value, "dtype") else leaf)
        shape = shape_of(leaf) + shape_of(value)
        column = backend_of(one).natives["zeros"](shape, dtype=one.dtype) if shape else 0.0
    return like(column, value)


def _by_forward(partial: Callable, inputs: list, rebuild: Callable) -> tuple[Any, Columns]:
    columns: Columns = []
    result = partial(*rebuild(inputs)) if not inputs else None
    for i, value in enumerate(inputs):

        def push(direction: Any, i: int = i) -> list:
            nonlocal result
            result, moved = pushed(partial, inputs, _only(direction, i, inputs), rebuild)
            return moved

        columns.append(_last(images(push, value, new_level()), value))
    return result, columns


def _by_linear_map(function: Callable, inputs: list) -> tuple[Any, Columns]:
    result, moves = linear_map(function, inputs, tuple)
    columns = []
    for i, value in enumerate(inputs):

        def push(direction: Any, i: int = i) -> list:
            return moves(_only(direction, i, inputs))

        columns.append(_last(images(push, value, new_level()), value))
    return result, columns


def _by_reverse(partial: Callable, inputs: list, rebuild: Callable) -> tuple[Any, Columns]:
    return _rows(Run(partial, inputs, rebuild))


def _by_shape(partial: Callable, inputs: list, rebuild: Callable) -> tuple[Any, Columns]:
    run = Run(partial, inputs, rebuild)
    more = _elements(run.leaves) > _elements(inputs)
    return _by_forward(partial, inputs, rebuild) if more else _rows(run)


def _elements(leaves: list) -> int:
    return sum(prod(shape_of(value)) for value in leaves)


def _rows(run: Run) -> tuple[Any, Columns]:
    """The Jacobian by walks back from unit directions of each leaf of the result."""
    rows = []
    for i, value in enumerate(run.leaves):

        def pull(direction: Any, i: int = i) -> list:
            return run.back(_only(direction, i, run.leaves), True)

        rows.append(_split(images(pull, value, new_level()), value))
    return run.lowered(), [list(column) for column in zip(*rows, strict=True)]


def _only(value: Any, i: int, leaves: list) -> list:
    """A list as long as ``leaves`` with ``value`` at place ``i`` and None elsewhere."""
    return [value if j == i else None for j in range(len(leaves))]


def _last(batches: list, value: Any) -> list:
    """Batches over the directions of ``value`` with its axes behind those of the result."""
    if not shape_of(value):
        return batches
    return [None if y is None else _apart(_turned(y), -1, value) for y in batches]


def _turned(y: Any) -> Any:
    """``y`` with its first axis as its last."""
    if type(y) in BACKENDS:  # a view, which the general way would take longer to find than to make
        return y.transpose(*range(1, y.ndim), 0)
    return ANY.moveaxis(y, source=0, destination=-1)


def _split(batches: list, value: Any) -> list:
    """Batches over the directions of ``value`` with its axes before those of the input."""
    if not shape_of(value):
        return batches
    return [None if y is None else _apart(y, 0, value) for y in batches]


def _apart(y: Any, axis: int, value: Any) -> Any:
    """The axis over the directions of ``value``, the first or the last, as the axes of it."""
    own = shape_of(value)
    if len(own) == 1:
        return y
    others = y.shape[:-1] if axis else y.shape[1:]
    return ANY.reshape(y, shape=(*others, *own) if axis else (*own, *others))
