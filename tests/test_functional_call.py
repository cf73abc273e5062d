"""A Module with other parameters: transforms, compiled functions, shared parameters, buffers."""

import numpy as np
import pytest

import gpugrad as gg
from gpugrad import nn
from gpugrad.nn import functional_call


class Tied(nn.Module):
    """One layer under two names, and another one that has its weight."""

    def __init__(self):
        self.a = self.b = nn.Linear(2, 2)
        self.c = nn.Linear(2, 2)
        self.c.weight = self.a.weight

    def forward(self, x):
        return self.c(x)


X = gg.ones((3, 2))
NET = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
NAMED = {name: p.detach() for name, p in NET.named_parameters()}


def loss(parameters, x):
    return gg.mean(functional_call(NET, parameters, (x,)) ** 2)


def test_gradients_are_those_of_the_parameters():
    gg.mean(NET(X) ** 2).backward()
    for derive in (gg.grad(loss), gg.compile(gg.grad(loss))):
        for _ in range(2):
            slopes = derive(NAMED, X)
            for name, p in NET.named_parameters():
                np.testing.assert_allclose(slopes[name].numpy(), p.grad.numpy(), rtol=1e-5)
    NET.zero_grad()


def test_many_at_once_and_jacobians():
    each = gg.vmap(lambda x: gg.grad(loss)(NAMED, x[None]))(X)
    whole = gg.grad(loss)(NAMED, X)
    for name, slopes in each.items():
        np.testing.assert_allclose(slopes.numpy().mean(0), whole[name].numpy(), rtol=1e-5)
    both = {name: gg.stack([p, 2 * p]) for name, p in NAMED.items()}
    y = gg.vmap(lambda p: functional_call(NET, p, X))(both)
    np.testing.assert_allclose(y.numpy()[0], NET(X).detach().numpy(), rtol=1e-6)
    rows = gg.jacrev(lambda p: functional_call(NET, p, X))(NAMED)
    assert rows["0.weight"].shape == (3, 1, 3, 2)


def test_shared_parameters_are_replaced_under_all_names():
    net, zeros = Tied(), gg.zeros((2, 2))
    bias = net.c.bias.tolist()
    for name in ("a.weight", "b.weight", "c.weight"):
        assert functional_call(net, {name: zeros}, X).tolist() == [bias] * 3
    apart = functional_call(net, {"a.weight": zeros}, X, tie_weights=False)
    assert apart.tolist() != [bias] * 3
    with pytest.raises(ValueError, match=r"^functional_call: .* are one parameter and got several"):
        functional_call(net, {"a.weight": zeros, "b.weight": zeros + 1}, X)
    named = {"b.weight": zeros, "a.bias": gg.zeros(2), "c.bias": gg.zeros(2)}
    functional_call(net, named, X, strict=True)


def test_buffers_that_are_given_are_written():
    norm = nn.BatchNorm1d(2)
    state = {name: value.clone() for name, value in norm.state_dict().items()}
    functional_call(norm, state, gg.random.normal(size=(4, 2)))
    assert state["num_batches_tracked"].item() == 1 and norm.num_batches_tracked.item() == 0
    assert norm.running_mean.tolist() == [0, 0] != state["running_mean"].tolist()


def test_arguments_and_what_is_refused():
    weight = {"2.weight": gg.zeros((1, 3))}
    expected = [NET[2].bias.tolist()] * 3
    for how in ((X,), ((X,),), (None, {"input": X})):
        assert functional_call(NET, weight, *how).tolist() == expected
    both = (weight, {"2.bias": gg.ones(1)}, {"elsewhere": X})
    assert functional_call(NET, both, X).tolist() == [[1.0]] * 3
    for wrong, error, words in (
        (
            lambda: functional_call(NET, weight, X, strict=True),
            RuntimeError,
            "missing .*'0.weight'",
        ),
        (lambda: functional_call(NET, {"a": X}, X, strict=True), RuntimeError, "unexpected .'a'"),
        (lambda: functional_call(NET, (weight, weight), X), ValueError, "2.weight.* several dicts"),
        (lambda: functional_call(NET, "weight", X), ValueError, "give a dict of parameters"),
    ):
        with pytest.raises(error, match=f"^functional_call: .*{words}"):
            wrong()
    assert NET[2].weight.tolist() != [[0, 0, 0]]
    assert gg.nn.utils.stateless.functional_call is functional_call
