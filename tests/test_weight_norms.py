"""Weights of given norms and orthogonal ones, vectors of parameters, fusion; beside torch."""

import numpy as np
import pytest

import gpugrad as gg
from gpugrad import nn
from gpugrad.nn import utils
from gpugrad.nn.utils import parametrizations


def conv(library, seed):
    """One of several layers, and an input."""
    random = np.random.default_rng(seed)
    kind, shape, image = [
        ("Linear", (3, 4), (2, 3)),
        ("Conv2d", (2, 3, 2), (2, 2, 4, 4)),
        ("ConvTranspose1d", (2, 3, 3), (1, 2, 5)),
    ][seed % 3]
    layer = getattr(library, kind)(*shape)
    state = {key: random.normal(size=tuple(v.shape)) for key, v in layer.state_dict().items()}
    return layer, state, random.normal(size=image).astype("f4"), random


def trained(library, tensor, seed, norm, old, settings):
    """What a layer with a norm gives and is: names, values and gradients, before and after."""
    layer, state, x, random = conv(library, seed)
    layer.load_state_dict({key: tensor(v.astype("f4")) for key, v in state.items()})
    where = library.utils if old else library.utils.parametrizations
    layer = getattr(where, norm)(layer, **settings)
    for key, value in layer.state_dict().items():  # singular vectors begin at random
        if key.endswith(("_u", "_v")) and norm == "spectral_norm":
            start = tensor(random.normal(size=tuple(value.shape)).astype("f4"))
            layer.load_state_dict({**layer.state_dict(), key: start})
    names, y = list(layer.state_dict()), layer(tensor(x))
    (y * y).sum().backward()
    grads = [p.grad.tolist() for _, p in sorted(layer.named_parameters())]
    numbers, text = [y.tolist(), layer.eval()(tensor(x)).tolist()], repr(layer)
    if old:
        getattr(library.utils, f"remove_{norm}")(layer)
    else:
        library.utils.parametrize.remove_parametrizations(layer, "weight")
    return names, text, sorted(layer.state_dict()), [*numbers, layer.weight.tolist(), *grads]


@pytest.mark.parametrize("old", [True, False], ids=["hooked", "parametrized"])
@pytest.mark.parametrize("norm", ["weight_norm", "spectral_norm"])
@pytest.mark.parametrize("seed", range(6))
@pytest.mark.filterwarnings("ignore:.*is deprecated:FutureWarning")
def test_norms_are_torchs(seed, norm, old):
    torch = pytest.importorskip("torch")
    pick = np.random.default_rng(seed)
    settings = {"dim": [0, 1, None][pick.integers(3)]}
    if norm == "spectral_norm":
        settings = {"n_power_iterations": int(pick.integers(1, 4))}
    *ours, mine = trained(nn, gg.tensor, seed, norm, old, settings)
    *theirs, their = trained(torch.nn, torch.tensor, seed, norm, old, settings)
    assert ours == theirs
    for a, b in zip(mine, their, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-4)


def test_the_older_norms_train():
    for norm, remove in (
        (utils.weight_norm, utils.remove_weight_norm),
        (utils.spectral_norm, utils.remove_spectral_norm),
    ):
        layer, x = norm(nn.Linear(3, 2)), gg.ones((4, 3))
        gg.sum(layer(x)).backward()
        assert all(p.grad is not None for p in layer.parameters())
        with pytest.raises(RuntimeError, match=r"^Linear: 'weight' has this norm already"):
            norm(layer)
        expected = layer.eval()(x).tolist()
        remove(layer)
        assert not layer.hooks_of("forward_pre")
        np.testing.assert_allclose(layer(x).detach().numpy(), expected, rtol=1e-6)
        with pytest.raises(ValueError, match=r"^Linear: 'weight' has no such norm"):
            remove(layer)


def test_a_state_with_the_older_names_is_loaded():
    older = utils.weight_norm(nn.Linear(3, 2))
    layer = parametrizations.weight_norm(nn.Linear(3, 2))
    layer.load_state_dict(older.state_dict())
    np.testing.assert_array_equal(layer(gg.ones(3)).tolist(), older(gg.ones(3)).tolist())


def test_the_spectral_norm_is_one():
    layer = parametrizations.spectral_norm(nn.Linear(5, 4))
    for _ in range(30):
        layer(gg.ones(5))
    assert np.linalg.norm(layer.weight.detach().numpy(), 2) == pytest.approx(1, abs=1e-3)
    bias = parametrizations.spectral_norm(nn.Linear(5, 4), "bias").bias
    assert np.linalg.norm(bias.detach().numpy()) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("trivial", [True, False])
@pytest.mark.parametrize("way", ["matrix_exp", "cayley", "householder", None])
@pytest.mark.parametrize("shape", [(4, 4), (5, 3), (3, 5)])
def test_orthogonal_weights(shape, way, trivial):
    layer = nn.Linear(*reversed(shape), dtype="float64")
    orthogonal = parametrizations.orthogonal
    layer = orthogonal(layer, orthogonal_map=way, use_trivialization=trivial)
    square = layer.parametrizations.weight.original

    def checked():
        q = layer.weight.detach().numpy()
        gram = q @ q.T if shape[0] < shape[1] else q.T @ q
        np.testing.assert_allclose(gram, np.eye(min(shape)), atol=1e-10)

    checked()
    gg.sum(layer(gg.ones((2, shape[1]), dtype="float64")) ** 2).backward()
    with gg.no_grad():
        square -= 0.1 * square.grad
    checked()
    new = np.linalg.qr(np.random.default_rng(0).normal(size=sorted(shape)[::-1]))[0]
    new = gg.tensor(new if shape[0] >= shape[1] else new.T)
    if trivial or "householder" in (way, layer.parametrizations.weight[0].way):
        layer.weight = new
        np.testing.assert_allclose(layer.weight.detach().numpy(), new.numpy(), atol=1e-10)
    else:
        with pytest.raises(NotImplementedError, match=r"^orthogonal: no value for"):
            layer.weight = new


@pytest.mark.parametrize("seed", range(6))
def test_orthogonal_maps_are_torchs(seed):
    torch = pytest.importorskip("torch")
    shape = [(3, 3), (4, 2), (2, 4)][seed % 3]
    way = ["householder", "cayley", "matrix_exp"][np.random.default_rng(seed).integers(3)]
    raw = np.random.default_rng(seed).normal(size=shape)
    base = np.linalg.qr(np.random.default_rng(seed).normal(size=(max(shape),) * 2))[0]
    if way == "householder":
        np.fill_diagonal(raw, np.sign(np.diagonal(raw)))
    found = []
    for library, tensor in ((nn, gg.tensor), (torch.nn, torch.tensor)):
        layer = library.Linear(*reversed(shape)).double()
        layer = library.utils.parametrizations.orthogonal(layer, orthogonal_map=way)
        assert list(layer.state_dict())[1:] == [
            "parametrizations.weight.original",
            "parametrizations.weight.0.base",
        ]
        state = layer.state_dict()
        state["parametrizations.weight.original"] = tensor(raw)
        state["parametrizations.weight.0.base"] = tensor(base)
        layer.load_state_dict(state)
        weight = layer.weight
        (weight * tensor(np.arange(weight.shape[0] * 1.0)[:, None])).sum().backward()
        found.append((weight.tolist(), layer.parametrizations.weight.original.grad.tolist()))
    for ours, theirs in zip(*found, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-8, atol=1e-10)


def linear():
    layer = nn.Linear(2, 2)
    layer.load_state_dict({"weight": np.array([[1.0, 2], [3, 4]]), "bias": np.zeros(2)})
    return layer


def test_parameters_as_a_vector():
    layer = linear()
    vector = utils.parameters_to_vector(layer.parameters())
    assert vector.tolist() == [1, 2, 3, 4, 0, 0]
    utils.vector_to_parameters(vector * 2 + 1, layer.parameters())
    assert layer.weight.tolist() == [[3, 5], [7, 9]] and layer.bias.tolist() == [1, 1]
    with pytest.raises(TypeError, match=r"^vector_to_parameters: list"):
        utils.vector_to_parameters([1.0], layer.parameters())
    with pytest.raises(ValueError, match=r"^vector_to_parameters: 2 elements"):
        utils.vector_to_parameters(gg.ones(2), layer.parameters())


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("kind", ["Conv2d", "ConvTranspose2d", "Linear"])
def test_a_layer_and_its_normalisation_are_fused(kind, bias):
    size = () if kind == "Linear" else (3,)
    layer = getattr(nn, kind)(2, 4, *size, bias=bias)
    norm = (nn.BatchNorm1d if kind == "Linear" else nn.BatchNorm2d)(4)
    x = gg.random.normal(size=(5, 2) if kind == "Linear" else (5, 2, 6, 6))
    for _ in range(3):
        norm(layer(x))
    with pytest.raises(AssertionError, match="evaluation"):
        utils.fuse_linear_bn_eval(layer, norm)
    expected = norm.eval()(layer.eval()(x)).detach().numpy()
    fuse = utils.fuse_linear_bn_eval if kind == "Linear" else utils.fuse_conv_bn_eval
    fused = fuse(layer, norm, *([True] if "Transpose" in kind else []))
    np.testing.assert_allclose(fused(x).detach().numpy(), expected, rtol=1e-4, atol=1e-5)
