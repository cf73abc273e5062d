"""Hand-written kernels recorded once and replayed: what a replay must read anew, it does."""

import numpy as np
from kernel_checks import needs_compiler, numbers

from gpugrad.backend.device import launchers
from gpugrad.backend.multi_tensor import MultiTensor
from gpugrad.backend.random import generator as random
from gpugrad.backend.select import backend

HOST = backend("cpu")


class CounterOnDevice:
    """A generator's cell whose value is an array, as a recorder's is."""

    def __init__(self, value):
        self.value = value

    def advance(self, blocks):
        before = self.value.copy()
        self.value += blocks
        return before


@needs_compiler
def test_replayed_draws_go_on_where_the_counter_stands(device):
    generator = random.Generator(12)
    generator.counter = CounterOnDevice(device.asarray(np.array(0, np.uint64)))
    device.philox_key(12)  # nothing can be uploaded while capturing
    with device.driver.capture() as graph:
        drawn = random.normal(device, 40, "float64", generator=generator)
        again = random.normal(device, 40, "float64", generator=generator)
    for base in (0, 20, 40):
        graph.launch()
        expected = random.normal(HOST, 80, "float64", generator=random.Generator(12, base))
        found = np.concatenate([device.to_host(drawn), device.to_host(again)])
        np.testing.assert_allclose(found, expected, rtol=4.5e-16)


@needs_compiler
def test_replayed_scatter_add_sorts_anew(device):
    x, updates = np.zeros((300, 4), "float32"), numbers((5_000, 4), "float32")
    indices = device.asarray(np.zeros(5_000, "int64"))
    on_device, given = device.asarray(x), device.asarray(updates)
    with device.driver.capture() as graph:
        y = launchers.scatter_add(device, on_device, indices, given)
    for seed in (1, 2):
        rows = np.random.default_rng(seed).integers(0, 300, 5_000)
        indices[...] = device.asarray(rows)
        graph.launch()
        expected = x.copy()
        np.add.at(expected, rows, updates)
        assert device.to_host(y).tobytes() == expected.tobytes()


@needs_compiler
def test_replayed_steps_read_rate_step_and_gradient_anew(device):
    """The gradients' addresses are uploaded before the capture, which permits no upload."""
    put = device.asarray
    shapes, names = [(3,), (40, 5)], ("parameters", "means", "squares")
    lists = {name: [put(np.zeros(shape)) for shape in shapes] for name in names}
    gradients = [put(np.ones(shape)) for shape in shapes]
    rate, step = put(np.float64(0.0)), put(np.int64(1))
    batch = MultiTensor(device, *lists.values())
    batch.addresses(gradients)
    with device.driver.capture() as graph:
        batch.adam(gradients, rate, step)
    host = {name: [np.zeros(shape) for shape in shapes] for name in names}
    on_host = MultiTensor(HOST, *host.values())
    for count in (1, 2, 3):
        rate[...], step[...] = 0.1 * count, count
        values = [numbers(shape, "float64", count) for shape in shapes]
        for gradient, value in zip(gradients, values, strict=True):
            gradient[...] = put(value)
        graph.launch()
        on_host.adam(values, 0.1 * count, count)
        for found, expected in zip(lists["parameters"], host["parameters"], strict=True):
            np.testing.assert_allclose(device.to_host(found), expected, rtol=1e-12)
