"""Recurrent networks: 35 steps of 20 sequences with 200 features, and as many hidden units."""

from .layer import Layer, normal

SEQUENCES = (normal(35, 20, 200),)
ROWS = {
    "LSTM 35x20x200": Layer(lambda nn: nn.LSTM(200, 200), SEQUENCES),
    "GRU 35x20x200": Layer(lambda nn: nn.GRU(200, 200), SEQUENCES),
    "RNN 35x20x200": Layer(lambda nn: nn.RNN(200, 200), SEQUENCES),
}
