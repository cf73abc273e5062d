"""Attention and transformers against torch: values, gradients, second gradients, state, texts."""

import copy

import numpy as np
import pytest

import gpugrad as gg

torch = pytest.importorskip("torch")
pytestmark = [  # torch's, of nested tensors and of masks of two kinds
    pytest.mark.filterwarnings(f"ignore:{text}")
    for text in ("enable_nested_tensor", "Support for mismatched")
]


@pytest.fixture(autouse=True)
def plain_formula():
    """torch's fast kernel has no second derivative."""
    with torch.nn.attention.sdpa_kernel(torch.nn.attention.SDPBackend.MATH):
        yield


def pick(random, *values):
    return values[random.integers(len(values))]


def cases(random):
    """Settings, inputs and the settings of a call of MultiheadAttention."""
    length, keys, batch = pick(random, 1, 3, 5), pick(random, 1, 4, 6), pick(random, 1, 2)
    heads = pick(random, 1, 2, 3)
    width, kdim, vdim = heads * pick(random, 2, 4), pick(random, None, 3), pick(random, None, 5)
    how = {"kdim": kdim, "vdim": vdim}
    for name in ("bias", "add_bias_kv", "add_zero_attn", "batch_first"):
        how[name] = pick(random, True, False)
    single = random.random() < 0.3
    alone = kdim is vdim is None and random.random() < 0.5

    def numbers(rows, size):
        shape = (batch, rows, size) if how["batch_first"] else (rows, batch, size)
        return random.normal(size=(rows, size) if single else shape)

    query = numbers(length, width)
    keys = length if alone else keys
    others = (
        (query, query) if alone else (numbers(keys, kdim or width), numbers(keys, vdim or width))
    )
    call = {name: pick(random, True, False) for name in ("need_weights", "average_attn_weights")}
    call.update(masks(random, (keys,) if single else (batch, keys), length, heads))
    return (width, heads), how, (query, *others), call


def masks(random, padding_shape, length, heads):
    *batch, keys = padding_shape
    padding = random.random(padding_shape) < 0.3
    padding[..., 0] = False
    if random.random() < 0.3:
        padding = np.where(padding, -np.inf, 0.0)
    hidden = random.random((length, keys)) < 0.3
    hidden[:, 0] = False
    every = random.normal(size=((*batch, 1)[0] * heads, length, keys))
    return {
        "key_padding_mask": pick(random, None, padding),
        "attn_mask": pick(random, None, hidden, every[0], every),
    }


def shown(x):
    return None if x is None else x.detach().numpy()


def derivatives(outputs, leaves, gradients, mean):
    """First derivatives of a sum of the outputs, and those of the sum of their squares."""
    first = gradients(mean([y * y for y in outputs if y is not None]), leaves, True)
    return first, gradients(mean([g * g for g in first if g is not None]), leaves, False)


def by_torch(loss, leaves, again):
    return torch.autograd.grad(loss, leaves, create_graph=again, allow_unused=True)


def by_us(loss, leaves, again):
    for leaf in leaves:
        leaf.grad = None
    loss.backward(create_graph=again)
    return [leaf.grad for leaf in leaves]


def assert_close(found, expected, bound=1e-9):
    for y, wanted in zip(found, expected, strict=True):
        y, wanted = shown(y), shown(wanted)
        if wanted is None or y is None:
            assert not np.any(wanted if y is None else y)
        else:
            assert y.shape == wanted.shape
            np.testing.assert_allclose(y, wanted, rtol=0, atol=bound * (1 + abs(wanted).max()))


def compare(ours, theirs, inputs, call, alike=()):
    """A module on both sides, with the same state and inputs; ``alike``: inputs that are one."""
    assert repr(ours) == repr(theirs)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    ours.load_state_dict({name: shown(x) for name, x in theirs.state_dict().items()})
    sides = []
    for module, tensor, gradients, total in (
        (ours, gg.tensor, by_us, lambda parts: sum(gg.mean(x) for x in parts)),
        (theirs, torch.tensor, by_torch, lambda parts: sum(x.mean() for x in parts)),
    ):
        made = [tensor(x, requires_grad=True) for x in inputs]
        given = [made[0] if i in alike else x for i, x in enumerate(made)]
        masks = {k: tensor(x) if isinstance(x, np.ndarray) else x for k, x in call.items()}
        y = module(*given, **masks)
        outputs = y if isinstance(y, tuple) else (y,)
        leaves = [x for i, x in enumerate(made) if i not in alike] + list(module.parameters())
        first, second = derivatives(outputs, leaves, gradients, total)
        sides.append((outputs, first, second))
    for found, expected in zip(*sides, strict=True):
        assert_close(found, expected)


@pytest.mark.parametrize("seed", range(25))
def test_multihead_attention(seed):
    sizes, how, inputs, call = cases(np.random.default_rng(seed))
    alike = (1, 2) if inputs[0] is inputs[1] else ()
    ours = gg.nn.MultiheadAttention(*sizes, **how, dtype="float64")
    theirs = torch.nn.MultiheadAttention(*sizes, **how, dtype=torch.float64)
    compare(ours, theirs, inputs, call, alike)


def layer(random):
    return (4, pick(random, 1, 2)), {
        "dim_feedforward": 6,
        "dropout": 0.0,
        "activation": pick(random, "relu", "gelu"),
        **{name: pick(random, True, False) for name in ("batch_first", "norm_first", "bias")},
    }


@pytest.mark.parametrize("seed", range(12))
def test_transformers(seed):
    random = np.random.default_rng(seed)
    sizes, how = layer(random)
    shape = (2, 3, 4) if how["batch_first"] else (3, 2, 4)
    inputs = random.normal(size=shape), random.normal(size=shape)
    mask = pick(random, None, np.triu(np.full((3, 3), -np.inf), 1))
    padding = pick(random, None, np.array([[False, False, True], [False] * 3]))
    norm = pick(random, True, False)

    def made(nn, dtype, name):
        if name == "Transformer":
            return nn.Transformer(*sizes, 1, 2, **how, dtype=dtype)
        one = getattr(nn, f"{name}Layer")(*sizes, **how, dtype=dtype)
        return getattr(nn, name)(one, 2, nn.LayerNorm(4, dtype=dtype) if norm else None)

    name = pick(random, "Transformer", "TransformerEncoder", "TransformerDecoder")
    names = {
        "Transformer": ("tgt_mask", "src_key_padding_mask"),
        "TransformerEncoder": ("mask", "src_key_padding_mask"),
        "TransformerDecoder": ("tgt_mask", "memory_key_padding_mask"),
    }
    call = dict(zip(names[name], (mask, padding), strict=True))
    ours, theirs = made(gg.nn, "float64", name), made(torch.nn, torch.float64, name)
    compare(ours, theirs, inputs[: 1 if name == "TransformerEncoder" else 2], call)


def test_first_values_are_spread_as_torchs():
    for how in ({}, {"kdim": 40, "vdim": 30, "add_bias_kv": True}):
        ours = gg.nn.MultiheadAttention(64, 4, **how).state_dict()
        theirs = torch.nn.MultiheadAttention(64, 4, **how).state_dict()
        for name, wanted in theirs.items():
            spread = ours[name].numpy().std()
            assert spread == pytest.approx(wanted.numpy().std(), rel=0.3, abs=1e-9), name


@pytest.mark.parametrize("seed", range(10))
def test_scaled_dot_product_attention(seed):
    random = np.random.default_rng(seed)
    lead = pick(random, (), (2,), (2, 3))
    length, keys, width = random.integers(1, 7, 3)
    q, k, v = (random.normal(size=(*lead, n, width)) for n in (length, keys, keys))
    bias = random.normal(size=(length, keys))
    bias[0] = -np.inf  # sees nothing
    how = {"attn_mask": pick(random, None, bias, bias > 0), "scale": pick(random, None, 0.3)}
    if how["attn_mask"] is None:
        how["is_causal"] = True
    sides = []
    for library, gradients in ((gg, by_us), (torch, by_torch)):
        leaves = [library.tensor(x, requires_grad=True) for x in (q, k, v)]
        given = copy.copy(how)
        if how["attn_mask"] is not None:
            given["attn_mask"] = library.tensor(how["attn_mask"])
        y = library.nn.functional.scaled_dot_product_attention(*leaves, **given)
        sides.append(([y], gradients((y * y).sum(), leaves, False)))
    for found, expected in zip(*sides, strict=True):
        assert_close(found, expected)
