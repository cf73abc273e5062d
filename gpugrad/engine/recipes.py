"""Recipes: how an operation is done, decided once for each signature of its arguments.

A signature is what the decisions depend on: of each array its type, dtype and shape, of each number
its type, and whether the argument wants a gradient.  The first call with a signature takes all
decisions (device, promotion, kernel or native or rule, halves, pullback, whether shares need
fitting); later ones look its recipe up.  Tensors and the boxes of all transforms use the same.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from ..backend.kept import kept
from ..backend.select import BACKENDS, HOST, backend, backend_of
from ..codegen import prepared
from ..codegen.fused import Fused, fused
from ..ops.declare import ELEMENTWISE, REGISTRY, Op
from .calling import absent, function_on
from .decisions import PLAIN, Recipe, largest, table_of
from .promotion import common_backend, for_values, strong
from .pullbacks import Pullback, fastest, pullback_of
from .tape import Node, pick


class ByKernel(Recipe):
    """An elementwise operation on arrays that are large enough for a kernel of its own."""

    def __init__(self, op: Op, backend: Any, values: tuple, needs: tuple[bool, ...]) -> None:
        super().__init__(op, backend, values, needs)
        self.kernels: Fused = fused(op)

    def _takes(self, values: tuple, settings: dict) -> bool:
        return self.kernels.takes(self.backend, values, settings)

    def computed(self, values: tuple, settings: dict) -> Any:
        """See Recipe."""
        if self._takes(values, settings):
            return self.kernels.forward(self.backend, values, settings)
        return super().computed(values, settings)

    def record(self, values: tuple, settings: dict) -> tuple[Any, Pullback | None, tuple]:
        """See Recipe; of the kept values partials may be a part."""
        changed = self.changed(values)
        if not self._takes(changed, settings):
            return super().record(values, settings)
        y, kept = self.kernels.record(self.backend, changed, self.needs, settings)
        return self.noted(y, kernel_pullback(self.op, self.needs), kept)


class Prepared(ByKernel):
    """The same on a device, without settings: kernel, grid and layout are chosen with the recipe,
    and numbers stay numbers, which are arguments of the kernel."""

    def __init__(self, op: Op, backend: Any, values: tuple, needs: tuple[bool, ...]) -> None:
        super().__init__(op, backend, values, needs)
        weak = {i for i, value in enumerate(values) if type(value) in (float, int)}
        kept = self.changes
        self.changes = [(i, change) for i, change in kept if i not in weak or not op.takes_part(i)]
        changed = self.changed(values)
        typed = any(getattr(v, "dtype", None) == self.dtype for v in changed)
        self.run: Callable | None = None
        if not typed or self.kernels.reading(changed, {}) is None:
            self.changes = kept
            return
        self.run = prepared.forward(op, backend, changed, {})
        if any(needs):
            pull = prepared.record(op, backend, changed, needs, {})[1]
            self.walked = _raw_or_plain(pullback_of(op, needs), pull)

    def computed(self, values: tuple, settings: dict) -> Any:
        """See Recipe."""
        if self.run is None:
            return super().computed(values, settings)
        return self.run(values, settings)

    def record(self, values: tuple, settings: dict) -> tuple[Any, Pullback | None, tuple]:
        """See Recipe."""
        if self.run is None:
            return super().record(values, settings)
        changed, pullback = self.changed(values), self.walked
        y = self.run(changed, settings)
        return self.noted(y, pullback, pullback.keep(*changed, y))


def _raw_or_plain(plain: Pullback, pull: Callable[..., tuple]) -> Pullback:
    """Raw gradients go through ``pull(g, kept, settings)``, others through rules."""

    def pulled(xp: Any, g: Any, kept: tuple, settings: dict) -> tuple:
        if type(g) in BACKENDS:
            return pull(g, kept, settings)
        return plain.pull(xp, g, kept, settings)

    return plain.replaced(pulled, pulled)


@kept
def kernel_pullback(op: Op, needs: tuple[bool, ...]) -> Pullback:
    """The pullback of a node whose forward was a kernel: raw gradients go through its backward."""
    plain, kernels = pullback_of(op, needs), fused(op)
    named = len(plain.origins)

    def pull(xp: Any, g: Any, kept: tuple, settings: dict, last: bool = False) -> tuple:
        if type(g) not in BACKENDS:  # recorded again, or at a higher level
            return plain.pull(xp, g, kept[:named], settings)
        return kernels.pull(backend_of(g), needs, g, kept, settings, consume=last)

    return plain.replaced(pull, partial(pull, last=True))


class ReadsNumbers(Recipe):
    """A recipe whose result may be a Python number, which rules read as a scalar."""

    def record(self, values: tuple, settings: dict) -> tuple[Any, Pullback | None, tuple]:
        """See Recipe."""
        y, read = self.evaluate(values, settings)
        pullback: Any = self.pullback
        return self.noted(y, pullback, pullback.keep(*read, strong(y)))


class OfNumbers(ReadsNumbers):
    """Python numbers alone: computed in double precision, they give a Python number, except in a
    dtype that is asked for, which gives a scalar of it.

    Rules read them as NumPy scalars, which divide by zero as arrays do.
    """

    def __init__(self, op: Op, values: tuple, needs: tuple[bool, ...]) -> None:
        self.op, self.backend, self.needs = op, HOST, needs
        kinds = {type(v) for i, v in enumerate(values) if op.takes_part(i)}
        number = complex if complex in kinds else float if op.floats or float in kinds else None
        self.changes = [
            (i, partial(HOST.asarray, dtype=number if op.takes_part(i) else None))
            for i, v in enumerate(values)
            if v is not None
        ]
        self.function = function_on(op, HOST)
        self.compute = self.dtype = self.space = None
        self.pullback = fastest(op, needs) if any(needs) else None
        self._note_inputs(values)

    def evaluate(self, values: tuple, settings: dict) -> tuple[Any, tuple]:
        """See Recipe."""
        y, wide = super().evaluate(values, settings)
        weak = getattr(y, "ndim", 1) == 0 and "dtype" not in settings  # a cast says what it gives
        return (y.item() if weak else _on_default(y)), wide


def _on_default(y: Any) -> Any:
    """An array of numbers alone, as ``gg.stack([2.0, 3.0])`` makes, where ``gg.tensor`` has it."""
    if isinstance(y, tuple):
        return tuple(map(_on_default, y))
    home = backend()
    return y if home is HOST or not getattr(y, "shape", ()) else home.asarray(y)


def recipe(op: Op, values: tuple, needs: tuple[bool, ...] = ()) -> Recipe:
    """How ``op`` is done on raw arrays and numbers like these; ``needs``: which want a gradient,
    if this is recorded."""
    if op.kind == ELEMENTWISE and REGISTRY.get(op.name) is op and (lack := absent(op, values)):
        raise TypeError(lack)  # NumPy would make an array of objects of it
    op = for_values(op, values)
    backend = common_backend(op, values)
    if backend is None:
        return OfNumbers(op, values, needs)
    if op.kind != ELEMENTWISE or largest(values) < backend.fuse_from:
        return Recipe(op, backend, values, needs)
    prepares = backend.driver is not None and not op.settings
    return (Prepared if prepares else ByKernel)(op, backend, values, needs)


def signature(values: tuple) -> tuple | None:
    """What decides how an operation on such values is done; None if one is no array and no number
    of ours."""
    key: list = []
    for value in values:
        kind = type(value)
        if (home := BACKENDS.get(kind)) is not None:
            key += (kind, value.dtype, value.shape)
            if home.shares_type:
                key.append(home.device_of(value))
        elif kind in PLAIN:
            key.append(kind)
        else:
            return None
    return tuple(key)


def recipe_of(op: Op, values: tuple, needs: tuple[bool, ...], key: tuple | None) -> Recipe:
    """``recipe``, looked up by ``key``, the signature of the values."""
    if key is None:
        return recipe(op, values, needs)
    table = table_of(op)
    return table.get((key, needs)) or table.note((key, needs), recipe(op, values, needs))


def evaluated(op: Op, values: tuple, settings: dict) -> Any:
    """The raw result of ``op``; Python numbers stay weak, and alone give a Python number."""
    return recipe_of(op, values, (), signature(values)).value(values, settings)


def with_node(
    op: Op,
    y: Any,
    pullback: Pullback | None,
    kept: tuple,
    parents: tuple,
    settings: dict,
    make: Callable[[Any, Node | None], Any],
) -> Any:
    """``make(y, node)`` with a new node; with several outputs one node for each, picking it."""
    node = None if pullback is None else Node(pullback, parents, kept, settings)
    if isinstance(y, tuple):
        picked = [pick(op, node, i, part) if node else None for i, part in enumerate(y)]
        return tuple([make(part, one) for part, one in zip(y, picked, strict=True)])
    return make(y, node)
