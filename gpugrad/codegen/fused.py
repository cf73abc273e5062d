"""Fused elementwise operations: one kernel forward, one for all input gradients.

``fused(op)`` serves built-in operations and users' alike.  On the host a forward whose partials
share costly work with it keeps them: reading them back is cheaper than computing them again.
"""

from functools import cache, lru_cache
from itertools import zip_longest
from typing import Any

from ..backend.dtypes import FLOATS, HALVES, bool_
from ..backend.kept import kept
from ..ops.declare import ELEMENTWISE, REGISTRY, Op
from . import launch
from .launch import Unit
from .primitives import COSTLY
from .reading import (
    ABSENT,
    BOOLEAN,
    FLOAT,
    GRADIENT,
    Reading,
    Structure,
    all_kernels,
    all_needs,
    default_structure,
    split,
)
from .refusals import NotElementwise
from .symbols import INPUT, SETTING, apply, symbol
from .text import Kernel

NUMBERS = (float, int, bool)  # go with arrays of any float dtype
KERNEL_FROM = 1 << 15  # elements from which a kernel with costly maths beats NumPy
CHEAP_FROM = 1 << 18  # the same for one or two additions, where NumPy is good itself


@kept
def fused(op: Op) -> "Fused":
    """The fused form of an elementwise operation."""
    return Fused(op)


class Fused:
    """Kernels of one elementwise operation, read and compiled as they are needed."""

    def __init__(self, op: Op) -> None:
        self.op = op
        self.frozen: frozenset[str] = frozenset()  # numeric settings that the rule looks at
        self._readings: dict[Structure, Reading | None] = {}
        self._without_settings: dict[tuple, Reading | None] = {}

    def reading(self, arrays: tuple, settings: dict) -> Reading | None:
        """The expressions for such arguments; None where kernels cannot compute them."""
        kinds = tuple(map(_kind, arrays))
        if None in kinds or FLOAT not in kinds:
            return None
        return self.read(kinds, settings)

    def read(self, kinds: tuple, settings: dict) -> Reading | None:
        """The expressions for inputs of such kinds; None where kernels cannot compute them."""
        if not self.op.fusible:
            return None
        if not settings and kinds in self._without_settings:
            return self._without_settings[kinds]
        while True:
            structure = Structure(kinds, split(settings, self.frozen))
            if structure in self._readings:
                return self._readings[structure]
            try:
                reading: Reading | None = Reading(self.op, structure)
            except NotElementwise as error:
                if error.symbol.name == SETTING:  # the rule needs its value: part of the text
                    self.frozen |= {error.symbol.value}
                    continue
                if self.op.name not in REGISTRY:
                    if str(error).startswith(f"{self.op.name}: "):
                        raise
                    raise NotElementwise(f"{self.op.name}: {error}", error.symbol) from error
                reading = None
            self._readings[structure] = reading
            if not settings:
                self._without_settings[kinds] = reading
            return reading

    def usual(self, settings: dict | None = None) -> Reading | None:
        """The expressions for float arguments; settings that are not given have their default."""
        given = {**self.op.settings, **(settings or {})}
        return self.read(default_structure(self.op).kinds, given)

    def takes(self, backend: Any, arrays: tuple, settings: dict) -> bool:
        """Whether a kernel computes this, and faster than the backend's own operations."""
        reading = self.reading(arrays, settings)
        if reading is None or backend.fuse_from == 0:
            return reading is not None
        if self.op.name in backend.half_natives and computed_in(arrays) in HALVES:
            return False
        size = max(a.size for a in arrays if a is not None)
        return size >= (KERNEL_FROM if reading.cost >= COSTLY else CHEAP_FROM)

    def forward(self, backend: Any, arrays: tuple, settings: dict) -> Any:
        """The operation's result, by one kernel."""
        reading = self.required(arrays, settings)
        return self._run(backend, reading, reading.forward(), arrays, settings)[0]

    def record(
        self, backend: Any, arrays: tuple, needs: tuple[bool, ...], settings: dict
    ) -> tuple[Any, tuple]:
        """The result, and what ``pull`` wants for the inputs in ``needs``.

        The latter begins with the arrays that the rules name, in the order of pullback_of; then
        come the partials, where keeping them pays.
        """
        reading = self.required(arrays, settings)
        partials: tuple = ()
        halves = any(getattr(a, "dtype", None) in HALVES for a in arrays)  # round once, at the end
        if reading.shares_work(needs) and not halves and backend.keeps_partials:
            kernel = reading.record(needs)
            y, *computed = self._run(backend, reading, kernel, arrays, settings)
            partials = tuple(computed)
        else:
            y = self._run(backend, reading, reading.forward(), arrays, settings)[0]
        named = {**dict(zip(self.op.inputs, arrays, strict=True)), "y": y}
        return y, (*(named[name] for name in reading.names(needs)), *partials)

    def pull(
        self,
        backend: Any,
        needs: tuple[bool, ...],
        g: Any,
        kept: tuple,
        settings: dict,
        consume: bool = False,
    ) -> tuple:
        """The gradient of each input in ``needs``, in the shape of the output.

        g: the output's gradient, which may be a broadcast view.
        consume: the shares may be written over the kept partials: nobody pulls here again.
        """
        names = self._names(needs)
        partials = kept[len(names) :]
        if partials:
            return _scaled(backend, g, partials, consume)
        reading = self._reading_of_kept(names, kept, needs, settings)
        arrays = (g, *(a for a in kept[: len(names)] if a is not None))
        kernel = reading.pull(needs)
        if all(is_input(root) for _, root in kernel.outputs):  # a partial of 1: the gradient itself
            return (g,) * len(kernel.outputs)
        return self._run(backend, reading, kernel, arrays, settings)

    def _names(self, needs: tuple[bool, ...]) -> tuple[str, ...]:
        pairs = zip(self.op.rules, needs, strict=True)
        rules = [rule for rule, need in pairs if need and rule is not None]
        return tuple(dict.fromkeys(name for rule in rules for name in rule.names))

    def _reading_of_kept(self, names: tuple, kept: tuple, needs: tuple, settings: dict) -> Reading:
        """The expressions, as far as what was kept tells: other inputs do not matter."""
        known = dict(zip_longest(names, map(_kind, kept[: len(names)])))
        usual = default_structure(self.op).kinds
        pairs = zip(self.op.inputs, usual, needs, strict=True)
        kinds = tuple(known.get(n) or (FLOAT if need else kind) for n, kind, need in pairs)
        reading = self.read(kinds, settings)
        assert reading is not None
        return reading

    def required(self, arrays: tuple, settings: dict) -> Reading:
        """The expressions for such arguments; TypeError where kernels cannot compute them."""
        reading = self.reading(arrays, settings)
        if reading is None:
            given = ", ".join(str(getattr(a, "dtype", type(a).__name__)) for a in arrays)
            raise TypeError(f"{self.op.name}: no kernels for {given}")
        return reading

    def _run(
        self,
        backend: Any,
        reading: Reading,
        kernel: Kernel,
        arrays: tuple,
        settings: dict,
    ) -> tuple:
        arrays = tuple(a for a in arrays if a is not None)
        dtype, shape = computed_in(arrays), broadcast(self.op.name, shapes_of(arrays))
        numbers = tuple(float(settings[name]) for name in kernel.settings)

        def unit() -> Unit:
            return unit_of(self.op, reading, kernel, dtype.name, launch.compiles_units(backend))

        return launch.run(backend, unit, kernel, arrays, shape, dtype, numbers)


@kept
def unit_of(op: Op, reading: Reading, kernel: Kernel, dtype: str, whole_files: bool) -> Unit:
    """The kernels that are compiled together with ``kernel``.

    Of a built-in operation all, or all of its file; of a user's those of its forward and full
    backward.
    """
    if REGISTRY.get(op.name) is op:
        whole = file_unit(op.forward.__module__, dtype) if whole_files else op_unit(op, dtype)
        if any(k is kernel for k in whole.kernels):
            return whole
    needs = all_needs(reading)[-1:]
    usual = dict.fromkeys((reading.forward(), *(k for n in needs for k in reading.kernels(n))))
    return Unit(tuple(usual) if kernel in usual else (kernel,), dtype)


@kept
def op_unit(op: Op, dtype: str) -> Unit:
    """Every kernel of a built-in operation, with its default settings."""
    return Unit(usual_kernels(op), dtype)


@cache
def file_unit(module: str, dtype: str) -> Unit:
    """Every kernel of the operations of one file, with their default settings."""
    return Unit(tuple(k for op in of_file(module) for k in usual_kernels(op)), dtype)


def of_file(module: str) -> list[Op]:
    """The elementwise operations that a file declares."""
    return [
        op for op in REGISTRY.values() if op.kind == ELEMENTWISE and op.forward.__module__ == module
    ]


def usual_kernels(op: Op) -> tuple[Kernel, ...]:
    """The kernels of an operation with default settings; none if it is not for floats."""
    reading = fused(op).usual()
    return all_kernels(reading) if reading is not None else ()


def _scaled(backend: Any, g: Any, partials: tuple, consume: bool) -> tuple:
    """Kept partials times the gradient; ``consume``: in their place, where they lie in order."""
    kernel = scaling(len(partials))
    return launch.run(
        backend,
        lambda: Unit((kernel,), g.dtype.name),
        kernel,
        (g, *partials),
        tuple(partials[0].shape),
        g.dtype,
        (),
        partials if consume and all(p.flags.c_contiguous for p in partials) else None,
    )


@cache
def scaling(count: int) -> Kernel:
    """From ``g`` and partials to the gradients."""
    g = symbol(INPUT, GRADIENT)
    names = tuple(f"p{i}" for i in range(count))
    shares = tuple((f"d{i}", apply("scale", (g, symbol(INPUT, p)))) for i, p in enumerate(names))
    return Kernel(f"scale_{count}", (GRADIENT, *names), frozenset(), (), shares)


def computed_in(arrays: tuple) -> Any:
    """What a kernel computes in: the dtype of all but truth values and numbers."""
    return next(d for a in arrays if (d := getattr(a, "dtype", bool_)) != bool_)


def shapes_of(arrays: tuple) -> tuple[tuple[int, ...], ...]:
    """The shapes of arrays; numbers have none, absent ones are left out."""
    return tuple(tuple(getattr(a, "shape", ())) for a in arrays if a is not None)


def _kind(array: Any) -> str | None:
    if array is None:
        return ABSENT
    if type(array) in NUMBERS:
        return FLOAT
    dtype = getattr(array, "dtype", None)
    return FLOAT if dtype in FLOATS else BOOLEAN if dtype == bool_ else None


def is_input(root: Any) -> bool:
    """Whether an expression is only the incoming gradient."""
    return root.name == INPUT


@lru_cache(4096)
def broadcast(name: str, shapes: tuple[tuple[int, ...], ...]) -> tuple[int, ...]:
    """The shape that all ``shapes`` are repeated to."""
    first = shapes[0]
    if all(shape == first for shape in shapes):
        return first
    result = []
    for sizes in zip_longest(*(reversed(shape) for shape in shapes), fillvalue=1):
        wanted = {n for n in sizes if n != 1}
        if len(wanted) > 1:
            given = " and ".join(map(str, shapes))
            raise ValueError(f"{name}: shapes {given} do not broadcast")
        result.append(wanted.pop() if wanted else 1)
    return tuple(reversed(result))
