"""Results that want a gradient: the graph that walks back from them, recorded and replayed too.

A caller may walk back from what a compiled function gives, ``compiled(x).sum().backward()``.  The
walk is recorded at once, from gradients that are inputs; what it needs of the function's values the
function gives beside its results, and a node keeps.
"""

from collections.abc import Callable, Sequence
from typing import Any

from ..backend.locks import calling
from ..backend.select import BACKENDS, backend_of
from ..engine.backward import raw_space
from ..engine.cells import Cell
from ..engine.pullbacks import Pullback, released
from ..engine.tape import Leaf, Node, Parts, joined, pick, walk
from ..ops.declare import operation
from .building import built
from .graph import Constant, Graph, Input, Value
from .passes import improved, living
from .plan import Plan
from .recording import Recording
from .sources import Given


@operation(register=False)
def compiled_(xp: Any, *arrays: Any) -> Any:
    """A compiled function, to a graph outside of it."""


class Outward:
    """How gradients pass from the results of a compiled function to what is outside of it.

    kept: the values of the function that this needs, further roots of its graph.
    """

    def __init__(
        self, recording: Recording, tensors: Sequence[Any], leaves: Sequence[Any], begin: int
    ) -> None:
        given = [recording.gradient(i, tensor.held) for i, tensor in enumerate(tensors)]
        root = joined(compiled_, tuple(tensor.node for tensor in tensors))
        arrived = walk(root, Parts(dict(enumerate(given))), raw_space, False, until=begin)
        places = {id(leaf.node): i for i, leaf in enumerate(leaves) if isinstance(leaf, Cell)}
        self.parents = [(places.get(id(parent)), parent) for parent in arrived]
        self.examples = [tensor.held.array for tensor in tensors]
        graph = recording.graph
        self.gradients: list[Any] = [noted.at for noted in given]
        graph.inputs = [value for value in graph.inputs if value not in self.gradients]
        self._whole = Graph(graph.inputs, list(graph.steps), [g.at for g in arrived.values()])

    def split(self, forward: Sequence[Value]) -> list[Value]:
        """Plan the walk; gives what it needs of the function whose results are ``forward``."""
        whole = self._whole
        first = set(living(Graph(whole.inputs, whole.steps, list(forward))).steps)
        later = [step for step in living(whole).steps if step not in first]
        made = {value for step in later for value in step.outputs} | set(self.gradients)
        read = dict.fromkeys([v for step in later for v in step.values()] + whole.roots)
        kept = [v for v in read if v not in made and not isinstance(v, Constant)]
        new = {
            value: Input(value.shape, value.dtype, source=Given(i)) for i, value in enumerate(kept)
        }
        graph = Graph(whole.inputs, later, whole.roots).replaced(dict(new), later)
        graph.inputs = [*self.gradients, *new.values()]
        self.graph = improved(graph)
        self.plan: Any = Plan(self.graph)
        self.lock = calling()  # of the plan, which backward() runs in any thread
        return kept

    def build(self) -> None:
        """Make kernels of the walk; later nodes run them."""
        self.plan = built(self.graph)
        self.graph = self.plan.graph

    def node(self, kept: Sequence[Any], leaves: Sequence[Any]) -> Node:
        """A node of the caller's graph, which walks back by the plan."""
        parents = [parent if i is None else leaves[i].node for i, parent in self.parents]
        pull = _pulling(self.plan.run, self.lock, self.examples)
        pullback = Pullback(compiled_, pull, lambda *values: (), (), released(compiled_))
        return Node(pullback, tuple(parents), tuple(kept))

    @staticmethod
    def picked(node: Node, i: int, array: Any) -> Node | Leaf | None:
        """The node of result number ``i``."""
        return pick(compiled_, node, i, array)


def _pulling(run: Callable[..., tuple], lock: Any, examples: Sequence[Any]) -> Callable[..., tuple]:
    def pull(xp: Any, g: Parts, kept: tuple, settings: Any) -> tuple:
        for gradient in g.by_output.values():
            if type(gradient) not in BACKENDS:
                raise RuntimeError(
                    "compile: a second derivative through a compiled function; compile the "
                    "function that takes the derivatives, gg.compile(gg.hessian(f))"
                )
        given = [g.by_output.get(i) for i in range(len(examples))]
        pairs = zip(given, examples, strict=True)
        with lock:
            return run(*[_zeros(one) if each is None else each for each, one in pairs], *kept)

    return pull


def _zeros(example: Any) -> Any:
    return backend_of(example).natives["zeros_like"](example)
