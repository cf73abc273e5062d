"""Reductions of any shape, mask, first value and axes beside NumPy's, and their gradients."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy_case import agree, total

import gpugrad as gg
import gpugrad.numpy as gnp
from gpugrad.testing import gradcheck

NAMES = ("sum", "prod", "max", "min", "mean", "var", "std", "any", "all")
WITH_INITIAL = ("sum", "prod", "max", "min")


@st.composite
def reductions(draw):
    """An array without equal elements, a mask that broadcasts to it, axes and a first value."""
    shape = draw(hnp.array_shapes(min_dims=1, max_dims=3, max_side=3))
    order = draw(st.permutations(range(int(np.prod(shape)))))
    x = (np.array(order, dtype=float).reshape(shape) + 0.5) / 3 - 1
    lengths = [draw(st.sampled_from((n, 1))) for n in shape]
    mask = draw(st.none() | hnp.arrays(bool, lengths))
    axis = draw(st.none() | st.sets(st.integers(0, x.ndim - 1)).map(tuple))
    return x, mask, axis, draw(st.booleans())


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=25, deadline=None)
@given(case=reductions())
def test_any_reduction_is_numpys_and_so_is_its_gradient(name, case):
    x, mask, axis, keepdims = case
    how = {"axis": axis, "keepdims": keepdims}
    if mask is not None:
        how["where"] = mask
    if name in ("max", "min") and mask is not None:
        how["initial"] = 0.1
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of means of nothing
        expected = getattr(np, name)(x, **how)
        agree(getattr(gnp, name)(x, **how), expected)
    if name not in ("any", "all") and np.isfinite(expected).all() and (expected != 0).all():
        gradcheck(lambda x: getattr(gnp, name)(x, **how), (x,))


@pytest.mark.parametrize("name", WITH_INITIAL)
@settings(max_examples=10, deadline=None)
@given(case=reductions())
def test_first_values_have_gradients(name, case):
    x, mask, axis, _ = case
    where = True if mask is None else mask
    gradcheck(
        lambda x, first: getattr(gnp, name)(x, axis, initial=first, where=where), (x, np.array(0.1))
    )


@settings(max_examples=20, deadline=None)
@given(case=reductions())
def test_what_a_mask_leaves_out_has_no_gradient(case):
    x, mask, axis, _ = case
    mask = np.ones_like(x, bool) if mask is None else np.broadcast_to(mask, x.shape)
    g = gg.grad(lambda x: total(gnp.sum(x * x, axis=axis, where=mask)))(x)
    weights = np.ones_like(np.sum(x, axis=axis))
    weights = np.cos(np.arange(weights.size)).reshape(np.shape(weights))
    spread = weights if axis is None else np.expand_dims(weights, axis)
    np.testing.assert_allclose(g, np.where(mask, 2 * x * spread, 0), rtol=1e-12)
