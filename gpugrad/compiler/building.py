"""Kernels of a graph, compiled together before it runs."""

from collections.abc import Callable
from dataclasses import replace
from math import prod
from typing import Any

from ..backend.kernels import pool, strided
from ..backend.select import HOST
from ..codegen import launch, nest_launch, nest_text
from ..codegen.launch import Unit
from ..codegen.text import Kernel
from .graph import Graph, Step
from .native.plan import NativePlan
from .passes import flattened, fused, living, nested, shared, simplified, spelled, symmetric, turned
from .passes.fusing import FEWEST
from .plan import Hold, Plan
from .writing import VIEWS

FEW = 6  # calls of small arrays


def built(graph: Graph, before_writing: Hold = None, others: Callable[..., Any] = Plan) -> Any:
    """The plan of a graph, with kernels; ``others`` makes those that are not native ones."""
    graph = living(symmetric(graph))
    if graph.steps and all(step.backend.base is not HOST for step in graph.steps):
        graph = on_device(graph)
    on_host = all(step.backend.base is HOST for step in graph.steps)
    flat = None if on_host and _is_large(graph) else fused(graph)
    if on_host and (flat is None or _calls(flat) > FEW):
        woven = living(nested(living(shared(simplified(turned(spelled(graph)))))))
        functions = compiled(woven)
        if functions is not None:
            return NativePlan(woven, functions, before_writing)
    flat = fused(graph) if flat is None else flat
    compile_kernels(flat)
    return others(flat, before_writing)


def _is_large(graph: Graph) -> bool:
    """Whether some array is large.  A few calls for small ones Python makes in less time than it
    takes to hand their addresses over."""
    sizes = [prod(value.shape) for step in graph.steps for value in step.outputs]
    return max(sizes, default=0) >= strided.THREADS_FROM


def _calls(graph: Graph) -> int:
    """The number of steps that compute."""
    return sum(step.name not in VIEWS for step in graph.steps)


def compiled(graph: Graph) -> dict[Step, int] | None:
    """The addresses of a graph's nests, equal ones compiled once; None without a compiler."""
    nests = [step for step in graph.steps if "nest" in step.settings]
    texts = {step: nest_text.function(step.settings["nest"]) for step in nests}
    names = {text: f"nest_{i}" for i, text in enumerate(dict.fromkeys(texts.values()))}
    library = pool.kernels(nest_text.unit(names))
    if library is None:
        return None
    return {step: strided.address(library, names[text]) for step, text in texts.items()}


def on_device(graph: Graph) -> Graph:
    """The graph with nests where they save a device work; kernels of elements know more layouts."""
    woven = nested(living(shared(simplified(turned(spelled(graph))))), FEWEST)
    return living(shared(simplified(flattened(living(woven)))))


def compile_kernels(graph: Graph) -> None:
    """Have the kernels of a graph ready: one file for each dtype on the host, on a device each."""
    steps = [step for step in graph.steps if "kernel" in step.settings and step.name == "fused"]
    compile_nests([step for step in graph.steps if "nest" in step.settings])
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


def compile_nests(steps: list[Step]) -> None:
    """Have the texts of nests ready: those of one device together."""
    for base in dict.fromkeys(step.backend.base for step in steps):
        mine = [step for step in steps if step.backend.base is base]
        nests = [step.settings["nest"] for step in mine]
        for step, text in zip(mine, nest_launch.texts(nests, base.driver), strict=True):
            step.settings["unit"] = text


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
