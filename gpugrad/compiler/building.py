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
        known: dict[tuple, Kernel] = {}  # layers that are alike share their kernels
        for step in mine:
            kernel = step.settings["kernel"]
            name = f"{kernel.name}_{len(known)}"
            step.settings["kernel"] = known.setdefault(_form(kernel), replace(kernel, name=name))
        unit = Unit(tuple(known.values()), dtype.name)
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


def _form(kernel: Kernel) -> tuple:
    """What kernels have in common that compute the same; there is one symbol of each structure."""
    outputs = tuple((name, id(root)) for name, root in kernel.outputs)
    return kernel.name, kernel.inputs, kernel.booleans, kernel.settings, outputs
