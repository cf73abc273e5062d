"""Layers over rows: normalisations, softmax, tables and losses of labels, and attention."""

from typing import Any

import numpy as np

from .layer import Layer, normal

LABELS = np.random.default_rng(0).integers(0, 50_000, 64)
WORDS = np.random.default_rng(0).integers(0, 50_000, 2_048)


def attention(causal: bool) -> Any:
    """What makes attention a function of queries, keys and values."""

    def make(nn: Any) -> Any:
        def attend(q: Any, k: Any, v: Any) -> Any:
            return nn.functional.scaled_dot_product_attention(q, k, v, is_causal=causal)

        return attend

    return make


HEADS = (normal(8, 4, 256, 64),) * 3
ROWS = {
    "layer_norm 256x64": Layer(lambda nn: nn.LayerNorm(64), (normal(256, 64),)),
    "layer_norm 4096x512": Layer(lambda nn: nn.LayerNorm(512), (normal(4096, 512),)),
    "batch_norm 32x32x16x16": Layer(lambda nn: nn.BatchNorm2d(32), (normal(32, 32, 16, 16),)),
    "group_norm 32x32x16x16, 8 groups": Layer(
        lambda nn: nn.GroupNorm(8, 32), (normal(32, 32, 16, 16),)
    ),
    "softmax 4096x512": Layer(lambda nn: nn.Softmax(dim=-1), (normal(4096, 512),)),
    "log_softmax 4096x512": Layer(lambda nn: nn.LogSoftmax(dim=-1), (normal(4096, 512),)),
    "embedding 50000x64, 2048 rows": Layer(lambda nn: nn.Embedding(50_000, 64), (WORDS,)),
    "cross_entropy 64x50000": Layer(lambda nn: nn.CrossEntropyLoss(), (normal(64, 50_000), LABELS)),
    "attention 8x4x256x64": Layer(attention(False), HEADS),
    "attention 8x4x256x64, causal": Layer(attention(True), HEADS),
}
