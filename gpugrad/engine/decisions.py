"""What is decided once for each signature of an operation's arguments, and where it is kept."""

from typing import Any
from weakref import WeakValueDictionary

from ..backend import dtypes
from ..backend.dtypes import COMPLEX, FREQUENT, INEXACT, complex128, float32
from ..backend.kept import kept
from ..ops.declare import BILINEAR, ELEMENTWISE, LINEAR, Op
from ..ops.linalg import matrix_product, matrix_vector
from .calling import explained, function_on
from .cells import WEAK
from .promotion import NUMBERS, changes, computed_in
from .pullbacks import Pullback, fastest, fitted, shape_of, widened
from .tape import of_outputs

PRODUCTS = {matrix_product, matrix_vector}
PLAIN = frozenset((*NUMBERS, type(None)))  # arguments of which only the type matters
MOST = 1024  # recipes of an operation: programs whose shapes always change begin anew


class Table(dict):
    """Recipes of one operation, by signature."""

    def __init__(self) -> None:
        TABLES[id(self)] = self

    def note(self, key: Any, recipe: Any) -> Any:
        """Keep ``recipe``, and return it."""
        if len(self) >= MOST:
            self.clear()
        self[key] = recipe
        return recipe


TABLES: WeakValueDictionary[int, Table] = WeakValueDictionary()


def forget() -> None:
    """Decide anew: something that recipes rest on has changed."""
    for table in list(TABLES.values()):
        table.clear()


dtypes.on_default_change(forget)


@kept
def table_of(op: Op) -> Table:
    """The recipes of ``op``."""
    return Table()


class Recipe:
    """How one operation is done on raw arrays and numbers of one signature."""

    def __init__(self, op: Op, backend: Any, values: tuple, needs: tuple[bool, ...]) -> None:
        self.op = op
        self.backend = backend
        self.changes, self.dtype = changes(op, values, backend)
        self.function = function_on(op, backend)
        self.compute = computed_in(op, self.dtype, backend)
        self.space = self._space(values)
        self.needs = needs
        self.pullback: Pullback | None = fastest(op, needs) if any(needs) else None
        self._note_inputs(values)

    def _space(self, values: tuple) -> Any:
        """The namespace in which rules may compute with the values as they are: the backend's own,
        if they are small arrays of one shape and one of the frequent dtypes, and numbers; else
        None."""
        if self.op.kind != ELEMENTWISE or self.op.settings or any(v is None for v in values):
            return None
        shapes = {v.shape for v in values if type(v) not in PLAIN}
        if len(shapes) > 1 or largest(values) >= self.backend.fuse_from:
            return None
        return self.backend.xp if same_frequent(values) else None

    def _note_inputs(self, values: tuple) -> None:
        """What the shares of the inputs that want a gradient must look like."""
        wanted = [v for v, need in zip(values, self.needs, strict=False) if need]
        self.likes = tuple((shape_of(v), _share_dtype(v)) for v in wanted)
        shapes, kinds = {shape for shape, _ in self.likes}, {dtype for _, dtype in self.likes}
        elementwise = self.op.kind == ELEMENTWISE
        fits = len(shapes) == 1 if elementwise else _never_broadcasts(self.op, values)
        self.fitting = not fits or len(kinds) != 1 or self.compute is not None
        self.shape = next(iter(shapes)) if elementwise and shapes else None
        self.like = next(iter(kinds), None)

    def evaluate(self, values: tuple, settings: dict) -> tuple[Any, tuple]:
        """The result, and the values as rules read them."""
        if self.changes:
            values = self.changed(values)
        if self.space is not None:  # of one shape: nothing can fail
            return self.function(*values), values
        return self.computed(values, settings), values

    def value(self, values: tuple, settings: dict) -> Any:
        """The result alone."""
        return self.evaluate(values, settings)[0]

    def record(self, values: tuple, settings: dict) -> tuple[Any, Pullback | None, tuple]:
        """The result, how a node walks back from it, None where nothing is differentiable, and what
        the node keeps for that."""
        y, values = self.evaluate(values, settings)
        pullback = self.pullback
        return self.noted(y, pullback, pullback.keep(*values, y))  # type: ignore[union-attr]

    def changed(self, values: tuple) -> tuple:
        """The values in their common dtype, numbers as arrays."""
        found = list(values)
        for i, change in self.changes:
            found[i] = change(found[i])
        return tuple(found)

    def computed(self, values: tuple, settings: dict) -> Any:
        """The result of values that have been changed; errors name the operation."""
        try:
            if self.compute is None:
                return self.function(*values, **settings)
            xp = self.backend.xp
            wide = [widened(xp, value, self.compute) for value in values]
            return _narrowed(xp, self.function(*wide, **settings), self.dtype)
        except (ValueError, TypeError, IndexError, AttributeError) as error:
            raise explained(self.op, error, values, settings) from error

    def noted(self, y: Any, pullback: Any, kept: tuple) -> tuple[Any, Pullback | None, tuple]:
        """What ``record`` gives of a result: shares that would not fit their inputs are fitted."""
        if isinstance(y, tuple):
            return y, of_outputs(fitted(pullback), len(y)), (*kept, (self.compute, self.likes))
        dtype = getattr(y, "dtype", None)  # a number has none
        if dtype is self.like and not self.fitting and self.shape in (None, shape_of(y)):
            return y, pullback, kept
        if dtype is not None and dtype not in INEXACT:
            return y, None, ()
        return y, fitted(pullback), (*kept, (self.compute, self.likes))


def same_frequent(values: tuple) -> bool:
    """Whether the arrays among ``values`` have one type and one of the frequent dtypes, and what is
    beside them are numbers that go with any such array."""
    arrays = [v for v in values if type(v) not in (float, int)]
    first = arrays[0]
    if getattr(first, "dtype", None) not in FREQUENT:
        return False
    return all(type(v) is type(first) and v.dtype is first.dtype for v in arrays)


def largest(values: tuple) -> int:
    """The number of elements of the largest array; 1 for numbers."""
    return max([getattr(value, "size", 1) for value in values])


def _share_dtype(value: Any) -> Any:
    """The dtype that the share of a gradient must have; None for a real number of Python's."""
    dtype = complex128 if type(value) is complex else getattr(value, "dtype", None)
    return dtype if type(value) not in WEAK or dtype in COMPLEX else None


def _never_broadcasts(op: Op, values: tuple) -> bool:
    """Whether shares have the shapes of the inputs by themselves: those of a linear operation, and
    of a product of matrices and vectors; a bilinear operation of a user may broadcast any."""
    if op.kind == LINEAR:
        return True
    return op.kind == BILINEAR and op in PRODUCTS and all(len(shape_of(v)) <= 2 for v in values)


def _narrowed(xp: Any, y: Any, dtype: Any) -> Any:
    if isinstance(y, tuple):
        return tuple(_narrowed(xp, part, dtype) for part in y)
    return xp.astype(y, dtype=dtype) if y.dtype == float32 else y
