"""Recurrent networks: 35 steps of 20 sequences with 200 features, and as many hidden units; and the
loss of 20 labels in 100 steps, of 16 sequences and 30 classes."""

from typing import Any

import numpy as np

from .layer import Layer, normal

SEQUENCES = (normal(35, 20, 200),)
LABELS = np.random.default_rng(0).integers(1, 30, (16, 20))


def of_labels(nn: Any) -> Any:
    """CTC as a function of scores and labels."""

    def loss(scores: Any, labels: Any) -> Any:
        x = nn.functional.log_softmax(scores, -1)
        return nn.functional.ctc_loss(x, labels, (100,) * 16, (20,) * 16)

    return loss


ROWS = {
    "LSTM 35x20x200": Layer(lambda nn: nn.LSTM(200, 200), SEQUENCES),
    "GRU 35x20x200": Layer(lambda nn: nn.GRU(200, 200), SEQUENCES),
    "RNN 35x20x200": Layer(lambda nn: nn.RNN(200, 200), SEQUENCES),
    "ctc 100x16x30, 20 labels": Layer(of_labels, (normal(100, 16, 30), LABELS)),
}
