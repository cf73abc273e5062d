"""What a compiled function gives is walked back from; transforms and other compiled functions hold
one as a part."""

import numpy as np
import pytest

import gpugrad as gg
from gpugrad import nn


def test_a_result_is_walked_back_from_outside():
    model = nn.Sequential(nn.Linear(3, 2), nn.Tanh())
    compiled = gg.compile(model, wait=True)
    x = gg.tensor(np.arange(6.0).reshape(2, 3), dtype="float32", requires_grad=True)

    def gradients(function):
        for leaf in (x, *model.parameters()):
            leaf.grad = None
        gg.sum(gg.sin(function(x * 0.5)) * 3).backward()
        return [leaf.grad.numpy().copy() for leaf in (x, *model.parameters())]

    expected = gradients(model)
    for _ in range(3):
        for a, b in zip(gradients(compiled), expected, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-6)
    assert compiled.recordings == 1


def test_several_results_are_walked_back_from_one_by_one():
    def both(x):
        return gg.sin(x), gg.exp(x) * 2

    compiled = gg.compile(both, wait=True)
    for weights in ((1.0, 0.0), (0.0, 1.0), (2.0, -1.0)):
        found = []
        for function in (both, compiled):
            x = gg.tensor([0.5, -1.0], requires_grad=True)
            a, b = function(x)
            (gg.sum(a) * weights[0] + gg.sum(b) * weights[1]).backward()
            found.append(x.grad.numpy())
        np.testing.assert_allclose(*found, rtol=1e-6)


def test_results_of_which_the_function_walked_back_itself_have_no_graph():
    w = gg.tensor([1.0, 2.0], requires_grad=True)

    def learn(x):
        scores = gg.exp(w * x)
        loss = gg.sum(scores * scores)
        loss.backward()
        return loss, scores

    compiled, x = gg.compile(learn, wait=True), gg.tensor([0.5, -1.0])
    for _ in range(2):
        for a, b in zip(compiled(x), learn(x), strict=True):
            np.testing.assert_allclose(a.detach().numpy(), b.detach().numpy())
    before = compiled.recordings
    assert not compiled(x)[0].requires_grad and compiled.recordings == before


def test_one_result_alone_is_walked_back_from():
    x = gg.tensor([0.5, -1.0], requires_grad=True)
    a, _ = gg.compile(lambda x: (gg.sin(x), gg.exp(x)), wait=True)(x)
    gg.sum(a).backward()
    np.testing.assert_allclose(x.grad.numpy(), np.cos([0.5, -1.0]), rtol=1e-6)


def test_a_second_derivative_from_outside_is_refused():
    x = gg.tensor([0.5, -1.0], requires_grad=True)
    y = gg.sum(gg.compile(gg.sin, wait=True)(x))
    with pytest.raises(RuntimeError, match=r"^compile: a second derivative.*gg\.compile\(gg"):
        y.backward(create_graph=True)


def test_within_transforms_it_is_the_plain_function():
    compiled = gg.compile(lambda x: gg.sum(gg.sin(x) ** 2))
    x = np.array([0.5, -1.0])
    np.testing.assert_allclose(gg.grad(compiled)(x), np.sin(2 * x))
    np.testing.assert_allclose(gg.hessian(compiled)(x), np.diag(2 * np.cos(2 * x)))
    assert gg.vmap(compiled)(np.stack([x, x])).shape == (2,)


def test_within_another_compiled_function_it_is_a_part_of_that():
    inner = gg.compile(lambda x: x * 2)
    outer = gg.compile(lambda x: inner(x) + 1, wait=True)
    assert [outer(gg.ones(2)).tolist() for _ in range(2)] == [[3.0, 3.0]] * 2
    assert (inner.recordings, outer.recordings) == (0, 1)


def test_a_walk_within_that_leaves_the_function_is_refused():
    w = gg.tensor([1.0, 2.0], requires_grad=True)
    compiled = gg.compile(lambda x: gg.sum(x * x).backward(), wait=True)
    with pytest.raises(RuntimeError, match=r"^compile: backward\(\) within .*\.detach\(\)"):
        compiled(w * 2)
