"""Samples of attention and transformers."""

import numpy as np
from sample import numbers

import gpugrad as gg
from gpugrad import nn


class Attended(nn.Module):
    """Attention whose weights, if there are any, are a part of one result."""

    def __init__(self, *sizes, mask=None, need_weights=True, **settings):
        self.attention = nn.MultiheadAttention(*sizes, **settings)
        self.register_buffer("mask", None if mask is None else gg.tensor(mask))
        self.need_weights = need_weights

    def forward(self, query, key, value):
        settings = {"attn_mask": self.mask, "need_weights": self.need_weights}
        y, weights = self.attention(query, key, value, **settings)
        return y if weights is None else gg.concat([y.reshape(-1), weights.reshape(-1)])


HIDDEN = np.triu(np.ones((3, 3), bool), 1)
SOURCE, TARGET = numbers(3, 2, 4).astype("f4"), numbers(3, 2, 4, seed=1).astype("f4")
KEYS, VALUES = numbers(5, 2, 3).astype("f4"), numbers(5, 2, 2).astype("f4")
LAYER = {"dim_feedforward": 6, "dropout": 0.1}
SAMPLES = {  # name -> (what makes the module, inputs)
    "MultiheadAttention": [
        (lambda: Attended(4, 2, mask=HIDDEN, need_weights=False), SOURCE, SOURCE, SOURCE),
        (
            lambda: Attended(4, 2, 0.2, add_bias_kv=True, add_zero_attn=True, kdim=3, vdim=2),
            *(SOURCE, KEYS, VALUES),
        ),
    ],
    "TransformerEncoderLayer": [
        (lambda: nn.TransformerEncoderLayer(4, 2, activation="gelu", **LAYER), SOURCE),
        (lambda: nn.TransformerEncoderLayer(4, 1, norm_first=True, bias=False, **LAYER), SOURCE),
    ],
    "TransformerDecoderLayer": [
        (lambda: nn.TransformerDecoderLayer(4, 2, batch_first=True, **LAYER), TARGET, SOURCE)
    ],
    "TransformerEncoder": [
        (lambda: nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2, **LAYER), 2), SOURCE)
    ],
    "TransformerDecoder": [
        (
            lambda: nn.TransformerDecoder(nn.TransformerDecoderLayer(4, 2, **LAYER), 1),
            *(TARGET, SOURCE),
        )
    ],
    "Transformer": [(lambda: nn.Transformer(4, 2, 1, 1, **LAYER), SOURCE, TARGET)],
}
