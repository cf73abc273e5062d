"""Parameters that are computed, and norms of weights: by their properties, and beside torch."""

import copy
import pickle

import numpy as np
import pytest

import gpugrad as gg
from gpugrad import nn
from gpugrad.nn.utils import parametrizations, parametrize


class Symmetric(nn.Module):
    def forward(self, x):
        return gg.triu(x) + gg.triu(x, k=1).T

    def right_inverse(self, x):
        return gg.triu(x)


class Twice(nn.Module):
    def forward(self, x):
        return 2 * x


class Doubled(Twice):
    def right_inverse(self, x):
        return x / 2


class Product(nn.Module):
    def forward(self, x, y):
        return x @ y

    def right_inverse(self, x):
        return x[:, :1], x[:1]


def linear():
    layer = nn.Linear(2, 2)
    layer.load_state_dict({"weight": np.array([[1.0, 2], [3, 4]]), "bias": np.zeros(2)})
    return layer


def test_an_attribute_is_computed_from_what_is_trained():
    layer = parametrize.register_parametrization(linear(), "weight", Symmetric())
    assert layer.weight.tolist() == [[1, 2], [2, 4]]
    assert list(layer.state_dict()) == ["bias", "parametrizations.weight.original"]
    assert [name for name, _ in layer.named_parameters()] == list(layer.state_dict())
    gg.sum(layer(gg.ones((1, 2)))).backward()
    assert layer.parametrizations.weight.original.grad.tolist() == [[1, 2], [0, 1]]
    layer.weight = gg.tensor([[5.0, 6.0], [6.0, 7.0]])
    assert layer.weight.tolist() == [[5, 6], [6, 7]]
    assert parametrize.is_parametrized(layer) and parametrize.is_parametrized(layer, "weight")
    assert not parametrize.is_parametrized(layer, "bias")
    assert parametrize.type_before_parametrizations(layer) is nn.Linear
    assert repr(layer) == (
        "ParametrizedLinear(\n  in_features=2, out_features=2, bias=True\n"
        "  (parametrizations): ModuleDict(\n    (weight): ParametrizationList(\n"
        "      (0): Symmetric()\n    )\n  )\n)"
    )


def test_several_are_applied_in_order_and_removed():
    layer = parametrize.register_parametrization(linear(), "weight", Symmetric())
    parametrize.register_parametrization(layer, "weight", Twice())
    assert layer.weight.tolist() == [[2, 4], [4, 8]]
    with pytest.raises(RuntimeError, match=r"^Twice has no right_inverse"):
        layer.weight = gg.ones((2, 2))
    cell = layer.parametrizations.weight.original
    assert parametrize.remove_parametrizations(layer, "weight") is layer
    assert layer.weight is cell and cell.tolist() == [[2, 4], [4, 8]] and type(layer) is nn.Linear
    layer = parametrize.register_parametrization(linear(), "weight", Twice())
    parametrize.remove_parametrizations(layer, "weight", leave_parametrized=False)
    assert layer.weight.tolist() == [[1, 2], [3, 4]]


def test_one_may_take_several_tensors():
    layer = parametrize.register_parametrization(linear(), "weight", Product())
    assert list(dict(layer.named_parameters())) == [
        "bias",
        "parametrizations.weight.original0",
        "parametrizations.weight.original1",
    ]
    layer.weight = gg.tensor([[1.0, 3.0], [2.0, 6.0]])
    assert layer.weight.tolist() == [[1, 3], [2, 6]]
    with pytest.raises(ValueError, match=r"^ParametrizedLinear: 'weight' is made of several"):
        parametrize.remove_parametrizations(layer, "weight", leave_parametrized=False)
    parametrize.remove_parametrizations(layer, "weight")
    assert isinstance(layer.weight, nn.Parameter) and layer.weight.tolist() == [[1, 3], [2, 6]]


def test_a_value_is_computed_once_where_that_is_wanted():
    layer = parametrize.register_parametrization(linear(), "weight", Twice())
    with parametrize.cached():
        with parametrize.cached():
            first = layer.weight
        assert layer.weight is first
    assert layer.weight is not first


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])
def test_copies_are_their_own(copied):
    layer = parametrize.register_parametrization(linear(), "weight", Doubled())
    other = copied(layer)
    other.weight, changed = other.weight, other.parametrizations.weight.original
    with gg.no_grad():
        changed += 1
    assert other.weight.tolist() == [[3, 4], [5, 6]] and layer.weight.tolist() == [[1, 2], [3, 4]]
    parametrize.remove_parametrizations(other, "weight")
    assert type(other) is nn.Linear and parametrize.is_parametrized(layer)


def test_wrong_ones_are_refused():
    class Wide(nn.Module):
        def forward(self, x):
            return gg.concat([x, x])

    layer = linear()
    for wrong, words in (
        (
            lambda: parametrize.register_parametrization(layer, "nothing", Twice()),
            "'nothing' is no",
        ),
        (lambda: parametrize.remove_parametrizations(layer, "weight"), "is not parametrized"),
        (lambda: parametrize.register_parametrization(layer, "weight", Wide()), "the shape"),
        (lambda: parametrize.register_parametrization(layer, "weight", nn.Module()), "define"),
    ):
        with pytest.raises((ValueError, NotImplementedError), match=words):
            wrong()
    parametrize.register_parametrization(layer, "weight", Wide(), unsafe=True)
    assert layer.weight.shape == (4, 2)


def test_transforms_and_compiled_functions_see_computed_weights():
    layer, x = parametrizations.weight_norm(linear()), gg.ones((3, 2))
    named = dict(layer.named_parameters())

    def loss(parameters):
        return gg.sum(nn.functional_call(layer, parameters, x) ** 2)

    gg.sum(layer(x) ** 2).backward()
    slopes, compiled = gg.grad(loss)(named), gg.compile(lambda x: gg.sum(layer(x) ** 2))
    for name, cell in named.items():
        np.testing.assert_allclose(slopes[name].detach().numpy(), cell.grad.numpy(), rtol=1e-5)
    for _ in range(2):
        np.testing.assert_allclose(compiled(x).item(), loss(named).item(), rtol=1e-6)
