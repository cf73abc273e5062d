"""What the host has of its own for neural networks, by operation."""

from collections.abc import Callable

from . import attention, bands, convolution, pooling, recurrent, rows, standardise

NETWORK_NATIVES: dict[str, Callable] = {
    name: getattr(module, name)
    for module, names in (
        (
            rows,
            "softmax softmax_gradient log_softmax log_softmax_gradient linear "
            "cross_entropy_rows cross_entropy_gradient cross_entropy_mean "
            "cross_entropy_mean_gradient",
        ),
        (bands, "band_sums band_spread"),
        (attention, "attention attention_gradient"),
        (convolution, "convolution convolution_from convolution_to_input convolution_to_weight"),
        (recurrent, "lstm lstm_gradient gru gru_gradient rnn rnn_gradient"),
        (standardise, "standardise standardise_gradient"),
        (pooling, "max_pool chosen collected sum_pool sum_pool_gradient adaptive_sum"),
    )
    for name in names.split()
}
