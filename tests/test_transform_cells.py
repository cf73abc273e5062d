"""What a transform keeps stays what it was, whatever is written in place afterwards."""

import numpy as np
import pytest
from sample import numbers

import gpugrad as gg

X, Y = numbers(3), numbers(3, seed=1)


def ones():
    return gg.ones(3, dtype="float64")


DERIVATIVES = {  # name -> of a function's sum, by its argument
    "grad": lambda f: gg.grad(lambda x: gg.sum(f(x))),
    "elementwise_grad": gg.elementwise_grad,
    "vjp": lambda f: lambda x: gg.vjp(f, x)[1](ones())[0],
    "jvp": lambda f: lambda x: gg.jvp(f, (x,), (ones(),))[1],
    "linearize": lambda f: lambda x: gg.linearize(f, x)[1](ones()),
    "jacfwd": lambda f: lambda x: gg.sum(gg.jacfwd(f)(x), axis=0),
    "jacrev": lambda f: lambda x: gg.sum(gg.jacrev(f)(x), axis=0),
    "vmap": lambda f: lambda x: gg.vmap(gg.grad(lambda x: gg.sum(f(x))))(gg.stack([x, x]))[1],
}
every_transform = pytest.mark.parametrize("derivative", DERIVATIVES.values(), ids=DERIVATIVES)


def of_a_result(x):
    y = gg.sin(x)
    z = y * y
    y += 5.0
    y *= 0.0
    return z + y


def of_an_argument(x):
    x *= 2.0
    y = x * x
    x[...] = 7.0
    return y + x


def of_elements(x):
    y = x * 1.0
    z = y * x
    y[0] = 3.0
    y[1:] *= x[1:]
    return z * y


def of_what_is_closed_over(x):
    scale = gg.tensor(Y)
    y = x * scale * x
    scale += 5.0
    return y


def of_integers(x):
    y = x * 4.0
    y //= 2.0
    return x * y


FUNCTIONS = {  # function, its derivative
    "a result": (of_a_result, np.sin(2 * X)),
    "an argument": (of_an_argument, 8 * X),
    "elements": (of_elements, np.array([6 * X[0], *(4 * X[1:] ** 3)])),
    "what is closed over": (of_what_is_closed_over, 2 * X * Y),
    "without a derivative": (of_integers, 4 * X // 2),
}


@every_transform
@pytest.mark.parametrize("name", FUNCTIONS)
def test_writing_within_a_function(name, derivative):
    f, expected = FUNCTIONS[name]
    x = gg.tensor(X)
    np.testing.assert_allclose(np.asarray(derivative(f)(x)), expected, rtol=1e-13)
    np.testing.assert_array_equal(x.numpy(), X)


@every_transform
@pytest.mark.parametrize("inner", DERIVATIVES)
def test_writing_into_values_of_outer_transforms(inner, derivative):
    """d/du of d/dv (v * u), which is u, where u is written into after the product."""

    def f(u):
        u = u * 1.0

        def product(v):
            y = v * u
            u[...] = u * 2.0
            return y

        return DERIVATIVES[inner](product)(gg.tensor(Y))

    np.testing.assert_array_equal(np.asarray(derivative(f)(gg.tensor(X))), np.ones(3))


def test_writing_into_recorded_values():
    w = gg.tensor(X, requires_grad=True)

    def f(x):
        z = w * 1.0
        y = x * z
        z += 5.0
        return gg.sum(y)

    found = gg.grad(f)(Y)
    np.testing.assert_array_equal(found.detach().numpy(), X)
    gg.sum(found).backward()
    np.testing.assert_array_equal(w.grad.numpy(), np.ones(3))


W = gg.tensor(np.ones((3, 3)), requires_grad=True)


@pytest.mark.parametrize("recorded", [False, True])
@pytest.mark.parametrize("write", ["into the argument", "into the result"])
def test_writing_between_a_function_and_its_derivative(write, recorded):
    def f(x):
        return gg.exp(x) * (x @ x) * (W[0] if recorded else 1.0)

    expected = np.exp(X) * (X @ X) + 2 * X * np.exp(X).sum()
    x = gg.tensor(X, requires_grad=recorded) * 1.0
    y, pull = gg.vjp(f, x)
    z, push = gg.linearize(f, x)
    for cell in (x, y, z):
        cell += 1.0
    np.testing.assert_allclose(pull(ones())[0].detach().numpy(), expected, rtol=1e-13)
    columns = np.stack([push(gg.tensor(unit)).detach().numpy() for unit in np.eye(3)])
    np.testing.assert_allclose(columns.sum(axis=1), expected, rtol=1e-13)


def test_a_tangent_that_a_rule_writes_into_is_its_own():
    f = gg.custom_jvp(lambda x: 6.0 * x)

    @f.defjvp
    def _(primals, tangents):
        (x,), (dx,) = primals, tangents
        dx *= 2.0
        dx *= 3.0
        x *= 6.0
        return x, dx

    for derivative in (DERIVATIVES[name] for name in ("jvp", "jacfwd", "jacrev", "linearize")):
        found = derivative(lambda x: f(x) + x)(X)
        np.testing.assert_allclose(np.asarray(found), np.full(3, 7.0), rtol=1e-15)


def test_a_gradient_that_a_rule_writes_into_is_its_own():
    f = gg.custom_vjp(lambda x: 1.0 * x)

    def backward(_, g):
        g *= 10.0
        return (g,)

    f.defvjp(lambda x: (1.0 * x, None), backward)
    for name in ("grad", "jacrev", "vjp", "vmap"):
        found = DERIVATIVES[name](lambda x: f(x * 1.0) + x * 2.0)(X)
        np.testing.assert_allclose(np.asarray(found), np.full(3, 12.0), rtol=1e-15)
    x = gg.tensor(X, requires_grad=True)
    gg.sum(f(x * 1.0) + x * 2.0).backward(create_graph=True)
    np.testing.assert_allclose(x.grad.detach().numpy(), np.full(3, 12.0), rtol=1e-15)


def test_a_rule_does_not_write_into_arrays_of_the_caller():
    def masked(x):
        x[0] = 0.0
        return x * x

    f = gg.custom_vjp(masked)
    f.defvjp(lambda x: (masked(x), x), lambda x, g: (2 * g * x,))
    x = X.copy()
    found = gg.grad(lambda x: gg.sum(gg.sin(x) + f(x)))(x)
    np.testing.assert_allclose(found, np.cos(X) + 2 * X * [0, 1, 1])
    np.testing.assert_array_equal(x, X)
    y = np.sin(X)
    found = gg.grad(lambda x: gg.sum((lambda y: f(y) + y * y)(gg.sin(x))))(X)
    np.testing.assert_allclose(found, (2 * y * [0, 1, 1] + 2 * y) * np.cos(X))


def test_a_checkpointed_function_may_write_into_its_arguments():
    def f(x):
        x *= 2.0
        return gg.sin(x)

    x = gg.tensor(X, requires_grad=True)
    y = gg.sum(gg.checkpoint(f)(x * 1.0))
    for _ in range(2):
        x.grad = None
        y.backward(retain_graph=True)
        np.testing.assert_allclose(x.grad.numpy(), 2 * np.cos(2 * X))


def test_values_of_a_batch_are_detached_member_by_member():
    rows = numbers(2, 3)
    found = gg.vmap(lambda x: x.detach() * x)(rows)
    np.testing.assert_allclose(found, rows**2)
    found = gg.vmap(gg.grad(lambda x: gg.sum(x.detach() * x)))(rows)
    np.testing.assert_allclose(found, rows)
    found = gg.grad(lambda rows: gg.sum(gg.vmap(lambda x: x.detach() * x)(rows)))(rows)
    np.testing.assert_allclose(found, rows)
    found = gg.jacfwd(lambda x: x.detach() * x)(X)
    np.testing.assert_allclose(found, np.diag(X))


def test_backward_within_a_transform_is_refused():
    with pytest.raises(RuntimeError, match="belongs to a transform"):
        gg.grad(lambda x: (x * x).backward())(1.0)


@pytest.mark.parametrize("recorded", [False, True])
@pytest.mark.parametrize("f", [lambda x, p: x * p, lambda x, p: x @ p], ids=["factor", "step"])
def test_what_an_optimizer_overwrites_is_noticed(f, recorded):
    p = gg.nn.Parameter(X.copy())
    optimizer = gg.optim.SGD([p], lr=0.1)
    p.grad = gg.ones_like(p)
    used = p if recorded else p.detach()
    y, pull = gg.vjp(lambda x: f(x, used), Y)
    _, push = gg.linearize(lambda x: f(x, used), Y)
    pull(gg.ones_like(y)), push(Y)
    optimizer.step()
    for call in (lambda: pull(gg.ones_like(y)), lambda: push(Y)):
        with pytest.raises(RuntimeError, match="overwritten in place"):
            call()
