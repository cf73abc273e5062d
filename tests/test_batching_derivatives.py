"""vmap over the whole table: values, and derivatives inside and outside of it, against loops."""

import numpy as np
import pytest
from batches import (
    agree,
    at_once,
    batched,
    differentiated,
    gradients,
    hosted,
    markings,
    on_sample,
    one_by_one,
    refuses,
    settings_of,
    tangents,
    weighed,
)
from op_samples import cases, label
from sample import Sample, numbers, sample

import gpugrad as gg
from gpugrad.ops import REGISTRY
from gpugrad.ops.declare import COMPOSITE, ELEMENTWISE

TOLERANCE = 1e-10  # a batch adds up in another order
DEVICE_TOLERANCE = 1e-4  # of float32


def calls(case, *, every=True):
    """The function of a case, its inputs and which are batches, for each choice of them; for one
    choice if ``every`` is false, and for further samples of what has no rule of its own."""
    name, number, one = case
    every = every and (number == 0 or REGISTRY[name].kind != ELEMENTWISE)
    for marked in markings(one, every):
        if not refuses(name, one, marked):
            yield on_sample(name, one), batched(name, one, marked), marked


@pytest.mark.parametrize("case", cases(), ids=label)
def test_vmap_is_a_loop(case):
    for function, inputs, marked in calls(case):
        agree(at_once(function, inputs, marked), one_by_one(function, inputs, marked))


@pytest.mark.parametrize("case", cases(order=1), ids=label)
def test_gradients_within_and_outside_of_vmap(case):
    places = differentiated(case[2])
    for function, inputs, marked in calls(case):
        gradient = gradients(function, places)
        expected = one_by_one(gradient, inputs, marked)
        agree(at_once(gradient, inputs, marked), expected, TOLERANCE)
        agree(
            of_the_sum(function, inputs, marked, places),
            added_up(expected, marked, places),
            TOLERANCE,
        )


@pytest.mark.parametrize("case", cases(order=1), ids=label)
def test_tangents_within_and_outside_of_vmap(case):
    places = differentiated(case[2])
    for function, inputs, marked in calls(case):
        directions = tuple(np.flip(inputs[i]) * 0.7 for i in places)
        both = (*marked, *(marked[i] for i in places))
        push = tangents(function, places)
        expected = one_by_one(push, (*inputs, *directions), both)
        agree(at_once(push, (*inputs, *directions), both), expected, TOLERANCE)
        axes = tuple(0 if many else None for many in marked)
        outside = tangents(gg.vmap(function, axes), places)
        agree(hosted(outside(*inputs, *directions)), expected, TOLERANCE)


@pytest.mark.parametrize("case", cases(order=2), ids=label)
def test_second_gradients_within_around_and_outside_of_vmap(case):
    places = differentiated(case[2])
    for function, inputs, marked in calls(case, every=False):
        gradient = gradients(function, places)
        expected = one_by_one(gradients(gradient, places), inputs, marked)
        agree(at_once(gradients(gradient, places), inputs, marked), expected, TOLERANCE)
        agree(of_the_sum(gradient, inputs, marked, places), expected, TOLERANCE)


def of_the_sum(function, inputs, marked, places):
    """Gradients of the sum over all members, by one walk through what vmap made."""
    axes = tuple(0 if many else None for many in marked)

    def total(*inputs):
        return gg.sum(gg.vmap(lambda *one: weighed(function(*one)), axes)(*inputs))

    return hosted(gg.grad(total, places)(*inputs))


def added_up(gradients, marked, places):
    """Gradients of a sum over members: what these share gets what all give."""
    pairs = zip(gradients, places, strict=True)
    return [g if marked[i] else g.sum(axis=0) for g, i in pairs]


@pytest.mark.parametrize("marked", [(True, False), (False, True), (True, True)])
def test_the_padding_row_of_an_embedding_has_no_gradient(marked):
    one = sample(numbers(4, 3), np.array([[1, 0], [2, 1]]), padding_idx=1)
    function, inputs = on_sample("embedding", one), batched("embedding", one, marked)
    expected = one_by_one(gradients(function, (0,)), inputs, marked)
    assert not expected[0][:, 1].any()
    agree(at_once(gradients(function, (0,)), inputs, marked), expected)
    agree(of_the_sum(function, inputs, marked, (0,)), added_up(expected, marked, (0,)))


def test_a_number_beside_members_takes_their_dtype():
    x = numbers(3, 4).astype("float32")
    for join in (lambda x: gg.stack([x[0], 1.5, x[1]]), lambda x: gg.concat([1.5, x], axis=None)):
        agree(hosted(gg.vmap(join)(x)), one_by_one(join, (x,), (True,)))


def test_batches_of_batches():
    x, places = numbers(3, 2, 4), np.array([[0, 3, 3], [1, 2, 0]])

    def outer(x, places):
        return gg.vmap(lambda row, i: row[i] * gg.softmax(row)[0], (0, None))(x, places)

    agree(
        hosted(gg.vmap(gg.vmap(outer, (None, 0)), (0, None))(x, places)),
        [np.stack([[outer(a, i) for i in places] for a in x])],
    )


# --- on a device ---------------------------------------------------------------------------------

ON_DEVICE = [
    case
    for case in cases()
    if case[1] == 0
    and REGISTRY[case[0]].kind not in (ELEMENTWISE, COMPOSITE)
    and not refuses(case[0], case[2], (True,) * len(case[2].inputs))
]


@pytest.mark.needs_compiler
@pytest.mark.parametrize("case", ON_DEVICE, ids=label)
def test_a_device_gives_what_the_host_gives(case, device):
    name, _, one = case
    settings = {k: device.name if v == "cpu" else v for k, v in settings_of(name, one).items()}
    there = on_sample(name, Sample(one.inputs, settings))
    for function, inputs, marked in calls(case, every=False):
        inputs = tuple(
            x.astype("float32") if getattr(x, "dtype", None) == np.float64 else x for x in inputs
        )
        results = [at_once(function, inputs, marked)]
        with gg.use_device(device.name):
            moved = tuple(x if x is None else gg.tensor(x, device=device.name) for x in inputs)
            results.append(at_once(there, moved, marked))
        agree(*reversed(results), DEVICE_TOLERANCE)
