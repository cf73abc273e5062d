"""Kernels of a graph, compiled together before it runs."""

from dataclasses import replace
from typing import Any

from ..codegen import launch
from ..codegen.launch import Unit
from ..codegen.text import Kernel
from .graph import Graph
from .passes import fused, living, symmetric


def built(graph: Graph) -> Graph:
    """The graph with kernels, compiled: one file for each dtype on the host, on a device each."""
    graph = fused(living(symmetric(graph)))
    steps = [step for step in graph.steps if step.name == "fused"]
    for backend, dtype in dict.fromkeys((s.backend, s.settings["dtype"]) for s in steps):
        mine = [s for s in steps if (s.backend, s.settings["dtype"]) == (backend, dtype)]
        for number, step in enumerate(mine):
            kernel = step.settings["kernel"]
            step.settings["kernel"] = replace(kernel, name=f"{kernel.name}_{number}")
        unit = Unit(tuple(step.settings["kernel"] for step in mine), dtype.name)
        for step in mine:
            step.settings["unit"] = unit
            compile_kernel(backend.base, unit, step.settings["kernel"], dtype)
    return graph


def compile_kernel(backend: Any, unit: Unit, kernel: Kernel, dtype: Any) -> None:
    """Have one kernel of a unit ready; without a compiler NumPy runs it."""
    if backend.driver is not None:
        launch.on_device(backend, lambda: unit, kernel, dtype)
    else:
        kernel.answers[dtype] = launch.host_address(unit, kernel.name)
