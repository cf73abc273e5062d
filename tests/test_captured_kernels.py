"""Hand-written kernels recorded once and replayed: what a replay must read anew, it does."""

import numpy as np
from kernel_checks import needs_compiler, numbers

import gpugrad as gg
from gpugrad import optim
from gpugrad.backend.device import launchers
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
    parameters = {where: parameters_on(where) for where in (device, HOST)}
    optimizers = {where: optim.Adam(parameters[where], lr=0.0) for where in parameters}
    for where, some in parameters.items():
        for p in some:
            p.grad = gg.zeros(p.shape, dtype="float64", device=where.name)
    (group,) = optimizers[device].param_groups
    steps = group.steps.data
    with device.driver.capture() as graph:
        optimizers[device].step()
    (other,) = optimizers[HOST].param_groups
    for count in (1, 2, 3):
        steps[...] = count - 1  # who replays carries it on: what the graph wrote is its result
        group.rate.data[...] = other["lr"] = 0.1 * count
        for p, like in zip(parameters[HOST], parameters[device], strict=True):
            p.grad = gg.tensor(numbers(p.shape, "float64", count))
            like.grad.data[...] = device.asarray(p.grad.data)
        graph.launch()
        optimizers[HOST].step()
        for p, like in zip(parameters[HOST], parameters[device], strict=True):
            np.testing.assert_allclose(like.detach().numpy(), p.detach().numpy(), rtol=1e-12)


@needs_compiler
def test_a_step_uploads_nothing_also_where_gradients_moved_and_some_are_absent(device):
    parameters = parameters_on(device)
    optimizer = optim.Adam(parameters, lr=0.5)
    for _ in range(2):
        parameters[0].grad = gg.ones(3, dtype="float64", device=device.name)
        optimizer.step()
    parameters[0].grad = gg.ones(3, dtype="float64", device=device.name)
    with device.driver.capture() as graph:
        optimizer.step()
    graph.launch()
    np.testing.assert_allclose(parameters[0].detach().numpy(), -1.5)
    assert not parameters[1].detach().numpy().any()


def parameters_on(where):
    settings = {"dtype": "float64", "device": where.name, "requires_grad": True}
    return [gg.zeros(shape, **settings) for shape in [(3,), (40, 5)]]
