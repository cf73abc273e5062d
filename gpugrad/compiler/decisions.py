"""What Python decided by comparing numbers among the arguments, asked again before a replay."""

from collections.abc import Sequence
from typing import Any

from .graph import Graph
from .numbers import Number
from .passes import living
from .plan import Plan


class Decisions:
    """The answers to the comparisons of a recording, which holds while they are the same."""

    def __init__(self, asked: Sequence[Number], graph: Graph) -> None:
        self.answers = tuple([number.value for number in asked])
        roots = [number.at for number in asked]
        steps = living(Graph(graph.inputs, graph.steps, roots)).steps
        read = {value for step in steps for value in step.values()}
        inputs = [value for value in graph.inputs if value in read]
        self.places = [value.source.number for value in inputs]
        self.run = Plan(Graph(inputs, steps, roots)).run

    def hold(self, leaves: Sequence[Any]) -> bool:
        """Whether a call decides likewise."""
        try:
            return self.run(*[leaves[place] for place in self.places]) == self.answers
        except ArithmeticError:
            return False
