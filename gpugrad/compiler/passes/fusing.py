"""Fusing: elementwise steps of one shape as one kernel, which keeps what is between in registers.

Steps belong together if they have one shape and dtype and no path between them leaves and comes
back.  That is so for steps of one depth, which grows by one on every edge that is not from an
elementwise step to another one of the same shape.
"""

from collections.abc import Iterator
from typing import Any, TypeGuard

from ...backend.dtypes import FLOATS, bool_, float32
from ...codegen.refusals import NotElementwise
from ...codegen.symbols import INPUT, Symbol, apply, in_primitives, literal, symbol
from ...codegen.text import Kernel
from ...ops.declare import ELEMENTWISE, REGISTRY
from ..graph import Constant, Graph, Step, Value, with_values

OPERATIONS = {"raised": "power"}  # names of what arrays do themselves, as operations
ON_TRUTH = {
    "bitwise_and": "logical_and",
    "bitwise_or": "logical_or",
    "bitwise_xor": "logical_xor",
    "bitwise_invert": "logical_not",
}
MOST_OPERANDS = 24  # of one kernel
MOST_STEPS = 1500  # of one kernel, which compilers take a second or two for
FEWEST = 2  # steps that are worth a kernel
NUMBERS = (bool, int, float)


def fused(graph: Graph) -> Graph:
    """The graph with kernels in place of elementwise steps."""
    graph = with_arrays(graph)
    made: dict[Step, Step] = {}
    readers = _readers(graph)
    for steps in _groups(graph):
        for part in _parts(steps, readers):
            kernel = _kernel(part, readers)
            made[part[-1]] = kernel
            made.update(dict.fromkeys(part[:-1], kernel))
    return Graph(graph.inputs, list(ordered(graph, made)), list(graph.roots))


def _readers(graph: Graph) -> dict[Value, set[int]]:
    """For each value the ids of the steps that read it; 0 stands for the caller."""
    found: dict[Value, set[int]] = {root: {0} for root in graph.roots}
    for step in graph.steps:
        for value in step.values():
            found.setdefault(value, set()).add(id(step))
    return found


def with_arrays(graph: Graph) -> Graph:
    """The graph with arrays in place of numbers in elementwise steps, of the dtype beside them."""
    steps: list[Step] = []
    known: dict[tuple, Value] = {}
    for step in graph.steps:
        new = {}
        for number in [v for v in step.values() if v.is_pythons]:
            others = {v.dtype for v in step.values() if not v.is_pythons}
            if step.several or len(others) != 1 or not _is_elementwise(step):
                break
            key = (number, dtype := others.pop())
            if key not in known:
                known[key] = Value((), dtype)
                how = {"dtype": dtype}
                made = Step("number", (number,), how, (known[key],), False, step.backend, step.line)
                steps.append(made)
            new[number] = known[key]
        steps.append(with_values(step, new))
    return Graph(graph.inputs, steps, list(graph.roots))


def ordered(graph: Graph, made: dict[Step, Step]) -> Iterator[Step]:
    """All steps, each after those that it reads."""
    makers = {v: made.get(step, step) for step in graph.steps for v in step.outputs}
    done: set[int] = set()
    for wanted in graph.steps:
        pending = [(made.get(wanted, wanted), False)]
        while pending:
            step, ready = pending.pop()
            if ready:
                yield step
            elif id(step) not in done:
                done.add(id(step))
                pending.append((step, True))
                pending += [(makers[v], False) for v in step.values() if v in makers]


def _groups(graph: Graph) -> list[list[Step]]:
    """Steps of one shape, dtype and depth that are linked to each other."""
    places = _places(graph)
    found: dict[tuple, list[Step]] = {}
    for step in graph.steps:
        if step in places:
            found.setdefault(places[step], []).append(step)
    return [part for steps in found.values() for part in _linked(steps)]


def _places(graph: Graph) -> dict[Step, tuple]:
    """For each elementwise step what those have in common that may be one kernel.

    Where all that read a step belong together, it goes to them: the mask of a relu is found again
    when its gradient comes, which is cheaper than keeping it.  What is made of truth values alone
    belongs to what they are made by.
    """
    depth: dict[Value, int] = {}
    made_in: dict[Value, tuple] = {}
    places: dict[Step, tuple] = {}
    for step in graph.steps:
        kind, y = computed_in(step), step.outputs[0]
        if kind == bool_:
            kind = next((made_in[v][0] for v in step.values() if v in made_in), None)
        own = (kind, y.shape, id(step.backend))
        depths = [depth.get(v, 0) + (kind is None or made_in.get(v) != own) for v in step.values()]
        level = max(depths, default=0)
        if kind is not None:
            places[step], made_in[y] = (level, *own), own
        depth.update(dict.fromkeys(step.outputs, level))
    readers: dict[Value, list[Step]] = {root: [] for root in graph.roots}
    for step in reversed(graph.steps):
        theirs = {places.get(reader) for reader in readers.get(step.outputs[0], ())}
        place = theirs.pop() if len(theirs) == 1 and step.outputs[0] not in graph.roots else None
        if step in places and place is not None and place[1:] == places[step][1:]:
            places[step] = place
        for value in step.values():
            readers.setdefault(value, []).append(step)
    return places


def _linked(steps: list[Step]) -> list[list[Step]]:
    """The steps, those together that read one another."""
    group: dict[int, list[Step]] = {}
    makers: dict[Value, Step] = {}
    for step in steps:
        mine = [step]
        for value in step.values():
            other = group[id(makers[value])] if value in makers else mine
            if other is not mine:
                other += mine
                for one in mine:
                    group[id(one)] = other
                mine = other
        group[id(step)] = mine
        makers.update(dict.fromkeys(step.outputs, step))
    order = {id(step): i for i, step in enumerate(steps)}
    parts = {id(part): part for part in group.values()}.values()
    return [sorted(part, key=lambda s: order[id(s)]) for part in parts]


def _parts(steps: list[Step], readers: dict) -> Iterator[list[Step]]:
    """The steps, or halves of them if a kernel of all were too large; none if they are few."""
    if len(steps) < FEWEST:
        return
    inputs, outputs = _ends(steps, readers)
    if len(inputs) + len(outputs) <= MOST_OPERANDS and len(steps) <= MOST_STEPS:
        yield steps
    else:
        middle = len(steps) // 2
        yield from _parts(steps[:middle], readers)
        yield from _parts(steps[middle:], readers)


def _ends(steps: list[Step], readers: dict) -> tuple[list[Value], list[Value]]:
    """What a group reads and what of it is read outside."""
    made = dict.fromkeys(value for step in steps for value in step.outputs)
    read = [v for step in steps for v in step.values() if v not in made and not is_number(v)]
    inside = {id(step) for step in steps}
    wanted = [value for value in made if not readers.get(value, inside) <= inside]
    return list(dict.fromkeys(read)), wanted


def _kernel(steps: list[Step], readers: dict) -> Step:
    """The steps as one."""
    inputs, outputs = _ends(steps, readers)
    symbols: dict[Value, Symbol] = {
        value: symbol(INPUT, f"a{i}", value.dtype == bool_) for i, value in enumerate(inputs)
    }
    for step in steps:
        symbols[step.outputs[0]] = expression(step, symbols)
    kernel = Kernel(
        f"fused_{len(steps)}",
        tuple(f"a{i}" for i in range(len(inputs))),
        frozenset(f"a{i}" for i, value in enumerate(inputs) if value.dtype == bool_),
        (),
        tuple((f"b{i}", symbols[value]) for i, value in enumerate(outputs)),
    )
    last = steps[-1]
    dtype = next((found for found in map(computed_in, steps) if found != bool_), float32)
    settings = {"kernel": kernel, "dtype": dtype, "shape": last.outputs[0].shape}
    return Step("fused", tuple(inputs), settings, tuple(outputs), True, last.backend, last.line)


def expression(step: Step, symbols: dict[Value, Symbol]) -> Symbol:
    """What a step computes of one element."""
    operands = tuple([_operand(a, symbols) for a in step.arguments])
    if step.name == "astype":
        x = operands[0]
        return literal(apply("where", (x, 1.0, 0.0)) if x.boolean else x)
    name = _operation(step)
    if name == "positive":
        return operands[0]
    return literal(apply(name, operands, dict(step.settings), REGISTRY[name]))


def _operand(argument: Any, symbols: dict[Value, Symbol]) -> Symbol:
    if not isinstance(argument, Value):
        return literal(argument)
    return literal(argument.item) if is_number(argument) else symbols[argument]


def _operation(step: Step) -> str:
    """The operation that a step is."""
    if step.outputs[0].dtype == bool_ and step.name in ON_TRUTH:
        return ON_TRUTH[step.name]
    return OPERATIONS.get(step.name, step.name)


def is_number(value: Value) -> TypeGuard[Constant]:
    """Whether a value is a number that a kernel's text may hold."""
    return isinstance(value, Constant) and value.shape == () and value.dtype.kind in "bf"


def computed_in(step: Step) -> Any:
    """The dtype of all that a kernel of a step reads and writes, bool where these are truth values
    alone; None where there are several dtypes, or can be no kernel."""
    found = kinds(step)
    return next(iter(found)) if len(found) == 1 else None


def kinds(step: Step) -> frozenset[Any]:
    """The dtypes of what a kernel of a step reads and writes, apart from truth values; bool where
    these are all, none where there can be no kernel."""
    if step.several or (step.name != "astype" and not _is_elementwise(step)):
        return frozenset()
    y = step.outputs[0]
    dtypes = {v.dtype for v in step.values() if not is_number(v)} | {y.dtype}
    found = frozenset(dtypes - {bool_} or {bool_})
    given = [a for a in step.arguments if not isinstance(a, Value)]
    if not found <= FLOATS | {bool_} or any(type(a) not in NUMBERS for a in given):
        return frozenset()
    try:
        values = list(step.values())
        ends = {v: symbol(INPUT, f"a{i}", v.dtype == bool_) for i, v in enumerate(values)}
        made = in_primitives(expression(step, ends))
    except (NotElementwise, TypeError, KeyError):
        return frozenset()
    return found if made.boolean or bool_ not in found else frozenset()


def _is_elementwise(step: Step) -> bool:
    op = REGISTRY.get(_operation(step))
    return op is not None and op.kind == ELEMENTWISE and op.fusible and not op.variadic
