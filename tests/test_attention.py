"""Attention's kernel on the host against its rule, its memory, its functions and layers."""

import tracemalloc

import numpy as np
import pytest

import gpugrad as gg
from gpugrad import nn
from gpugrad.backend.host import attention as host
from gpugrad.backend.select import HOST
from gpugrad.nn import functional as F
from gpugrad.ops.attention import attention, attention_gradient
from gpugrad.settings import settings

LENGTHS = (1, 5, 47, 48, 49, 97, 130)  # around the kernel's blocks of 48 queries and 96 keys
SIZES = (1, 3, 16, 20, 64)


def case(seed):
    """Arrays and settings drawn at random: lengths, sizes, axes before them, layouts, biases."""
    r = np.random.default_rng(seed)
    length, keys = r.choice(LENGTHS, 2)
    width, size = r.choice(SIZES, 2)
    lead = [(), (2,), (2, 3), (2, 1, 3)][r.integers(4)]

    def array(*shape):
        if len(lead) == 2 and r.random() < 0.5:  # heads between lengths and sizes, as layers do
            return r.normal(size=(lead[0], shape[0], lead[1], shape[1])).swapaxes(1, 2)
        return r.normal(size=(*lead[r.integers(len(lead) + 1) :], *shape))  # some are shared

    bias = None
    if r.random() < 0.6:
        bias = r.normal(size=(*lead[:1], *(1,) * (len(lead) - 1), length, keys))
        bias[r.random(bias.shape) < 0.3] = -np.inf
    arrays = array(length, width), array(keys, width), array(keys, size), bias
    return arrays, {"scale": float(r.uniform(0.1, 1)), "causal": bool(r.random() < 0.5)}


def in_dtype(arrays, dtype):
    return [None if x is None else x.astype(dtype) for x in arrays]


def both(arrays, how, forward, backward):
    """The results, and the gradients from some of them."""
    y, total = forward(*arrays, **how)
    r = np.random.default_rng(0)
    g, share = (r.normal(size=x.shape).astype(x.dtype) for x in (y, total))
    return y, total, *backward(g, share, *arrays, y, total, **how)


def assert_follows_the_rule(arrays, how):
    def rule(op):
        return lambda *given, **settings: op.forward(HOST.xp, *given, **settings)

    found = both(arrays, how, host.attention, host.attention_gradient)
    expected = both(
        [None if x is None else x.astype("f8") for x in arrays],
        how,
        rule(attention),
        rule(attention_gradient),
    )
    for y, wanted in zip(found, expected, strict=True):
        assert y.shape == wanted.shape and y.dtype == arrays[0].dtype
        bound = (2e-5 if y.dtype == "f4" else 1e-13) * (1 + abs(wanted).max(initial=0))
        np.testing.assert_allclose(y, wanted, rtol=0, atol=bound)


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize("seed", range(20))
def test_the_kernel_follows_the_rule(seed, dtype):
    arrays, how = case(seed)
    assert_follows_the_rule(in_dtype(arrays, dtype), how)


@pytest.mark.parametrize("seed", range(5))
def test_without_a_compiler(seed, monkeypatch):
    monkeypatch.setattr(host, "function", lambda *key: None)
    arrays, how = case(seed)
    assert_follows_the_rule(arrays, how)


def test_the_bits_do_not_depend_on_threads(monkeypatch):
    arrays, how = case(2)
    each = []
    for threads in (1, 3):
        monkeypatch.setattr(settings, "threads", threads)
        each.append(both(in_dtype(arrays, "f4"), how, host.attention, host.attention_gradient))
    for one, three in zip(*each, strict=True):
        np.testing.assert_array_equal(one, three)


def test_large_and_infinite_scores():
    x = np.array([[1e4, 0], [-1e4, 0], [0, 0]], "f4")
    y, total = host.attention(x, x, x, scale=1.0, causal=False)
    np.testing.assert_array_equal(y[:2], x[:2])
    np.testing.assert_allclose(total, [1e8, 1e8, np.log(3)], rtol=1e-6)
    bias = np.array([[np.nan, 0, 0], [np.inf, 0, 0], [-np.inf, -np.inf, 0]], "f4")
    y, _ = host.attention(x, x, x, bias, scale=1.0, causal=False)
    assert np.isnan(y[:2]).all() and (y[2] == x[2]).all()


def test_results_lie_as_queries_do():
    """So that heads go back between lengths and sizes without a copy."""
    x = np.ones((2, 5, 3, 16), "f4").swapaxes(1, 2)
    y, _ = host.attention(x, x, x, scale=1.0, causal=True)
    assert y.swapaxes(1, 2).flags.c_contiguous


def test_memory_stays_far_below_the_scores():
    heads, length = 2, 2048
    scores = heads * length * length * 4
    shape = (1, heads, length, 16)
    q, k, v = (gg.ones(shape, requires_grad=True) for _ in range(3))
    gg.sum(F.scaled_dot_product_attention(q, k, v, is_causal=True)).backward()  # all is compiled
    tracemalloc.start()
    gg.sum(F.scaled_dot_product_attention(q, k, v, is_causal=True)).backward()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < scores / 8


# --- functions and layers


def attended(q, k, v, mask):
    scores = q @ k.swapaxes(-1, -2) / np.sqrt(q.shape[-1])
    weights = np.exp(np.where(mask, scores, -np.inf))
    return weights / weights.sum(axis=-1, keepdims=True) @ v


R = np.random.default_rng(0)
Q, K, V = R.normal(size=(2, 4, 5, 8)), R.normal(size=(2, 2, 6, 8)), R.normal(size=(2, 2, 6, 3))


def test_heads_of_keys_are_shared():
    mask = R.random((2, 1, 5, 6)) < 0.7
    y = F.scaled_dot_product_attention(Q, K, V, mask, enable_gqa=True).numpy()
    repeated = (np.repeat(x, 2, axis=1) for x in (K, V))
    np.testing.assert_allclose(y, attended(Q, *repeated, mask), rtol=1e-12)
    with pytest.raises(ValueError, match="4 heads of queries and 3"):
        F.scaled_dot_product_attention(Q, K[:, [0, 0, 1]], V[:, [0, 0, 1]], enable_gqa=True)


def test_dropout_leaves_weights_out():
    gg.random.seed(0)
    q, k, v = gg.zeros((1, 50)), gg.zeros((4000, 50)), gg.ones((4000, 1), requires_grad=True)
    y = F.scaled_dot_product_attention(q, k, v, dropout_p=0.25)
    assert y.item() == pytest.approx(1, abs=0.05)
    y.backward()
    kept = v.grad.numpy() > 0
    assert kept.mean() == pytest.approx(0.75, abs=0.03)
    np.testing.assert_allclose(v.grad.numpy()[kept], 1 / 4000 / 0.75, rtol=1e-6)


def test_what_is_refused():
    x, mask = gg.ones((3, 4)), gg.ones((3, 3), dtype="int64")
    for text, arguments in {
        "not both": (x, x, x, mask > 0, 0.0, True),
        "int64; give truth values": (x, x, x, mask),
        r"probability is 1\.5": (x, x, x, None, 1.5),
        r"\(4,\).*give \(\.\.\., length, size\)": (x[0], x, x),
        "keys of shape": (x, x[:2], x),
    }.items():
        with pytest.raises((TypeError, ValueError), match=f"attention: .*{text}"):
            F.scaled_dot_product_attention(*arguments)
    layer = nn.MultiheadAttention(4, 2)
    for text, arguments, settings_ in (
        (r"query \(3, 4\), key \(4,\)", (x, x[0], x), {}),
        ("queries of 3 numbers", (x[:, :3], x, x), {}),
        (r"attn_mask \(2, 3\); give \(3, 3\) or \(2, 3, 3\)", (x, x, x), {"attn_mask": mask[:2]}),
        ("is_causal says", (x, x, x), {"is_causal": True}),
    ):
        with pytest.raises(ValueError, match=text):
            layer(*arguments, **settings_)
    with pytest.raises(ValueError, match="3 heads of an embed_dim of 4"):
        nn.MultiheadAttention(4, 3)
    with pytest.raises(ValueError, match="activation is 'tanh'"):
        nn.TransformerEncoderLayer(4, 2, activation="tanh")


def test_a_compiled_step_has_the_kernel():
    layer = nn.MultiheadAttention(8, 2)

    @gg.compile
    def step(x):
        y = layer(x, x, x, need_weights=False)[0]
        gg.sum(y * y).backward()
        return layer.in_proj_weight.grad

    x = gg.tensor(R.normal(size=(5, 3, 8)).astype("f4"))
    y = layer(x, x, x, need_weights=False)[0]
    gg.sum(y * y).backward()
    expected, layer.in_proj_weight.grad = layer.in_proj_weight.grad.numpy(), None
    np.testing.assert_allclose(step(x).numpy(), expected, rtol=1e-4, atol=1e-5)
    assert str(step.graph).count("attention_gradient") == 1


def test_a_hint_takes_the_masks_place():
    x = gg.tensor(R.normal(size=(5, 2, 4)).astype("f4"))
    mask = nn.Transformer.generate_square_subsequent_mask(5)
    encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2, 8, 0.0), 2)
    y = encoder(x, mask).detach().numpy()
    hinted = encoder(x, mask, is_causal=True).detach().numpy()
    np.testing.assert_allclose(y, hinted, atol=1e-6)
    first = encoder(x[:1], mask[:1, :1]).detach().numpy()
    np.testing.assert_allclose(first, y[:1], atol=1e-6)  # it sees nothing of what follows
