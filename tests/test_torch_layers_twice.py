"""Layers and functions in float64 beside torch: values, gradients and gradients of gradients."""

import numpy as np
import pytest
from test_torch_layers import ARRAYS, CASES, parts

import gpugrad.torch as ours
from gpugrad.torch import nn as our_nn

torch = pytest.importorskip("torch")
APART = ("gumbel", "one_hot", "nan", "F.prelu")  # random, whole numbers, not of one dtype
TWICE = [text for text in CASES if not any(word in text for word in APART)]


def evaluated(library, nn, text, state):
    """The result, the leaves that want gradients, and the module's state, all float64."""
    given = {}
    for name, array in ARRAYS.items():
        floats = array.dtype.kind == "f"
        given[name] = library.tensor(array.astype("f8") if floats else array)
        if floats:
            given[name].requires_grad_()
    inputs, module = parts(library, nn, text, given)
    leaves = [x for name, x in given.items() if ARRAYS[name].dtype.kind == "f"]
    if module is None:
        return inputs, leaves, None
    module.double()
    if state is not None:
        module.load_state_dict({key: value.numpy() for key, value in state.items()})
    leaves += [p for p in module.parameters() if p.requires_grad]
    return None if inputs is None else module(*inputs), leaves, module.state_dict()


def slopes(library, y, leaves):
    """Gradients, and those of their squares, as arrays; None where there is none."""

    def along(x, again):
        """None where ``x`` depends on no leaf."""
        if isinstance(x, int) or not x.requires_grad:
            return [None] * len(leaves)
        return library.autograd.grad(x, leaves, create_graph=again, allow_unused=True)

    weights = library.tensor(np.cos(np.arange(np.prod(tuple(y.shape))).reshape(tuple(y.shape))))
    first = along((y * weights).sum(), True)
    second = along(sum((g * g).sum() for g in first if g is not None and g.requires_grad), False)
    return [None if g is None else g.detach().clone().numpy() for g in (*first, *second)]


@pytest.mark.filterwarnings("ignore:Implicit dimension choice", "ignore:.* no dim; give dim=-1")
@pytest.mark.parametrize("text", TWICE)
def test_a_layer_has_torchs_gradients_and_theirs(text):
    b, leaves, state = evaluated(torch, torch.nn, text, None)
    a, own_leaves, _ = evaluated(ours, our_nn, text, state)
    if b is None or not b.requires_grad:
        return
    np.testing.assert_allclose(a.detach().numpy(), b.detach().numpy(), rtol=1e-9, atol=1e-11)
    try:
        wanted = slopes(torch, b, leaves)
    except (RuntimeError, NotImplementedError):
        pytest.skip("torch has no second gradient")
    for one, other in zip(slopes(ours, a, own_leaves), wanted, strict=True):
        pair = [np.zeros(()) if g is None else g for g in (one, other)]  # None is 0 everywhere
        np.testing.assert_allclose(*np.broadcast_arrays(*pair), rtol=1e-7, atol=1e-9)
