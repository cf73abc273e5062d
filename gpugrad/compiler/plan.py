"""A plan: a graph as one Python function of its inputs, which calls what computes each step.

Every value is a local variable, deleted after the last step that reads it, so that memory is free
again as early as an eager program could free it.
"""

from collections.abc import Callable
from typing import Any

from .graph import Constant, Graph, Step, Value, values_in
from .running import runner

Hold = Callable[[], object] | None  # called before anything of the caller's is written


class Plan:
    """A graph that can be run: ``plan.run(*arrays)`` takes the inputs' and gives the roots' arrays.

    before_writing: called before the first step that writes into arrays of the caller's, or at the
    end; None where the caller writes nothing.
    """

    def __init__(self, graph: Graph, before_writing: Hold = None) -> None:
        self.graph = graph
        self.names: dict[str, Any] = {"before_writing": before_writing}
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
        last, writing = last_readers(graph), self.names["before_writing"] is None
        for i, step in enumerate(graph.steps):
            if step.name == "update" and not writing:
                lines.append("    before_writing()")
                writing = True
            for j, value in enumerate(step.outputs):
                at[value] = f"v{i}_{j}"
            lines.append(f"    {self._assigned(i, step, at)}")
            dead = [at[value] for value in last.get(i, ())]
            if dead:
                lines.append(f"    del {', '.join(dead)}")
        if not writing:
            lines.append("    before_writing()")
        roots = "".join(f"{self._given(root, at)}, " for root in graph.roots)
        return "\n".join([*lines, f"    return ({roots})", ""])

    def _given(self, root: Value, at: dict[Value, str]) -> str:
        """A root as the caller gets it, who may write into it: of a constant a copy."""
        return f"{at[root]}.copy()" if isinstance(root, Constant) else at[root]

    def _assigned(self, i: int, step: Step, at: dict[Value, str]) -> str:
        """One line: a step's outputs as what its function gives."""
        self.names[f"f{i}"], settings, several = runner(step, self.graph)
        given = [self._text(argument, at) for argument in step.arguments]
        given += [f"{key}={self._text(value, at)}" for key, value in settings.items()]
        made = ", ".join(at[value] for value in step.outputs)
        return f"{made}{',' * several} = f{i}({', '.join(given)})"

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
    roots, found = set(graph.roots), dict[int, list[Value]]()
    for value, i in last.items():
        if value not in roots and not isinstance(value, Constant):
            found.setdefault(i, []).append(value)
    return found
