"""The law of ``xp``: every reader has the registered operations and the extras, nothing else."""

import dis
import inspect

import numpy as np
import pytest
from op_samples import SAMPLES

from gpugrad.backend.select import HOST, backend
from gpugrad.codegen import symbols
from gpugrad.engine.anything import ANY
from gpugrad.engine.namespace import EXTRAS
from gpugrad.ops import REGISTRY
from gpugrad.ops.declare import COMPOSITE, ELEMENTWISE

LAW = {*REGISTRY, *EXTRAS}


class Overheard:
    """A reader that passes everything on and notes the names that rules ask for."""

    def __init__(self, reader):
        self.reader, self.names = reader, set()

    def __getattr__(self, name):
        self.names.add(name)
        return getattr(self.reader, name)


@pytest.mark.parametrize("reader", [HOST.xp, ANY], ids=["raw", "any"])
def test_readers_have_the_registered_names_and_the_extras(reader):
    assert {n for n in vars(reader) if not n.startswith("_")} == LAW


@pytest.mark.needs_compiler
def test_the_device_has_them_too():
    assert {n for n in vars(backend("simulated").xp) if not n.startswith("_")} == LAW


def test_symbols_know_the_elementwise_operations():
    for name, op in REGISTRY.items():
        if op.kind == ELEMENTWISE:
            assert callable(getattr(symbols.xp, name))
    assert not hasattr(symbols.xp, "cos_")


def test_array_libraries_are_not_readers():
    assert HOST.xp is not np
    assert not hasattr(HOST.xp, "einsum_path")


@pytest.mark.parametrize("name", REGISTRY)
def test_forward_rules_ask_for_lawful_names_only(name):
    op, reader = REGISTRY[name], Overheard(HOST.xp)
    for one in SAMPLES[name]:
        settings = {**op.settings, **one.settings}
        inputs = [x if x is None else np.asarray(x) for x in one.inputs]
        op.forward(reader, *inputs, **settings)
    assert reader.names <= LAW


@pytest.mark.parametrize("name", [n for n, op in REGISTRY.items() if any(op.rules)])
def test_derivative_rules_ask_for_lawful_names_only(name):
    for rule in (*REGISTRY[name].rules, REGISTRY[name].tangent):
        if rule is not None:
            assert asked_for(rule.function, set()) <= LAW


def asked_for(function, seen):
    """Attributes of ``xp`` in a rule's code and in the helpers that it hands ``xp`` to."""
    if function in seen or not hasattr(function, "__code__"):
        return set()
    seen.add(function)
    code, names = function.__code__, set()
    reached = [
        *inspect.getclosurevars(function).nonlocals.values(),
        *inspect.getclosurevars(function).globals.values(),
    ]
    if code.co_varnames[:1] == ("xp",):
        names |= attributes_of_xp(code)
    for other in reached:
        if inspect.isfunction(other) and other.__module__.startswith("gpugrad.ops"):
            names |= asked_for(other, seen)
    return names


def attributes_of_xp(code):
    """Names X of every ``xp.X`` in a function's code and in the functions within it."""
    names, on_xp = set(), False
    for step in dis.get_instructions(code):
        if on_xp and step.opname in ("LOAD_METHOD", "LOAD_ATTR"):
            names.add(step.argval)
        on_xp = step.argval == "xp" and step.opname.startswith("LOAD")
    for inner in code.co_consts:
        if inspect.iscode(inner):
            names |= attributes_of_xp(inner)
    return names


def test_the_overhearing_hears():
    def rule(xp, g):
        return helper(xp, g) + [xp.sort(part) for part in g]

    assert attributes_of_xp(rule.__code__) == {"sort"}
    assert asked_for(REGISTRY["std"].rules[0].function, set()) >= {"scale", "expand_dims", "mean"}


def helper(xp, g):
    return xp.einsum_path(g)


@pytest.mark.parametrize(
    "name",
    [
        n
        for n, op in REGISTRY.items()
        if op.kind == ELEMENTWISE and op.fusible and op.differentiable and not n.startswith("to_")
    ],
)
def test_elementwise_rules_run_on_symbols(name):
    op = REGISTRY[name]
    settings = {**op.settings, **SAMPLES[name][0].settings}
    inputs = tuple(symbols.symbol("input", n) for n in op.inputs)
    y = op.forward(symbols.xp, *inputs, **settings)
    named = {**dict(zip(op.inputs, inputs, strict=True)), "y": y}
    for rule in op.rules:
        if rule is not None and rule.constant is None:
            partial = rule.function(symbols.xp, *[named[n] for n in rule.names], **settings)
            assert isinstance(partial, symbols.Symbol)


def test_composites_have_no_rules_of_their_own():
    for op in REGISTRY.values():
        if op.kind == COMPOSITE:
            assert not any(op.rules)
            assert op.tangent is None
