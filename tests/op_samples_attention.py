"""Samples of attention, with the reference written out for one query after another."""

import numpy as np
from sample import Sample, numbers, sample


def attended(query, key, value, bias, scale, causal):
    """The result and the logarithm of the sum, for arrays with any axes before the last two."""
    scores = scale * query @ key.swapaxes(-1, -2) + (0 if bias is None else bias)
    if causal:
        scores = np.where(np.tri(*scores.shape[-2:], dtype=bool), scores, -np.inf)
    weights = np.exp(scores)
    total = weights.sum(axis=-1)
    whole = np.where(total == 0, 1, total)
    return weights / whole[..., None] @ value, np.log(whole)


def attention(query, key, value, bias=None, scale=0.5, causal=False) -> Sample:
    """A sample by the shapes of its arrays; bias: a shape or an array."""
    arrays = [numbers(*shape, seed=i) for i, shape in enumerate((query, key, value))]
    if isinstance(bias, tuple):
        bias = numbers(*bias, seed=3)
    return sample(
        *arrays,
        bias,
        scale=scale,
        causal=causal,
        reference=lambda q, k, v, b: attended(q, k, v, b, scale, causal),
    )


SAMPLES = {
    "attention": [
        attention((3, 4), (5, 4), (5, 2)),
        attention((2, 3, 4), (2, 3, 4), (2, 3, 5), causal=True),
        attention((2, 1, 2, 3), (3, 4, 3), (1, 4, 2), bias=(3, 2, 4), scale=1.0),
        attention((4, 2), (2, 2), (2, 3), bias=(1, 2), causal=True),
        attention((2, 0, 3), (2, 2, 3), (2, 2, 1)),
        attention((2, 3), (0, 3), (0, 2)),
    ],
    "attention_weights": [
        sample(
            numbers(2, 3, 4),
            numbers(2, 5, 4, seed=1),
            numbers(3, 5, seed=2),
            scale=0.5,
            causal=True,
            reference=lambda q, k, b: attended(q, k, np.eye(5), b, 0.5, True)[0],
        ),
    ],
    "attention_gradient": [
        sample(
            numbers(3, 2, seed=4),
            share,
            numbers(3, 4),
            numbers(5, 4, seed=1),
            numbers(5, 2, seed=2),
            bias,
            numbers(3, 2, seed=5),
            numbers(3, low=2.0, high=3.0, seed=6),
            scale=0.5,
            causal=causal,
        )
        for share, bias, causal in ((None, None, False), (numbers(3), numbers(3, 5, seed=3), True))
    ],
}
Q, K, V = numbers(2, 3, 4), numbers(2, 5, 4, seed=1), numbers(2, 5, 2, seed=2)
SEEN = numbers(3, 5) > 0
WEIGHTS = {"in_proj_weight": numbers(6, 2), "in_proj_bias": numbers(6), "bias_k": None}
WEIGHTS.update(bias_v=None, add_zero_attn=False, dropout_p=0.0)
WEIGHTS.update(out_proj_weight=numbers(2, 2, seed=7), out_proj_bias=None)
ONE = numbers(3, 2, 2)
FUNCTIONS = {  # samples of nn.functional, in its own terms
    "scaled_dot_product_attention": [
        sample(
            Q,
            key=K,
            value=V,
            attn_mask=SEEN,
            reference=lambda q: attended(q, K, V, np.where(SEEN, 0, -np.inf), 0.5, False)[0],
        ),
        sample(
            Q,
            key=K,
            value=V,
            is_causal=True,
            scale=1.0,
            reference=lambda q: attended(q, K, V, None, 1.0, True)[0],
        ),
    ],
    "multi_head_attention_forward": [
        sample(ONE, key=ONE, value=ONE, embed_dim_to_check=2, num_heads=1, **WEIGHTS),
    ],
}
