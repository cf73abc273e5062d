"""Batching rules against a loop over the members of a batch."""

from collections import Counter

import numpy as np
import pytest
from batches import (
    agree,
    batched,
    by_rule,
    markings,
    one_by_one,
    raw,
    refuses,
    settings_of,
)
from op_samples import cases, label
from sample import numbers, sample
from test_namespaces import LAW, asked_for

import gpugrad as gg
from gpugrad.backend.positions import ALL, ARRAY
from gpugrad.backend.select import HOST
from gpugrad.ops import REGISTRY
from gpugrad.ops.batching import along, unchanged
from gpugrad.ops.declare import COMPOSITE, ELEMENTWISE, linear

RULED = [case for case in cases() if REGISTRY[case[0]].batch is not None]
every_sample = pytest.mark.parametrize("case", RULED, ids=label)
WITHOUT_RULE = {  # operation: why it is done member by member
    "band_spread": "resized, which makes its tables, has one",
    "band_sums": "resized, which makes its tables, has one",
    "sparse_solve": "the solvers that there are take one matrix",
    "sqrtm": "whether a member's root is real or complex depends on its values",
    "solve_banded": "the banded solvers that there are take one matrix",
}


class Counting:
    """A reader that counts how often a rule calls it."""

    def __init__(self):
        self.calls = Counter()

    def __getattr__(self, name):
        def counted(*arrays, **settings):
            self.calls[name] += 1
            return getattr(HOST.xp, name)(*arrays, **settings)

        return counted


@every_sample
def test_a_rule_gives_what_a_loop_gives(case):
    name, _, one = case
    settings = settings_of(name, one)
    for marked in markings(one):
        inputs = batched(name, one, marked)
        if refuses(name, one, marked):
            with pytest.raises(TypeError, match=f"{name}: under vmap"):
                by_rule(name, inputs, marked, settings)
            continue
        expected = one_by_one(raw(name, settings), inputs, marked)
        agree(by_rule(name, inputs, marked, settings), expected)
        for size in (0, 1):
            few = tuple(x[:size] if many else x for x, many in zip(inputs, marked, strict=True))
            agree(by_rule(name, few, marked, settings), [y[:size] for y in expected])


@every_sample
def test_a_rule_does_not_loop(case):
    """It calls operations as often for two members as for three."""
    name, _, one = case
    for marked in markings(one, every=False):
        if not refuses(name, one, marked):
            inputs, calls = batched(name, one, marked), []
            for size in (2, 3):
                few = tuple(x[:size] if many else x for x, many in zip(inputs, marked, strict=True))
                reader = Counting()
                by_rule(name, few, marked, settings_of(name, one), reader)
                calls.append(reader.calls)
            assert calls[0] == calls[1]


@pytest.mark.parametrize("name", sorted({name for name, *_ in RULED}))
def test_rules_ask_for_lawful_names_only(name):
    assert asked_for(REGISTRY[name].batch, set()) <= LAW


def test_operations_without_a_rule():
    assert {*WITHOUT_RULE} == {
        name
        for name, op in REGISTRY.items()
        if op.batch is None and op.kind not in (ELEMENTWISE, COMPOSITE)
    }


@pytest.mark.parametrize("rule", [unchanged, along("k")], ids=["axis not moved", "not an axis"])
def test_a_wrong_rule_is_noticed(rule, monkeypatch):
    @linear(transpose=lambda xp, g: g, batch=rule, register=False)
    def turned(xp, x, *, axis=0, k=1):
        return xp.roll(xp.flip(x, axis=axis), shift=k, axis=axis)

    monkeypatch.setitem(REGISTRY, "turned", turned)
    one = sample(numbers(2, 3), axis=1)
    inputs, settings = batched("turned", one, (True,)), settings_of("turned", one)
    expected = one_by_one(raw("turned", settings), inputs, (True,))
    with pytest.raises(AssertionError):
        agree(by_rule("turned", inputs, (True,), settings), expected)


# --- what the table has no samples of ------------------------------------------------------------


def random_index(shape, random):
    """An index of everything that one is made of: its spec and arrays."""
    spec, arrays = [], []
    for n in shape:
        kind = random.choice(["whole", "part", "int", "array", "array", "none", "mask", "dots"])
        if kind in ("none", "dots"):
            spec.append(None if kind == "none" or Ellipsis in spec else Ellipsis)
        elif kind == "int":
            spec.append(int(random.integers(-n, n)))
        elif kind in ("whole", "part"):
            spec.append(ALL if kind == "whole" else (0, n, 2))
        else:
            of_two = np.arange(n) < 2
            sizes = ((), (2,), (3, 2), (3, 1), (1,))[random.integers(5)]
            spec.append(ARRAY)
            arrays.append(of_two if kind == "mask" else random.integers(-n, n, sizes))
    return tuple(spec), tuple(arrays)


def random_calls(random):
    """Reading, adding and writing at a random index that NumPy takes."""
    x = random.standard_normal((2, 3, 4, 2))
    spec, arrays = random_index(x.shape, random)
    try:
        y = np.asarray(HOST.xp.getitem(x, *arrays, spec=spec))
    except IndexError:
        return
    shapes = (y.shape, y.shape[-1:], (1, *y.shape), ())
    v = random.standard_normal(shapes[random.integers(4)])
    yield "getitem", (x, *arrays), {"spec": spec}
    yield "unindex", (y, *arrays), {"spec": spec, "shape": x.shape}
    yield "setitem", (x, v, *arrays), {"spec": spec}


def test_indices_of_every_layout():
    random, compared = np.random.default_rng(0), 0
    for _ in range(600):
        for name, inputs, settings in random_calls(random):
            masks = [x.dtype == bool for x in inputs]
            marked = tuple(bool(random.integers(2)) and not mask for mask in masks)
            if any(marked):
                whole = batched(name, sample(*inputs), marked)
                expected = one_by_one(raw(name, settings), whole, marked)
                agree(by_rule(name, whole, marked, settings), expected)
                compared += 1
    assert compared > 1000


MORE = {
    "a matrix by stacks": ("matrix_product", sample(numbers(3, 4), numbers(2, 4, 5))),
    "stacks by a matrix": ("matrix_product", sample(numbers(2, 3, 4), numbers(4, 5))),
    "stacks by vectors": ("matrix_product", sample(numbers(2, 3, 4), numbers(2, 4, 1))),
    "repeated stacks": ("matrix_product", sample(numbers(2, 1, 3, 4), numbers(5, 4, 2))),
    "padding": ("embedding", sample(numbers(4, 3), np.array([[1, 0], [2, 1]]), padding_idx=1)),
    "no axis": ("argsort", sample(numbers(2, 3), axis=None)),
    "kept axes": ("argmax", sample(numbers(2, 3), axis=None, keepdims=True)),
    "taken from the end": ("take", sample(numbers(2, 3, 2), np.array([[2], [0]]), axis=-2)),
    "all roots": ("softmax", sample(numbers(2, 3), axis=None)),
    "rolled as one": ("roll", sample(numbers(2, 3), shift=(1, 1), axis=None)),
    "ties and NaN": ("searchsorted", sample([1.0, 2, 2, np.nan], [2.0, np.nan, 1, 3], side="left")),
    "a matrix sought": ("searchsorted", sample([1.0, 2, 2, 3], [[2.0, 0]], side="right")),
    "a masked row": (
        "setitem",
        sample(numbers(2, 3), numbers(3), np.array([True, False]), spec=(ARRAY,)),
    ),
    "a masked column": (
        "setitem",
        sample(numbers(2, 3), numbers(1), np.array([1, 0, 1], bool), spec=(..., ARRAY)),
    ),
}


@pytest.mark.parametrize("what", MORE)
def test_further_calls(what):
    name, one = MORE[what]
    settings = settings_of(name, one)
    for marked in markings(one):
        inputs = batched(name, one, marked)
        expected = one_by_one(raw(name, settings), inputs, marked)
        agree(by_rule(name, inputs, marked, settings), expected)


def test_products_with_a_shared_matrix_are_one_product(monkeypatch):
    """Its rows or columns are those of all members, and nothing is multiplied in a stack."""
    shapes, matmul = [], HOST.xp.matmul

    def seen(a, b):
        shapes.append((a.shape, b.shape))
        return matmul(a, b)

    monkeypatch.setattr(HOST.xp, "matmul", seen)
    a, b, vectors = numbers(5, 3, 4), numbers(5, 4, 2), numbers(5, 4, 1)
    by_rule("matrix_product", (a, b[0]), (True, False), {})
    by_rule("matrix_product", (a[0], b), (False, True), {})
    by_rule("matrix_product", (a[0], vectors), (False, True), {})
    by_rule("matrix_product", (a, b), (True, True), {})
    assert shapes == [
        ((15, 4), (4, 2)),
        ((3, 4), (4, 10)),
        ((5, 4), (4, 3)),
        ((5, 3, 4), (5, 4, 2)),
    ]


@pytest.mark.parametrize(
    ("function", "shape", "message"),
    [
        (lambda x: gg.sum(x, axis=-2), (3,), "sum: axis -2 of an array of 1 axes; use -1 to 0"),
        (lambda x: gg.flip(x, axis=1), (3,), "flip: axis 1 of an array of 1 axes"),
        (lambda x: gg.moveaxis(x, 0, 2), (3, 2), "moveaxis: axis 2 of an array of 2 axes"),
        (lambda x: gg.matrix_transpose(x), (3,), r"shape \(3,\); it needs 2 axes or more"),
        (lambda x: gg.reshape(x, (4,)), (3,), r"3 elements of shape \(3,\) do not make \(4,\)"),
        (lambda x: gg.broadcast_to(x, (3,)), (2, 3), r"\(2, 3\) has more axes than \(3,\)"),
        (lambda x: x[x > 0], (3,), r"x\[\.\.\.\]: under vmap a mask selects .* use gg.where"),
        (lambda x: gg.nonzero(x), (3,), "nonzero: under vmap it would find .* gg.count_nonzero"),
        (lambda x: gg.unique_values(x), (3,), "unique_all: under vmap members have .* gg.sort"),
    ],
)
def test_what_a_member_does_not_allow_its_batch_does_not(function, shape, message):
    for size in (0, 4):
        with pytest.raises((ValueError, TypeError), match=message):
            gg.vmap(function)(np.ones((size, *shape)))


READERS = {
    "getitem": lambda x, places: x[places],
    "take": lambda x, places: gg.take(x, places, axis=0),
    "embedding": lambda x, places: gg.nn.functional.embedding(places, x),
    "scatter_add": lambda x, places: gg.scatter_add(x, places, x[:2]),
}


@pytest.mark.parametrize("index", [-4, 3])
@pytest.mark.parametrize("name", READERS)
def test_an_index_out_of_a_members_range_does_not_reach_the_next_member(name, index):
    places = np.array([[0, 1], [1, index]])
    with pytest.raises(IndexError):
        gg.vmap(READERS[name])(np.ones((2, 3, 2)), places)
