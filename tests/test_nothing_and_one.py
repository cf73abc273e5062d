"""Operations on arrays of no elements and of no axes, and of as many axes as there may be."""

import pytest

import gpugrad as gg

INF = float("inf")


@pytest.mark.parametrize(
    "device", ["cpu", pytest.param("simulated", marks=pytest.mark.needs_compiler)]
)
def test_rows_of_one_number_and_of_none(device):
    with gg.use_device(device):
        x = gg.tensor(2.0)
        for function, value in ((gg.softmax, 1.0), (gg.log_softmax, 0.0), (gg.logsumexp, 2.0)):
            assert function(x).item() == value and function(x).shape == ()
            assert gg.grad(function)(x).item() == gg.jvp(function, (x,), (x,))[1].item() / 2
            assert gg.grad(function)(x).item() == (function is gg.logsumexp)
            assert gg.grad(gg.grad(function))(x).item() == 0
        none = gg.zeros((2, 0), requires_grad=True)
        y = gg.logsumexp(none, axis=1)
        gg.sum(y).backward()
        assert y.tolist() == [-INF, -INF] and none.grad.shape == (2, 0)
        for order in (1, 2, 3, INF):
            assert gg.linalg.vector_norm(gg.zeros((0,)), ord=order).item() == 0
            assert gg.linalg.vector_norm(gg.zeros((2, 0)), ord=order, axis=1).tolist() == [0, 0]


def test_arrays_of_many_axes_are_sorted():
    x = gg.reshape(gg.tensor([2.0, 1.0]), shape=(2,) + (1,) * 63)
    assert gg.flatten(gg.sort(x, axis=0)).tolist() == [1, 2]
    assert gg.flatten(gg.grad(lambda x: gg.sort(x, axis=0)[(0,) * 64])(x)).tolist() == [0, 1]
    with pytest.raises(ValueError, match="sort: axis -1 of an array of 0 axes"):
        gg.sort(gg.tensor(1.0))
