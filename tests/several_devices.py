"""What is computed on the second of two devices stays there: run in a process of its own."""

import sys

import numpy as np

import gpugrad as gg
from gpugrad.backend.select import backend, backend_of
from gpugrad.settings import settings

KIND = sys.argv[1]
settings.simulated_devices = 2
first, second = backend(f"{KIND}:0"), backend(f"{KIND}:1")


def on_second(data):
    return second.asarray(np.asarray(data, "float32"))


def test_arrays_know_their_device():
    x = gg.tensor([1.0, 2.0], device=f"{KIND}:1")
    assert x.device == second.name != first.name
    assert backend_of(x.data) is second and backend_of(first.asarray([1.0])) is first


def test_operators_follow_the_device_that_is_entered():
    a = on_second([1.0, -2.0])
    assert first.here() is None
    with second.here():
        assert second.here() is None
        for y in (a * a, -a, abs(a) + 1, a[0] * 2):
            assert backend_of(y) is second
            with first.here():
                assert backend_of(first.asarray([1.0]) * 2) is first
    assert backend_of(first.asarray([1.0]) * 2) is first


def test_natives_constants_and_draws_are_made_on_their_device():
    for made in (
        second.natives["zeros"](3),
        second.constant(2.5, np.dtype("float32")),
        second.natives["random_words"](3, 0, (4,)),
        second.ones(on_second([1.0])),
    ):
        assert backend_of(made) is second


def test_a_walk_runs_on_the_device_of_its_arrays():
    for function in (gg.tanh, gg.linalg.inv, lambda x: gg.softmax(x @ x, axis=1) * x):
        x = gg.tensor([[1.0, 0.5], [0.25, 2.0]], device=f"{KIND}:1", requires_grad=True)
        function(x).sum().backward()
        assert x.grad.device == second.name


def test_devices_do_not_mix():
    try:
        gg.add(gg.tensor([1.0], device=f"{KIND}:0"), gg.tensor([1.0], device=f"{KIND}:1"))
    except ValueError as error:
        assert "two devices" in str(error)
    else:
        raise AssertionError("arrays of two devices were added")


def test_a_compiled_step_runs_on_the_device_of_its_arrays():
    """By launches, then by a graph; of two devices launch by launch."""
    with gg.use_device(f"{KIND}:1"):
        w = gg.tensor([1.0, 2.0, 3.0], requires_grad=True)
        optimizer = gg.optim.SGD([w], lr=0.5)

        def step(x, rate):
            optimizer.zero_grad()
            loss = gg.sum(w * w * x) * rate
            loss.backward()
            optimizer.step()
            return loss.detach()

        compiled = gg.compile(step, wait=True)
    for i in range(5):
        before = w.detach().numpy()
        x = np.arange(3, dtype="float32") + i
        loss = compiled(gg.tensor(x, device=f"{KIND}:1"), 0.1 * i)
        assert loss.device == w.grad.device == second.name
        np.testing.assert_allclose(w.detach().numpy(), before * (1 - x * 0.1 * i), rtol=1e-5)
    assert "CUDA graphs           1, of" in compiled.report()
    both = gg.compile(lambda a, b: (gg.tanh(a) * 2, gg.tanh(b) * 3), wait=True)
    for _ in range(3):
        found = both(*[gg.tensor([0.5], device=f"{KIND}:{i}") for i in (0, 1)])
        assert [one.device for one in found] == [first.name, second.name]
    assert "none, since it computes on 2 devices" in both.report()


for name, test in list(globals().items()):
    if name.startswith("test_"):
        test()
        print(name)
