"""Recurrent layers' kernels in the simulation, in every thread order, against NumPy in float64."""

import pytest
from kernel_checks import close, needs_compiler, numbers, per_dtype, per_order

from gpugrad.backend.host import recurrent_plain as plain

SIZES = [(3, 2, 5), (1, 1, 1), (2, 20, 17), (0, 2, 3)]  # blocks have 256 threads


def agree(device, dtype, name, *given):
    """The results of a native, on the device, after NumPy's."""

    def put(x):
        return None if x is None else device.asarray(x)

    found = device.natives[name](*map(put, given))
    wide = [None if x is None else x.astype("float64") for x in given]
    for x, y in zip(found, getattr(plain, name)(*wide), strict=True):
        close(device, x, y, dtype, 64)
    return [device.to_host(x) for x in found]


@needs_compiler
@per_order
@per_dtype
@pytest.mark.parametrize("sizes", SIZES)
def test_layers_agree(ordered, dtype, sizes):
    steps, members, width = sizes

    def over_time(gates, seed):
        return numbers((steps, members, gates * width), dtype, seed)

    def weight(gates):
        return (numbers((gates * width, width), "float64", 9) / 4).astype(over_time(1, 0).dtype)

    h0, c0 = (numbers((members, width), dtype, seed) for seed in (1, 2))
    h, c, a = agree(ordered, dtype, "lstm", over_time(4, 3), h0, c0, weight(4))
    for outer in ((over_time(1, 4), None, None), (None, over_time(1, 4), over_time(4, 5))):
        agree(ordered, dtype, "lstm_gradient", *outer, c, a, c0, weight(4))
    bias = weight(3)[:, 0].copy()
    h, a = agree(ordered, dtype, "gru", over_time(3, 3), h0, weight(3), bias)
    for outer in ((over_time(1, 4), None), (None, over_time(4, 5))):
        agree(ordered, dtype, "gru_gradient", *outer, h, a, h0, weight(3))


@needs_compiler
def test_a_step_is_a_product_and_a_kernel(device):
    given = [device.asarray(numbers(s)) for s in ((5, 2, 12), (2, 3), (2, 3), (12, 3))]
    device.driver.launched.clear()
    h, c, a = device.natives["lstm"](*given)
    device.natives["lstm_gradient"](h, None, None, c, a, *given[2:])
    ours = {name: n for (name, _), n in device.driver.launched.items() if name.startswith("lstm")}
    assert ours == {"lstm_step_float64": 5, "lstm_back_float64": 5}
