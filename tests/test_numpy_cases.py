"""Functions of ``gpugrad.numpy`` beside NumPy's, from tables: values, derivatives, batches."""

import warnings

import numpy as np
import numpy_cases_elements as elements
import numpy_cases_making as making
import numpy_cases_places as places
import numpy_cases_reductions as reductions
import numpy_cases_shapes as shapes
import numpy_cases_statistics as statistics
import numpy_cases_vectors as vectors
import pytest
from numpy_case import agree, total

import gpugrad as gg
from gpugrad.testing import gradcheck

CASES = [
    *elements.CASES,
    *reductions.CASES,
    *shapes.CASES,
    *making.CASES,
    *statistics.CASES,
    *vectors.CASES,
    *places.CASES,
]
OF_FLOATS = [case for case in CASES if case.floats]


@pytest.fixture(autouse=True)
def quiet():
    """NumPy warns of what it divides by zero, and so does what runs on NumPy here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        yield


@pytest.mark.parametrize("case", CASES, ids=str)
def test_values_shapes_and_dtypes_are_numpys(case):
    expected = case.numpys(*case.arguments)
    agree(case.ours(*case.arguments), expected)
    agree(case.ours(*case.changed(gg.tensor)), expected)
    if case.name != "histogramdd":  # for which a list is no matrix, but holds coordinates
        agree(case.ours(*case.changed(np.ndarray.tolist)), expected)


@pytest.mark.parametrize("case", OF_FLOATS, ids=str)
def test_single_precision_stays_where_numpys_does(case):
    arguments = case.changed(lambda x: x.astype("complex64" if x.dtype.kind == "c" else "float32"))
    agree(case.ours(*arguments), case.numpys(*arguments), 1e-4)


@pytest.mark.parametrize("case", [c for c in OF_FLOATS if c.order], ids=str)
def test_derivatives_agree_with_differences(case):
    gradcheck(case.of_floats, case.floats, order=case.order)


@pytest.mark.parametrize("case", [c for c in OF_FLOATS if c.batch], ids=str)
def test_a_batch_is_its_members_one_by_one(case):
    members = [case.floats, [1.1 * x + 0.01 for x in case.floats]]
    batches = [gg.tensor(np.stack(each)) for each in zip(*members, strict=True)]
    found = gg.vmap(case.of_floats)(*batches)
    each = [case.of_floats(*member) for member in members]
    expected = (
        tuple(np.stack([y.numpy() for y in parts]) for parts in zip(*each, strict=True))
        if isinstance(each[0], tuple | list)
        else np.stack([y.numpy() for y in each])
    )
    agree(found, expected)


@pytest.mark.parametrize("case", [c for c in OF_FLOATS if c.batch and c.order], ids=str)
def test_gradients_of_a_batch_are_those_of_its_members(case):
    members = [case.floats, [1.1 * x + 0.01 for x in case.floats]]
    found = gg.vmap(lambda *x: gradients(case, *x))(*map(np.stack, zip(*members, strict=True)))
    for k, member in enumerate(members):
        for one, other in zip(found, gradients(case, *member), strict=True):
            np.testing.assert_allclose(one[k], other, rtol=1e-8, atol=1e-10)


@pytest.mark.needs_compiler
@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_device_gives_values_and_gradients_of_the_host(case):
    with gg.use_device("simulated"):
        there = case.on_device()
        agree(there.ours(*there.arguments), case.numpys(*case.arguments))
        found = gradients(there) if case.order else ()
    for one, other in zip(found, gradients(case) if case.order else (), strict=True):
        assert one.device == "simulated"
        np.testing.assert_allclose(one.numpy(), other, rtol=1e-9, atol=1e-9)


def gradients(case, *floats):
    """Of a weighed sum of the results, in all arrays of floats, at these or at the case's own."""
    floats = floats or case.floats
    numbers = tuple(range(len(floats)))
    return gg.grad(lambda *x: total(case.of_floats(*x)), numbers)(*floats) if numbers else ()
