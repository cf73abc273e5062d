"""checkpoint: the same results and gradients on every level, with less memory."""

import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from sample import numbers

import gpugrad as gg

X, Y = numbers(3), numbers(3, seed=1)
W = numbers(3, 3, seed=2)


def inner(w, x):
    y = gg.tanh(w @ x)
    return {"a": gg.sin(y) * x, "b": gg.sum(y)}


def scalar(function):
    def f(x, w=W):
        out = function(w, x)
        return gg.sum(out["a"] ** 2) + gg.exp(out["b"])

    return f


TRANSFORMS = {
    "grad": lambda f: gg.grad(f)(X),
    "grad of both": lambda f: gg.grad(f, argnums=(0, 1))(X, W)[1],
    "grad of grad": lambda f: gg.grad(lambda x: gg.sum(gg.grad(f)(x) ** 2))(X),
    "jvp": lambda f: gg.jvp(f, (X,), (Y,))[1],
    "jvp of grad": lambda f: gg.jvp(gg.grad(f), (X,), (Y,))[1],
    "grad of jvp": lambda f: gg.grad(lambda x: gg.jvp(f, (x,), (Y,))[1])(X),
    "hessian": lambda f: gg.hessian(f)(X),
    "jacrev of grad": lambda f: gg.jacrev(gg.grad(f))(X),
    "jacrev of jacfwd": lambda f: gg.jacrev(gg.jacfwd(f))(X),
    "jacfwd of jacfwd": lambda f: gg.jacfwd(gg.jacfwd(f))(X),
    "linearize": lambda f: gg.linearize(f, X)[1](Y),
    "vmap of grad": lambda f: gg.vmap(gg.grad(f))(np.stack([X, Y])),
    "grad of vmap": lambda f: gg.grad(lambda b: gg.sum(gg.vmap(f)(b)))(np.stack([X, Y])),
}


@pytest.mark.parametrize("transform", TRANSFORMS.values(), ids=TRANSFORMS)
def test_every_transform_gives_what_it_gives_without(transform):
    found, expected = (transform(scalar(f)) for f in (gg.checkpoint(inner), inner))
    np.testing.assert_allclose(np.asarray(found), np.asarray(expected), rtol=1e-12)


@pytest.mark.parametrize("again", [False, True], ids=["first", "second"])
def test_backward_reaches_arguments_and_what_is_closed_over(again):
    results = []
    for wrap in (gg.checkpoint, lambda f: f):
        w, x = gg.tensor(W, requires_grad=True), gg.tensor(X, requires_grad=True)
        scale = w * 2  # computed outside, used inside

        def f(x, w=w, scale=scale):
            return gg.sum(gg.tanh(w @ x) * gg.sum(scale, axis=1))

        gg.sum(wrap(f)(x) ** 2).backward(create_graph=again)
        if again:
            first, w.grad, x.grad = x.grad, None, None
            gg.sum(first**2).backward()
        results.append((w.grad.numpy(), x.grad.numpy()))
    for found, expected in zip(*results, strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_the_inside_is_computed_once_more_and_only_once():
    calls = []

    def f(x):
        calls.append(1)
        return gg.sin(x), gg.cos(x)

    x = gg.tensor(X, requires_grad=True)
    a, b = gg.checkpoint(f)(x)
    gg.sum(a * b).backward()
    assert len(calls) == 2
    with gg.no_grad():
        gg.checkpoint(f)(x)
    assert len(calls) == 3


def test_random_numbers_are_drawn_again_and_the_sequence_goes_on():
    gg.random.seed(5)
    x = gg.tensor(np.ones(4), requires_grad=True)
    y = gg.checkpoint(lambda x: x * gg.random.uniform(size=4))(x)
    after = gg.random.uniform()
    gg.sum(y).backward()
    np.testing.assert_array_equal(x.grad.numpy(), y.detach().numpy())
    more = gg.random.uniform()
    gg.random.seed(5)
    gg.random.uniform(size=4)
    assert (gg.random.uniform().item(), gg.random.uniform().item()) == (after.item(), more.item())


def test_arguments_changed_in_place_afterwards_do_not_matter():
    x = gg.tensor(X, requires_grad=True)
    y = x * 1
    z = gg.checkpoint(gg.sin)(y)
    y += 5
    gg.sum(z).backward()
    np.testing.assert_allclose(x.grad.numpy(), np.cos(X))


def test_results_that_are_arguments_or_constants_pass():
    x = gg.tensor(X, requires_grad=True)
    same, constant, number = gg.checkpoint(lambda x: (x, gg.ones(2), 3.0))(x)
    assert not constant.requires_grad and number == 3.0
    gg.sum(same * 2).backward()
    np.testing.assert_array_equal(x.grad.numpy(), [2, 2, 2])


def test_one_result_twice_and_a_parameter():
    layer = gg.nn.Linear(3, 3)

    def f(x):
        y = layer(x)
        return y, y, layer.weight

    x = gg.tensor(X, dtype="float32", requires_grad=True)
    first, second, weight = gg.checkpoint(f)(x)
    assert weight is layer.weight
    gg.sum(first * second).backward()
    expected = gg.grad(lambda x: gg.sum(layer(x) ** 2))(gg.tensor(X, dtype="float32"))
    np.testing.assert_allclose(x.grad.numpy(), expected.detach().numpy(), rtol=1e-5)


def test_where_and_from_which_numbers_it_ran_does_not_change():
    x = gg.tensor(np.ones(4), requires_grad=True)
    with gg.use_device("cpu"), gg.errstate(linalg="nan"):
        gg.random.seed(3)
        y = gg.checkpoint(lambda x: x * gg.random.uniform(size=4) + _singular(x))(x)
    gg.random.seed(4)
    gg.sum(y).backward()
    gg.random.seed(3)
    np.testing.assert_array_equal(x.grad.numpy(), gg.random.uniform(size=4).numpy())


def _singular(x):
    return gg.sum(gg.where(gg.isnan(gg.linalg.inv(gg.zeros((4, 4)))), 0.0, 1.0))


def test_another_thread_draws_its_own_numbers_meanwhile():
    def f(x):
        if calls:  # the second run, in backward
            with ThreadPoolExecutor(1) as pool:
                others.append(pool.submit(gg.random.uniform, size=4).result().numpy())
        calls.append(1)
        return x * gg.random.uniform(size=4)

    calls, others = [], []
    gg.random.seed(5)
    x = gg.tensor(np.ones(4), requires_grad=True)
    y = gg.checkpoint(f)(x)
    gg.sum(y).backward()
    np.testing.assert_array_equal(x.grad.numpy(), y.detach().numpy())
    gg.random.seed(5)
    gg.random.uniform(size=4)
    np.testing.assert_array_equal(others[0], gg.random.uniform(size=4).numpy())


def peak(steps: int, wrap) -> int:
    """Bytes at the most while a chain of ``steps`` segments is differentiated."""

    def segment(x):
        for _ in range(8):
            x = gg.sin(x) * 1.01
        return x

    def f(x):
        for _ in range(steps):
            x = wrap(segment)(x)
        return gg.sum(x)

    x = np.ones(10_000)
    gg.grad(f)(x)
    tracemalloc.start()
    try:
        gg.grad(f)(x)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_is_that_of_segments_and_one_inside():
    array = 10_000 * 8
    plain, forgetful = peak(16, lambda f: f), peak(16, gg.checkpoint)
    assert plain > 16 * 8 * array  # what every step keeps
    assert forgetful < (16 + 3 * 8) * array


def test_a_function_that_changes_its_mind_is_told():
    turns = iter([True, False])
    x = gg.tensor(X, requires_grad=True)
    y = gg.checkpoint(lambda x: (x * 2, x * 3) if next(turns) else (x, gg.ones(3)))(x)
    with pytest.raises(RuntimeError, match="did something else when it was computed again"):
        gg.sum(y[0] + y[1]).backward()
