"""Gradients of several walks add up: in one array while nobody else holds it."""

import pytest

import gpugrad as gg


def test_gradients_of_many_walks_add_up_in_one_array():
    x = gg.tensor([1.0, 2.0], requires_grad=True)
    arrays = []
    for _ in range(4):
        gg.sum(x * 2.0).backward()
        arrays.append(id(x.grad.data))
    assert len(set(arrays[1:])) == 1 and x.grad.tolist() == [8.0, 8.0]


@pytest.mark.parametrize("held", [lambda x: x.grad, lambda x: x.grad.numpy(), lambda x: x.grad[:1]])
def test_a_gradient_that_somebody_holds_stays(held):
    x = gg.tensor([1.0, 2.0], requires_grad=True)
    for _ in range(3):
        gg.sum(x * 2.0).backward()
    kept = held(x)
    for _ in range(3):
        gg.sum(x * 2.0).backward()
    assert kept.tolist()[0] == 6.0 and x.grad.tolist() == [12.0, 12.0]
