"""Every operation's value against NumPy, on arrays of every layout, and which dtype it has."""

import numpy as np
import pytest
from op_samples import SAMPLES, cases, label

import gpugrad as gg
from gpugrad.backend.dtypes import BY_NAME, FLOATS
from gpugrad.engine.functions import function_of
from gpugrad.ops import REGISTRY

CASES = cases()
TOLERANCE = {"float16": 4e-3, "bfloat16": 3e-2, "float32": 1e-5, "float64": 1e-12}


def results(name, arrays, settings):
    """The operation's outputs as NumPy arrays, of which there may be one."""
    y = function_of(REGISTRY[name])(*arrays, **settings)
    return [one.detach().numpy() for one in (y if isinstance(y, tuple) else (y,))]


def assert_close(found, expected, tolerance):
    expected = expected if isinstance(expected, tuple | list) else (expected,)
    assert len(found) == len(expected)
    for one, wanted in zip(found, expected, strict=True):
        assert one.shape == np.shape(wanted)
        if one.dtype.name == "bfloat16":
            one = one.astype(np.float32)
        np.testing.assert_allclose(one, wanted, rtol=tolerance, atol=tolerance)


def test_every_op_has_samples():
    assert REGISTRY.keys() == SAMPLES.keys()


def test_every_differentiable_op_is_compared_with_differences():
    compared = {name for name, _, one in CASES if one.order >= 2}
    assert compared == {name for name, op in REGISTRY.items() if op.differentiable}


@pytest.mark.parametrize("case", CASES, ids=label)
def test_value(case):
    name, _, one = case
    if one.reference is not None:
        found = results(name, one.inputs, one.settings)  # of integers, floats in float32
        precision = found[0].real.dtype.name
        expected = one.reference(*one.inputs)
        assert_close(found, expected, TOLERANCE.get(precision, 1e-12))
        for y, wanted in zip(found, expected if len(found) > 1 else [expected], strict=True):
            if np.asarray(wanted).dtype.kind in "biu":  # as NumPy's, while floats are our own
                assert y.dtype == np.asarray(wanted).dtype


def strange(x):
    """The same numbers read-only and not contiguous."""
    if not isinstance(x, np.ndarray) or not x.ndim:
        return x
    wide = np.repeat(x, 2, axis=-1)[..., ::2]
    turned = wide[::-1].copy()[::-1] if len(x) else wide
    turned.flags.writeable = False
    return turned


@pytest.mark.parametrize("case", CASES, ids=label)
def test_layout_makes_no_difference_and_inputs_stay(case):
    name, _, one = case
    before = [np.array(x) for x in one.inputs]
    expected = results(name, one.inputs, one.settings)
    found = results(name, [strange(x) for x in one.inputs], one.settings)
    for a, b in zip(found, expected, strict=True):  # BLAS adds in an order of its own
        np.testing.assert_allclose(a, b, rtol=1e-13, atol=1e-13)
    for x, was in zip(one.inputs, before, strict=True):
        np.testing.assert_array_equal(x, was)


def in_dtype(x, dtype):
    return x.astype(BY_NAME[dtype]) if getattr(x, "dtype", int) == np.float64 else x


def in_kind(wide, dtype):
    """What a result of double precision is in, given ``dtype``: there are no complex halves."""
    if wide == np.complex128:
        return np.dtype("complex128" if dtype == "float64" else "complex64")
    return BY_NAME[dtype] if wide == np.float64 else wide


def floats(case):
    """Whether a case has float inputs and nothing else decides the result's dtype."""
    kinds = {x.dtype.kind for x in case[2].inputs if isinstance(x, np.ndarray)}
    return "f" in kinds and "c" not in kinds and case[0] != "astype"


WIDE = {("attention", 1)}  # results that are float32 of halves


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("case", [c for c in CASES if floats(c)], ids=label)
def test_dtype_is_kept_by_value_and_gradient(case, dtype):
    name, _, one = case
    inputs = [in_dtype(x, dtype) for x in one.inputs]
    wide = [
        x.astype(np.float64) if getattr(x, "dtype", int) == BY_NAME[dtype] else x for x in inputs
    ]
    found, expected = results(name, inputs, one.settings), results(name, wide, one.settings)
    for i, (y, wanted) in enumerate(zip(found, expected, strict=True)):
        kept = in_kind(wanted.dtype, dtype)
        assert y.dtype == (np.result_type(kept, "float32") if (name, i) in WIDE else kept)
    assert_close(found, tuple(expected), TOLERANCE[dtype])
    if one.order:
        for g, wanted in zip(gradients(name, inputs, one), gradients(name, wide, one), strict=True):
            assert g.dtype == BY_NAME[dtype]
            assert_close([g], wanted, 4 * TOLERANCE[dtype])


def gradients(name, inputs, one):
    """Gradients of the sum of all outputs by every float input."""
    leaves = [
        gg.tensor(x, requires_grad=True) if getattr(x, "dtype", int) in FLOATS else x
        for x in inputs
    ]
    y = function_of(REGISTRY[name])(*leaves, **one.settings)
    total = sum(gg.sum(part) for part in (y if isinstance(y, tuple) else (y,)))
    total.backward()
    return [x.grad.numpy() for x in leaves if isinstance(x, gg.Tensor)]
