"""Layers and functions mean in gpugrad.torch.nn what they mean in torch.nn: values, gradients of
inputs and parameters, state, and how a module is printed."""

from pathlib import Path

import numpy as np
import pytest

import gpugrad.torch as ours
from gpugrad.torch import nn as our_nn

LINES = Path(__file__).with_name("torch_layers.txt").read_text(encoding="utf-8").splitlines()
CASES = [line for line in LINES if line and not line.startswith("#")]
RNG = np.random.default_rng(0)
SIGNS = np.array([1, -1])
ARRAYS = {
    **{name: RNG.normal(size=(3, 4)) for name in "xy"},
    "i": RNG.normal(size=(2, 4, 6)),
    "im": RNG.normal(size=(2, 4, 5, 6)),
    "vol": RNG.normal(size=(2, 3, 4, 4, 4)),
    "p": RNG.uniform(0.1, 0.9, (3, 4)),
    "q": RNG.dirichlet(np.ones(4), 3),
    "k": RNG.integers(0, 4, 3),
    "kk": np.array([[1, 3, -1, 0], [2, -1, 1, 1], [0, 1, 2, 3]]),
    "kp": np.array([[1, 3, 0, 0], [2, 1, 1, 1], [0, 1, 2, 3]]),
    "kn": np.array([[1, 3, 4, 0], [2, 1, 1, 1]]),
    "kf": np.array([1, 3, 0, 2, 1, 1, 0, 2, 3]),
    "ko": np.array([0, 3, 3, 4]),
    "ke": np.array([0, 3, 3, 9]),
    "s": RNG.choice(SIGNS, 3),
    "ss": RNG.choice(SIGNS, (3, 4)),
    "c": RNG.integers(1, 5, (3, 4)).astype("f8"),
    "h": RNG.integers(0, 2, (3, 4)).astype("f8"),
}


def tensors(torch):
    """The inputs; floats are float32 and get gradients."""
    found = {}
    for name, array in ARRAYS.items():
        exact = array.dtype.kind == "i"
        found[name] = torch.tensor(array if exact else array.astype("f4"))
        if not exact:
            found[name].requires_grad_()
    return found


def parts(torch, nn, text, given):
    """What an expression or a module on its inputs gives, and the module, if there is one."""
    given = {name: x * 1 for name, x in given.items()}  # so that torch may write over them
    names = {"torch": torch, "nn": nn, "F": nn.functional, **given}
    made, _, inputs = text.partition(" | ")
    found = eval(made, names)
    if not isinstance(found, nn.Module):
        return found, None
    return [given[name.strip()] for name in inputs.split(",")] if inputs else None, found


def compared(torch, text):
    """(values, gradients, printed, state names) by both libraries, with the same parameters."""
    mine, theirs = tensors(ours), tensors(torch)
    (a, module), (b, reference) = (
        parts(ours, our_nn, text, mine),
        parts(torch, torch.nn, text, theirs),
    )
    if module is not None:
        assert repr(module) == repr(reference)
        assert list(module.state_dict()) == list(reference.state_dict())
        state = {name: value.numpy() for name, value in reference.state_dict().items()}
        module.load_state_dict(state)
        if a is None:
            return
        a, b = module(*a), reference(*b)
    np.testing.assert_allclose(a.detach().numpy(), b.detach().numpy(), rtol=2e-4, atol=2e-5)
    assert a.dtype == a.detach().numpy().dtype and isinstance(a, ours.Tensor)
    if not b.requires_grad:
        return
    weights = RNG.normal(size=tuple(b.shape)).astype("f4")
    (a * ours.tensor(weights)).sum().backward()
    (b * torch.tensor(weights)).sum().backward()
    pairs = [(mine[name], theirs[name]) for name in ARRAYS]
    if module is not None:
        pairs += zip(module.parameters(), reference.parameters(), strict=True)
    _same_gradients(pairs)


def _same_gradients(pairs):
    for one, other in pairs:
        if other.grad is not None:
            np.testing.assert_allclose(one.grad.numpy(), other.grad.numpy(), rtol=2e-3, atol=2e-4)


@pytest.mark.filterwarnings("ignore:Implicit dimension choice", "ignore:.* no dim; give dim=-1")
@pytest.mark.parametrize("text", CASES)
def test_a_layer_means_what_it_means_in_torch(text):
    inputs, module = parts(ours, our_nn, text, tensors(ours))
    if module is not None and inputs is not None:
        module(*inputs)
    if "gumbel" not in text:
        compared(pytest.importorskip("torch"), text)
