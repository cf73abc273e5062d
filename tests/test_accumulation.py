"""Gradients add up in one array: of several walks while nobody else holds it, of parts in one."""

import numpy as np
import pytest
from noted import noted

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


READS = [
    0,
    np.int64(2),
    -1,
    slice(1, 3),
    (slice(None), 1),
    (..., slice(None, None, -2)),
    (None, 1, None),
    (2, 3),
    (),
    (slice(3, 1), 0),
    [1, 1, 0],
]


def weighed(x, weights):
    """A sum of parts of ``x``, which overlap, some beside all of it."""
    parts = [gg.sum(x[index] * w) for index, w in zip(READS, weights, strict=True)]
    whole = gg.sum(x * x)
    return sum(parts[:6], parts[0]) + whole + sum(parts[6:], parts[-1])


def expected(x, weights):
    gradient = 2 * x
    counts = [2, *[1] * (len(READS) - 2), 2]
    for index, w, count in zip(READS, weights, counts, strict=True):
        np.add.at(gradient, index, count * w)
    return gradient


WAYS = {
    "a leaf": lambda f, x: walked(f, x),
    "a result": lambda f, x: walked(lambda x: f(x * 1), x),
    "recorded": lambda f, x: walked(f, x, create_graph=True),
    "grad": lambda f, x: gg.grad(f)(x),
    "grad of a result": lambda f, x: gg.grad(lambda x: f(x * 1))(x),
    "checkpoint": lambda f, x: gg.grad(gg.checkpoint(f))(x),
    "grad of vmap": lambda f, x: gg.grad(lambda x: gg.sum(gg.vmap(f)(x[None])))(x),
    "vmap of grad": lambda f, x: gg.vmap(gg.grad(f))(x[None])[0],
}


def walked(f, x, **how):
    x = x.detach().requires_grad_()
    f(x).backward(**how)
    return x.grad


@pytest.mark.parametrize(
    "device", ["cpu", "noted", pytest.param("simulated", marks=pytest.mark.needs_compiler)]
)
@pytest.mark.parametrize("way", WAYS)
def test_gradients_of_parts(way, device):
    if device == "noted":
        noted()
    draw = np.random.default_rng(0)
    x = draw.normal(size=(4, 6))
    weights = [draw.normal(size=np.shape(x[index])) for index in READS]
    on_device = [gg.tensor(w, device=device) for w in weights]
    found = WAYS[way](lambda x: weighed(x, on_device), gg.tensor(x, device=device))
    np.testing.assert_allclose(found.detach().numpy(), expected(x, weights), rtol=1e-12)


@pytest.mark.parametrize("way", ["a leaf", "a result", "grad", "checkpoint"])
def test_the_gradient_of_a_loop_over_rows_is_one_array(way, monkeypatch):
    made, zeros = [], np.zeros
    monkeypatch.setattr(np, "zeros", lambda *given: made.append(given) or zeros(*given))
    found = WAYS[way](
        lambda x: sum(gg.sum(x[i] * i) for i in range(50)), gg.tensor(np.ones((50, 3)))
    )
    assert len(made) <= 1
    np.testing.assert_array_equal(found.numpy(), np.arange(50.0)[:, None] * np.ones(3))


def test_a_computed_tensor_has_no_gradient_and_says_so():
    x = gg.tensor([1.0, 2.0], requires_grad=True)
    y = x * 3.0
    assert x.grad is None  # of a leaf this is no mistake
    with pytest.warns(UserWarning, match=r"^grad: None, since a tensor computed by multiply keeps"):
        assert y.grad is None
    y.grad = gg.ones(2)
    assert y.grad.tolist() == [1.0, 1.0]
