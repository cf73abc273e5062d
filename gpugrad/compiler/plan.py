"""A plan: a graph as one Python function of its inputs, which calls what computes each step.

Every value is a local variable, deleted after the last step that reads it, so that memory is free
again as early as an eager program could free it.
"""

from collections.abc import Callable, Sequence
from typing import Any

from ..backend.multi_tensor import MultiTensor
from ..codegen import launch
from ..codegen.launch import Unit
from .graph import Constant, Graph, Step, Value, values_in


class Plan:
    """A graph that can be run: ``plan(arrays)`` takes the inputs' and gives the roots' arrays."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.names: dict[str, Any] = {}  # what the text of the function refers to
        self.text = self._written()
        exec(compile(self.text, "<plan>", "exec"), self.names)
        self.run: Callable[..., tuple] = self.names["run"]

    def _written(self) -> str:
        graph = self.graph
        at: dict[Value, str] = {value: f"x{i}" for i, value in enumerate(graph.inputs)}
        for i, constant in enumerate(graph.constants()):
            at[constant] = f"c{i}"
            self.names[f"c{i}"] = constant.array
        lines = [f"def run({', '.join(at[value] for value in graph.inputs)}):"]
        last = last_readers(graph)
        for i, step in enumerate(graph.steps):
            for j, value in enumerate(step.outputs):
                at[value] = f"v{i}_{j}"
            lines.append(f"    {self._assigned(i, step, at)}")
            dead = [at[value] for value in last.get(i, ())]
            if dead:
                lines.append(f"    del {', '.join(dead)}")
        roots = "".join(f"{self._given(root, at)}, " for root in graph.roots)
        return "\n".join([*lines, f"    return ({roots})", ""])

    def _given(self, root: Value, at: dict[Value, str]) -> str:
        """A root as the caller gets it, who may write into it: of a constant a copy."""
        return f"{at[root]}.copy()" if isinstance(root, Constant) else at[root]

    def _assigned(self, i: int, step: Step, at: dict[Value, str]) -> str:
        """One line: a step's outputs as what its function gives."""
        self.names[f"f{i}"] = runner(step)
        given = [self._text(argument, at) for argument in step.arguments]
        if step.name not in ("update", "fused"):
            given += [f"{key}={self._text(v, at)}" for key, v in step.settings.items()]
        made = ", ".join(at[value] for value in step.outputs)
        return f"{made}{',' * step.several} = f{i}({', '.join(given)})"

    def _text(self, argument: Any, at: dict[Value, str]) -> str:
        """An argument in the text: a variable, a tuple of them, or a literal by its name."""
        if isinstance(argument, Value):
            return at[argument]
        if type(argument) is tuple and next(values_in(argument), None) is not None:
            return f"({''.join(f'{self._text(part, at)}, ' for part in argument)})"
        name = f"k{len(self.names)}"
        self.names[name] = argument
        return name


def last_readers(graph: Graph) -> dict[int, list[Value]]:
    """By the number of a step the values that nothing reads after it."""
    last: dict[Value, int] = {}
    for i, step in enumerate(graph.steps):
        last.update(dict.fromkeys((*step.values(), *step.outputs), i))
    found: dict[int, list[Value]] = {}
    for value, i in last.items():
        if value not in graph.roots and not isinstance(value, Constant):
            found.setdefault(i, []).append(value)
    return found


def runner(step: Step) -> Callable[..., Any]:
    """The function that computes a step on raw arrays."""
    if step.name == "update":
        return Updating(step)
    if step.name == "fused":
        return Fused(step)
    return step.backend.function(step.name)


class Updating:
    """An optimizer's step in a plan: it gives new arrays of parameters and state."""

    def __init__(self, step: Step) -> None:
        self.backend, self.settings = step.backend.base, step.settings
        self.count = len(step.arguments[1])

    def __call__(self, before: Sequence[Any], gradients: Any, rate: Any, steps: Any) -> list:
        """The arrays after the step, in the order of those before it."""
        after = [array.copy() for array in before]
        lists = [after[i : i + self.count] for i in range(0, len(after), self.count)]
        how = self.settings
        batch = MultiTensor(self.backend, how["kernel"], lists[0], lists[1:], how["places"])
        batch.step(gradients, rate, steps, how["numbers"])
        return after


class Fused:
    """A kernel in a plan: it gives its outputs as a tuple."""

    def __init__(self, step: Step) -> None:
        how = step.settings
        self.backend, self.kernel, self.shape = step.backend.base, how["kernel"], how["shape"]
        self.dtype = how["dtype"]
        self.unit = Unit((self.kernel,), self.dtype.name)

    def __call__(self, *arrays: Any) -> tuple:
        """The arrays that the kernel makes."""
        return launch.run(
            self.backend, lambda: self.unit, self.kernel, arrays, self.shape, self.dtype, ()
        )
