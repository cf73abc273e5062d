"""Operations that a program declares end with their last name, and so does all made of them."""

import gc
import weakref

import numpy as np
import pytest

import gpugrad as gg
from gpugrad import extend
from gpugrad.codegen.fused import KERNEL_FROM


def by_elementwise():
    @gg.elementwise
    def declared(x, *, factor=2.0):
        return gg.tanh(factor * x) * x

    return declared


def by_elementwise_with_a_partial():
    @gg.elementwise(dx=lambda x: 2 * x)
    def declared(x):
        return x * x

    return declared


def by_extension():
    @extend.operation(
        to_x=lambda xp, g, y: g * y, tangent=lambda xp, tx, y: tx * y, batch=extend.elements
    )
    def declared(xp, x):
        return xp.exp(x)

    return declared


def by_elements():
    @extend.elementwise(dx=lambda xp, x: 2 * x)
    def declared(xp, x):
        return x * x

    return declared


def by_linear():
    @extend.linear(transpose=lambda xp, g: 3 * g, batch=extend.elements)
    def declared(xp, x):
        return 3 * x

    return declared


def used(function, size):
    """In every way: both modes, recorded again, a batch at once."""
    x = gg.linspace(-1.0, 1.0, size).requires_grad_()
    gg.sum(function(x)).backward(create_graph=True)
    gg.sum(function(x) * x.grad).backward()
    gg.grad(gg.grad(lambda t: gg.sum(function(t))))(0.5)
    gg.jvp(function, (x,), (x,))
    gg.vmap(gg.grad(function))(x)
    function(1.0)
    function(np.ones(size))


@pytest.mark.parametrize(
    "device", ["cpu", pytest.param("simulated", marks=pytest.mark.needs_compiler)]
)
@pytest.mark.parametrize("size", [3, KERNEL_FROM])
@pytest.mark.parametrize(
    "declare",
    [by_elementwise, by_elementwise_with_a_partial, by_extension, by_elements, by_linear],
)
def test_an_operation_ends_with_its_last_name(declare, size, device):
    function = declare()
    with gg.use_device(device):
        used(function, size)
    name = weakref.ref(function)
    del function
    gc.collect()
    assert name() is None
