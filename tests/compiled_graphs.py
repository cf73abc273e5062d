"""Recorded graphs for the tests of the compiler, and what they compute."""

import gpugrad as gg
from gpugrad.compiler.graph import Graph
from gpugrad.compiler.plan import Plan
from gpugrad.compiler.recording import Recording
from gpugrad.compiler.sources import Argument


def recorded(function, *arrays) -> Graph:
    """The graph of a function of arrays; its roots are the function's results."""
    recording = Recording(())
    with recording.recorded():
        cells = [gg.Tensor(recording.input(a, Argument(i))) for i, a in enumerate(arrays)]
        results = function(*cells)
        results = results if isinstance(results, tuple) else (results,)
        recording.graph.roots = [y.data.at for y in results]
    return recording.graph


def names(graph):
    return [step.name for step in graph.steps]


def values(graph, *arrays):
    return Plan(graph).run(*arrays)
