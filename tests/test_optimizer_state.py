"""State of optimizers: where it is, what it is for, and how it is copied."""

import copy
import pickle

import numpy as np
import pytest

import gpugrad as gg
from gpugrad import nn, optim
from tests.optimizer_samples import CASES

MOVED = [
    [("simulated", None), (None, "float64")],
    [("simulated", "float64"), ("cpu", None)],
    [(None, "float64"), ("cpu", "float32")],
]


@pytest.mark.needs_compiler
@pytest.mark.parametrize("moves", MOVED, ids=str)
@pytest.mark.parametrize(("name", "settings"), CASES, ids=str)
def test_state_follows_the_parameters_to_another_device_and_dtype(name, settings, moves):
    stays, goes = (nn.Linear(3, 2) for _ in range(2))
    goes.load_state_dict(stays.state_dict())
    optimizers = [getattr(optim, name)(model.parameters(), **settings) for model in (stays, goes)]
    for step in range(4):
        if step % 2 == 0:  # before the first step too
            goes.to(*moves[step // 2])
        for model, optimizer in zip((stays, goes), optimizers, strict=True):
            for p, g in zip(model.parameters(), (np.eye(2, 3), np.ones(2) * step), strict=True):
                p.grad = gg.tensor(g, dtype=p.dtype, device=p.device)
            optimizer.step()
    for p, q in zip(stays.parameters(), goes.parameters(), strict=True):
        np.testing.assert_allclose(p.detach().numpy(), q.detach().numpy(), rtol=1e-4, atol=1e-6)


@pytest.mark.needs_compiler
def test_state_is_loaded_where_the_parameters_are():
    model = nn.Linear(3, 2)
    optimizer = optim.Adam(model.parameters(), lr=0.1)
    model.weight.grad = gg.ones((2, 3))
    optimizer.step()
    model.to("simulated")
    optimizer.load_state_dict(optimizer.state_dict())
    state = optimizer.state[model.weight]["exp_avg"]
    assert state.device == "simulated" and optimizer.param_groups[0].steps.tolist() == [1, 0]
    np.testing.assert_allclose(state.numpy(), 0.1, rtol=1e-6)


@pytest.mark.needs_compiler
def test_parameters_of_several_devices_in_one_group():
    on = [gg.tensor([1.0], device=d, requires_grad=True) for d in ("cpu", "simulated", "cpu")]
    optimizer = optim.SGD(on, lr=0.25)
    for _ in range(2):
        for p in on:
            p.grad = gg.ones(1, device=p.device)
        optimizer.step()
    assert [p.item() for p in on] == [0.5] * 3


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_copies_and_pickles_go_on_alike(copied):
    first = [gg.tensor(v, dtype="float64", requires_grad=True) for v in ([1.0, 2.0], 3.0, [[4.0]])]
    optimizer = optim.Adam([{"params": first[:1], "lr": 0.5}, {"params": first[1:]}])

    def step(parameters, optimizer):
        for p in parameters:
            p.grad = gg.ones(p.shape, dtype="float64")
        optimizer.step()

    step(first, optimizer)
    optimizer.param_groups[0]["lr"] = 0.25
    second, other = copied((first, optimizer))
    step(first, optimizer)
    step(second, other)
    for p, q in zip(first, second, strict=True):
        assert p is not q
        np.testing.assert_array_equal(p.detach().numpy(), q.detach().numpy())
    assert [s["step"] for s in other.state_dict()["state"].values()] == [2, 2, 2]


@pytest.mark.needs_compiler
@pytest.mark.parametrize("copied", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_copies_and_pickles_stay_on_their_device(copied):
    model = nn.Sequential(nn.Linear(3, 2, device="simulated"), nn.BatchNorm1d(2)).to("simulated")
    optimizer = optim.Adam(model.parameters(), lr=0.1)

    def step(model, optimizer):
        optimizer.zero_grad()
        gg.sum(model(gg.tensor(np.eye(3), dtype="float32", device="simulated")) ** 3).backward()
        optimizer.step()

    step(model, optimizer)
    again, other = copied((model, optimizer))
    step(model, optimizer)
    step(again, other)
    for name, value in again.state_dict().items():
        mine = model.state_dict()[name]
        assert value.device == "simulated" and value.dtype == mine.dtype
        np.testing.assert_array_equal(value.numpy(), mine.numpy())


def test_state_that_comes_or_goes_with_a_setting():
    p = gg.tensor([1.0], requires_grad=True)
    p.grad = gg.ones(1)
    optimizer = gg.optim.SGD([{"params": [p]}], lr=0.5)
    optimizer.param_groups[0]["momentum"] = 0.5
    with pytest.raises(ValueError, match=r"\('momentum_buffer',\), not \(\); make a new"):
        optimizer.step()


def test_groups_differ_in_their_state():
    a, b = (gg.tensor([1.0], requires_grad=True) for _ in range(2))
    optimizer = gg.optim.SGD([{"params": [a]}, {"params": [b], "momentum": 0.5}], lr=0.5)
    for _ in range(2):
        a.grad, b.grad = gg.ones(1), gg.ones(1)
        optimizer.step()
    assert (a.item(), b.item()) == (0.0, 1.0 - 0.5 - 0.75)


def test_a_loaded_state_brings_its_arrays():
    p, q = (gg.tensor([1.0], requires_grad=True) for _ in range(2))
    first, second = gg.optim.SGD([p], lr=0.5, momentum=0.5), gg.optim.SGD([q], lr=0.5)
    for _ in range(2):
        p.grad = gg.ones(1)
        first.step()
    second.load_state_dict(first.state_dict())
    q.grad = gg.ones(1)
    second.step()
    assert q.item() == 1.0 - 0.5 * 1.75
