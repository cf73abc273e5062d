"""Backward rules of small arrays as NumPy ufuncs, swapped in while a program runs.

A rule such as ``g * (1 - y * y)`` is three or four NumPy calls and a check; as one generated C
loop it is one call, a quarter of the time.  Compiling it takes a second, so it happens in the
background of a program that has recorded enough small operations, and only for rules that are
arithmetic: compiled without contraction they give the same bits, so nobody can see the swap.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import cache
from threading import Thread
from typing import Any

from ..backend.kernels import host, strided, ufuncs
from ..backend.select import HOST
from ..codegen import host_text
from ..codegen.expressions import exact
from ..codegen.fused import is_input
from ..codegen.reading import Reading, default_structure
from ..codegen.refusals import NotElementwise
from ..codegen.text import Kernel
from ..ops.declare import ELEMENTWISE, REGISTRY, Op
from .decisions import forget
from .pullbacks import COMPILED, pullback_of

FROM_NODES = 20_000  # about 50 ms of recorded operations
DTYPES = ("float32", "float64")
EXACT = ("-ffp-contract=off",)  # every operation rounded on its own, as NumPy's are
ARRAY = HOST.array_types[0]


@cache
def start() -> None:
    """Begin the swap, once in a process; without a compiler nothing changes."""
    with suppress(RuntimeError):  # the system has no thread left, or the program ends
        Thread(target=_swap, name="gpugrad small rules", daemon=True).start()


def _swap() -> None:
    rules = {op: found for op in REGISTRY.values() if (found := exact_rules(op))}
    kernels = tuple(kernel for found in rules.values() for _, kernel in found.values())
    try:
        libraries = {dtype: library(kernels, dtype) for dtype in DTYPES}
    except (RuntimeError, OSError, Warning):  # no compiler, or none that works; a warning may raise
        return
    for op, found in rules.items():
        made = {i: (names, _ufunc(kernel, libraries)) for i, (names, kernel) in found.items()}
        for needs in _combinations(len(op.inputs)):
            _speed_up(op, needs, made)
    forget()  # later calls find the new ones


def library(kernels: tuple[Kernel, ...], dtype: str) -> Any:
    """The compiled kernels of all rules for one dtype."""
    return host.library(host_text.unit(kernels, dtype), flags=EXACT)


def _ufunc(kernel: Kernel, libraries: dict[str, Any]) -> Callable[..., Any] | None:
    inputs = len(kernel.inputs)
    loops = [
        (strided.address(each, kernel.name), (dtype,) * (inputs + 1))
        for dtype, each in libraries.items()
    ]
    return ufuncs.ufunc(kernel.name, loops, inputs)


@cache
def exact_rules(op: Op) -> dict[int, tuple[tuple[str, ...], Kernel]]:
    """For each input whose share is arithmetic: what the rule names, and its kernel."""
    if op.kind != ELEMENTWISE or not op.fusible or op.settings or op.variadic:
        return {}
    if len(op.inputs) > 2:
        return {}
    found = {}
    for i, rule in enumerate(op.rules):
        if rule is None or rule.constant is not None:
            continue
        try:
            reading = Reading(op, default_structure(op))
            kernel = reading.pull(tuple(j == i for j in range(len(op.inputs))))
        except NotElementwise:
            continue
        roots = [root for _, root in kernel.outputs]
        if exact(*roots) and not kernel.booleans and not any(map(is_input, roots)):
            found[i] = (rule.names, kernel)
    return found


def _combinations(inputs: int) -> list[tuple[bool, ...]]:
    return [(True,)] if inputs == 1 else [(True, False), (False, True), (True, True)]


def _speed_up(op: Op, needs: tuple[bool, ...], made: dict[int, tuple[tuple, Any]]) -> None:
    """A second pullback that uses the ufuncs for raw host arrays, and the first for all else."""
    wanted = [i for i, need in enumerate(needs) if need]
    if any(i not in made or made[i][1] is None for i in wanted):
        return
    plain = pullback_of(op, needs)
    names = tuple(dict.fromkeys(name for i in wanted for name in made[i][0]))
    shares = [(made[i][1], tuple(names.index(n) for n in made[i][0])) for i in wanted]
    pull = _pull(plain.pull, shares)
    COMPILED[op, needs] = plain.replaced(pull, pull)


def _pull(slow: Callable[..., tuple], shares: list[tuple[Callable, tuple[int, ...]]]) -> Callable:
    if len(shares) == 1:
        only = shares[0][0]

        def pull(xp: Any, g: Any, kept: tuple, settings: dict) -> tuple:
            if type(g) is not ARRAY:
                return slow(xp, g, kept, settings)
            try:
                return (only(g, *kept),)
            except TypeError:  # complex, or values of another transform
                return slow(xp, g, kept, settings)

        return pull
    (first, one), (second, two) = shares

    def pull_both(xp: Any, g: Any, kept: tuple, settings: dict) -> tuple:
        if type(g) is not ARRAY:
            return slow(xp, g, kept, settings)
        try:
            return first(g, *[kept[i] for i in one]), second(g, *[kept[i] for i in two])
        except TypeError:
            return slow(xp, g, kept, settings)

    return pull_both
