"""What arrives at a leaf: memory of its own, whole or not at all, of the leaf's kind."""

import numpy as np
import pytest

import gpugrad as gg


def leaf(*values):
    return gg.tensor(list(values), dtype="float64", requires_grad=True)


def test_gradients_share_no_memory():
    a, b = leaf(1.0, 2.0), leaf(3.0, 4.0)
    ((a + b) * 1).sum().backward()
    a.grad.data *= 0.5
    np.testing.assert_array_equal(b.grad.numpy(), [1, 1])
    x = np.ones(3)
    first, second = gg.grad(lambda a, b: (a + b).sum(), argnums=(0, 1))(x, x)
    first *= 2
    np.testing.assert_array_equal(second, [1, 1, 1])


def test_a_hook_that_raises_leaves_every_gradient_unwritten():
    a, b = leaf(1.0), leaf(2.0)
    b.register_hook(lambda g: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        (a * b).sum().backward()
    assert a.grad is None
    assert b.grad is None


@pytest.mark.parametrize(
    ("gradient", "words"),
    [(gg.zeros((3,), dtype="float64"), "shape"), (gg.zeros((2,), dtype="float32"), "dtype")],
)
def test_a_gradient_given_by_hand_fits(gradient, words):
    with pytest.raises(ValueError, match=f"grad: {words} .* given to a tensor of {words}"):
        leaf(1.0, 2.0).grad = gradient
